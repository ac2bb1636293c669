/* SPDX-License-Identifier: BSD-2-Clause */
/* conversation.c - see conversation.h: bytes to records. */
#include "audit/tls/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tls/conversation_state.h"
#include "audit/tls/wire.h"

/* Octets of a hello in SSLv2's form. */
enum { V2_MIN = 9, V2_MAX = 4096 };

int conversation_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
                     const handshake_sink_t *sink, conversation_t **out)
{
    conversation_t *c = calloc(1, sizeof(*c));
    int status;

    if (c == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    status = negotiation_new(flow, CARRIER_TLS, found_in, sink, &c->negotiation);
    if (status != 0) {
        free(c);
        return status;
    }
    c->keys = keys;
    *out = c;
    return 0;
}

static void free_side(side_t *side)
{
    messages_clear(&side->messages);
    opener_close(&side->opener, "no keys");
    free(side->record);
    side->record = NULL;
    side->have = side->capacity = 0;
}

void records_lose(conversation_t *c, unsigned from, const char *why)
{
    side_t *side = &c->sides[from];

    if (side->dead)
        return;
    if (side->messages.head_size > 0)
        negotiation_cut(c->negotiation, from, side->messages.head[0], why, c->packet);
    else
        negotiation_lost(c->negotiation, from, why, c->packet);
    free_side(side);
    side->dead = true;
    side->left = 0;
}

/* Once nothing more can be learnt all memory goes, but for the little that remembers that. */
static bool whether_over(conversation_t *c)
{
    if (c->sides[0].dead && c->sides[1].dead)
        negotiation_end(c->negotiation);
    else if (!c->tls13 || negotiation_open(c->negotiation) || c->sides[0].opener.why == NULL
             || c->sides[1].opener.why == NULL)
        return false;
    free_side(&c->sides[0]);
    free_side(&c->sides[1]);
    negotiation_free(c->negotiation);
    c->negotiation = NULL;
    c->over = true;
    return true;
}

static bool is_v2(const uint8_t *head)
{
    return (head[0] & 0x80) != 0 && head[2] == 1;
}

static void begin_record(conversation_t *c, unsigned from)
{
    side_t *side = &c->sides[from];
    const uint8_t *head = side->head;
    uint32_t length = wire_u16(head + 3);
    bool first = !side->started;

    side->started = true;
    if (first && is_v2(head)) {
        length = wire_u16(head) & 0x7fff;
        if (length < V2_MIN || length > V2_MAX) {
            records_lose(c, from, "the hello of SSLv2 is malformed");
            return;
        }
        side->body = BODY_V2;
        side->left = length - (RECORD_HEADER - 2);
        return;
    }
    if (head[0] < RECORD_CHANGE_CIPHER || head[0] > RECORD_HEARTBEAT || head[1] != 3
        || length > RECORD_MAX) {
        records_lose(c, from, first && (head[0] & 0x80) != 0 && head[2] == 4
                                  ? "SSLv2 is not read" : "a record is malformed");
        return;
    }
    side->left = length;
    side->body = records_begin(c, from, head[0], length);
}

/* Octets of the body that is to be whole; false: no memory. */
static bool gather(side_t *side, const uint8_t *data, uint32_t size)
{
    if (size > side->capacity - side->have) {
        uint32_t want = side->have + size, all = side->have + side->left;
        uint8_t *room;
        want = want < all / 2 ? want * 2 : all;
        room = realloc(side->record, want);
        if (room == NULL)
            return false;
        side->record = room;
        side->capacity = want;
    }
    memcpy(side->record + side->have, data, size);
    side->have += size;
    return true;
}

static void take_whole(conversation_t *c, unsigned from, const uint8_t *data, uint32_t size)
{
    side_t *side = &c->sides[from];
    const uint8_t *body = data;
    uint32_t length = size;

    if (side->have > 0 || size < side->left) {
        if (!gather(side, data, size)) {
            records_lose(c, from, "out of memory");
            return;
        }
        body = side->record;
        length = side->have;
    }
    if (size < side->left)
        return;
    if (side->body == BODY_V2)
        records_v2(c, from, body, length);
    else
        records_whole(c, from, body, length);
    free(side->record);
    side->record = NULL;
    side->have = side->capacity = 0;
}

/* `size` octets of the body, not more than are left of it. */
static void take_body(conversation_t *c, unsigned from, const uint8_t *data, uint32_t size)
{
    side_t *side = &c->sides[from];

    if (side->body == BODY_CLEAR)
        records_messages(c, from, data, size, false);
    else if (side->body != BODY_SKIP)
        take_whole(c, from, data, size);
    if (side->dead)
        return;
    side->left -= size;
    if (side->left == 0)
        side->head_size = 0;
}

/* What of the body nobody needs to see: stepped over. */
static uint64_t step_over(side_t *side)
{
    uint32_t idle = 0;

    if (side->body == BODY_SKIP) {
        idle = side->left;
    } else if (side->body == BODY_CLEAR) {
        idle = messages_idle(&side->messages);
        idle = idle < side->left ? idle : side->left;
        if (idle > 0)
            messages_skip(&side->messages, idle);
    }
    side->left -= idle;
    if (side->left == 0)
        side->head_size = 0;
    return idle;
}

uint64_t conversation_bytes(conversation_t *c, unsigned from, const uint8_t *data, size_t size,
                            const packet_t *packet)
{
    side_t *side = &c->sides[from];

    c->last = *packet;
    c->packet = &c->last;
    c->from = from;
    while (size > 0 && !c->over && !side->dead) {
        uint32_t part;
        if (side->head_size < RECORD_HEADER) {
            size_t lack = RECORD_HEADER - (size_t)side->head_size;
            part = (uint32_t)(size < lack ? size : lack);
            memcpy(side->head + side->head_size, data, part);
            side->head_size = (uint8_t)(side->head_size + part);
            data += part;
            size -= part;
            if (side->head_size < RECORD_HEADER)
                continue;
            begin_record(c, from);
        }
        part = size < side->left ? (uint32_t)size : side->left;
        if (side->dead)
            break;
        if (part > 0 || side->left == 0)
            take_body(c, from, data, part);
        data += part;
        size -= part;
        if (!side->dead && side->head_size == 0)
            (void)whether_over(c);
    }
    if (c->over || (side->dead && whether_over(c)) || side->dead)
        return FLOW_SKIP_REST;
    return side->head_size == RECORD_HEADER ? step_over(side) : 0;
}

uint64_t conversation_gap(conversation_t *c, unsigned from, uint64_t size, const packet_t *packet)
{
    (void)size; /* what is skipped is not missed */
    c->last = *packet;
    c->packet = &c->last;
    c->from = from;
    if (!c->over) {
        records_lose(c, from, "bytes are missing in the capture");
        (void)whether_over(c);
    }
    return FLOW_SKIP_REST;
}

void conversation_end(conversation_t *c)
{
    unsigned from;

    if (c->over || c->packet == NULL)
        return;
    for (from = 0; from < 2; from++) {
        side_t *side = &c->sides[from];
        if (side->early && !side->opened)
            negotiation_encrypted(c->negotiation, from, "the keys do not open it", c->packet);
        if (side->messages.head_size > 0)
            records_lose(c, from, "it ended within a message");
    }
    negotiation_end(c->negotiation);
}

size_t conversation_memory(const conversation_t *c)
{
    size_t memory = 0;
    unsigned i;

    if (c == NULL)
        return 0;
    for (i = 0; i < 2; i++)
        memory += c->sides[i].capacity + messages_memory(&c->sides[i].messages)
            + opener_memory(&c->sides[i].opener);
    return sizeof(*c) + memory
        + (c->negotiation != NULL ? negotiation_memory(c->negotiation) : 0);
}

void conversation_free(conversation_t *c)
{
    if (c == NULL)
        return;
    free_side(&c->sides[0]);
    free_side(&c->sides[1]);
    negotiation_free(c->negotiation);
    free(c);
}

/* A ClientHello in SSLv2's form, RFC 5246 E.2: 1, 0 or -1. */
static int begins_v2(const uint8_t *data, size_t size)
{
    uint32_t length, suites, id, challenge;

    if (size < 11)
        return size > 3 && data[3] != 3 && data[3] != 0 ? 0 : -1;
    if ((data[3] != 3 && (data[3] != 0 || data[4] != 2)))
        return 0;
    length = wire_u16(data) & 0x7fff;
    suites = wire_u16(data + 5);
    id = wire_u16(data + 7);
    challenge = wire_u16(data + 9);
    return length <= V2_MAX && suites > 0 && suites % 3 == 0 && (id == 0 || id == 16)
        && challenge >= 16 && challenge <= 32 && length == 9 + suites + id + challenge;
}

/* Is what is there of the record's first handshake message a hello's beginning? */
static int begins_hello(const uint8_t *data, size_t size, uint32_t length)
{
    enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, CLIENT_MIN = 38, SERVER_MIN = 36 };
    uint32_t message;

    if (size < 1)
        return -1;
    if (data[0] != CLIENT_HELLO && data[0] != SERVER_HELLO)
        return 0;
    if (length < 6)
        return 1; /* in pieces; what follows is left to the reading of it */
    if (size < 6)
        return -1;
    message = wire_u24(data + 1);
    return message >= (data[0] == CLIENT_HELLO ? CLIENT_MIN : SERVER_MIN)
        && message <= NEGOTIATION_MAX_MESSAGE && (data[4] == 3 || data[4] == 0x7f);
}

int conversation_begins(const uint8_t *data, size_t size)
{
    uint32_t length;

    if (size < 3)
        return size > 0 && data[0] != RECORD_HANDSHAKE && (data[0] & 0x80) == 0 ? 0 : -1;
    if (is_v2(data))
        return begins_v2(data, size);
    if (data[0] != RECORD_HANDSHAKE || data[1] != 3)
        return 0;
    if (size < RECORD_HEADER)
        return -1;
    length = wire_u16(data + 3);
    if (length == 0 || length > RECORD_MAX)
        return 0;
    return begins_hello(data + RECORD_HEADER, size - RECORD_HEADER, length);
}
