/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.c - see listener.h. */
#include "audit/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/tls/conversation.h"
#include "audit/tls/dtls.h"

static void hex(char *out, size_t room, ma_bytes_t bytes)
{
    size_t i;

    for (i = 0; i < bytes.size && 2 * i + 2 < room; i++)
        sprintf(out + 2 * i, "%02x", bytes.data[i]);
    out[2 * i < room ? 2 * i : room - 1] = '\0';
}

static void text(char *out, size_t room, ma_bytes_t bytes)
{
    snprintf(out, room, "%.*s", (int)bytes.size, bytes.size > 0 ? (const char *)bytes.data : "");
}

static void hear(void *context, const handshake_t *handshake)
{
    listener_t *listener = context;
    heard_t *heard = &listener->heard[listener->n_heard];

    if (listener->n_heard == LISTENER_MAX)
        abort();
    listener->n_heard++;
    heard->handshake = *handshake;
    text(heard->sni, sizeof(heard->sni), handshake->sni);
    text(heard->alpn, sizeof(heard->alpn), handshake->alpn);
    hex(heard->id, sizeof(heard->id), handshake->session_id);
    hex(heard->offered_id, sizeof(heard->offered_id), handshake->offered_id);
    hex(heard->offered_ticket, sizeof(heard->offered_ticket), handshake->offered_ticket);
    if (handshake->n_tickets > 0)
        hex(heard->ticket, sizeof(heard->ticket), handshake->tickets[0]);
    if (handshake->n_certificates > 0) {
        heard->leaf.data = malloc(handshake->certificates[0].size);
        heard->leaf.size = (unsigned)handshake->certificates[0].size;
        memcpy(heard->leaf.data, handshake->certificates[0].data, heard->leaf.size);
    }
}

static void hear_ticket(void *context, const flow_t *flow, const uint8_t client_random[32],
                        ma_bytes_t ticket)
{
    listener_t *listener = context;

    (void)client_random;
    if (flow != &listener->flow)
        abort();
    if (listener->n_tickets++ == 0)
        hex(listener->ticket, sizeof(listener->ticket), ticket);
}

void listener_open(listener_t *listener)
{
    memset(listener, 0, sizeof(*listener));
    listener->sink = (handshake_sink_t) { hear, hear_ticket, listener };
    listener->heard = calloc(LISTENER_MAX, sizeof(*listener->heard));
    if (listener->heard == NULL)
        abort();
}

void listener_close(listener_t *listener)
{
    size_t i;

    for (i = 0; i < listener->n_heard; i++)
        free(listener->heard[i].leaf.data);
    free(listener->heard);
}

keylog_t *peers_keys(const peers_t *peers)
{
    keylog_t *keys = NULL;
    if (keylog_new(&keys) != 0
        || keylog_add(keys, (const uint8_t *)peers->keylog, peers->keylog_size) != 0)
        abort();
    return keys;
}

/* A piece in memory of its own size, so that a sanitizer sees a read behind it. */
static uint64_t give(conversation_t *c, const chunk_t *chunk, size_t at, size_t size, size_t number)
{
    packet_t packet = { .number = number + 1, .time = (int64_t)number };
    uint8_t *copy = malloc(size);
    uint64_t skip;

    if (copy == NULL)
        abort();
    memcpy(copy, chunk->data + at, size);
    skip = conversation_bytes(c, chunk->from, copy, size, &packet);
    free(copy);
    return skip;
}

static size_t piece(feeding_t feeding, size_t left, unsigned *state)
{
    size_t size = left;

    if (feeding == FEED_OCTETS)
        return 1;
    if (feeding == FEED_RANDOM) {
        *state = *state * 1103515245u + 12345u;
        size = 1 + (*state >> 8) % 700;
    }
    return size < left ? size : left;
}

void feed_stream(listener_t *listener, const peers_t *peers, const keylog_t *keys,
                 feeding_t feeding, size_t until, uint64_t *skipped)
{
    uint64_t skip[2] = { 0, 0 };
    conversation_t *c = NULL;
    unsigned state = 42;
    size_t i, at;

    if (conversation_new(&listener->flow, "", keys, &listener->sink, &c) != 0)
        abort();
    for (i = 0; i < peers->n_chunks && i < until; i++) {
        const chunk_t *chunk = &peers->chunks[i];
        uint64_t *left = &skip[chunk->from];
        for (at = 0; at < chunk->size;) {
            size_t size = piece(feeding, chunk->size - at, &state);
            size_t over = *left < size ? (size_t)*left : size;
            if (*left != FLOW_SKIP_REST)
                *left -= over;
            *skipped += over;
            if (size > over)
                *left = give(c, chunk, at + over, size - over, i);
            at += size;
        }
    }
    conversation_end(c);
    conversation_free(c);
}

void feed_gap(listener_t *listener, const peers_t *peers, const keylog_t *keys, unsigned from,
              uint64_t at, uint64_t size)
{
    uint64_t skip[2] = { 0, 0 }, position[2] = { 0, 0 }, gap = 0;
    conversation_t *c = NULL;
    size_t i, j;

    if (conversation_new(&listener->flow, "", keys, &listener->sink, &c) != 0)
        abort();
    for (i = 0; i < peers->n_chunks; i++) {
        const chunk_t *chunk = &peers->chunks[i];
        for (j = 0; j < chunk->size; j++, position[chunk->from]++) {
            uint64_t *left = &skip[chunk->from], where = position[chunk->from];
            bool missing = chunk->from == from && where >= at && where < at + size;
            packet_t packet = { .number = i + 1 };
            if (*left > 0) {
                *left -= *left != FLOW_SKIP_REST;
            } else if (missing) {
                gap++;
            } else {
                if (gap > 0 && chunk->from == from) {
                    *left = conversation_gap(c, from, gap, &packet);
                    gap = 0;
                    j--; /* this octet is looked at again */
                    position[chunk->from]--;
                    continue;
                }
                *left = give(c, chunk, j, 1, i);
            }
        }
    }
    conversation_end(c);
    conversation_free(c);
}

static void give_datagram(dtls_t *d, const chunk_t *chunk, size_t number)
{
    packet_t packet = { .number = number + 1 };
    uint8_t *copy = malloc(chunk->size);

    if (copy == NULL || !dtls_is(chunk->data, chunk->size))
        abort();
    memcpy(copy, chunk->data, chunk->size);
    dtls_datagram(d, chunk->from, copy, chunk->size, &packet);
    free(copy);
}

void feed_datagrams(listener_t *listener, const peers_t *peers, const keylog_t *keys, int order,
                    size_t lost)
{
    dtls_t *d = NULL;
    size_t i;

    if (dtls_new(&listener->flow, "", keys, &listener->sink, &d) != 0)
        abort();
    for (i = 0; i < peers->n_chunks; i++) {
        const chunk_t *chunk = &peers->chunks[i];
        if (order == 1 && i + 1 < peers->n_chunks && chunk[1].from == chunk->from) {
            give_datagram(d, chunk + 1, i + 1);
            give_datagram(d, chunk, i);
            i++;
            continue;
        }
        if (order == 3 && i == lost)
            continue;
        give_datagram(d, chunk, i);
        if (order == 2)
            give_datagram(d, chunk, i);
    }
    dtls_end(d);
    dtls_free(d);
}
