/* SPDX-License-Identifier: BSD-2-Clause */
/* frames.c - see frames.h: connections as frames of Ethernet. A test without memory stops. */
#include "captures/frames.h"

#include <stdlib.h>
#include <string.h>

#define STEP 150 /* microseconds from frame to frame */

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static void *grow(void *old, size_t size)
{
    void *made = realloc(old, size);

    if (made == NULL)
        abort();
    return made;
}

void frames_init(frames_t *frames, int64_t clock, uint64_t seed)
{
    *frames = (frames_t){.clock = clock, .seed = seed};
}

void frames_clear(frames_t *frames)
{
    size_t i;

    for (i = 0; i < frames->n; i++)
        free(frames->frames[i].data);
    frames->n = 0;
}

void frames_free(frames_t *frames)
{
    frames_clear(frames);
    free(frames->frames);
    *frames = (frames_t){0};
}

/* splitmix64 */
static uint64_t chance(frames_t *frames)
{
    uint64_t x = frames->seed += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* ---- frames ----------------------------------------------------------------------------------- */

static void add_frame(frames_t *frames, const uint8_t *data, size_t size)
{
    frame_t *frame;

    if (frames->n == frames->room) {
        frames->room = frames->room * 2 + 64;
        frames->frames = grow(frames->frames, frames->room * sizeof(frame_t));
    }
    frame = &frames->frames[frames->n++];
    *frame = (frame_t){frames->clock, grow(NULL, size), size, size};
    memcpy(frame->data, data, size);
    frames->clock += STEP;
}

static uint16_t sum(const uint8_t *data, size_t size)
{
    uint32_t total = 0;
    size_t i;

    for (i = 0; i + 1 < size; i += 2)
        total += (uint32_t)(data[i] << 8 | data[i + 1]);
    while (total >> 16 != 0)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

static size_t put_ethernet(uint8_t *at, const wire_t *wire, unsigned from)
{
    size_t size = 12;

    memset(at, 2, 12);
    at[5] = (uint8_t)!from;
    at[11] = (uint8_t)from;
    if (wire->vlan != 0) {
        put16(at + 12, 0x8100);
        put16(at + 14, wire->vlan);
        size += 4;
    }
    put16(at + size, wire->ip6 ? 0x86dd : 0x0800);
    return size + 2;
}

static size_t put_ip4(uint8_t *at, const wire_t *wire, unsigned from, uint8_t protocol, size_t size,
                      uint32_t id, size_t offset, bool more)
{
    memset(at, 0, 20);
    at[0] = 0x45;
    put16(at + 2, 20 + size);
    put16(at + 4, id & 0xffff);
    put16(at + 6, (more ? 0x2000u : 0u) | offset / 8);
    at[8] = 64;
    at[9] = protocol;
    memcpy(at + 12, from == CLIENT ? wire->client : wire->server, 4);
    memcpy(at + 16, from == CLIENT ? wire->server : wire->client, 4);
    put16(at + 10, sum(at, 20));
    return 20;
}

static size_t put_ip6(uint8_t *at, const wire_t *wire, unsigned from, uint8_t protocol, size_t size,
                      uint32_t id, size_t offset, bool more)
{
    const bool whole = offset == 0 && !more;

    memset(at, 0, 48);
    at[0] = 0x60;
    put16(at + 4, size + (whole ? 0 : 8));
    at[6] = whole ? protocol : 44;
    at[7] = 64;
    memcpy(at + 8, from == CLIENT ? wire->client : wire->server, 16);
    memcpy(at + 24, from == CLIENT ? wire->server : wire->client, 16);
    if (whole)
        return 40;
    at[40] = protocol;
    put16(at + 42, offset | (more ? 1u : 0u));
    put32(at + 44, id);
    return 48;
}

/* One IP packet, in fragments if the wire wants that. */
static void add_ip(frames_t *frames, const wire_t *wire, unsigned from, uint8_t protocol,
                   const uint8_t *payload, size_t size)
{
    const size_t step = wire->fragment != 0 ? wire->fragment & ~(size_t)7 : size;
    const uint32_t id = (uint32_t)chance(frames);
    uint8_t *room = grow(NULL, size + 128);
    size_t at, offset = 0, part;

    do {
        part = size - offset < step ? size - offset : step;
        at = put_ethernet(room, wire, from);
        at += (wire->ip6 ? put_ip6 : put_ip4)(room + at, wire, from, protocol, part, id, offset,
                                              offset + part < size);
        if (part > 0)
            memcpy(room + at, payload + offset, part);
        add_frame(frames, room, at + part);
        offset += part;
    } while (offset < size);
    free(room);
}

static void put_ports(uint8_t *at, const wire_t *wire, unsigned from)
{
    put16(at, from == CLIENT ? wire->client_port : wire->server_port);
    put16(at + 2, from == CLIENT ? wire->server_port : wire->client_port);
}

static void add_tcp(frames_t *frames, const wire_t *wire, unsigned from, const uint32_t next[2],
                    unsigned flags, const uint8_t *data, size_t size)
{
    uint8_t *room = grow(NULL, size + 20);

    memset(room, 0, 20);
    put_ports(room, wire, from);
    put32(room + 4, next[from]);
    put32(room + 8, flags == SYN ? 0 : next[!from]);
    room[12] = 0x50;
    room[13] = (uint8_t)flags;
    put16(room + 14, 65535);
    if (size > 0)
        memcpy(room + 20, data, size);
    add_ip(frames, wire, from, 6, room, size + 20);
    free(room);
}

static void add_udp(frames_t *frames, const wire_t *wire, unsigned from, const uint8_t *data,
                    size_t size)
{
    uint8_t *room = grow(NULL, size + 8);

    put_ports(room, wire, from);
    put16(room + 4, size + 8);
    put16(room + 6, 0);
    memcpy(room + 8, data, size);
    add_ip(frames, wire, from, 17, room, size + 8);
    free(room);
}

/* ---- connections ------------------------------------------------------------------------------ */

static void add_stream(frames_t *frames, const wire_t *wire, unsigned from, uint32_t next[2],
                       const uint8_t *data, size_t size)
{
    const size_t mss = wire->mss != 0 ? wire->mss : 1400;
    size_t at = 0, part, back;

    while (at < size) {
        part = size - at < mss ? size - at : mss;
        back = at < wire->overlap ? at : wire->overlap;
        next[from] -= (uint32_t)back;
        add_tcp(frames, wire, from, next, PSH | ACK, data + at - back, part + back);
        next[from] += (uint32_t)(part + back);
        at += part;
    }
    add_tcp(frames, wire, !from, next, ACK, NULL, 0);
}

static void add_tcp_connection(frames_t *frames, const wire_t *wire, const transcript_t *transcript)
{
    uint32_t next[2] = {(uint32_t)chance(frames), (uint32_t)chance(frames)};
    const char *const *line;
    size_t i;

    if (!wire->headless)
        add_tcp(frames, wire, CLIENT, next, SYN, NULL, 0);
    next[CLIENT]++;
    if (!wire->headless)
        add_tcp(frames, wire, SERVER, next, SYN | ACK, NULL, 0);
    next[SERVER]++;
    if (!wire->headless)
        add_tcp(frames, wire, CLIENT, next, ACK, NULL, 0);
    for (line = wire->greeting; *line != NULL; line++)
        add_stream(frames, wire, (*line)[0] == 'C' ? CLIENT : SERVER, next,
                   (const uint8_t *)*line + 2, strlen(*line) - 2);
    for (i = 0; i < transcript->n_turns; i++)
        add_stream(frames, wire, transcript->turns[i].from, next, transcript->turns[i].data,
                   transcript->turns[i].size);
    add_tcp(frames, wire, CLIENT, next, FIN | ACK, NULL, 0);
    next[CLIENT]++;
    add_tcp(frames, wire, SERVER, next, FIN | ACK, NULL, 0);
    next[SERVER]++;
    add_tcp(frames, wire, CLIENT, next, ACK, NULL, 0);
}

void frames_connection(frames_t *frames, const wire_t *wire, const transcript_t *transcript)
{
    size_t i;

    if (!transcript->datagrams) {
        add_tcp_connection(frames, wire, transcript);
        return;
    }
    for (i = 0; i < transcript->n_turns; i++)
        add_udp(frames, wire, transcript->turns[i].from, transcript->turns[i].data,
                transcript->turns[i].size);
}

/* ---- what wires do ---------------------------------------------------------------------------- */

static void exchange(frame_t *a, frame_t *b)
{
    const frame_t kept = *a;
    const int64_t time = b->time;

    *a = *b;
    a->time = kept.time;
    *b = kept;
    b->time = time;
}

void frames_shuffle(frames_t *frames, size_t distance)
{
    size_t i, j;

    for (i = 0; i + 1 < frames->n; i++) {
        j = i + (size_t)(chance(frames) % (distance + 1));
        if (j < frames->n)
            exchange(&frames->frames[i], &frames->frames[j]);
    }
}

void frames_repeat(frames_t *frames, size_t every)
{
    const size_t n = frames->n;
    const int64_t clock = frames->clock;
    frames_t made;
    size_t i;

    frames_init(&made, 0, frames->seed);
    for (i = 0; i < n; i++) {
        made.clock = frames->frames[i].time;
        add_frame(&made, frames->frames[i].data, frames->frames[i].size);
        made.clock = frames->frames[i].time + 10;
        if (i % every == every - 1)
            add_frame(&made, frames->frames[i].data, frames->frames[i].size);
    }
    frames_free(frames);
    *frames = made;
    frames->clock = clock;
}

void frames_lose(frames_t *frames, size_t which)
{
    if (which >= frames->n)
        return;
    free(frames->frames[which].data);
    frames->n--;
    memmove(&frames->frames[which], &frames->frames[which + 1],
            (frames->n - which) * sizeof(frame_t));
}

void frames_cut(frames_t *frames, size_t snaplen)
{
    size_t i;

    for (i = 0; i < frames->n; i++)
        if (frames->frames[i].size > snaplen)
            frames->frames[i].size = snaplen;
}
