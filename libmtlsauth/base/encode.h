/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode.h - one encoder for each place that text from strangers is written to.
 *
 * Each appends `size` bytes of any content (NUL and bytes that are not UTF-8 included) to a
 * buffer, in a form that cannot break out of its place. Well-formed UTF-8 means RFC 3629: no
 * surrogates, no overlong forms. None of them truncates; callers bound what they pass.
 */
#ifndef MA_BASE_ENCODE_H
#define MA_BASE_ENCODE_H

#include "base/buf.h"

/**
 * A log line or a terminal's text: printable UTF-8. Controls (C0, DEL, C1), line and paragraph
 * separators, bidirectional and invisible format characters, and bytes that are not UTF-8 become
 * \xHH, byte by byte; a backslash becomes \\ so that the reader can tell.
 */
void ma_encode_log(ma_buf_t *out, const char *bytes, size_t size);
/** For a terminal: as for a log. */
void ma_encode_terminal(ma_buf_t *out, const char *bytes, size_t size);
/**
 * The inside of a JSON string (RFC 8259), without the quotes. Bytes that are not UTF-8 become
 * U+FFFD, one for each maximal ill-formed run; controls, `<` `>` `&` ' U+2028 U+2029 and all else
 * that a log would escape are \u escapes, so that it is safe inside a <script> element and on a
 * terminal.
 */
void ma_encode_json(ma_buf_t *out, const char *bytes, size_t size);
/** The same with the quotes around it. */
void ma_encode_json_string(ma_buf_t *out, const char *bytes, size_t size);
/**
 * One CSV field (RFC 4180), always quoted. Controls, ill-formed bytes and backslashes as in a log.
 * A field that a spreadsheet would take for a formula (it begins with = + - @, or with white space
 * and those) gets a ' in front.
 */
void ma_encode_csv(ma_buf_t *out, const char *bytes, size_t size);
/**
 * HTML text nodes and quoted attribute values. Controls, ill-formed bytes and backslashes as in a
 * log. Never for script, style or URLs.
 */
void ma_encode_html(ma_buf_t *out, const char *bytes, size_t size);
/**
 * The value of an HTTP header (RFC 9110 5.5): visible ASCII and single inner blanks as they are;
 * everything else, and `%`, as %HH of its bytes.
 */
void ma_encode_header(ma_buf_t *out, const char *bytes, size_t size);
/**
 * The inside of a Prometheus label value: \\ \" \n escaped; other controls and ill-formed bytes are
 * written \\xHH, which a reader of labels takes for \xHH.
 */
void ma_encode_label(ma_buf_t *out, const char *bytes, size_t size);
/** Upper-case hex without separators; lower-case with `lower`. */
void ma_encode_hex(ma_buf_t *out, const void *bytes, size_t size, bool lower);
/** Base64 with padding, in one line (RFC 4648 4). */
void ma_encode_base64(ma_buf_t *out, const void *bytes, size_t size);

/** Length of the well-formed UTF-8 sequence at the start (1 to 4), or 0 if there is none. */
size_t ma_utf8_length(const char *bytes, size_t size);

#endif
