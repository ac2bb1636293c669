/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_index.h - serial numbers and their revocation dates, for lists of millions of entries.
 *
 * Flat memory: entries lie in buckets of a few, and a table of 32-bit offsets says where each
 * bucket begins. An entry takes 8 bytes beside its serial. Add everything, finish once, then look
 * up; after that it is constant, and threads may share it. It owns all it holds.
 *
 * Serials are integers: octets that only repeat the sign do not matter, so 00 1A is 1A, but 00 80
 * (128) is not 80 (-128). The hash is keyed at random, so that whoever chooses serials cannot make
 * them collide.
 */
#ifndef MA_CRL_SERIAL_INDEX_H
#define MA_CRL_SERIAL_INDEX_H

#include "crl/serial_log.h"

/** Entries wait in this many logs, by the first bits of their hash. */
#define MA_SERIAL_LOG_BITS 6
#define MA_SERIAL_LOGS (1u << MA_SERIAL_LOG_BITS)

typedef struct ma_serial_index {
    ma_serial_log_t logs[MA_SERIAL_LOGS]; /**< what was added; empty once finished */
    size_t added;                         /**< entries */
    size_t octets;                        /**< of their serials */
    uint32_t *starts;    /**< where each bucket begins, and at last where the last one ends */
    uint8_t *blob;       /**< the buckets one after another, behind that table */
    size_t size;         /**< of both */
    size_t n_buckets;
    size_t count;    /**< different serials, once finished */
    bool by_issuer;  /**< serials of different issuers differ; to be set before it is finished */
    uint64_t key[2]; /**< of the hash */
    bool has_key;
} ma_serial_index_t;

void ma_serial_index_init(ma_serial_index_t *index);
/**
 * Adds an entry, whose serial is copied. Returns 0, MTLSAUTH_E_MALFORMED for an empty one,
 * MTLSAUTH_E_LIMIT for one that is too long or one too many, or MTLSAUTH_E_NO_MEMORY (also without
 * random numbers for the hash).
 */
int ma_serial_index_put(ma_serial_index_t *index,
                        const ma_serial_entry_t *entry) MTLSAUTH_MUST_CHECK;
/** The same for a serial that is revoked, where there is but one issuer. */
int ma_serial_index_add(ma_serial_index_t *index, ma_bytes_t serial,
                        int64_t revoked_at) MTLSAUTH_MUST_CHECK;
/**
 * Makes the buckets. A serial that was added several times is kept once: revoked rather than
 * removed, with its earliest date. Returns 0 or MTLSAUTH_E_NO_MEMORY.
 */
int ma_serial_index_finish(ma_serial_index_t *index) MTLSAUTH_MUST_CHECK;
/** Only after finish: completes the entry with that issuer and serial; false: there is none. */
bool ma_serial_index_get(const ma_serial_index_t *index, ma_serial_entry_t *entry);
/** A serial made ready to be looked for in one index, for who asks again and again. */
typedef struct ma_serial_key {
    ma_bytes_t serial; /**< borrowed */
    uint32_t hash;
} ma_serial_key_t;

ma_serial_key_t ma_serial_index_key(const ma_serial_index_t *index, ma_bytes_t serial);
/** Only where there is but one issuer: is there an entry, revoked or removed? */
bool ma_serial_index_has(const ma_serial_index_t *index, const ma_serial_key_t *key);

/** The same where there is but one issuer. */
bool ma_serial_index_find(const ma_serial_index_t *index, ma_bytes_t serial, int64_t *revoked_at);
/** Bytes of memory that it holds. */
size_t ma_serial_index_bytes(const ma_serial_index_t *index);
void ma_serial_index_free(ma_serial_index_t *index);

#endif
