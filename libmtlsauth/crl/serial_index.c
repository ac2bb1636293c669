/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_index.c - see serial_index.h.
 *
 * An open-addressing table with linear probing, made at once when the number of entries is known:
 * two of three slots are taken. Slots carry two bits of the hash, which saves three of four
 * looks into the blob, each of which is likely to miss the cache.
 */
#include "crl/serial_index.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

enum {
    DATE_OCTETS = 5,
    HEAD_OCTETS = 1 + DATE_OCTETS,
    ISSUER_OCTETS = 2,
    OFFSET_BITS = 30
};
#define OFFSET_MASK ((UINT32_C(1) << OFFSET_BITS) - 1)
/** Dates are kept as seconds since a time before the year 0: not negative, and within 39 bits. */
#define DATE_BIAS INT64_C(70000000000)
#define DATE_MAX ((INT64_C(1) << (8 * DATE_OCTETS - 1)) - 1)
/** The bit above them: so what is revoked is less than what is removed, whatever the dates. */
#define REMOVED (DATE_MAX + 1)

/* ---- the hash: SipHash-2-4 (Aumasson, Bernstein 2012) --------------------------------------- */

static uint64_t rotate(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
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

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

static uint64_t little_endian(const uint8_t *octets, size_t n)
{
    uint64_t word = 0;

    while (n > 0)
        word = word << 8 | octets[--n];
    return word;
}

static uint64_t hash(const uint64_t key[2], ma_bytes_t bytes)
{
    uint64_t v[4] = {
        key[0] ^ UINT64_C(0x736f6d6570736575),
        key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261),
        key[1] ^ UINT64_C(0x7465646279746573),
    };
    size_t i;

    for (i = 0; bytes.size - i >= 8; i += 8)
        sip_word(v, little_endian(bytes.data + i, 8));
    sip_word(v, (uint64_t)bytes.size << 56 | little_endian(bytes.data + i, bytes.size - i));
    v[2] ^= 0xff;
    for (i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- entries ------------------------------------------------------------------------------- */

/** Without octets that only repeat the sign. */
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

/** Puts the issuer's number before a serial where that is to be; false if it gets too long. */
static bool make_key(const ma_serial_index_t *index, uint16_t issuer, ma_bytes_t *key,
                     uint8_t room[MA_SERIAL_MAX])
{
    if (!index->by_issuer)
        return key->size <= MA_SERIAL_MAX;
    if (key->size > MA_SERIAL_MAX - ISSUER_OCTETS)
        return false;
    room[0] = (uint8_t)(issuer >> 8);
    room[1] = (uint8_t)(issuer & 0xff);
    memcpy(room + ISSUER_OCTETS, key->data, key->size);
    *key = (ma_bytes_t) { room, ISSUER_OCTETS + key->size };
    return true;
}

static void put_date(uint8_t *at, int64_t date, bool removed)
{
    uint64_t left;
    int i;

    if (date < -DATE_BIAS)
        date = -DATE_BIAS;
    if (date > DATE_MAX - DATE_BIAS)
        date = DATE_MAX - DATE_BIAS;
    left = (uint64_t)(date + DATE_BIAS + (removed ? REMOVED : 0));
    for (i = DATE_OCTETS; i-- > 0; left >>= 8)
        at[i] = (uint8_t)(left & 0xff);
}

/** The date as it is kept, with its flag. */
static int64_t get_kept(const uint8_t *at)
{
    int64_t date = 0;
    int i;

    for (i = 0; i < DATE_OCTETS; i++)
        date = date << 8 | at[i];
    return date;
}

/** The entry at an offset; NULL if it does not lie within the blob. */
static uint8_t *entry_at(const ma_serial_index_t *index, size_t offset, ma_bytes_t *key)
{
    uint8_t *entry;

    if (offset >= index->size || index->size - offset < HEAD_OCTETS)
        return NULL;
    entry = index->blob + offset;
    if (index->size - offset - HEAD_OCTETS < entry[0])
        return NULL;
    key->data = entry + HEAD_OCTETS;
    key->size = entry[0];
    return entry;
}

/**
 * The slot where a key is, or a free one where it would be, and its entry (NULL: free). `tag` is
 * the part of the hash that is kept in the slot. A free slot is always met: a third of them are.
 */
static uint32_t *probe(const ma_serial_index_t *index, ma_bytes_t key, uint32_t *tag,
                       uint8_t **entry)
{
    uint64_t h = hash(index->key, key);
    size_t at = (size_t)(((h >> 32) * index->n_slots) >> 32);
    ma_bytes_t found;

    *tag = (uint32_t)(h & 3) << OFFSET_BITS;
    for (;; at = at + 1 < index->n_slots ? at + 1 : 0) {
        uint32_t slot = index->slots[at];

        *entry = NULL;
        if (slot == 0)
            return &index->slots[at];
        if ((slot & ~OFFSET_MASK) != *tag)
            continue;
        *entry = entry_at(index, (slot & OFFSET_MASK) - 1, &found);
        if (*entry != NULL && ma_bytes_equal(found, key))
            return &index->slots[at];
    }
}

/* ---- the index ----------------------------------------------------------------------------- */

void ma_serial_index_init(ma_serial_index_t *index)
{
    *index = (ma_serial_index_t) { 0 };
}

/** Makes room for `more` bytes in the blob. */
static int grow(ma_serial_index_t *index, size_t more)
{
    size_t wanted, capacity = index->capacity;
    uint8_t *blob;

    if (more > OFFSET_MASK - 1 - index->size)
        return MTLSAUTH_E_LIMIT;
    wanted = index->size + more;
    if (wanted <= capacity)
        return 0;
    capacity = capacity < 512 ? 1024 : capacity + capacity / 2;
    if (capacity < wanted)
        capacity = wanted;
    blob = realloc(index->blob, capacity);
    if (blob == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    index->blob = blob;
    index->capacity = capacity;
    return 0;
}

int ma_serial_index_put(ma_serial_index_t *index, const ma_serial_entry_t *entry)
{
    uint8_t room[MA_SERIAL_MAX];
    ma_bytes_t key = shortest(entry->serial);
    uint8_t *at;
    int ret;

    if (key.size == 0)
        return MTLSAUTH_E_MALFORMED;
    if (!make_key(index, entry->issuer, &key, room))
        return MTLSAUTH_E_LIMIT;
    ret = grow(index, HEAD_OCTETS + key.size);
    if (ret != 0)
        return ret;
    at = index->blob + index->size;
    at[0] = (uint8_t)key.size;
    put_date(at + 1, entry->revoked_at, entry->removed);
    memcpy(at + HEAD_OCTETS, key.data, key.size);
    index->size += HEAD_OCTETS + key.size;
    index->count++;
    return 0;
}

int ma_serial_index_add(ma_serial_index_t *index, ma_bytes_t serial, int64_t revoked_at)
{
    const ma_serial_entry_t entry = { .serial = serial, .revoked_at = revoked_at };

    return ma_serial_index_put(index, &entry);
}

/** Gives back what the blob did not need. */
static void trim(ma_serial_index_t *index)
{
    uint8_t *blob = index->size > 0 ? realloc(index->blob, index->size) : NULL;

    if (blob != NULL) {
        index->blob = blob;
        index->capacity = index->size;
    }
}

int ma_serial_index_finish(ma_serial_index_t *index)
{
    size_t offset = 0, different = 0;
    ma_bytes_t key;
    uint8_t *entry, *twin;
    uint32_t tag, *slot;

    if (gnutls_rnd(GNUTLS_RND_RANDOM, index->key, sizeof(index->key)) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    trim(index);
    index->n_slots = index->count + index->count / 2 + 1;
    index->slots = calloc(index->n_slots, sizeof(index->slots[0]));
    if (index->slots == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    while ((entry = entry_at(index, offset, &key)) != NULL) {
        slot = probe(index, key, &tag, &twin);
        if (twin == NULL) {
            *slot = tag | (uint32_t)(offset + 1);
            different++;
        } else if (get_kept(entry + 1) < get_kept(twin + 1)) {
            memcpy(twin + 1, entry + 1, DATE_OCTETS);
        }
        offset += HEAD_OCTETS + key.size;
    }
    index->count = different;
    return 0;
}

bool ma_serial_index_get(const ma_serial_index_t *index, ma_serial_entry_t *entry)
{
    uint8_t room[MA_SERIAL_MAX];
    ma_bytes_t key = shortest(entry->serial);
    uint8_t *at;
    uint32_t tag;
    int64_t kept;

    if (index->slots == NULL || key.size == 0 || !make_key(index, entry->issuer, &key, room))
        return false;
    (void)probe(index, key, &tag, &at);
    if (at == NULL)
        return false;
    kept = get_kept(at + 1);
    entry->removed = kept >= REMOVED;
    entry->revoked_at = (kept & DATE_MAX) - DATE_BIAS;
    return true;
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
    return index->capacity + index->n_slots * sizeof(index->slots[0]);
}

void ma_serial_index_free(ma_serial_index_t *index)
{
    if (index == NULL)
        return;
    free(index->blob);
    free(index->slots);
    ma_serial_index_init(index);
}
