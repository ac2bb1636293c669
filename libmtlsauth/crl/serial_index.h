/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_index.h - serial numbers and their revocation dates, for lists of millions of entries.
 *
 * Flat memory: one blob holds keys and dates, one table holds 32-bit offsets into it. An entry with
 * a serial of 16 octets takes 28 bytes. Add everything, finish once, then look up; after that it is
 * constant, and threads may share it. It owns all it holds.
 *
 * Serials are integers: octets that only repeat the sign do not matter, so 00 1A is 1A, but 00 80
 * (128) is not 80 (-128). The hash is keyed at random, so that whoever chooses serials cannot make
 * them collide.
 */
#ifndef MA_CRL_SERIAL_INDEX_H
#define MA_CRL_SERIAL_INDEX_H

#include "base/der.h"

/** The longest serial, without octets that only repeat the sign. RFC 5280 allows 20. */
#define MA_SERIAL_MAX 255

/** One entry. Its date is kept in 39 bits, so that the flag costs nothing. */
typedef struct ma_serial_entry {
    uint16_t issuer; /**< whose serial it is; counts only where `by_issuer` is set */
    ma_bytes_t serial; /**< INTEGER contents */
    int64_t revoked_at;
    bool removed; /**< no longer revoked (removeFromCRL) */
} ma_serial_entry_t;

typedef struct ma_serial_index {
    uint8_t *blob; /**< entries one after another: length, date, key */
    size_t size;
    size_t capacity;
    uint32_t *slots; /**< 0: free; else two bits of the hash and 1 + the offset of an entry */
    size_t n_slots;
    size_t count;    /**< different serials, once finished */
    bool by_issuer;  /**< keys begin with the issuer's number; to be set before the first one */
    uint64_t key[2]; /**< of the hash */
} ma_serial_index_t;

void ma_serial_index_init(ma_serial_index_t *index);
/**
 * Adds an entry, whose serial is copied. Returns 0, MTLSAUTH_E_MALFORMED for an empty one,
 * MTLSAUTH_E_LIMIT for one that is too long or one too many, or MTLSAUTH_E_NO_MEMORY.
 */
int ma_serial_index_put(ma_serial_index_t *index,
                        const ma_serial_entry_t *entry) MTLSAUTH_MUST_CHECK;
/** The same for a serial that is revoked, where there is but one issuer. */
int ma_serial_index_add(ma_serial_index_t *index, ma_bytes_t serial,
                        int64_t revoked_at) MTLSAUTH_MUST_CHECK;
/**
 * Makes the table. A serial that was added several times is kept once: revoked rather than
 * removed, with its earliest date.
 * Returns 0 or MTLSAUTH_E_NO_MEMORY (also without random numbers for the hash).
 */
int ma_serial_index_finish(ma_serial_index_t *index) MTLSAUTH_MUST_CHECK;
/** Only after finish: completes the entry with that issuer and serial; false: there is none. */
bool ma_serial_index_get(const ma_serial_index_t *index, ma_serial_entry_t *entry);
/** The same where there is but one issuer. */
bool ma_serial_index_find(const ma_serial_index_t *index, ma_bytes_t serial, int64_t *revoked_at);
/** Bytes of memory that it holds. */
size_t ma_serial_index_bytes(const ma_serial_index_t *index);
void ma_serial_index_free(ma_serial_index_t *index);

#endif
