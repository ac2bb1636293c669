/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp.c - TCP connections: how they begin, run and end; see tcp.h. */
#include "audit/flow/tcp.h"

/** A connection that was silent for so long gives way to a SYN (nanoseconds). */
#define REUSE_IDLE (UINT64_C(60) * 1000000000)
/** Closed connections that are remembered, so that what comes late makes no new flow. */
#define CLOSED_MAX 2048u
/** Octets before the first that was seen which may still come, where no SYN was. */
#define STREAM_BEFORE (UINT64_C(1) << 16)
/** Segments after which a start that is not sure is taken. */
#define START_PATIENCE 3u
/** Acknowledgments of a hole that are waited for: captures of several queues are not quite in
 * order. */
#define GAP_PATIENCE 4u
/** How far from what was seen a RST may stand. */
#define RST_NEAR (UINT64_C(1) << 16)

static bool is_idle(const entry_t *entry, const segment_t *segment)
{
    return table_elapsed(entry->last, segment->packet->time) > REUSE_IDLE;
}

/* Does the connection that is known give way to this SYN? Without SYN: to octets that come late? */
static bool gives_way(const entry_t *entry, const segment_t *segment)
{
    return entry->queue == QUEUE_CLOSED || is_idle(entry, segment) || entry->streams[0].fin != 0 ||
           entry->streams[1].fin != 0 || !entry->asked;
}

typedef enum syn { SYN_OURS, SYN_NEW, SYN_STRANGE } syn_t;

/* What a segment with SYN is to a connection with the same ends. */
static syn_t judge_syn(entry_t *entry, unsigned from, const segment_t *segment)
{
    const stream_t *stream = &entry->streams[from];

    if (stream->started && stream->base == segment->sequence + 1)
        return SYN_OURS;
    if (entry->queue == QUEUE_CLOSED)
        return SYN_NEW;
    if ((segment->tcp_flags & TCP_ACK) != 0 && entry->pending && entry->pending_from != from &&
        segment->acknowledgment == entry->pending_sequence + 1)
        return SYN_NEW;
    if (!stream->started && !is_idle(entry, segment))
        return SYN_OURS;
    if (gives_way(entry, segment))
        return SYN_NEW;
    /* It could be forged: the other end has to take it first. */
    if ((segment->tcp_flags & TCP_ACK) == 0) {
        entry->pending = true;
        entry->pending_from = from;
        entry->pending_sequence = segment->sequence;
    }
    return SYN_STRANGE;
}

static void start(entry_t *entry, unsigned from, const segment_t *segment)
{
    stream_t *stream = &entry->streams[from];

    if ((segment->tcp_flags & TCP_SYN) != 0) {
        if (!stream->started)
            stream_start(stream, segment->sequence + 1);
        else if (stream->tentative) /* it came after octets of its own */
            stream->at = STREAM_ORIGIN;
        stream->tentative = false;
        stream->syn = true;
        entry->flow.mid_stream = false;
    } else if (!stream->started) {
        stream_start(stream, segment->sequence);
        stream->at -= STREAM_BEFORE;
        stream->tentative = true;
    }
}

/* What the sender says to have of the other end's octets. */
static void acknowledge(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment)
{
    stream_t *stream = &entry->streams[1 - from];
    uint64_t position;

    if (!stream->started) {
        if (entry->streams[from].syn) {
            stream_start(stream, segment->acknowledgment);
            stream->syn = true; /* it was there, though the capture misses it */
        }
        return;
    }
    position = stream_position(stream, segment->acknowledgment);
    if (stream_is_far(stream, position))
        return;
    if (position > stream->acked)
        stream->acked = position;
    if (stream->waiting.runs == NULL || stream->acked < stream->waiting.runs->start)
        return;
    if (stream->tentative || ++stream->late >= GAP_PATIENCE)
        tcp_give_way(flows, entry, 1 - from);
}

/* Is a RST where the connection is, or is it somebody's who guesses? */
static bool is_plausible(const entry_t *entry, unsigned from, const segment_t *segment)
{
    const stream_t *stream = &entry->streams[from];
    uint32_t number = segment->sequence;
    uint64_t position;

    if (stream->at == FLOW_SKIP_REST)
        return true;
    if (!stream->started) { /* an answer to SYN: it stands at 0, and says what it is about */
        if ((segment->tcp_flags & TCP_ACK) == 0)
            return false;
        stream = &entry->streams[1 - from];
        number = segment->acknowledgment;
        if (!stream->started)
            return false;
    }
    position = stream_position(stream, number);
    return position + RST_NEAR >= stream->high && position <= stream->high + RST_NEAR;
}

static void half_close(entry_t *entry, unsigned from)
{
    stream_t *stream = &entry->streams[from];

    if (stream->fin == 0 || stream->half_closed || stream->at < stream->fin)
        return;
    stream->half_closed = true;
    if (entry->opened && entry->consumer->half_close != NULL) {
        entry->called = true;
        entry->consumer->half_close(entry->state, from);
    }
}

