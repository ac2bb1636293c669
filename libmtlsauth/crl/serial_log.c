/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_log.c - see serial_log.h.
 *
 * A record is its hash, a length, a date and the serial; a record of length 0 is an issuer's
 * number, which is in force from there on, as it is in the list itself. Chunks grow up to a size at
 * which freeing one gives it back to the system: most lists are short.
 */
#include "crl/serial_log.h"

#include <string.h>

#include "base/pages.h"

enum { HASH_OCTETS = 4, HEAD_OCTETS = HASH_OCTETS + 1 + MA_SERIAL_DATE, ISSUER_OCTETS = 2 };

#define FIRST_CHUNK ((size_t)1 << 10)
#define MAX_CHUNK MA_PAGES_MIN
#define GROWTH 16

/* Dates are kept as seconds since a time before the year 0: not negative, and within 39 bits. */
#define DATE_BIAS INT64_C(70000000000)
#define DATE_MAX ((INT64_C(1) << (8 * MA_SERIAL_DATE - 1)) - 1)
#define REMOVED ((uint64_t)DATE_MAX + 1)

struct ma_log_chunk {
    ma_log_chunk_t *next;
    size_t size; /* of the chunk with its head */
    size_t used; /* of `records` */
    uint8_t records[];
};

void ma_serial_date_put(uint8_t *at, int64_t date, bool removed)
{
    uint64_t left;
    int i;

    if (date < -DATE_BIAS)
        date = -DATE_BIAS;
    if (date > DATE_MAX - DATE_BIAS)
        date = DATE_MAX - DATE_BIAS;
    left = (uint64_t)(date + DATE_BIAS) + (removed ? REMOVED : 0);
    for (i = MA_SERIAL_DATE; i-- > 0; left >>= 8)
        at[i] = (uint8_t)(left & 0xff);
}

uint64_t ma_serial_date_kept(const uint8_t *at)
{
    uint64_t kept = 0;
    int i;

    for (i = 0; i < MA_SERIAL_DATE; i++)
        kept = kept << 8 | at[i];
    return kept;
}

void ma_serial_date_get(uint64_t kept, ma_serial_entry_t *entry)
{
    entry->removed = kept >= REMOVED;
    entry->revoked_at = (int64_t)(kept & (uint64_t)DATE_MAX) - DATE_BIAS;
}

/* Room for `size` octets at the end; NULL when out of memory. They count as used. */
static uint8_t *append(ma_serial_log_t *log, size_t size)
{
    ma_log_chunk_t *chunk = log->last;
    size_t more;

    if (chunk == NULL || chunk->size - sizeof(*chunk) - chunk->used < size) {
        more = chunk == NULL ? FIRST_CHUNK : chunk->size * GROWTH;
        if (more > MAX_CHUNK)
            more = MAX_CHUNK;
        chunk = ma_pages_new(more);
        if (chunk == NULL)
            return NULL;
        chunk->size = more;
        if (log->last != NULL)
            log->last->next = chunk;
        else
            log->first = chunk;
        log->last = chunk;
    }
    chunk->used += size;
    return chunk->records + chunk->used - size;
}

static int add_issuer(ma_serial_log_t *log, uint16_t issuer)
{
    uint8_t *at = append(log, HEAD_OCTETS);

    if (at == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    memset(at, 0, HEAD_OCTETS);
    memcpy(at + HASH_OCTETS + 1, &issuer, ISSUER_OCTETS);
    log->issuer = issuer;
    return 0;
}

int ma_serial_log_add(ma_serial_log_t *log, const ma_serial_entry_t *entry, uint32_t hash)
{
    size_t size = entry->serial.size;
    uint8_t *at;

    if (entry->issuer != log->issuer && add_issuer(log, entry->issuer) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    at = append(log, HEAD_OCTETS + size);
    if (at == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    memcpy(at, &hash, HASH_OCTETS);
    at[HASH_OCTETS] = (uint8_t)size;
    ma_serial_date_put(at + HASH_OCTETS + 1, entry->revoked_at, entry->removed);
    memcpy(at + HEAD_OCTETS, entry->serial.data, size);
    return 0;
}

static void free_first(ma_serial_log_t *log)
{
    ma_log_chunk_t *chunk = log->first;

    log->first = chunk->next;
    if (log->first == NULL)
        log->last = NULL;
    ma_pages_free(chunk, chunk->size);
}

/* Goes on to a chunk in which there is something left. */
static bool has_more(ma_serial_log_t *log, ma_log_place_t *place, bool consume)
{
    if (place->chunk == NULL && !place->ended)
        place->chunk = log->first;
    while (place->chunk != NULL && place->at >= place->chunk->used) {
        place->chunk = place->chunk->next;
        place->at = 0;
        if (consume)
            free_first(log);
    }
    place->ended = place->chunk == NULL;
    return !place->ended;
}

bool ma_serial_log_next(ma_serial_log_t *log, ma_log_place_t *place, bool consume,
                        ma_serial_record_t *record)
{
    const uint8_t *at;

    while (has_more(log, place, consume)) {
        at = place->chunk->records + place->at;
        record->date = at + HASH_OCTETS + 1;
        record->serial = (ma_bytes_t) { at + HEAD_OCTETS, at[HASH_OCTETS] };
        place->at += HEAD_OCTETS + record->serial.size;
        if (record->serial.size == 0) {
            memcpy(&place->issuer, record->date, ISSUER_OCTETS);
            continue;
        }
        memcpy(&record->hash, at, HASH_OCTETS);
        record->issuer = place->issuer;
        return true;
    }
    return false;
}

size_t ma_serial_log_bytes(const ma_serial_log_t *log)
{
    const ma_log_chunk_t *chunk;
    size_t sum = 0;

    for (chunk = log->first; chunk != NULL; chunk = chunk->next)
        sum += chunk->size;
    return sum;
}

void ma_serial_log_free(ma_serial_log_t *log)
{
    while (log->first != NULL)
        free_first(log);
    *log = (ma_serial_log_t) { 0 };
}
