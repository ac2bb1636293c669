/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * function_encoding.c - base64 (RFC 4648 4, with or without its padding) and the escapes of URLs.
 *
 * What is no base64 decodes to nothing, never to the part of it that is; an escape that is none
 * stays as it is.
 */
#include "expr/function_made.h"

#include <string.h>

#include "base/utf8.h"

/* ---- base64 ------------------------------------------------------------------------------------
 */

static int value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Takes the padding off. False: it is wrong for this length. */
static bool without_padding(ma_bytes_t *text)
{
    size_t whole = text->size, pads = 0;

    while (pads < 2 && text->size > 0 && text->data[text->size - 1] == '=') {
        text->size--;
        pads++;
    }
    return text->size % 4 != 1 && (pads == 0 || whole % 4 == 0);
}

bool ma_run_decode_base64(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                          ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes;
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t i, n = 0;
    uint8_t *made;

    (void)count;
    out->bytes = (ma_bytes_t){(const uint8_t *)"", 0};
    if (text.size == 0 || !without_padding(&text))
        return ma_call_pay(call, 0);
    made = ma_call_room(call, text.size / 4 * 3 + 3);
    if (made == NULL)
        return false;
    for (i = 0; i < text.size; i++) {
        int value = value_of(text.data[i]);

        if (value < 0)
            return true;
        bits = (bits << 6 | (uint32_t)value) & 0xfff;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            made[n++] = (uint8_t)(bits >> n_bits & 0xff);
        }
    }
    if ((bits & ((1u << n_bits) - 1)) != 0)
        return true; /* another spelling of the same octets */
    out->bytes = (ma_bytes_t){made, n};
    return true;
}

/* ---- escapes -----------------------------------------------------------------------------------
 */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `digits` hex digits at `at`, or -1. */
static int32_t hex_at(ma_bytes_t text, size_t at, size_t digits)
{
    int32_t value = 0;
    size_t i;

    if (at > text.size || digits > text.size - at)
        return -1;
    for (i = 0; i < digits; i++) {
        int digit = hex_digit(text.data[at + i]);

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static int32_t unit_at(ma_bytes_t text, size_t at)
{
    return at + 1 < text.size && text.data[at] == '%' && text.data[at + 1] == 'u'
               ? hex_at(text, at + 2, 4)
               : -1;
}

/* Decodes a %uHHHH, or two that are halves of one character. Returns what was read of it, 0: none.
 */
static size_t decode_unit(ma_bytes_t text, size_t at, char *out, size_t *written)
{
    int32_t code = unit_at(text, at), low;
    size_t read = 6;

    if (code < 0)
        return 0;
    if (code >= 0xd800 && code < 0xdc00) {
        low = unit_at(text, at + 6);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            read = 12;
        }
    }
    *written = ma_utf8_write((uint32_t)code, out);
    return *written > 0 ? read : 0; /* half a character is none */
}

/* One round. What is written is never longer than what is read. Returns its length. */
static size_t decode(ma_bytes_t text, bool units, uint8_t *out)
{
    size_t i = 0, n = 0;

    while (i < text.size) {
        int32_t octet = text.data[i] == '%' ? hex_at(text, i + 1, 2) : -1;
        size_t read, written = 0;
        char character[4];

        read = units && octet < 0 ? decode_unit(text, i, character, &written) : 0;
        if (read > 0) {
            memcpy(out + n, character, written);
            n += written;
            i += read;
        } else if (octet >= 0) {
            out[n++] = (uint8_t)octet;
            i += 3;
        } else {
            out[n++] = text.data[i] == '+' ? ' ' : text.data[i];
            i++;
        }
    }
    return n;
}

static bool has_option(ma_bytes_t options, char option)
{
    return options.size > 0 && memchr(options.data, option, options.size) != NULL;
}

int ma_prepare_url_decode(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                          const char **why)
{
    size_t i;

    (void)arena;
    *made = NULL;
    for (i = 0; call->n_items > 1 && i < call->items[1]->text.size; i++) {
        uint8_t option = call->items[1]->text.data[i];

        if (option != 'r' && option != 'u') {
            *at = 1;
            *why = "the options of url_decode() are \"r\", \"u\" and \"ru\"";
            return MTLSAUTH_E_POLICY;
        }
    }
    return 0;
}

bool ma_run_url_decode(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                       ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes;
    ma_bytes_t options = count > 1 ? arguments[1].bytes : (ma_bytes_t){NULL, 0};
    bool units = has_option(options, 'u'), again = has_option(options, 'r');
    uint8_t *rooms[2] = {NULL, NULL};
    unsigned round = 0;

    out->bytes = text;
    do {
        uint8_t **room = &rooms[round++ % 2];
        size_t size;

        if (text.size == 0 || (memchr(text.data, '%', text.size) == NULL &&
                               memchr(text.data, '+', text.size) == NULL))
            return ma_call_pay(call, text.size);
        if (*room == NULL)
            *room = ma_call_room(call, text.size); /* what comes later is not longer */
        if (*room == NULL || !ma_call_pay(call, text.size))
            return false;
        size = decode(text, units, *room);
        if (size == text.size && memcmp(*room, text.data, size) == 0)
            return true; /* no more to decode */
        text = (ma_bytes_t){*room, size};
        out->bytes = text;
    } while (again);
    return true;
}
