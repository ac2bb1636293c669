/* SPDX-License-Identifier: BSD-2-Clause */
/* der_put.h - for tests: write DER, good or bad. Header only; everything lies in the arena. */
#ifndef TESTS_UNIT_DER_PUT_H
#define TESTS_UNIT_DER_PUT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/der.h"

/* An element with those parts as its contents; tag 0: just the parts, one after another. */
static inline ma_bytes_t der_put(ma_arena_t *arena, unsigned tag, const ma_bytes_t *parts, size_t n)
{
    uint8_t *out, *at;
    size_t i, size = 0, octets = 0;

    for (i = 0; i < n; i++)
        size += parts[i].size;
    at = out = ma_arena_alloc(arena, size + 6);
    if (out == NULL)
        abort();
    if (tag != 0) {
        *at++ = (uint8_t)tag;
        while (size >= 0x80 && size >> (8 * octets) != 0)
            octets++;
        *at++ = (uint8_t)(octets > 0 ? 0x80 | octets : size);
        while (octets > 0)
            *at++ = (uint8_t)(size >> (8 * --octets));
    }
    for (i = 0; i < n; i++) {
        if (parts[i].size > 0)
            memcpy(at, parts[i].data, parts[i].size);
        at += parts[i].size;
    }
    return (ma_bytes_t) { out, (size_t)(at - out) };
}

#define DER(arena, tag, ...)                                                                       \
    der_put(arena, tag, (const ma_bytes_t[]) { __VA_ARGS__ },                                      \
            sizeof((const ma_bytes_t[]) { __VA_ARGS__ }) / sizeof(ma_bytes_t))

/* An element around a text. */
static inline ma_bytes_t der_text(ma_arena_t *arena, unsigned tag, const char *text)
{
    return DER(arena, tag, { (const uint8_t *)text, strlen(text) });
}

/* Octets written in hex, as they are. Blanks do not count. */
static inline ma_bytes_t der_hex(ma_arena_t *arena, const char *hex)
{
    uint8_t *out = ma_arena_alloc(arena, strlen(hex) / 2 + 1);
    size_t n = 0;
    unsigned octet;

    if (out == NULL)
        abort();
    for (; *hex != '\0'; hex++) {
        if (*hex == ' ')
            continue;
        if (sscanf(hex, "%2x", &octet) != 1)
            abort();
        out[n++] = (uint8_t)octet;
        hex++;
    }
    return (ma_bytes_t) { out, n };
}

/* A copy that may be changed. */
static inline uint8_t *der_copy(ma_arena_t *arena, ma_bytes_t bytes)
{
    uint8_t *copy = (uint8_t *)ma_arena_copy(arena, bytes.data, bytes.size);

    if (copy == NULL)
        abort();
    return copy;
}

#endif
