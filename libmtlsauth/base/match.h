/* SPDX-License-Identifier: BSD-2-Clause */
/* match.h - globs over names, and hex as people paste it. Behind the services of plugin.h. */
#ifndef MA_BASE_MATCH_H
#define MA_BASE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/plugin.h>

/**
 * True if the whole text matches. `*` is any run (also an empty one) of bytes other than the
 * separator: '.', or '/' with MTLSAUTH_GLOB_SLASH, where `**` crosses it. A backslash quotes the
 * next byte. An empty text, or one with a NUL, matches nothing. Work is bounded by the product of
 * the lengths.
 */
bool ma_glob(const char *pattern, size_t pattern_size, const char *text, size_t text_size,
             unsigned flags);

/** See mtlsauth_services_t.hex. */
int ma_hex(const char *text, size_t text_size, uint8_t *octets, size_t size);

/**
 * Is a header field's name in a list? The list is in lower case with `-` for `_`; servers treat all
 * of those as one, so case and `_` of the name do not matter.
 */
bool ma_header_listed(const char *const *list, size_t count, const char *name, size_t size);

#endif
