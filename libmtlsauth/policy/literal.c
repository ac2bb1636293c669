/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * literal.c - see literal.h.
 *
 * Tokens lie on one line, so the place of a mistake inside one is its column and an offset.
 */
#include "policy/literal.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"

#define MAX_NUMBER 60u /* characters of a number; that many also fit ma_token_show() */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The value of a hex digit, -1 if it is none. */
static int hex_digit(uint8_t c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---- strings ------------------------------------------------------------------------------ */

/* \xHH: `at` is behind the x, inside a string, so that a quote at least follows. */
static int hex_escape(const uint8_t *at, const ma_pos_t *pos, ma_buf_t *out,
                      mtlsauth_error_t **err)
{
    int high = hex_digit(at[0]);
    int low = high >= 0 ? hex_digit(at[1]) : -1;

    if (low < 0)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, pos,
                       "write both digits; to write a backslash itself, write it twice",
                       "a backslash and x take two hex digits");
    if (high == 0 && low == 0)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, pos, "remove the escape",
                       "a string cannot hold a NUL byte: libconfig would leave it out");
    ma_buf_byte(out, (char)(uint8_t)(high * 16 + low));
    return 0;
}

/* One escape; `at` is behind the backslash. *length: of what follows the backslash. */
static int escape(const uint8_t *at, size_t left, const ma_pos_t *pos, size_t *length,
                  ma_buf_t *out, mtlsauth_error_t **err)
{
    static const char known[] = "\\\"fnrt", meaning[] = "\\\"\f\n\r\t";
    const char *found = strchr(known, *at);

    if (*at == 'x' || *at == 'X') {
        *length = 3;
        return hex_escape(at + 1, pos, out, err);
    }
    if (found != NULL) {
        *length = 1;
        ma_buf_byte(out, meaning[found - known]);
        return 0;
    }
    return ma_fail(err, MTLSAUTH_E_SYNTAX, pos,
                   "to write a backslash itself, write it twice; known are a backslash before "
                   "\" f n r t, and before x and two hex digits",
                   "a backslash before \"%.*s\" means nothing",
                   (int)ma_utf8_length((const char *)at, left), (const char *)at);
}

int ma_literal_string(const ma_token_t *token, ma_buf_t *out, mtlsauth_error_t **err)
{
    const uint8_t *text = token->text.data;
    const size_t end = token->text.size - 1; /* the closing quote */
    size_t start = 1, i = 1, length = 0;
    int ret = 0;

    while (i < end && ret == 0) {
        if (text[i] != '\\') {
            i++;
            continue;
        }
        ma_pos_t pos = token->pos;
        pos.column += (unsigned)i;
        ma_buf_add(out, text + start, i - start);
        ret = escape(text + i + 1, end - i - 1, &pos, &length, out, err);
        if (ret == 0)
            start = i += 1 + length;
    }
    if (ret == 0)
        ma_buf_add(out, text + start, end - start);
    return ret;
}

size_t ma_literal_offset(ma_bytes_t token, size_t offset)
{
    size_t i = 1, end = token.size - 1; /* the quotes */

    for (; offset > 0 && i < end; offset--) {
        if (token.data[i] != '\\')
            i++;
        else
            i += token.data[i + 1] == 'x' || token.data[i + 1] == 'X' ? 4 : 2;
    }
    return i < end ? i : end;
}

/* ---- words -------------------------------------------------------------------------------- */

bool ma_literal_is_name(const ma_token_t *word)
{
    const uint8_t *text = word->text.data;
    size_t i;
    bool ignored;

    if ((!is_letter(text[0]) && text[0] != '*') || ma_literal_bool(word, &ignored))
        return false;
    for (i = 1; i < word->text.size; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && strchr("-_*", text[i]) == NULL)
            return false;
    return true;
}

static bool spells(const ma_token_t *word, const char *lower)
{
    size_t i, size = strlen(lower);

    if (word->text.size != size)
        return false;
    for (i = 0; i < size; i++)
        if (!is_letter(word->text.data[i]) || (word->text.data[i] | 0x20) != (uint8_t)lower[i])
            return false;
    return true;
}

