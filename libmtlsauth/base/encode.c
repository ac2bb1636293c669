/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode.c - see encode.h.
 *
 * Most places differ only in which bytes they must have written in another way, so those bytes are
 * a table for each place, and one loop serves all. JSON and header values have loops of their own:
 * they escape characters, and blanks by what stands beside them.
 */
#include "base/encode.h"

#include <string.h>

#include "base/json_plain.h"
#include "base/utf8.h"

/* A byte that a place wants written in another way. Bytes from 0x80 up are never in a table. */
typedef struct rule {
    char byte;
    const char *as;
} rule_t;

/* How a place is written: its rules, and what stands before the hex of what does not show. */
typedef struct place {
    const char *hex;
    const rule_t *rules;
    size_t n_rules;
} place_t;

#define RULES(array) (array), sizeof(array) / sizeof((array)[0])

static const char lower_digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

static void add_hex(ma_buf_t *out, unsigned char byte, const char *digits)
{
    const char pair[2] = { digits[byte >> 4], digits[byte & 15] };

    ma_buf_add(out, pair, sizeof(pair));
}

/* Each byte as hex behind a mark. */
static void add_escaped(ma_buf_t *out, const char *mark, const char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        ma_buf_text(out, mark);
        add_hex(out, (unsigned char)bytes[i], lower_digits);
    }
}

static const char *find_rule(const place_t *place, char byte)
{
    size_t i;

    for (i = 0; i < place->n_rules; i++) {
        if (place->rules[i].byte == byte)
            return place->rules[i].as;
    }
    return NULL;
}

static void encode(ma_buf_t *out, const char *bytes, size_t size, const place_t *place)
{
    const char *as;
    uint32_t code = 0;
    size_t length;

    for (; size > 0; bytes += length, size -= length) {
        length = ma_utf8_read(bytes, size, &code);
        as = find_rule(place, bytes[0]);
        if (as != NULL) {
            ma_buf_text(out, as);
        } else if (length == 0) {
            length = 1;
            add_escaped(out, place->hex, bytes, 1);
        } else if (!ma_utf8_shows(code)) {
            add_escaped(out, place->hex, bytes, length);
        } else {
            ma_buf_add(out, bytes, length);
        }
    }
}

void ma_encode_log(ma_buf_t *out, const char *bytes, size_t size)
{
    static const rule_t rules[] = { { '\\', "\\\\" } };
    static const place_t place = { "\\x", RULES(rules) };

    encode(out, bytes, size, &place);
}

void ma_encode_terminal(ma_buf_t *out, const char *bytes, size_t size)
{
    ma_encode_log(out, bytes, size);
}

/* \uXXXX, as two of them (a surrogate pair) for a character past the basic plane. */
static void add_json_escape(ma_buf_t *out, uint32_t code)
{
    if (code > 0xffff) {
        add_json_escape(out, 0xd800 + ((code - 0x10000) >> 10));
        code = 0xdc00 + (code & 0x3ff);
    }
    ma_buf_text(out, "\\u");
    add_hex(out, (unsigned char)(code >> 8), lower_digits);
    add_hex(out, (unsigned char)(code & 0xff), lower_digits);
}

/* The octets at the beginning that JSON has as they are, of ASCII. Most texts are nothing else. */
static size_t plain_json(const char *bytes, size_t size)
{
    size_t i = 0;

    while (i < size && bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\'
           && bytes[i] != '<' && bytes[i] != '>' && bytes[i] != '&' && bytes[i] != '\'')
        i++;
    return i;
}

void ma_encode_json(ma_buf_t *out, const char *bytes, size_t size)
{
    bool was_bad = false;
    uint32_t code = 0;
    size_t length;

    for (; size > 0; bytes += length, size -= length) {
        length = plain_json(bytes, size);
        if (length > 0) {
            ma_buf_add(out, bytes, length);
            was_bad = false;
            continue;
        }
        length = ma_utf8_read(bytes, size, &code);
        if (length == 0) {
            if (!was_bad)
                ma_buf_text(out, "\xef\xbf\xbd");
            was_bad = true;
            length = 1;
            continue;
        }
        was_bad = false;
        if (code == '"' || code == '\\') {
            ma_buf_byte(out, '\\');
            ma_buf_byte(out, bytes[0]);
        } else if (!ma_utf8_shows(code) || code == '<' || code == '>' || code == '&'
                   || code == '\'') {
            add_json_escape(out, code);
        } else {
            ma_buf_add(out, bytes, length);
        }
    }
}

