/* SPDX-License-Identifier: BSD-2-Clause */
/* table.c - see table.h. */
#include "audit/flow/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/siphash.h"

#define SLAB_ENTRIES 64u
#define FIRST_BUCKETS 1024u
/** Entries that get a second chance at a time. */
#define OLDEST_STEPS 8u

struct entry_slab {
    entry_slab_t *next;
    entry_t entries[SLAB_ENTRIES];
};

int table_init(table_t *table)
{
    memset(table, 0, sizeof(*table));
    if (getrandom(table->key, sizeof(table->key), 0) != (ssize_t)sizeof(table->key))
        return MTLSAUTH_E_IO;
    table->buckets = calloc(FIRST_BUCKETS, sizeof(entry_t *));
    if (table->buckets == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    table->n_buckets = FIRST_BUCKETS;
    return 0;
}

void table_clear(table_t *table)
{
    entry_slab_t *slab;
    size_t i;

    for (i = 0; i < QUEUES; i++) {
        entry_t *entry;
        for (entry = table->queues[i].oldest; entry != NULL; entry = entry->newer) {
            waiting_clear(&entry->streams[0].waiting);
            waiting_clear(&entry->streams[1].waiting);
        }
    }
    while ((slab = table->slabs) != NULL) {
        table->slabs = slab->next;
        free(slab);
    }
    free(table->buckets);
    table->buckets = NULL;
}

static uint8_t *put(uint8_t *out, const void *bytes, size_t size)
{
    memcpy(out, bytes, size);
    return out + size;
}

/* Both directions hash alike: the lower end comes first. */
static uint64_t hash_of(const table_t *table, const segment_t *segment)
{
    const endpoint_t *a = &segment->source, *b = &segment->destination;
    size_t address = segment->ip_version == 4 ? 4 : sizeof(a->address);
    uint8_t bytes[2 * sizeof(endpoint_t) + 2 + sizeof(segment->tunnel)];
    uint8_t *out = bytes;

    if (memcmp(a, b, sizeof(*a)) > 0) {
        a = &segment->destination;
        b = &segment->source;
    }
    out = put(out, a->address, address);
    out = put(out, &a->port, sizeof(a->port));
    out = put(out, b->address, address);
    out = put(out, &b->port, sizeof(b->port));
    out = put(out, &segment->tunnel, sizeof(segment->tunnel));
    *out++ = segment->ip_version;
    *out++ = segment->transport;
    return ma_siphash(table->key, (ma_bytes_t){bytes, (size_t)(out - bytes)});
}

static bool same(const endpoint_t *a, const endpoint_t *b)
{
    return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* 0 or 1: which end of the flow sent the segment; -1: it is of another flow. */
static int sender(const flow_t *flow, const segment_t *segment)
{
    if (flow->transport != segment->transport || flow->ip_version != segment->ip_version ||
        flow->tunnel != segment->tunnel)
        return -1;
    if (same(&flow->ends[0], &segment->source) && same(&flow->ends[1], &segment->destination))
        return 0;
    if (same(&flow->ends[1], &segment->source) && same(&flow->ends[0], &segment->destination))
        return 1;
    return -1;
}

entry_t *table_find(table_t *table, const segment_t *segment, unsigned *from, uint64_t *hash)
{
    entry_t *entry = table->last;
    int end;

    if (entry != NULL && (end = sender(&entry->flow, segment)) >= 0) {
        *from = (unsigned)end;
        *hash = entry->hash;
        return entry;
    }
    *hash = hash_of(table, segment);
    entry = table->buckets[*hash & (table->n_buckets - 1)];
    for (; entry != NULL; entry = entry->next)
        if (entry->hash == *hash && (end = sender(&entry->flow, segment)) >= 0) {
            *from = (unsigned)end;
            table->last = entry;
            return entry;
        }
    return NULL;
}

/* Twice as many buckets. Without memory for them chains become longer, and that is all. */
static void grow(table_t *table)
{
    size_t n = table->n_buckets * 2, i;
    entry_t **buckets = calloc(n, sizeof(entry_t *));

    if (buckets == NULL)
        return;
    for (i = 0; i < table->n_buckets; i++) {
        entry_t *entry = table->buckets[i];
        while (entry != NULL) {
            entry_t *next = entry->next;
            entry_t **bucket = &buckets[entry->hash & (n - 1)];
            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->n_buckets = n;
}

static entry_t *take_free(table_t *table)
{
    entry_t *entry;
    size_t i;

    if (table->free == NULL) {
        entry_slab_t *slab = malloc(sizeof(*slab));
        if (slab == NULL)
            return NULL;
        slab->next = table->slabs;
        table->slabs = slab;
        for (i = SLAB_ENTRIES; i-- > 0;) {
            slab->entries[i].next = table->free;
            table->free = &slab->entries[i];
        }
    }
    entry = table->free;
    table->free = entry->next;
    return entry;
}

entry_t *table_add(table_t *table, const segment_t *segment, uint64_t hash)
{
    entry_t **bucket;
    entry_t *entry;

    if (table->n_entries >= table->n_buckets)
        grow(table);
    entry = take_free(table);
    if (entry == NULL)
        return NULL;
    memset(entry, 0, sizeof(*entry));
    entry->flow = (flow_t){
        .ends = {segment->source, segment->destination},
        .ip_version = segment->ip_version,
        .transport = segment->transport,
        .tunnel = segment->tunnel,
        .first_time = segment->packet->time,
        .first_packet = segment->packet->number,
        .first_file = segment->packet->file,
    };
    entry->hash = hash;
    entry->last = segment->packet->time;
    bucket = &table->buckets[hash & (table->n_buckets - 1)];
    entry->next = *bucket;
    *bucket = entry;
    table->n_entries++;
    table->last = entry;
    entry->queue = QUEUES;
    table_queue(table, entry, QUEUE_LIVE);
    return entry;
}

static void unqueue(table_t *table, entry_t *entry)
{
    if (entry->queue == QUEUES)
        return;
    if (entry->older != NULL)
        entry->older->newer = entry->newer;
    else
        table->queues[entry->queue].oldest = entry->newer;
    if (entry->newer != NULL)
        entry->newer->older = entry->older;
    else
        table->queues[entry->queue].newest = entry->older;
    table->queues[entry->queue].count--;
    entry->queue = QUEUES;
}

void table_queue(table_t *table, entry_t *entry, entry_queue_t queue)
{
    unqueue(table, entry);
    entry->queue = queue;
    entry->queued = entry->last;
    entry->newer = NULL;
    entry->older = table->queues[queue].newest;
    if (entry->older != NULL)
        entry->older->newer = entry;
    else
        table->queues[queue].oldest = entry;
    table->queues[queue].newest = entry;
    table->queues[queue].count++;
}

void table_remove(table_t *table, entry_t *entry)
{
    entry_t **link = &table->buckets[entry->hash & (table->n_buckets - 1)];

    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    unqueue(table, entry);
    if (table->last == entry)
        table->last = NULL;
    table->n_entries--;
    entry->next = table->free;
    table->free = entry;
}

entry_t *table_oldest(table_t *table, entry_queue_t queue)
{
    entry_t *entry = table->queues[queue].oldest;
    unsigned i;

    for (i = 0; i < OLDEST_STEPS && entry != NULL && entry->last != entry->queued; i++) {
        table_queue(table, entry, queue);
        entry = table->queues[queue].oldest;
    }
    return entry;
}

uint64_t table_elapsed(int64_t from, int64_t to)
{
    return to > from ? (uint64_t)to - (uint64_t)from : 0;
}
