/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - a cursor over the structures of TLS (RFC 8446 3), with a sticky failure.
 *
 * After a read past the end every read yields zero or nothing, and `failed` stays: a parser looks
 * once, at the end.
 */
#ifndef AUDIT_TLS_WIRE_H
#define AUDIT_TLS_WIRE_H

#include "base/der.h"

typedef struct wire {
    const uint8_t *at;
    size_t left;
    bool failed;
} wire_t;

static inline wire_t wire(ma_bytes_t bytes)
{
    return (wire_t) { bytes.data, bytes.size, false };
}

static inline ma_bytes_t wire_bytes(wire_t *wire, size_t size)
{
    ma_bytes_t bytes = { wire->at, size };

    if (wire->failed || size > wire->left) {
        wire->failed = true;
        wire->left = 0;
        return (ma_bytes_t) { NULL, 0 };
    }
    if (size > 0) {
        wire->at += size;
        wire->left -= size;
    }
    return bytes;
}

/** An unsigned number of `octets` octets, at most four. */
static inline uint32_t wire_number(wire_t *wire, size_t octets)
{
    ma_bytes_t bytes = wire_bytes(wire, octets);
    uint32_t number = 0;
    size_t i;

    for (i = 0; i < bytes.size; i++)
        number = number << 8 | bytes.data[i];
    return number;
}

/** A vector with its length in `octets` octets in front. */
static inline ma_bytes_t wire_vector(wire_t *wire, size_t octets)
{
    return wire_bytes(wire, wire_number(wire, octets));
}

static inline bool wire_more(const wire_t *wire)
{
    return !wire->failed && wire->left > 0;
}

static inline uint32_t wire_u16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t wire_u24(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

#endif
