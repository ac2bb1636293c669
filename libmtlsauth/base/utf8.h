/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utf8.h - single characters of UTF-8 (RFC 3629), read and written.
 *
 * Well-formed means what RFC 3629 allows and nothing more: no overlong forms, no surrogates,
 * nothing past U+10FFFF. ma_utf8_length() in encode.h says only how long a character is.
 */
#ifndef MA_BASE_UTF8_H
#define MA_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/** Reads the character at the start. Returns its length (1 to 4), or 0 if it is not well-formed. */
size_t ma_utf8_read(const char *bytes, size_t size, uint32_t *code) MTLSAUTH_MUST_CHECK;
/** Writes a character; returns its length, or 0 if there is no such character. */
size_t ma_utf8_write(uint32_t code, char out[4]) MTLSAUTH_MUST_CHECK;
/**
 * True for a character that shows as itself. Not so: controls (C0, DEL, C1), line and paragraph
 * separators, bidirectional controls, characters that are drawn as nothing, and noncharacters.
 */
bool ma_utf8_shows(uint32_t code);

#endif
