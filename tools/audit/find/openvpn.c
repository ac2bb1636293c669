/* SPDX-License-Identifier: BSD-2-Clause */
/* openvpn.c - see openvpn.h. */
#include "audit/find/openvpn.h"

#include <stdlib.h>
#include <string.h>

#include "audit/find/held.h"
#include "audit/tls/conversation.h"

enum {
    CLIENT_RESET_1 = 1,
    SERVER_RESET_1,
    SOFT_RESET,
    CONTROL,
    ACK,
    DATA_1,
    CLIENT_RESET_2,
    SERVER_RESET_2,
    DATA_2
};

#define SESSION 8u /**< octets of a session id */
#define MAX_ACKS 8u
#define WINDOW 12u    /**< packets that wait for one before them */
#define MAX_LOST 256u /**< packets that may be missing; an id that is further off is nonsense */

typedef struct channel {
    uint8_t session[SESSION];
    bool known;    /**< its session is */
    uint32_t next; /**< id of the packet that is to be read */
    held_t window[WINDOW];
    bool there[WINDOW];
    uint64_t skip; /**< octets that the conversation does not want */
    held_t stream; /**< the beginning of a packet, over TCP */
} channel_t;

struct openvpn {
    find_t *find;
    const flow_t *flow;
    size_t overhead;
    uint8_t key;
    conversation_t *conversation;
    channel_t channels[2];
};

/* Its last octets are: no acknowledgments, and packet 0. */
static bool is_first(const uint8_t *packet, size_t size)
{
    return memcmp(packet + size - 5, "\0\0\0\0\0", 5) == 0;
}

int openvpn_begins(const uint8_t *packet, size_t size)
{
    static const uint8_t macs[] = {16, 20, 28, 32, 48, 64};
    size_t i;

    if (size < 14 || (packet[0] != CLIENT_RESET_2 << 3 && packet[0] != CLIENT_RESET_1 << 3))
        return -1;
    if (size == 14)
        return is_first(packet, size) ? 0 : -1;
    for (i = 0; i < sizeof(macs); i++) {
        /* HMAC, packet id, time; the id starts at 1. */
        size_t overhead = macs[i] + 8u;
        const uint8_t *id = packet + 1 + SESSION + macs[i];
        if (size == 14 + overhead && is_first(packet, size) && id[0] == 0 && id[1] == 0 &&
            (id[2] | id[3]) != 0)
            return (int)overhead;
    }
    return -1;
}

int openvpn_stream_begins(const uint8_t *data, size_t size)
{
    size_t length;

    if (size < 3)
        return size > 0 && data[0] != 0 ? -1 : -2;
    length = (size_t)data[0] << 8 | data[1];
    if (length < 14 || length > 14 + 72 ||
        (data[2] != CLIENT_RESET_2 << 3 && data[2] != CLIENT_RESET_1 << 3))
        return -1;
    return size < 2 + length ? -2 : openvpn_begins(data + 2, length);
}

openvpn_t *openvpn_new(find_t *find, const flow_t *flow, int overhead)
{
    openvpn_t *openvpn = overhead >= 0 ? calloc(1, sizeof(*openvpn)) : NULL;

    if (openvpn == NULL)
        return NULL;
    openvpn->find = find;
    openvpn->flow = flow;
    openvpn->overhead = (size_t)overhead;
    return openvpn;
}

static void reset_channel(openvpn_t *openvpn, channel_t *channel)
{
    unsigned i;

    for (i = 0; i < WINDOW; i++) {
        held_drop(openvpn->find, &channel->window[i], SIZE_MAX);
        channel->there[i] = false;
    }
    channel->next = 0;
    channel->skip = 0;
}

/* Another key, or another session: what TLS was there is over. */
static void restart(openvpn_t *openvpn)
{
    if (openvpn->conversation != NULL) {
        conversation_end(openvpn->conversation);
        conversation_free(openvpn->conversation);
        openvpn->conversation = NULL;
    }
    reset_channel(openvpn, &openvpn->channels[0]);
    reset_channel(openvpn, &openvpn->channels[1]);
}

static bool converse(openvpn_t *openvpn)
{
    return openvpn->conversation != NULL ||
           conversation_new(openvpn->flow, "openvpn", openvpn->find->keys, openvpn->find->sink,
                            &openvpn->conversation) == 0;
}

/* Octets of TLS, in order. */
static void read_payload(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                         const packet_t *packet)
{
    channel_t *channel = &openvpn->channels[from];

    if (channel->skip >= size) {
        if (channel->skip != FLOW_SKIP_REST)
            channel->skip -= size;
        return;
    }
    data += channel->skip;
    size -= (size_t)channel->skip;
    channel->skip = 0;
    if (converse(openvpn))
        channel->skip = conversation_bytes(openvpn->conversation, from, data, size, packet);
}

/* The next packet, if it is there; false: it is not. */
static bool read_next(openvpn_t *openvpn, unsigned from, const packet_t *packet)
{
    channel_t *channel = &openvpn->channels[from];
    unsigned slot = channel->next % WINDOW;

    if (!channel->there[slot])
        return false;
    channel->there[slot] = false;
    channel->next++;
    read_payload(openvpn, from, channel->window[slot].data, channel->window[slot].size, packet);
    held_drop(openvpn->find, &channel->window[slot], SIZE_MAX);
    return true;
}

