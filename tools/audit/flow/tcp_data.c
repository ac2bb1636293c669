/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp_data.c - octets in order, gaps, and what waits; see tcp.h. */
#include <stdlib.h>

#include "audit/flow/tcp.h"

static void advance(stream_t *stream, uint64_t end, uint64_t skip)
{
    stream->at = skip > FLOW_SKIP_REST - end ? FLOW_SKIP_REST : end + skip;
}

static void declare_gap(flows_t *flows, entry_t *entry, unsigned from, uint64_t end,
                        const packet_t *packet)
{
    stream_t *stream = &entry->streams[from];
    uint64_t size;

    if (!flow_open(entry) || end <= stream->at)
        return;
    size = end - stream->at;
    flows->counts.gaps++;
    flows->counts.gap_octets += size;
    entry->called = true;
    advance(stream, end, entry->consumer->gap(entry->state, from, size, packet));
}

/* A part that begins at or before the octet that is wanted next. */
static void hand_on(flows_t *flows, entry_t *entry, unsigned from, waiting_part_t part,
                    const packet_t *packet)
{
    stream_t *stream = &entry->streams[from];

    if (!flow_open(entry) || part.end <= stream->at)
        return;
    if (part.start < stream->at)
        waiting_cut(&part, stream->at);
    if (part.size > 0) {
        entry->called = true;
        advance(stream, part.start + part.size,
                entry->consumer->bytes(entry->state, from, part.data, part.size, packet));
    }
    declare_gap(flows, entry, from, part.end, packet); /* what the capture cut off */
}

static packet_t packet_of(const waiting_piece_t *piece)
{
    return (packet_t){.time = piece->time, .number = piece->packet, .file = piece->file};
}

/* Hands on what no longer has to wait. `packet`: the one that filled the hole; NULL: none did. */
static void drain(flows_t *flows, entry_t *entry, unsigned from, const packet_t *packet)
{
    stream_t *stream = &entry->streams[from];

    while (stream->waiting.runs != NULL && stream->waiting.runs->start <= stream->at) {
        waiting_piece_t *piece = waiting_take(&stream->waiting);
        waiting_part_t part = {piece->start, piece->start + piece->length, piece->data,
                               piece->size};
        packet_t own = packet_of(piece);
        hand_on(flows, entry, from, part, packet != NULL ? packet : &own);
        free(piece);
        if (packet != NULL)
            stream->late = 0;
    }
}

void tcp_give_way(flows_t *flows, entry_t *entry, unsigned from)
{
    stream_t *stream = &entry->streams[from];
    waiting_run_t *run = stream->waiting.runs;

    if (stream->tentative) {
        /* What came first is the start, or what came later and stands before it. */
        stream->tentative = false;
        stream->at = run != NULL && run->start < STREAM_ORIGIN ? run->start : STREAM_ORIGIN;
    } else if (run != NULL) {
        packet_t packet = packet_of(run->first);
        declare_gap(flows, entry, from, run->start, &packet);
    }
    stream->late = 0;
    drain(flows, entry, from, NULL);
}

void tcp_give_up(flows_t *flows, entry_t *entry, unsigned from)
{
    stream_t *stream = &entry->streams[from];
    packet_t packet = {.time = entry->last};

    if (stream->tentative)
        tcp_give_way(flows, entry, from);
    while (stream->waiting.runs != NULL) {
        packet = packet_of(stream->waiting.runs->first);
        tcp_give_way(flows, entry, from);
    }
    if (stream->fin > stream->at && entry->asked)
        declare_gap(flows, entry, from, stream->fin, &packet);
}

static bool has_room(const flows_t *flows, const stream_t *stream, uint32_t size)
{
    return stream->waiting.n_runs < WAITING_MAX_RUNS &&
           stream->waiting.octets + waiting_cost(size) <= flows->limits.flow_memory;
}

/* The part of which the stream waits for what comes before it. True: it was dealt with. */
static bool keep(flows_t *flows, entry_t *entry, unsigned from, const waiting_part_t *part,
                 const packet_t *packet)
{
    stream_t *stream = &entry->streams[from];

    if (!has_room(flows, stream, part->size)) {
        if (stream->tentative || stream->waiting.runs != NULL)
            tcp_give_way(flows, entry, from);
        else
            declare_gap(flows, entry, from, part->start, packet);
        return false;
    }
    if (!stream->tentative)
        flows->counts.out_of_order++;
    if (!waiting_add(&stream->waiting, part, packet))
        flows->counts.dropped++;
    return true;
}

void tcp_take(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment)
{
    stream_t *stream = &entry->streams[from];
    uint32_t sequence = segment->sequence + ((segment->tcp_flags & TCP_SYN) != 0 ? 1 : 0);
    waiting_part_t part = {.start = stream_position(stream, sequence), .data = segment->payload};
    uint64_t fresh = stream->high;

    part.size = segment->size < segment->length ? segment->size : segment->length;
    part.end = part.start + segment->length;
    if (stream_is_far(stream, part.start)) {
        flows->counts.dropped++;
        return;
    }
    if (part.end <= fresh && part.end <= stream->at)
        flows->counts.repeated++;
    else if (part.start < stream->at && stream->at <= fresh)
        flows->counts.overlapping++;
    if (part.end > stream->high)
        stream->high = part.end;
    while (part.end > stream->at && stream->at != FLOW_SKIP_REST) {
        waiting_part_t head = part;
        if (part.start > stream->at) {
            if (keep(flows, entry, from, &part, segment->packet))
                return;
            continue;
        }
        /* Octets that wait came first: theirs are taken, where both have them. */
        if (stream->waiting.runs != NULL && stream->waiting.runs->start < head.end) {
            head.end = stream->waiting.runs->start;
            flows->counts.overlapping++;
            if (head.size > head.end - head.start)
                head.size = (uint32_t)(head.end - head.start);
        }
        hand_on(flows, entry, from, head, segment->packet);
        drain(flows, entry, from, segment->packet);
        if (head.end == part.end || !entry->opened)
            return;
        waiting_cut(&part, head.end);
    }
}

static void unlink_waiting(flows_t *flows, entry_t *entry)
{
    if (entry->waits_before != NULL)
        entry->waits_before->waits_after = entry->waits_after;
    else
        flows->waits_first = entry->waits_after;
    if (entry->waits_after != NULL)
        entry->waits_after->waits_before = entry->waits_before;
    else
        flows->waits_last = entry->waits_before;
    entry->waits_before = entry->waits_after = NULL;
}

static void link_waiting(flows_t *flows, entry_t *entry)
{
    entry->waits_before = flows->waits_last;
    if (flows->waits_last != NULL)
        flows->waits_last->waits_after = entry;
    else
        flows->waits_first = entry;
    flows->waits_last = entry;
}

static void count_waiting(flows_t *flows, entry_t *entry)
{
    uint32_t octets = entry->streams[0].waiting.octets + entry->streams[1].waiting.octets;

    if (octets == entry->waiting)
        return;
    if (entry->waiting == 0)
        link_waiting(flows, entry);
    else if (octets == 0)
        unlink_waiting(flows, entry);
    flows->waiting += octets;
    flows->waiting -= entry->waiting;
    entry->waiting = octets;
}

void tcp_account(flows_t *flows, entry_t *entry)
{
    count_waiting(flows, entry);
    while (flows->waiting > flows->limits.memory && flows->waits_first != NULL) {
        entry_t *first = flows->waits_first;
        tcp_give_up(flows, first, 0);
        tcp_give_up(flows, first, 1);
        count_waiting(flows, first);
        flow_weigh(flows, first);
    }
}
