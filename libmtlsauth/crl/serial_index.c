/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_index.c - see serial_index.h.
 *
 * An entry in its bucket is a tag (a part of the hash), a length, a date, the issuer's number where
 * that counts, and the serial. A look-up reads one pair of offsets and then one short run of
 * memory, where the tag spares most comparisons. Serials that were added twice leave a gap at the
 * end of their bucket: it is zero, and a length of 0 ends a bucket.
 *
 * While it is made, records wait in many logs, by the first bits of their hash: one log after
 * another fills one part of the buckets after another, which stays near the processor, and gives
 * its memory back.
 */
#include "crl/serial_index.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/pages.h"
#include "base/siphash.h"

enum {
    ENTRIES_A_BUCKET = 8,
    CACHE_LINE = 64,
    ISSUER_OCTETS = 2,
    AT_LENGTH = 1,
    AT_DATE = 2,
    HEAD_OCTETS = AT_DATE + MA_SERIAL_DATE
};

static uint32_t hash(const uint64_t key[2], ma_bytes_t bytes)
{
    uint64_t h = ma_siphash(key, bytes);

    return (uint32_t)((h >> 32 ^ h) & UINT32_MAX);
}

/* ---- buckets ------------------------------------------------------------------------------- */

/* Without octets that only repeat the sign. */
static ma_bytes_t shortest(ma_bytes_t serial)
{
    while (serial.size > 1
           && ((serial.data[0] == 0x00 && serial.data[1] < 0x80)
               || (serial.data[0] == 0xff && serial.data[1] >= 0x80))) {
        serial.data++;
        serial.size--;
    }
    return serial;
}

static size_t head_size(const ma_serial_index_t *index)
{
    return HEAD_OCTETS + (index->by_issuer ? ISSUER_OCTETS : 0);
}

/*
 * Mixes the issuer in, where it counts. Issuers are numbered one after another and few: a factor
 * spreads them, and equal serials of many issuers do not share a bucket.
 */
static uint32_t place_of(const ma_serial_index_t *index, uint32_t h, uint16_t issuer)
{
    return index->by_issuer ? h + issuer * UINT32_C(0x9e3779b1) : h;
}

/* The bucket takes the high bits, the tag the low ones. */
static size_t bucket_of(const ma_serial_index_t *index, uint32_t place)
{
    return (size_t)((uint64_t)place * index->n_buckets >> 32);
}

/* Begins to bring a bucket near: the waiting for that is what a look-up takes. */
static void fetch(const uint8_t *bucket, size_t size)
{
#ifdef __GNUC__
    const size_t most = 5 * CACHE_LINE; /* a bucket is long only if many serials came twice */
    size_t i;

    size = size < most ? size : most;
    for (i = 0; i < size; i += CACHE_LINE)
        __builtin_prefetch(bucket + i, 1);
    if (size > 0)
        __builtin_prefetch(bucket + size - 1, 1);
#else
    (void)bucket;
    (void)size;
#endif
}

/* Looks like a record at an entry? Its tag and its length have been compared. */
static bool is_at(const ma_serial_index_t *index, const uint8_t *entry,
                  const ma_serial_record_t *record)
{
    if (index->by_issuer && memcmp(entry + HEAD_OCTETS, &record->issuer, ISSUER_OCTETS) != 0)
        return false;
    return memcmp(entry + head_size(index), record->serial.data, record->serial.size) == 0;
}

/*
 * Searches the bucket of a record. True: *entry is where it stands; else where the bucket is free
 * yet, or ends.
 */
static bool search(const ma_serial_index_t *index, const ma_serial_record_t *record,
                   uint8_t **entry, size_t *room)
{
    uint32_t place = place_of(index, record->hash, record->issuer);
    size_t bucket = bucket_of(index, place), head = head_size(index), size;
    uint8_t *at = index->blob + index->starts[bucket];
    const uint8_t *end = index->blob + index->starts[bucket + 1];
    uint8_t tag = (uint8_t)(place & 0xff);
    bool found = false;

    fetch(at, (size_t)(end - at));
    for (; (size_t)(end - at) > head && at[AT_LENGTH] != 0; at += size) {
        size = head + at[AT_LENGTH];
        found = at[0] == tag && at[AT_LENGTH] == record->serial.size && is_at(index, at, record);
        if (found || (size_t)(end - at) < size)
            break;
    }
    *entry = at;
    *room = (size_t)(end - at);
    return found;
}

/* ---- making it ----------------------------------------------------------------------------- */

void ma_serial_index_init(ma_serial_index_t *index)
{
    *index = (ma_serial_index_t) { .has_key = false };
}

