/* SPDX-License-Identifier: BSD-2-Clause */
/* fragment.c - see fragment.h: a keyed hash table, and a list in the order of age. */
#include "audit/link/fragment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/siphash.h"

#define MAX_AGE (UINT64_C(60) * 1000000000u)

enum {
    UNIT = 8,
    FIRST_CAPACITY = 4096,
    MIN_BUCKETS = 16,
    MAX_BUCKETS = 1 << 16,
    BUCKET_MEMORY = 4096 /* that a bucket stands for */
};

struct fragments {
    fragment_t **buckets;
    size_t n_buckets; /* a power of two */
    fragment_t *oldest, *youngest;
    size_t memory, used;
    uint64_t hash_key[2];
    link_counts_t *counts;
};

int fragments_new(size_t memory, link_counts_t *counts, fragments_t **out)
{
    fragments_t *fragments = calloc(1, sizeof(*fragments));

    if (fragments == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    fragments->n_buckets = MIN_BUCKETS;
    while (fragments->n_buckets < MAX_BUCKETS
           && fragments->n_buckets < memory / BUCKET_MEMORY)
        fragments->n_buckets *= 2;
    fragments->buckets = calloc(fragments->n_buckets, sizeof(*fragments->buckets));
    if (fragments->buckets == NULL
        || getrandom(fragments->hash_key, sizeof(fragments->hash_key), 0)
               != (ssize_t)sizeof(fragments->hash_key)) {
        fragments_free(fragments);
        return MTLSAUTH_E_NO_MEMORY;
    }
    fragments->memory = memory;
    fragments->counts = counts;
    *out = fragments;
    return 0;
}

static fragment_t **bucket_of(const fragments_t *fragments, const fragment_key_t *key)
{
    const ma_bytes_t bytes = { (const uint8_t *)key, sizeof(*key) };

    return &fragments->buckets[ma_siphash(fragments->hash_key, bytes) & (fragments->n_buckets - 1)];
}

/* Out of the table and the list; the memory stays. */
static void take_out(fragments_t *fragments, fragment_t *fragment)
{
    fragment_t **at = bucket_of(fragments, &fragment->key);

    while (*at != fragment)
        at = &(*at)->next;
    *at = fragment->next;
    fragment->next = NULL;
    if (fragment->older != NULL)
        fragment->older->younger = fragment->younger;
    else
        fragments->oldest = fragment->younger;
    if (fragment->younger != NULL)
        fragment->younger->older = fragment->older;
    else
        fragments->youngest = fragment->older;
    fragments->counts->waiting -= fragment->parts;
}

static void destroy(fragments_t *fragments, fragment_t *fragment)
{
    fragments->used -= sizeof(*fragment) + fragment->capacity;
    free(fragment->data);
    free(fragment);
}

static void give_up(fragments_t *fragments, fragment_t *fragment)
{
    fragments->counts->evicted += fragment->parts;
    take_out(fragments, fragment);
    destroy(fragments, fragment);
}

/* Captures may step back in time, and their times are anything. */
static bool too_old(const fragment_t *fragment, int64_t now)
{
    uint64_t apart = now >= fragment->first_time ? (uint64_t)now - (uint64_t)fragment->first_time
                                                 : (uint64_t)fragment->first_time - (uint64_t)now;

    return apart > MAX_AGE;
}

/* Makes room for `size` more octets, by giving up the oldest ones but not `keep`. */
static bool make_room(fragments_t *fragments, size_t size, const fragment_t *keep)
{
    fragment_t *victim = fragments->oldest, *next;

    while (victim != NULL && fragments->used + size > fragments->memory) {
        next = victim->younger;
        if (victim != keep)
            give_up(fragments, victim);
        victim = next;
    }
    return fragments->used + size <= fragments->memory;
}

static fragment_t *find(fragments_t *fragments, const fragment_key_t *key)
{
    fragment_t *fragment = *bucket_of(fragments, key);

    while (fragment != NULL && memcmp(&fragment->key, key, sizeof(*key)) != 0)
        fragment = fragment->next;
    return fragment;
}

static fragment_t *begin(fragments_t *fragments, const fragment_key_t *key, int64_t now)
{
    fragment_t *fragment, **bucket;

    if (!make_room(fragments, sizeof(*fragment), NULL))
        return NULL;
    fragment = calloc(1, sizeof(*fragment));
    if (fragment == NULL)
        return NULL;
    fragments->used += sizeof(*fragment);
    fragment->key = *key;
    fragment->first_time = now;
    bucket = bucket_of(fragments, key);
    fragment->next = *bucket;
    *bucket = fragment;
    fragment->older = fragments->youngest;
    if (fragments->youngest != NULL)
        fragments->youngest->younger = fragment;
    else
        fragments->oldest = fragment;
    fragments->youngest = fragment;
    return fragment;
}

static bool grow(fragments_t *fragments, fragment_t *fragment, size_t end)
{
    size_t capacity = fragment->capacity > 0 ? fragment->capacity : FIRST_CAPACITY;
    uint8_t *data;

    if (end <= fragment->capacity)
        return true;
    while (capacity < end)
        capacity *= 2; /* end is below 65536 */
    if (!make_room(fragments, capacity - fragment->capacity, fragment))
        return false;
    data = realloc(fragment->data, capacity);
    if (data == NULL)
        return false;
    fragments->used += capacity - fragment->capacity;
    fragment->data = data;
    fragment->capacity = capacity;
    return true;
}

static bool is_there(const fragment_t *fragment, size_t unit)
{
    return (fragment->there[unit / 64] >> unit % 64 & 1) != 0;
}

/* IPv6: is some of it there, and is that more than a repetition? */
static bool overlaps(const fragment_t *fragment, const fragment_part_t *part)
{
    size_t unit, end = (part->offset + part->size + UNIT - 1) / UNIT, seen = 0;

    for (unit = part->offset / UNIT; unit < end; unit++)
        seen += is_there(fragment, unit);
    if (seen == 0)
        return false;
    return seen < end - part->offset / UNIT || part->offset + part->size > fragment->highest
           || memcmp(fragment->data + part->offset, part->data, part->size) != 0;
}

/* Takes the octets that are new. */
static void take_in(fragment_t *fragment, const fragment_part_t *part)
{
    size_t at, size, unit;

    for (at = 0; at < part->size; at += UNIT) {
        unit = (part->offset + at) / UNIT;
        if (is_there(fragment, unit))
            continue;
        size = part->size - at < UNIT ? part->size - at : UNIT;
        memcpy(fragment->data + part->offset + at, part->data + at, size);
        fragment->there[unit / 64] |= UINT64_C(1) << unit % 64;
        fragment->units++;
    }
    if (part->offset + part->size > fragment->highest)
        fragment->highest = part->offset + part->size;
    if (part->offset == 0 && fragment->protocol == 0)
        fragment->protocol = part->protocol;
    if (!part->more)
        fragment->total = part->offset + part->size;
}

/* Does it speak of the same end as those before it? */
static bool end_fits(const fragment_t *fragment, const fragment_part_t *part)
{
    size_t end = part->offset + part->size;

    if (fragment->total > 0 && end > fragment->total)
        return false;
    return part->more || (fragment->total > 0 ? end == fragment->total : end >= fragment->highest);
}

static bool complete(const fragment_t *fragment)
{
    return fragment->total > 0 && fragment->units == (fragment->total + UNIT - 1) / UNIT;
}

fragment_t *fragments_add(fragments_t *fragments, const fragment_key_t *key,
                          const fragment_part_t *part)
{
    fragment_t *fragment;

    fragments->counts->fragments++;
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): take_out() ends the list before */
    while (fragments->oldest != NULL && too_old(fragments->oldest, part->time))
        give_up(fragments, fragments->oldest);
    fragment = find(fragments, key);
    if (fragment != NULL && too_old(fragment, part->time)) {
        give_up(fragments, fragment);
        fragment = NULL;
    }
    if (fragment == NULL)
        fragment = begin(fragments, key, part->time);
    if (fragment == NULL) {
        fragments->counts->evicted++;
        return NULL;
    }
    fragment->parts++;
    fragments->counts->waiting++;
    if (!fragment->spoiled && !grow(fragments, fragment, part->offset + part->size)) {
        give_up(fragments, fragment);
        return NULL;
    }
    if (!end_fits(fragment, part) || (key->version == 6 && overlaps(fragment, part))) {
        /* It is kept, so that the rest of it does not look like a datagram. */
        fragment->spoiled = fragment->spoiled || key->version == 6;
        return NULL;
    }
    if (fragment->spoiled)
        return NULL;
    take_in(fragment, part);
    if (!complete(fragment))
        return NULL;
    take_out(fragments, fragment);
    return fragment;
}

void fragments_release(fragments_t *fragments, fragment_t *whole)
{
    fragment_t *next;

    for (; whole != NULL; whole = next) {
        next = whole->next;
        destroy(fragments, whole);
    }
}

void fragments_free(fragments_t *fragments)
{
    if (fragments == NULL)
        return;
    while (fragments->oldest != NULL) {
        fragment_t *next = fragments->oldest->younger;
        free(fragments->oldest->data);
        free(fragments->oldest);
        fragments->oldest = next;
    }
    free(fragments->buckets);
    free(fragments);
}