/* The packet that comes next is lost: nobody knows how long it was. */
static void miss_next(openvpn_t *openvpn, unsigned from, const packet_t *packet)
{
    channel_t *channel = &openvpn->channels[from];

    channel->next++;
    if (channel->skip == 0 && openvpn->conversation != NULL)
        channel->skip = conversation_gap(openvpn->conversation, from, 1, packet);
}

static void order(openvpn_t *openvpn, unsigned from, uint32_t id, ma_bytes_t payload,
                  const packet_t *packet)
{
    channel_t *channel = &openvpn->channels[from];
    unsigned slot;

    if (id < channel->next || id - channel->next > MAX_LOST)
        return;
    while (id - channel->next >= WINDOW)
        if (!read_next(openvpn, from, packet))
            miss_next(openvpn, from, packet);
    if (id == channel->next) {
        channel->next++;
        read_payload(openvpn, from, payload.data, payload.size, packet);
    } else {
        slot = id % WINDOW;
        if (channel->there[slot] ||
            !held_add(openvpn->find, &channel->window[slot], payload.data, payload.size))
            return;
        channel->there[slot] = true;
    }
    while (read_next(openvpn, from, packet))
        ;
}

/* What a packet of the control channel says of sessions and keys. False: it is of none that counts.
 */
static bool follow(openvpn_t *openvpn, unsigned from, const uint8_t *data)
{
    channel_t *channel = &openvpn->channels[from];
    uint8_t code = data[0] >> 3, key = data[0] & 7;
    bool same = channel->known && memcmp(channel->session, data + 1, SESSION) == 0;

    if (code == CONTROL) {
        if (!channel->known) { /* its reset is missing */
            memcpy(channel->session, data + 1, SESSION);
            channel->known = true;
            channel->next = 1;
            return true;
        }
        return same && key == openvpn->key;
    }
    if (code == SOFT_RESET) {
        if (same && key != openvpn->key) {
            restart(openvpn);
            openvpn->key = key;
        }
        return same;
    }
    if (!same) { /* a hard reset */
        if (channel->known) {
            restart(openvpn);
            openvpn->channels[1 - from].known = false;
        }
        openvpn->key = 0;
        memcpy(channel->session, data + 1, SESSION);
        channel->known = true;
    }
    return true;
}

void openvpn_datagram(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                      const packet_t *packet)
{
    size_t at = 1 + SESSION + openvpn->overhead;
    uint8_t code = size > 0 ? data[0] >> 3 : 0;
    size_t acks;
    uint32_t id;

    if (code < CLIENT_RESET_1 || code > SERVER_RESET_2 || code == ACK || code == DATA_1)
        return;
    if (size < at + 1 || data[at] > MAX_ACKS)
        return;
    acks = data[at];
    at += 1 + 4 * acks + (acks > 0 ? SESSION : 0);
    if (size < at + 4 || !follow(openvpn, from, data))
        return;
    id = (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 | (uint32_t)data[at + 2] << 8 |
         data[at + 3];
    order(openvpn, from, id, (ma_bytes_t){data + at + 4, size - at - 4}, packet);
}

/* Whole packets of a stream. Returns the octets that were used. `skip`: of data, that are to come.
 */
static size_t read_packets(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                           const packet_t *packet, uint64_t *skip)
{
    size_t used = 0;

    while (size - used >= 3) {
        const uint8_t *at = data + used;
        size_t length = 2 + ((size_t)at[0] << 8 | at[1]);
        uint8_t code = at[2] >> 3;
        if (length == 2 || code > DATA_2 + 2) {
            *skip = FLOW_SKIP_REST; /* out of step */
            return size;
        }
        if (size - used < length) {
            if (code != DATA_1 && code != DATA_2)
                break;
            *skip = length - (size - used);
            return size;
        }
        openvpn_datagram(openvpn, from, at + 2, length - 2, packet);
        used += length;
    }
    return used;
}

uint64_t openvpn_bytes(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                       const packet_t *packet)
{
    held_t *held = &openvpn->channels[from].stream;
    uint64_t skip = 0;
    size_t used;

    if (held->size == 0) {
        used = read_packets(openvpn, from, data, size, packet, &skip);
        if (!held_add(openvpn->find, held, data + used, size - used))
            return FLOW_SKIP_REST;
        return skip;
    }
    if (!held_add(openvpn->find, held, data, size))
        return FLOW_SKIP_REST;
    used = read_packets(openvpn, from, held->data, held->size, packet, &skip);
    if (used > 0)
        held_drop(openvpn->find, held, used);
    return skip;
}

size_t openvpn_memory(const openvpn_t *openvpn)
{
    size_t memory = 0;
    unsigned from, i;

    if (openvpn == NULL)
        return 0;
    for (from = 0; from < 2; from++) {
        memory += openvpn->channels[from].stream.room;
        for (i = 0; i < WINDOW; i++)
            memory += openvpn->channels[from].window[i].room;
    }
    return sizeof(*openvpn) + memory + conversation_memory(openvpn->conversation);
}

void openvpn_end(openvpn_t *openvpn)
{
    if (openvpn == NULL)
        return;
    restart(openvpn);
    held_drop(openvpn->find, &openvpn->channels[0].stream, SIZE_MAX);
    held_drop(openvpn->find, &openvpn->channels[1].stream, SIZE_MAX);
    free(openvpn);
}
