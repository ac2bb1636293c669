/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hex.c - the hex of match.h. Nothing is allocated; `octets` is written only on success.
 *
 * Digits without separators may be an odd number, as in a serial number that lost its leading 0;
 * with separators each octet has two. A minus sign is no hex: what is compared here is never
 * negative.
 */
#include "base/match.h"

#include <limits.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Text that is not read yet. */
typedef struct rest {
    const char *at;
    size_t size;
} rest_t;

static void skip(rest_t *rest, size_t size)
{
    rest->at += size;
    rest->size -= size;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(rest_t *rest)
{
    while (rest->size > 0 && is_blank(rest->at[0]))
        skip(rest, 1);
    while (rest->size > 0 && is_blank(rest->at[rest->size - 1]))
        rest->size--;
}

/* Steps over `prefix`, given in lower case, if the text begins with it in any case. */
static bool skip_prefix(rest_t *rest, const char *prefix)
{
    size_t i, size = strlen(prefix);

    if (size > rest->size)
        return false;
    for (i = 0; i < size; i++) {
        if (lower(rest->at[i]) != prefix[i])
            return false;
    }
    skip(rest, size);
    return true;
}

static void skip_label(rest_t *rest)
{
    static const char *const labels[] = { "sha256 fingerprint=",  "sha1 fingerprint=",
                                          "sha-256 fingerprint=", "sha-1 fingerprint=",
                                          "fingerprint=",         "serial=" };
    size_t i;

    for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (skip_prefix(rest, labels[i]))
            break;
    }
}

/* The value of a hex digit, or -1. */
static int digit(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many octets a run of digits without separators is; 0 if it is none. */
static size_t count_run(rest_t rest)
{
    size_t i;

    for (i = 0; i < rest.size; i++) {
        if (digit(rest.at[i]) < 0)
            return 0;
    }
    return rest.size / 2 + rest.size % 2;
}

/* The same for pairs of digits with one colon, or blanks, between some of them. */
static size_t count_pairs(rest_t rest)
{
    size_t count = 0;

    for (;;) {
        if (rest.size < 2 || digit(rest.at[0]) < 0 || digit(rest.at[1]) < 0)
            return 0;
        skip(&rest, 2);
        count++;
        if (rest.size == 0)
            return count;
        if (rest.at[0] == ':')
            skip(&rest, 1);
        while (rest.size > 0 && is_blank(rest.at[0]))
            skip(&rest, 1);
    }
}

int ma_hex(const char *text, size_t text_size, uint8_t *octets, size_t size)
{
    rest_t rest = { text, text_size };
    size_t count, digits = 0, i;

    trim(&rest);
    skip_label(&rest);
    trim(&rest);
    (void)skip_prefix(&rest, "0x");
    count = count_run(rest);
    if (count > 0)
        digits = rest.size % 2; /* the missing digit in front is 0 */
    else
        count = count_pairs(rest);
    if (count == 0 || count > size || count > INT_MAX)
        return -1;
    memset(octets, 0, count);
    for (i = 0; i < rest.size; i++) {
        int value = digit(rest.at[i]);

        if (value < 0)
            continue;
        octets[digits / 2] = (uint8_t)((octets[digits / 2] << 4 | value) & 0xff);
        digits++;
    }
    return (int)count;
}
