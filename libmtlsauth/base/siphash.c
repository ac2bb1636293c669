/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.c - see siphash.h. */
#include "base/siphash.h"

#include <string.h>

static inline uint64_t rotate(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

/* The order of octets in a word is the machine's: nobody compares hashes with another one's. */
static uint64_t word_at(const uint8_t *octets, size_t n)
{
    uint64_t word = 0;

    memcpy(&word, octets, n);
    return word;
}

uint64_t ma_siphash(const uint64_t key[2], ma_bytes_t bytes)
{
    uint64_t v[4] = {
        key[0] ^ UINT64_C(0x736f6d6570736575),
        key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261),
        key[1] ^ UINT64_C(0x7465646279746573),
    };
    uint64_t last;
    size_t i;

    for (i = 0; i + 8 < bytes.size; i += 8)
        sip_word(v, word_at(bytes.data + i, 8));
    /* The last word may overlap the one before it: with the length, it says as much. */
    last = bytes.size < 8 ? word_at(bytes.data, bytes.size)
                          : word_at(bytes.data + bytes.size - 8, 8);
    sip_word(v, last);
    sip_word(v, bytes.size);
    v[2] ^= 0xff;
    for (i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#define END 32u

uint64_t ma_siphash_ends(const uint64_t key[2], ma_bytes_t bytes)
{
    const size_t n = bytes.size < END ? bytes.size : END;
    uint8_t sample[8 + 2 * END] = { 0 };
    const uint64_t size = bytes.size;

    memcpy(sample, &size, sizeof(size));
    if (n > 0) {
        memcpy(sample + 8, bytes.data, n);
        memcpy(sample + 8 + END, bytes.data + bytes.size - n, n);
    }
    return ma_siphash(key, (ma_bytes_t) { sample, sizeof(sample) });
}
