/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.c - the table of flows, their life, and UDP; see flow.h. TCP is in tcp.c. */
#include "audit/flow/flow.h"

#include <stdlib.h>
#include <string.h>

#include "audit/flow/tcp.h"

const flow_limits_t flow_default_limits = {
    .flows = 24576,
    .memory = (size_t)4 << 20,
    .flow_memory = (size_t)256 << 10,
    .states = (size_t)16 << 20,
    .idle = INT64_C(600) * 1000000000,
};

int flows_new(const flow_consumer_t *tcp, const flow_consumer_t *udp, const flow_limits_t *limits,
              flows_t **out)
{
    flows_t *flows;
    int ret;

    if (tcp == NULL || udp == NULL || limits == NULL || limits->flows == 0 || limits->idle < 0)
        return MTLSAUTH_E_ARGUMENT;
    flows = calloc(1, sizeof(*flows));
    if (flows == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    flows->tcp = *tcp;
    flows->udp = *udp;
    flows->limits = *limits;
    ret = table_init(&flows->table);
    if (ret < 0) {
        free(flows);
        return ret;
    }
    *out = flows;
    return 0;
}

bool flow_open(entry_t *entry)
{
    if (entry->asked)
        return entry->opened;
    entry->asked = true;
    entry->called = true;
    entry->state = entry->consumer->open(entry->consumer->context, &entry->flow);
    entry->opened = entry->state != NULL;
    if (!entry->opened)
        entry->streams[0].at = entry->streams[1].at = FLOW_SKIP_REST;
    return entry->opened;
}

void flow_weigh(flows_t *flows, entry_t *entry)
{
    size_t weight = 0;

    entry->called = false;
    if (entry->opened && entry->consumer->memory != NULL)
        weight = entry->consumer->memory(entry->state);
    flows->states = flows->states - entry->weight + weight;
    entry->weight = weight;
}

void flow_lighten(flows_t *flows, entry_t *entry)
{
    table_t *table = &flows->table;

    while (flow_is_heavy(flows) && table->queues[QUEUE_LIVE].count > 1) {
        entry_t *oldest = table_oldest(table, QUEUE_LIVE);
        if (oldest == entry)
            table_queue(table, entry, QUEUE_LIVE);
        else
            flow_remove(flows, oldest, FLOW_END_EVICTED);
    }
}

void flow_close(flows_t *flows, entry_t *entry, flow_end_t why)
{
    if (entry->opened)
        entry->consumer->end(entry->state, why);
    entry->opened = false;
    entry->asked = true;
    flow_weigh(flows, entry);
}

static void end(flows_t *flows, entry_t *entry, flow_end_t why)
{
    if (entry->queue == QUEUE_CLOSED)
        return;
    if (entry->flow.transport == TRANSPORT_TCP)
        tcp_end(flows, entry, why);
    else
        flow_close(flows, entry, why);
}

void flow_remove(flows_t *flows, entry_t *entry, flow_end_t why)
{
    if (why == FLOW_END_EVICTED && entry->queue == QUEUE_LIVE)
        flows->counts.evicted++;
    end(flows, entry, why);
    table_remove(&flows->table, entry);
}

/* Gives up what is idle, a little at a time, and one more where the table is full. */
static void make_room(flows_t *flows, int64_t now)
{
    table_t *table = &flows->table;
    entry_t *oldest = NULL;
    unsigned queue;

    for (queue = 0; queue < QUEUES; queue++) {
        oldest = table_oldest(table, (entry_queue_t)queue);
        if (oldest != NULL && table_elapsed(oldest->last, now) > (uint64_t)flows->limits.idle)
            flow_remove(flows, oldest, FLOW_END_EVICTED);
    }
    if (table->n_entries < flows->limits.flows)
        return;
    oldest = NULL;
    for (queue = 0; queue < QUEUES && oldest == NULL; queue++)
        oldest = table_oldest(table, (entry_queue_t)queue);
    if (oldest != NULL)
        flow_remove(flows, oldest, FLOW_END_EVICTED);
}

entry_t *flow_add(flows_t *flows, const segment_t *segment, uint64_t hash)
{
    bool tcp = segment->transport == TRANSPORT_TCP;
    entry_t *entry;

    make_room(flows, segment->packet->time);
    entry = table_add(&flows->table, segment, hash);
    if (entry == NULL)
        return NULL;
    entry->consumer = tcp ? &flows->tcp : &flows->udp;
    if (tcp)
        flows->counts.tcp++;
    else
        flows->counts.udp++;
    return entry;
}

static void udp_push(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment,
                     uint64_t hash)
{
    uint32_t size = segment->size < segment->length ? segment->size : segment->length;
    stream_t *stream;

    if (entry != NULL &&
        table_elapsed(entry->last, segment->packet->time) > (uint64_t)flows->limits.idle) {
        flow_remove(flows, entry, FLOW_END_EVICTED);
        entry = NULL;
    }
    if (entry == NULL) {
        entry = flow_add(flows, segment, hash);
        if (entry == NULL)
            return;
        from = 0;
        if (!flow_open(entry))
            table_queue(&flows->table, entry, QUEUE_DULL);
    }
    entry->last = segment->packet->time;
    stream = &entry->streams[from];
    if (stream->at == FLOW_SKIP_REST)
        return;
    if (entry->consumer->bytes(entry->state, from, segment->payload, size, segment->packet) ==
        FLOW_SKIP_REST)
        stream->at = FLOW_SKIP_REST;
    if (stream->at == FLOW_SKIP_REST && entry->streams[1 - from].at == FLOW_SKIP_REST) {
        flow_close(flows, entry, FLOW_END_CLOSED);
        table_queue(&flows->table, entry, QUEUE_DULL);
        return;
    }
    flow_weigh(flows, entry);
    flow_lighten(flows, entry);
}

void flows_push(flows_t *flows, const segment_t *segment)
{
    unsigned from = 0;
    uint64_t hash;
    entry_t *entry = table_find(&flows->table, segment, &from, &hash);

    if (segment->transport == TRANSPORT_TCP) {
        flows->counts.segments++;
        tcp_push(flows, entry, from, segment, hash);
    } else if (segment->transport == TRANSPORT_UDP) {
        flows->counts.datagrams++;
        udp_push(flows, entry, from, segment, hash);
    }
}

static int by_age(const void *a, const void *b)
{
    const flow_t *x = &(*(entry_t *const *)a)->flow, *y = &(*(entry_t *const *)b)->flow;

    if (x->first_time != y->first_time)
        return x->first_time < y->first_time ? -1 : 1;
    if (x->first_file != y->first_file)
        return x->first_file < y->first_file ? -1 : 1;
    return x->first_packet < y->first_packet ? -1 : x->first_packet > y->first_packet;
}

void flows_finish(flows_t *flows)
{
    size_t room = flows->table.n_entries, n = 0, i;
    entry_t **all = room > 0 ? malloc(room * sizeof(entry_t *)) : NULL;
    entry_t *entry;
    unsigned queue;

    for (queue = 0; queue < QUEUES; queue++) {
        if (all != NULL && queue != QUEUE_CLOSED)
            for (entry = flows->table.queues[queue].oldest; entry != NULL; entry = entry->newer)
                all[n++] = entry;
    }
    if (n > 1)
        qsort(all, n, sizeof(entry_t *), by_age);
    for (i = 0; i < n; i++)
        flow_remove(flows, all[i], FLOW_END_CAPTURE);
    free(all);
    /* What is left was closed before; or there was no memory to put them in order. */
    for (queue = 0; queue < QUEUES; queue++)
        while ((entry = flows->table.queues[queue].oldest) != NULL)
            flow_remove(flows, entry, FLOW_END_CAPTURE);
}

const flow_counts_t *flows_counts(const flows_t *flows)
{
    return &flows->counts;
}

void flows_free(flows_t *flows)
{
    if (flows == NULL)
        return;
    flows_finish(flows);
    table_clear(&flows->table);
    free(flows);
}