void ma_encode_json_string(ma_buf_t *out, const char *bytes, size_t size)
{
    ma_buf_byte(out, '"');
    if (ma_json_plain(bytes, size))
        ma_buf_add(out, bytes, size);
    else
        ma_encode_json(out, bytes, size);
    ma_buf_byte(out, '"');
}

/* White space to a spreadsheet: ASCII's, and the space separators of Unicode (category Zs). */
static bool is_space(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0d) || code == 0x20 || code == 0x85 || code == 0xa0
           || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f
           || code == 0x205f || code == 0x3000;
}

/* True if a spreadsheet would read the field as a formula; full-width signs count for some. */
static bool is_formula(const char *bytes, size_t size)
{
    static const uint32_t signs[] = { '=', '+', '-', '@', 0xff0b, 0xff0d, 0xff1d, 0xff20 };
    uint32_t code = 0;
    size_t length, i;

    while ((length = ma_utf8_read(bytes, size, &code)) > 0 && is_space(code)) {
        bytes += length;
        size -= length;
    }
    for (i = 0; length > 0 && i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (code == signs[i])
            return true;
    }
    return false;
}

void ma_encode_csv(ma_buf_t *out, const char *bytes, size_t size)
{
    static const rule_t rules[] = { { '"', "\"\"" }, { '\\', "\\\\" } };
    static const place_t place = { "\\x", RULES(rules) };

    ma_buf_text(out, is_formula(bytes, size) ? "\"'" : "\"");
    encode(out, bytes, size, &place);
    ma_buf_byte(out, '"');
}

void ma_encode_html(ma_buf_t *out, const char *bytes, size_t size)
{
    static const rule_t rules[] = {
        { '&', "&amp;" },  { '<', "&lt;" },  { '>', "&gt;" },  { '"', "&quot;" },
        { '\'', "&#39;" }, { '`', "&#96;" }, { '\\', "\\\\" },
    };
    static const place_t place = { "\\x", RULES(rules) };

    encode(out, bytes, size, &place);
}

void ma_encode_header(ma_buf_t *out, const char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        char c = bytes[i];
        bool single = i > 0 && i + 1 < size && bytes[i - 1] != ' ' && bytes[i + 1] != ' ';

        if ((c > ' ' && c <= '~' && c != '%') || (c == ' ' && single)) {
            ma_buf_byte(out, c);
        } else {
            ma_buf_byte(out, '%');
            add_hex(out, (unsigned char)c, upper_digits);
        }
    }
}

void ma_encode_label(ma_buf_t *out, const char *bytes, size_t size)
{
    static const rule_t rules[] = { { '\\', "\\\\" }, { '"', "\\\"" }, { '\n', "\\n" } };
    /* A lone \x is an error to a reader of labels: the backslash of \xHH is escaped as well. */
    static const place_t place = { "\\\\x", RULES(rules) };

    encode(out, bytes, size, &place);
}

void ma_encode_hex(ma_buf_t *out, const void *bytes, size_t size, bool lower)
{
    const unsigned char *octets = bytes;
    const char *digits = lower ? lower_digits : upper_digits;
    char text[64];
    size_t n = 0;

    for (; size > 0; octets++, size--) {
        text[n++] = digits[*octets >> 4];
        text[n++] = digits[*octets & 15];
        if (n == sizeof(text) || size == 1) {
            ma_buf_add(out, text, n);
            n = 0;
        }
    }
}

void ma_encode_base64(ma_buf_t *out, const void *bytes, size_t size)
{
    static const char digit[]
        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *octets = bytes;

    while (size > 0) {
        size_t taken = size < 3 ? size : 3;
        unsigned second = taken > 1 ? octets[1] : 0, third = taken > 2 ? octets[2] : 0;
        char four[4] = {
            digit[octets[0] >> 2],
            digit[(octets[0] & 3u) << 4 | second >> 4],
            '=',
            '=',
        };
        if (taken > 1)
            four[2] = digit[(second & 15u) << 2 | third >> 6];
        if (taken > 2)
            four[3] = digit[third & 63u];
        ma_buf_add(out, four, sizeof(four));
        octets += taken;
        size -= taken;
    }
}
