/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lex_string.c - string literals: quoted ones with escapes, and raw ones. Both end on the line on
 * which they begin, so that a quote that was forgotten is told where it was.
 */
#include <string.h>

#include "expr/lex.h"
#include "expr/mistake.h"

/* The value of `count` digits of a base, or -1. */
static int digits(const uint8_t *at, const uint8_t *end, size_t count, int base)
{
    static const char known[] = "0123456789abcdef";
    int value = 0;
    size_t i;

    if ((size_t)(end - at) < count)
        return -1;
    for (i = 0; i < count; i++) {
        const int c = at[i] >= 'A' && at[i] <= 'F' ? at[i] - 'A' + 'a' : at[i];
        const char *digit = c != 0 ? strchr(known, c) : NULL;
        if (digit == NULL || digit - known >= base)
            return -1;
        value = value * base + (int)(digit - known);
    }
    return value <= 0xff ? value : -1;
}

/* Decodes the escape behind a backslash. Returns how many octets of text it has, 0: it is none. */
static size_t read_escape(const uint8_t *at, const uint8_t *end, uint8_t *octet)
{
    int value = -1;

    if (at < end && (*at == '"' || *at == '\'' || *at == '\\')) {
        *octet = *at;
        return 1;
    }
    if (at < end && *at == 'x')
        value = digits(at + 1, end, 2, 16);
    else
        value = digits(at, end, 3, 8);
    if (value < 0)
        return 0;
    *octet = (uint8_t)value;
    return 3;
}

/* Where the quoted string that begins at `at` has its closing quote, or NULL. */
static const uint8_t *find_quote(const uint8_t *at, const uint8_t *end)
{
    const uint8_t quote = *at++;

    for (; at < end && *at != quote && *at != '\n'; at++)
        if (*at == '\\' && at + 1 < end && at[1] != '\n')
            at++;
    return at < end && *at == quote ? at : NULL;
}

/*
 * Writes what stands between the quotes. A backslash is never the last octet: find_quote() went
 * over the one behind it.
 */
static int decode(const ma_lexer_t *lexer, ma_span_t inner, bool pattern, uint8_t *out,
                  size_t *size)
{
    const uint8_t *text = lexer->source->text.data;
    const uint8_t *at = text + inner.start, *end = text + inner.end;
    const uint8_t quote = *end;
    const uint8_t *tab = memchr(at, '\t', (size_t)(end - at));
    size_t n = 0, length;

    if (tab != NULL)
        return ma_wrong_tab(lexer->source, lexer->err, (size_t)(tab - text));
    while (at < end) {
        if (*at != '\\') {
            out[n++] = *at++;
        } else if (pattern) {
            if (at[1] != quote)
                out[n++] = *at;
            out[n++] = at[1];
            at += 2;
        } else {
            length = read_escape(at + 1, end, &out[n]);
            if (length == 0)
                return ma_wrong_escape(lexer->source, lexer->err, (size_t)(at - text));
            n++;
            at += 1 + length;
        }
    }
    *size = n;
    return 0;
}

int ma_lex_quoted(ma_lexer_t *lexer, bool pattern, ma_lexeme_t *out)
{
    const uint8_t *text = lexer->source->text.data;
    const uint8_t *begin = text + lexer->at, *end = text + lexer->end;
    const uint8_t *close = find_quote(begin, end);
    const char closing[2] = { (char)*begin, '\0' };
    uint8_t *room;
    size_t size = 0;
    ma_span_t inner;
    int ret;

    if (close == NULL)
        return ma_wrong_open_string(lexer, lexer->at, closing);
    inner = (ma_span_t) { (uint32_t)(lexer->at + 1), (uint32_t)(close - text) };
    room = ma_arena_alloc(lexer->arena, (size_t)(inner.end - inner.start) + 1);
    if (room == NULL)
        return ma_fail_memory(lexer->err);
    ret = decode(lexer, inner, pattern, room, &size);
    if (ret != 0)
        return ret;
    lexer->at = inner.end + 1u;
    out->sign = MA_SIGN_STRING;
    out->quote = *begin == '"' ? MA_QUOTE_DOUBLE : MA_QUOTE_SINGLE;
    out->text = (ma_bytes_t) { room, size };
    out->span.end = (uint32_t)lexer->at;
    return ma_wrong_quote(lexer, out);
}

int ma_lex_raw(ma_lexer_t *lexer, ma_lexeme_t *out)
{
    const uint8_t *text = lexer->source->text.data;
    const uint8_t *end = text + lexer->end, *at = text + lexer->at + 1, *begin;
    size_t hashes = 0, closing = 0;

    for (; at < end && *at == '#'; at++)
        hashes++;
    if (at >= end || *at != '"')
        return ma_wrong_raw(lexer->source, lexer->err, lexer->at);
    begin = ++at;
    for (; at < end && *at != '\n'; at++) {
        if (*at == '\t')
            return ma_wrong_tab(lexer->source, lexer->err, (size_t)(at - text));
        if (*at != '"')
            continue;
        for (closing = 0; closing < hashes && at + 1 + closing < end; closing++)
            if (at[1 + closing] != '#')
                break;
        if (closing == hashes)
            break;
    }
    if (at >= end || *at != '"')
        return ma_wrong_open_string(lexer, lexer->at, hashes > 0 ? "\"#" : "\"");
    out->sign = MA_SIGN_STRING;
    out->quote = MA_QUOTE_RAW;
    out->text.size = (size_t)(at - begin);
    out->text.data = (const uint8_t *)ma_arena_copy(lexer->arena, begin, out->text.size);
    lexer->at = (size_t)(at - text) + 1 + hashes;
    return out->text.data != NULL ? 0 : ma_fail_memory(lexer->err);
}
