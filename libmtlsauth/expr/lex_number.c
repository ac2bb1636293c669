/* SPDX-License-Identifier: BSD-2-Clause */
/* lex_number.c - words that are no names: integers, addresses with or without prefix, ranges. */
#include <string.h>

#include "expr/address.h"
#include "expr/lex.h"
#include "expr/mistake.h"

static ma_bytes_t word_of(const ma_lexer_t *lexer, ma_span_t span)
{
    return (ma_bytes_t) { lexer->source->text.data + span.start, span.end - span.start };
}

/* The value of a digit, 16 if it is none. */
static unsigned digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10u;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10u : 16u;
}

/* How far a word is an integer: 0 not at all, else what to do with it. */
typedef enum { NO_INTEGER, INTEGER, OCTAL, TOO_LARGE } ma_integer_t;

static ma_integer_t read_integer(ma_bytes_t word, int64_t *number)
{
    const bool minus = word.size > 0 && word.data[0] == '-';
    const uint8_t *at = word.data + minus;
    size_t left = word.size - minus;
    const bool hex = left > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
    const unsigned base = hex ? 16 : 10;
    const uint64_t most = minus ? UINT64_C(1) << 63 : INT64_MAX;
    const bool zero = !hex && left > 1 && at[0] == '0';
    bool large = false;
    uint64_t value = 0;

    at += hex ? 2 : 0;
    left -= hex ? 2 : 0;
    if (left == 0)
        return NO_INTEGER;
    for (; left > 0; left--, at++) {
        const unsigned d = digit(*at);
        if (d >= base)
            return NO_INTEGER;
        if (value > (most - d) / base)
            large = true;
        else
            value = value * base + d;
    }
    if (zero)
        return OCTAL;
    if (large)
        return TOO_LARGE;
    *number = minus && value > 0 ? -(int64_t)(value - 1) - 1 : (int64_t)value;
    return INTEGER;
}

/* An integer or an address. */
static int read_literal(const ma_lexer_t *lexer, ma_span_t span, ma_literal_t *out)
{
    const ma_bytes_t word = word_of(lexer, span);
    uint8_t first[16];
    int prefix;

    out->span = span;
    switch (read_integer(word, &out->number)) {
    case INTEGER:
        out->sign = MA_SIGN_INT;
        return 0;
    case OCTAL:
        return ma_wrong_octal(lexer->source, lexer->err, span);
    case TOO_LARGE:
        return ma_wrong_large(lexer->source, lexer->err, span);
    case NO_INTEGER:
    default:
        break;
    }
    if (!ma_address_read(word, out->octets, &out->size, &prefix))
        return ma_wrong_number(lexer->source, lexer->err, span);
    out->sign = MA_SIGN_ADDRESS;
    out->number = prefix;
    memcpy(first, out->octets, out->size);
    if (prefix >= 0)
        ma_address_first(first, out->size, (unsigned)prefix);
    if (memcmp(first, out->octets, out->size) != 0)
        return ma_wrong_host_bits(lexer->source, lexer->err, out, first);
    return 0;
}

/* True if the range has ends of one kind in order. */
static bool in_order(const ma_literal_t *low, const ma_literal_t *high)
{
    if (low->sign == MA_SIGN_INT)
        return low->number <= high->number;
    return memcmp(low->octets, high->octets, low->size) <= 0;
}

/* Two literals joined by two dots, which stand at `dots`. */
static int read_range(const ma_lexer_t *lexer, uint32_t dots, ma_lexeme_t *out)
{
    const ma_span_t low = { out->span.start, dots }, high = { dots + 2, out->span.end };
    int ret;

    if (low.start == low.end || high.start == high.end)
        return ma_wrong_range(lexer->source, lexer->err, out->span, MA_RANGE_HALF);
    ret = read_literal(lexer, low, &out->low);
    if (ret == 0)
        ret = read_literal(lexer, high, &out->high);
    if (ret != 0)
        return ret;
    if (out->low.sign != out->high.sign || out->low.size != out->high.size)
        return ma_wrong_range(lexer->source, lexer->err, out->span, MA_RANGE_KINDS);
    if (out->low.sign == MA_SIGN_ADDRESS && (out->low.number >= 0 || out->high.number >= 0))
        return ma_wrong_range(lexer->source, lexer->err, out->span, MA_RANGE_PREFIX);
    if (!in_order(&out->low, &out->high))
        return ma_wrong_range(lexer->source, lexer->err, out->span, MA_RANGE_ORDER);
    out->sign = MA_SIGN_RANGE;
    return 0;
}

/* Does a word begin like a number or an address, or hold a colon? If not, its dots are no range. */
static bool numeric(ma_bytes_t word)
{
    const uint8_t c = word.size > 0 ? word.data[0] : 0;

    return digit(c) < 10 || c == '-' || c == '.' || memchr(word.data, ':', word.size) != NULL;
}

int ma_lex_number(const ma_lexer_t *lexer, ma_lexeme_t *out)
{
    const ma_bytes_t word = word_of(lexer, out->span);
    size_t i;
    int ret;

    for (i = 0; numeric(word) && i + 1 < word.size; i++)
        if (word.data[i] == '.' && word.data[i + 1] == '.')
            return read_range(lexer, out->span.start + (uint32_t)i, out);
    ret = read_literal(lexer, out->span, &out->low);
    out->sign = out->low.sign;
    return ret;
}
