/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - the flows that are known: found by their ends, given up by age.
 *
 * Entries come from slabs and go back to a list of free ones. Each is in one of three queues,
 * oldest first. An entry that was used since it was queued is queued again when its turn comes: so
 * a packet writes a time, and moves nothing.
 */
#ifndef AUDIT_FLOW_TABLE_H
#define AUDIT_FLOW_TABLE_H

#include "audit/flow/stream.h"

typedef enum entry_queue {
    QUEUE_CLOSED, /**< only there so that what comes late makes no new flow */
    QUEUE_DULL,   /**< nobody wants its octets */
    QUEUE_LIVE,
    QUEUES
} entry_queue_t;

typedef struct entry {
    flow_t flow;
    struct entry *next; /**< of the same bucket, or free */
    struct entry *older, *newer;
    uint64_t hash;
    int64_t last;   /**< time of its last packet */
    int64_t queued; /**< `last` when it was queued */
    void *state;    /**< the consumer's */
    const flow_consumer_t *consumer;
    entry_queue_t queue;
    bool opened; /**< the consumer was asked, and wants it */
    bool asked;
    bool called; /**< the consumer had something to do since its state was weighed */
    bool pending; /**< a SYN came that may begin another connection: */
    unsigned pending_from;
    uint32_t pending_sequence;
    uint32_t waiting; /**< octets of memory that both directions take, as counted in flows */
    size_t weight;    /**< those that the state takes */
    struct entry *waits_before,
        *waits_after; /**< of those in which something waits, oldest first */
    stream_t streams[2];
} entry_t;

typedef struct entry_slab entry_slab_t;

typedef struct table {
    uint64_t key[2];
    entry_t **buckets;
    size_t n_buckets; /**< a power of two */
    size_t n_entries;
    entry_t *free;
    entry_slab_t *slabs;
    entry_t *last; /**< that was found; the next packet is likely to be of it, too */
    struct {
        entry_t *oldest, *newest;
        size_t count;
    } queues[QUEUES];
} table_t;

int table_init(table_t *table) MTLSAUTH_MUST_CHECK;
void table_clear(table_t *table);
/** The entry of a segment, and which of its ends sent it; NULL: none. `hash` is for table_add(). */
entry_t *table_find(table_t *table, const segment_t *segment, unsigned *from, uint64_t *hash);
/** A new one; its sender is end 0. All else is zero. NULL: out of memory. */
entry_t *table_add(table_t *table, const segment_t *segment, uint64_t hash);
void table_remove(table_t *table, entry_t *entry);
/** Puts it at the end of a queue. */
void table_queue(table_t *table, entry_t *entry, entry_queue_t queue);
/** The oldest of a queue by its last packet, as far as a few steps tell; NULL: it is empty. */
entry_t *table_oldest(table_t *table, entry_queue_t queue);
/** Nanoseconds from one to the other; 0 if time goes back. */
uint64_t table_elapsed(int64_t from, int64_t to);

#endif