static int make_key(ma_serial_index_t *index)
{
    if (index->has_key)
        return 0;
    if (gnutls_rnd(GNUTLS_RND_RANDOM, index->key, sizeof(index->key)) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    index->has_key = true;
    return 0;
}

int ma_serial_index_put(ma_serial_index_t *index, const ma_serial_entry_t *entry)
{
    const size_t longest = HEAD_OCTETS + ISSUER_OCTETS + MA_SERIAL_MAX;
    ma_serial_entry_t kept = *entry;
    uint32_t h;

    kept.serial = shortest(entry->serial);
    if (kept.serial.size == 0)
        return MTLSAUTH_E_MALFORMED;
    /* All of it must be within reach of a 32-bit offset. */
    if (kept.serial.size > MA_SERIAL_MAX
        || (uint64_t)index->added * (HEAD_OCTETS + ISSUER_OCTETS) + index->octets
            > UINT32_MAX - longest)
        return MTLSAUTH_E_LIMIT;
    if (make_key(index) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    h = hash(index->key, kept.serial);
    if (ma_serial_log_add(&index->logs[h >> (32 - MA_SERIAL_LOG_BITS)], &kept, h) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    index->added++;
    index->octets += kept.serial.size;
    return 0;
}

int ma_serial_index_add(ma_serial_index_t *index, ma_bytes_t serial, int64_t revoked_at)
{
    const ma_serial_entry_t entry = { .serial = serial, .revoked_at = revoked_at };

    return ma_serial_index_put(index, &entry);
}

/* Table and buckets lie in one block: so the table, too, is in huge pages. */
static int make_room(ma_serial_index_t *index)
{
    size_t table;

    if (index->added / ENTRIES_A_BUCKET > SIZE_MAX / sizeof(index->starts[0]) - 2)
        return MTLSAUTH_E_NO_MEMORY;
    index->n_buckets = index->added / ENTRIES_A_BUCKET + 1;
    table = (index->n_buckets + 1) * sizeof(index->starts[0]);
    index->size = index->added * head_size(index) + index->octets;
    if (index->size > SIZE_MAX - table)
        return MTLSAUTH_E_NO_MEMORY;
    index->size += table;
    index->starts = ma_pages_new(index->size);
    if (index->starts == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    index->blob = (uint8_t *)index->starts + table;
    return 0;
}

/* Sets where each bucket begins, by the sizes of all that belongs into it. */
static void lay_out(ma_serial_index_t *index)
{
    ma_serial_record_t record;
    uint32_t size, sum = 0;
    size_t i;

    for (i = 0; i < MA_SERIAL_LOGS; i++) {
        ma_log_place_t place = { .at = 0 };
        while (ma_serial_log_next(&index->logs[i], &place, false, &record)) {
            uint32_t where = place_of(index, record.hash, record.issuer);
            index->starts[bucket_of(index, where)]
                += (uint32_t)(head_size(index) + record.serial.size);
        }
    }
    for (i = 0; i <= index->n_buckets; i++) {
        size = index->starts[i];
        index->starts[i] = sum;
        sum += size;
    }
}

/* Puts one record into its bucket, or into what stands there of the same serial. */
static void scatter(ma_serial_index_t *index, const ma_serial_record_t *record)
{
    size_t room, head = head_size(index);
    uint8_t *at;

    if (search(index, record, &at, &room)) {
        if (ma_serial_date_kept(record->date) < ma_serial_date_kept(at + AT_DATE))
            memcpy(at + AT_DATE, record->date, MA_SERIAL_DATE);
        return;
    }
    if (room < head + record->serial.size) /* it was counted, so there is room */
        return;
    at[0] = (uint8_t)(place_of(index, record->hash, record->issuer) & 0xff);
    at[AT_LENGTH] = (uint8_t)record->serial.size;
    memcpy(at + AT_DATE, record->date, MA_SERIAL_DATE);
    if (index->by_issuer)
        memcpy(at + HEAD_OCTETS, &record->issuer, ISSUER_OCTETS);
    memcpy(at + head, record->serial.data, record->serial.size);
    index->count++;
}

int ma_serial_index_finish(ma_serial_index_t *index)
{
    ma_serial_record_t record;
    size_t i;

    if (make_key(index) != 0 || make_room(index) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    lay_out(index);
    for (i = 0; i < MA_SERIAL_LOGS; i++) {
        ma_log_place_t place = { .at = 0 };
        while (ma_serial_log_next(&index->logs[i], &place, true, &record))
            scatter(index, &record);
    }
    return 0;
}

/* ---- asking it ----------------------------------------------------------------------------- */

bool ma_serial_index_get(const ma_serial_index_t *index, ma_serial_entry_t *entry)
{
    ma_serial_record_t record = { .issuer = entry->issuer, .serial = shortest(entry->serial) };
    uint8_t *at;
    size_t room;

    if (index->starts == NULL || record.serial.size == 0)
        return false;
    record.hash = hash(index->key, record.serial);
    if (!search(index, &record, &at, &room))
        return false;
    ma_serial_date_get(ma_serial_date_kept(at + AT_DATE), entry);
    return true;
}

ma_serial_key_t ma_serial_index_key(const ma_serial_index_t *index, ma_bytes_t serial)
{
    ma_serial_key_t key = { .serial = shortest(serial) };

    key.hash = hash(index->key, key.serial);
    return key;
}

bool ma_serial_index_has(const ma_serial_index_t *index, const ma_serial_key_t *key)
{
    const ma_serial_record_t record = { .serial = key->serial, .hash = key->hash };
    uint8_t *at;
    size_t room;

    return index->starts != NULL && key->serial.size > 0 && search(index, &record, &at, &room);
}

bool ma_serial_index_find(const ma_serial_index_t *index, ma_bytes_t serial, int64_t *revoked_at)
{
    ma_serial_entry_t entry = { .serial = serial };

    if (!ma_serial_index_get(index, &entry) || entry.removed)
        return false;
    *revoked_at = entry.revoked_at;
    return true;
}

size_t ma_serial_index_bytes(const ma_serial_index_t *index)
{
    size_t i, sum = index->starts != NULL ? index->size : 0;

    for (i = 0; i < MA_SERIAL_LOGS; i++)
        sum += ma_serial_log_bytes(&index->logs[i]);
    return sum;
}

void ma_serial_index_free(ma_serial_index_t *index)
{
    size_t i;

    if (index == NULL)
        return;
    for (i = 0; i < MA_SERIAL_LOGS; i++)
        ma_serial_log_free(&index->logs[i]);
    ma_pages_free(index->starts, index->size);
    ma_serial_index_init(index);
}
