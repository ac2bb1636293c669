/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_valid.h - is this one JSON text, by RFC 8259 and in UTF-8? For tests: knows nothing of the
 * library, builds nothing, and is strict. Header only.
 */
#ifndef TESTS_API_JSON_VALID_H
#define TESTS_API_JSON_VALID_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Where reading is. NULL: it has failed. Texts end with a NUL. */
typedef const unsigned char *json_at_t;

static inline json_at_t json_value(json_at_t at, unsigned depth);

static inline bool json_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* One character of UTF-8 (RFC 3629, the table of section 4). */
static inline json_at_t json_utf8(json_at_t at)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, more;
    } rows[] = {
        { 0x20, 0x7e, 0, 0, 0 },          { 0xc2, 0xdf, 0x80, 0xbf, 0 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 1 },    { 0xe1, 0xec, 0x80, 0xbf, 1 },
        { 0xed, 0xed, 0x80, 0x9f, 1 },    { 0xee, 0xef, 0x80, 0xbf, 1 },
        { 0xf0, 0xf0, 0x90, 0xbf, 2 },    { 0xf1, 0xf3, 0x80, 0xbf, 2 },
        { 0xf4, 0xf4, 0x80, 0x8f, 2 },
    };
    size_t i, k;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (at[0] < rows[i].first_low || at[0] > rows[i].first_high)
            continue;
        if (i == 0)
            return at + 1;
        if (at[1] < rows[i].second_low || at[1] > rows[i].second_high)
            return NULL;
        for (k = 0; k < rows[i].more; k++)
            if (at[2 + k] < 0x80 || at[2 + k] > 0xbf)
                return NULL;
        return at + 2 + rows[i].more;
    }
    return NULL;
}

static inline json_at_t json_string(json_at_t at)
{
    if (*at++ != '"')
        return NULL;
    while (at != NULL && *at != '"') {
        if (*at != '\\') {
            at = json_utf8(at);
        } else if (at[1] == 'u') {
            if (!json_hex(at[2]) || !json_hex(at[3]) || !json_hex(at[4]) || !json_hex(at[5]))
                return NULL;
            at += 6;
        } else {
            if (at[1] == '\0' || strchr("\"\\/bfnrt", at[1]) == NULL)
                return NULL;
            at += 2;
        }
    }
    return at != NULL ? at + 1 : NULL;
}

static inline json_at_t json_digits(json_at_t at)
{
    if (*at < '0' || *at > '9')
        return NULL;
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

static inline json_at_t json_number(json_at_t at)
{
    if (*at == '-')
        at++;
    at = *at == '0' ? at + 1 : json_digits(at);
    if (at != NULL && *at == '.')
        at = json_digits(at + 1);
    if (at != NULL && (*at == 'e' || *at == 'E')) {
        at++;
        at = json_digits(*at == '+' || *at == '-' ? at + 1 : at);
    }
    return at;
}

/* An array, or with `keys` an object. No blanks are expected: decisions are written without. */
static inline json_at_t json_members(json_at_t at, unsigned char close, bool keys, unsigned depth)
{
    if (*++at == close)
        return at + 1;
    for (;;) {
        if (keys) {
            at = json_string(at);
            if (at == NULL || *at++ != ':')
                return NULL;
        }
        at = json_value(at, depth + 1);
        if (at == NULL)
            return NULL;
        if (*at == close)
            return at + 1;
        if (*at++ != ',')
            return NULL;
    }
}

static inline json_at_t json_value(json_at_t at, unsigned depth)
{
    if (depth > 16)
        return NULL;
    if (*at == '{')
        return json_members(at, '}', true, depth);
    if (*at == '[')
        return json_members(at, ']', false, depth);
    if (*at == '"')
        return json_string(at);
    if (strncmp((const char *)at, "true", 4) == 0 || strncmp((const char *)at, "null", 4) == 0)
        return at + 4;
    if (strncmp((const char *)at, "false", 5) == 0)
        return at + 5;
    return json_number(at);
}

static inline bool json_valid(const char *text)
{
    json_at_t end = json_value((json_at_t)text, 0);

    return end != NULL && *end == '\0';
}

#endif
