/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_plain.h - does a text stand in a JSON string as it is, also inside a script element?
 *
 * Most do: names of plugins, reason codes, digests. Eight octets are looked at at a time.
 */
#ifndef MA_BASE_JSON_PLAIN_H
#define MA_BASE_JSON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MA_JSON_EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/** The high bit of each octet that is zero; of others above one, perhaps too: it asks for none. */
static inline uint64_t ma_json_zeros(uint64_t word)
{
    return (word - MA_JSON_EACH(0x01)) & ~word & MA_JSON_EACH(0x80);
}

/** Not 0 if one of eight octets is no printable ASCII, or one that JSON escapes: " & ' < > \ */
static inline uint64_t ma_json_odd(uint64_t word)
{
    const uint64_t outside = ((word - MA_JSON_EACH(0x20)) | word | (word + MA_JSON_EACH(0x01)))
        & MA_JSON_EACH(0x80);

    return outside != 0
        ? MA_JSON_EACH(0x80)
        : ma_json_zeros(word ^ MA_JSON_EACH('"'))
            | ma_json_zeros((word & MA_JSON_EACH(0xfe)) ^ MA_JSON_EACH('&'))
            | ma_json_zeros((word & MA_JSON_EACH(0xfd)) ^ MA_JSON_EACH('<'))
            | ma_json_zeros(word ^ MA_JSON_EACH('\\'));
}

/** `bytes` may be NULL if there are none. */
static inline bool ma_json_plain(const char *bytes, size_t size)
{
    uint64_t word = MA_JSON_EACH(' '), found = 0;
    size_t at;

    if (size < sizeof(word)) {
        if (size > 0)
            memcpy(&word, bytes, size);
        return ma_json_odd(word) == 0;
    }
    for (at = 0; at < size - sizeof(word); at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        found |= ma_json_odd(word);
    }
    memcpy(&word, bytes + size - sizeof(word), sizeof(word)); /* may overlap the one before */
    return (found | ma_json_odd(word)) == 0;
}

#endif
