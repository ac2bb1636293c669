/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_log.h - entries of a list in the order in which they were read, close together: what an
 * index is made of when their number is known.
 *
 * Taking them out frees their memory on the way, so that log and index are never there in full at
 * the same time.
 */
#ifndef MA_CRL_SERIAL_LOG_H
#define MA_CRL_SERIAL_LOG_H

#include "base/der.h"

/** The longest serial, without octets that only repeat the sign. RFC 5280 allows 20. */
#define MA_SERIAL_MAX 255

/** Octets of a date with its flag, as they are kept. */
#define MA_SERIAL_DATE 5

/** One entry. Its date is kept in 39 bits, so that the flag costs nothing. */
typedef struct ma_serial_entry {
    uint16_t issuer; /**< whose serial it is; counts only where `by_issuer` is set */
    ma_bytes_t serial; /**< INTEGER contents */
    int64_t revoked_at;
    bool removed; /**< no longer revoked (removeFromCRL) */
} ma_serial_entry_t;

/** One entry as it lies in the log: borrowed. */
typedef struct ma_serial_record {
    uint32_t hash;
    uint16_t issuer;
    const uint8_t *date; /**< MA_SERIAL_DATE octets */
    ma_bytes_t serial;
} ma_serial_record_t;

typedef struct ma_log_chunk ma_log_chunk_t;

typedef struct ma_serial_log {
    ma_log_chunk_t *first;
    ma_log_chunk_t *last;
    uint16_t issuer; /**< of the last entry */
} ma_serial_log_t;

/** Where reading is; all zero at the beginning. */
typedef struct ma_log_place {
    ma_log_chunk_t *chunk;
    size_t at;
    uint16_t issuer;
    bool ended;
} ma_log_place_t;

/** Appends; the serial has 1 to MA_SERIAL_MAX octets. Returns 0 or MTLSAUTH_E_NO_MEMORY. */
int ma_serial_log_add(ma_serial_log_t *log, const ma_serial_entry_t *entry,
                      uint32_t hash) MTLSAUTH_MUST_CHECK;
/** The next record; false at the end. With `consume`, what was read before is freed. */
bool ma_serial_log_next(ma_serial_log_t *log, ma_log_place_t *place, bool consume,
                        ma_serial_record_t *record);
size_t ma_serial_log_bytes(const ma_serial_log_t *log);
void ma_serial_log_free(ma_serial_log_t *log);

/**
 * Dates as they are kept. What is kept of a serial that is revoked is less than of one that is
 * removed, and otherwise less for an earlier date.
 */
void ma_serial_date_put(uint8_t *at, int64_t date, bool removed);
uint64_t ma_serial_date_kept(const uint8_t *at);
void ma_serial_date_get(uint64_t kept, ma_serial_entry_t *entry);

#endif