bool ma_literal_bool(const ma_token_t *word, bool *value)
{
    if (!spells(word, "true") && !spells(word, "false"))
        return false;
    *value = spells(word, "true");
    return true;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* A number taken apart. Digits are offsets into the text. */
typedef struct number {
    char text[MAX_NUMBER + 1];
    size_t first; /* digit, behind sign and 0x */
    size_t whole; /* digits in front of the point */
    unsigned base;
    bool negative;
    bool real; /* has a point or an exponent */
    bool wide; /* ends in L */
} number_t;

bool ma_literal_is_number(const ma_token_t *word)
{
    return is_digit(word->text.data[0]) || strchr("+-.", word->text.data[0]) != NULL;
}

/* Moves over digits; returns how many. */
static size_t digits(const char **at, unsigned base)
{
    const char *start = *at;

    while (base == 16 ? hex_digit((uint8_t)**at) >= 0 : is_digit((uint8_t)**at))
        ++*at;
    return (size_t)(*at - start);
}

/* Point, fraction and exponent behind `whole` digits. False if they are malformed. */
static bool split_real(number_t *number, const char **at)
{
    size_t fraction = 0;

    if (**at == '.') {
        number->real = true;
        ++*at;
        fraction = digits(at, 10);
    }
    if (number->whole + fraction == 0)
        return false;
    if (**at != 'e' && **at != 'E')
        return true;
    number->real = true;
    ++*at;
    if (**at == '+' || **at == '-')
        ++*at;
    return digits(at, 10) > 0;
}

/* Takes the text apart; false if it is no number. */
static bool split(number_t *number)
{
    const char *at = number->text;

    number->base = 10;
    number->negative = *at == '-';
    if (at[0] == '0' && (at[1] | 0x20) == 'x') {
        number->base = 16;
        at += 2;
    } else if (*at == '-' || *at == '+') {
        at++;
    }
    number->first = (size_t)(at - number->text);
    number->whole = digits(&at, number->base);
    if (number->base == 16 ? number->whole == 0 : !split_real(number, &at))
        return false;
    if (*at == 'L' && !number->real) {
        number->wide = true;
        at += at[1] == 'L' ? 2 : 1;
    }
    return *at == '\0';
}

/* The integer, if it fits. */
static bool integer(const number_t *number, int64_t *out)
{
    const uint64_t limit = (number->wide ? (uint64_t)INT64_MAX : (uint64_t)INT32_MAX)
        + (number->negative ? 1 : 0);
    uint64_t value = 0, digit;
    size_t i;

    for (i = 0; i < number->whole; i++) {
        digit = (uint64_t)hex_digit((uint8_t)number->text[number->first + i]);
        if (value > (limit - digit) / number->base)
            return false;
        value = value * number->base + digit;
    }
    if (!number->negative)
        *out = (int64_t)value;
    else if (value > (uint64_t)INT64_MAX)
        *out = INT64_MIN;
    else
        *out = -(int64_t)value;
    return true;
}

/* The floating-point number, whatever the locale. What is too large or too small is an error. */
static int real(const ma_token_t *word, const number_t *number, double *out,
                mtlsauth_error_t **err)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
    double value;
    int error;

    if (c == (locale_t)0)
        return ma_fail_memory(err);
    before = uselocale(c);
    errno = 0;
    value = strtod(number->text, NULL);
    error = errno;
    uselocale(before);
    freelocale(c);
    if (error != 0)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos,
                       "write 0, or a number whose size is between 2.3e-308 and 1.7e308",
                       "%s is too large or too small for a floating-point number", number->text);
    *out = value;
    return 0;
}

static int fail_range(const ma_token_t *word, const number_t *number, mtlsauth_error_t **err)
{
    if (number->wide)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos,
                       "write a number between -9223372036854775808L and 9223372036854775807L",
                       "%s does not fit 64 bits: libconfig would change it silently",
                       number->text);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos,
                   "write a number between -2147483648 and 2147483647",
                   "%s does not fit 32 bits: libconfig would wrap it silently", number->text);
}

int ma_literal_number(const ma_token_t *word, ma_node_t *node, mtlsauth_error_t **err)
{
    char mend[MA_TOKEN_SHOWN + 32], shown[MA_TOKEN_SHOWN];
    number_t number = { .base = 10 };

    (void)ma_token_show(word, shown);
    if (word->text.size > MAX_NUMBER)
        return ma_fail(err, MTLSAUTH_E_LIMIT, &word->pos, "put text in double quotes",
                       "%s is longer than a number may be: %u characters", shown, MAX_NUMBER);
    memcpy(number.text, word->text.data, word->text.size);
    if (!split(&number)) {
        snprintf(mend, sizeof(mend), "put text in double quotes: %s", shown);
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos, mend, "%s is not a number", shown);
    }
    if (number.base == 10 && number.whole > 1 && number.text[number.first] == '0')
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos,
                       "write it in decimal without the zero, or in hexadecimal with 0x",
                       "%s has a leading zero: it looks octal, and libconfig reads it as decimal",
                       number.text);
    if (number.real) {
        node->kind = MA_NODE_FLOAT;
        return real(word, &number, &node->value.real, err);
    }
    node->kind = number.wide ? MA_NODE_INT64 : MA_NODE_INT;
    if (!integer(&number, &node->value.integer))
        return fail_range(word, &number, err);
    return 0;
}
