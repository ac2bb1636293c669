/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_pattern.c - regular expressions and wildcards that are none, with the place in the source
 * of what is wrong in them.
 */
#include "expr/check_made.h"

#include "expr/pattern.h"
#include "expr/wildcard.h"

/* How much of the source stands for one or, behind a backslash in a pattern, two octets. */
static size_t escape_size(const uint8_t *at, const uint8_t *end, uint8_t quote, bool pattern,
                          size_t *octets)
{
    *octets = 1;
    if (at[0] != '\\' || at + 1 >= end)
        return 1;
    if (pattern) {
        *octets = at[1] == quote ? 1 : 2;
        return 2;
    }
    return at[1] == 'x' || (at[1] >= '0' && at[1] <= '7') ? 4 : 2;
}

/* The octet of the source that an octet of a string comes from. */
static size_t place_in(const ma_check_t *check, const ma_expr_t *literal, size_t offset,
                       bool pattern)
{
    const uint8_t *text = check->source->text.data;
    const uint8_t *at = text + literal->span.start, *end = text + literal->span.end;
    size_t done = 0, octets, size;

    if (literal->quote == MA_QUOTE_RAW) {
        while (at < end && *at != '"')
            at++;
        return (size_t)(at - text) + 1 + offset;
    }
    for (at++, end--; at < end; at += size) {
        size = escape_size(at, end, *end, pattern, &octets);
        if (done + octets > offset)
            return (size_t)(at - text) + (octets == 2 ? offset - done : 0);
        done += octets;
    }
    return (size_t)(end - text);
}

int ma_check_pattern(const ma_check_t *check, const ma_expr_t *literal)
{
    ma_pattern_t *pattern = NULL;
    const char *why = "";
    size_t at = 0;
    int ret = ma_pattern_new(literal->text, check->arena, &pattern, &at, &why);

    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(check->err);
    if (ret != 0)
        return MA_CHECK_FAIL(check, place_in(check, literal, at, true),
                             "correct it, or write contains or wildcard",
                             "not a regular expression: %s", why);
    ma_pattern_free(pattern);
    at = ma_check_never(literal->text);
    if (at == literal->text.size)
        return 0;
    if (literal->text.data[at] == '^')
        return MA_CHECK_FAIL(check, place_in(check, literal, at, true),
                             "put it first, or a backslash in front of it for the character",
                             "nothing can match: ^ is where the text begins, and stands behind a "
                             "character");
    return MA_CHECK_FAIL(check, place_in(check, literal, at, true),
                         "put it last, or a backslash in front of it for the character",
                         "nothing can match: $ is where the text ends, and a character follows");
}

int ma_check_wildcard(const ma_check_t *check, const ma_expr_t *literal)
{
    const char *why = "", *mend = NULL;
    size_t at = 0;

    if (ma_wildcard_valid(literal->text, &at, &why, &mend))
        return 0;
    return MA_CHECK_FAIL(check, place_in(check, literal, at, false), mend, "%s", why);
}
