/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt.h - one layout for policy files: text in, text out.
 *
 * Settings stay in their order, strings and numbers as they are written, comments beside what they
 * are about. What changes is white space, the marks between things (`:` becomes `=`, settings end
 * with `;`, a list over several lines with a comma), line ends (LF), and a byte order mark, which
 * goes. Formatting twice gives the same bytes.
 *
 *   - two blanks a level; at most one empty line, and none at the edges
 *   - a group, list or array on one line where that holds 100 columns and no comment; else one
 *     setting or element a line. Never on one line: a group that is the value of a setting, and a
 *     list that has groups in it
 *   - strings that follow one another, which are one value: each on a line of its own
 *   - a comment between a name and its value moves in front of the setting, and one between a value
 *     and its mark behind the mark
 */
#ifndef MA_POLICY_FMT_H
#define MA_POLICY_FMT_H

#include "base/buf.h"
#include "base/der.h"
#include "base/error.h"

/**
 * Appends the text, formatted. `file` is for positions. A text that the scanner refuses is its
 * error. The result is scanned as well: unless it means the same as the text (ma_scan_canonical()),
 * that is an error too, and what is in `out` is not to be used.
 */
int ma_fmt(const char *file, ma_bytes_t text, ma_buf_t *out,
           mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