/* Both ends have said FIN and know of the other's: nothing more comes. */
static bool is_over(const entry_t *entry)
{
    const stream_t *a = &entry->streams[0], *b = &entry->streams[1];

    if (a->fin == 0 || b->fin == 0)
        return false;
    return (a->half_closed && b->half_closed) || (a->acked > a->fin && b->acked > b->fin);
}

void tcp_end(flows_t *flows, entry_t *entry, flow_end_t why)
{
    unsigned from;

    for (from = 0; from < 2; from++) {
        tcp_give_up(flows, entry, from);
        half_close(entry, from);
    }
    tcp_account(flows, entry);
    flow_close(flows, entry, why);
}

static void close_entry(flows_t *flows, entry_t *entry)
{
    tcp_end(flows, entry, FLOW_END_CLOSED);
    table_queue(&flows->table, entry, QUEUE_CLOSED);
    if (flows->table.queues[QUEUE_CLOSED].count > CLOSED_MAX)
        table_remove(&flows->table, table_oldest(&flows->table, QUEUE_CLOSED));
}

/* The flow of a segment that belongs to none. */
static entry_t *begin(flows_t *flows, unsigned *from, const segment_t *segment, uint64_t hash)
{
    bool syn = (segment->tcp_flags & TCP_SYN) != 0;
    entry_t *entry;

    if ((segment->tcp_flags & TCP_RST) != 0 || (!syn && segment->length == 0))
        return NULL;
    entry = flow_add(flows, segment, hash);
    if (entry == NULL)
        return NULL;
    *from = 0;
    entry->flow.mid_stream = !syn;
    if (syn && (segment->tcp_flags & TCP_ACK) != 0) { /* the answer to a SYN that was not seen */
        entry->flow.ends[0] = segment->destination;
        entry->flow.ends[1] = segment->source;
        *from = 1;
    }
    return entry;
}

/* The entry that a segment is of, after what SYN and time may have changed; NULL: leave it alone.
 */
static entry_t *settle(flows_t *flows, entry_t *entry, unsigned *from, const segment_t *segment,
                       uint64_t hash)
{
    bool renew = false;

    if (entry == NULL)
        return begin(flows, from, segment, hash);
    if ((segment->tcp_flags & (TCP_SYN | TCP_RST)) == TCP_SYN) {
        syn_t syn = judge_syn(entry, *from, segment);
        if (syn == SYN_STRANGE)
            return NULL;
        renew = syn == SYN_NEW;
    } else if (entry->queue == QUEUE_CLOSED) {
        renew = segment->length > 0 && is_idle(entry, segment);
    }
    if (!renew)
        return entry->queue == QUEUE_CLOSED ? NULL : entry;
    flow_remove(flows, entry, FLOW_END_REPLACED);
    return begin(flows, from, segment, hash);
}

static void run(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment)
{
    stream_t *stream = &entry->streams[from];

    start(entry, from, segment);
    if ((segment->tcp_flags & TCP_ACK) != 0)
        acknowledge(flows, entry, from, segment);
    if ((segment->tcp_flags & TCP_FIN) != 0 && stream->fin == 0) {
        uint64_t fin = stream_position(stream, segment->sequence) + segment->length +
                       ((segment->tcp_flags & TCP_SYN) != 0 ? 1 : 0);
        if (!stream_is_far(stream, fin))
            stream->fin = fin;
    }
    if (segment->length > 0 && stream->at != FLOW_SKIP_REST)
        tcp_take(flows, entry, from, segment);
    if (stream->tentative && (stream->fin != 0 || ++stream->late >= START_PATIENCE))
        tcp_give_way(flows, entry, from);
    half_close(entry, from);
    half_close(entry, 1 - from);
}

void tcp_push(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment,
              uint64_t hash)
{
    unsigned flags = segment->tcp_flags;

    if (entry != NULL && entry->queue == QUEUE_DULL && (flags & TCP_SYN) == 0) {
        entry->last = segment->packet->time;
        if ((flags & (TCP_FIN | TCP_RST)) != 0)
            close_entry(flows, entry);
        return;
    }
    entry = settle(flows, entry, &from, segment, hash);
    if (entry == NULL)
        return;
    entry->last = segment->packet->time;
    if ((flags & TCP_RST) != 0) {
        if (is_plausible(entry, from, segment))
            close_entry(flows, entry);
        return;
    }
    run(flows, entry, from, segment);
    if (is_over(entry)) {
        close_entry(flows, entry);
        return;
    }
    if (entry->streams[0].at == FLOW_SKIP_REST && entry->streams[1].at == FLOW_SKIP_REST &&
        entry->queue == QUEUE_LIVE) {
        waiting_clear(&entry->streams[0].waiting);
        waiting_clear(&entry->streams[1].waiting);
        flow_close(flows, entry, FLOW_END_CLOSED);
        table_queue(&flows->table, entry, QUEUE_DULL);
    }
    tcp_account(flows, entry);
    if (entry->called)
        flow_weigh(flows, entry);
    if (flow_is_heavy(flows))
        flow_lighten(flows, entry);
}
