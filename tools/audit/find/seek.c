/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seek.c - TLS in a TCP flow: at once, after a dialogue, or where both ends suddenly speak it.
 *
 * A flow is a sequence of layers: a PROXY header, SOCKS, CONNECT, a protocol that turns to TLS.
 * After each, both directions are fresh: TLS may begin, or another layer. Apart from that, a
 * segment that begins with a ClientHello is kept until the other end answers with a ServerHello.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/find/dialogue.h"
#include "audit/find/held.h"
#include "audit/find/openvpn.h"
#include "audit/tls/conversation.h"

/** Layers of a flow; one that has more is nonsense. */
#define MAX_LAYERS 8u

typedef struct side {
    held_t held;     /**< what waits: too few octets, or a hello whose answer is awaited */
    packet_t packet; /**< where it began */
    size_t seen;
    hello_t hello; /**< what is held begins with it */
    bool fresh;    /**< nothing of this layer was seen */
    uint64_t owed; /**< octets of it that the conversation does not want */
} side_t;

typedef struct seeker {
    find_t *find;
    const flow_t *flow;
    conversation_t *conversation;
    openvpn_t *openvpn;
    dialogue_t dialogue;
    unsigned layers;
    bool given_up;
    bool forced; /**< it is TLS, whatever it looks like */
    side_t sides[2];
} seeker_t;

static const protocol_t *const protocols[] = {
    &protocol_proxy1, &protocol_proxy2, &protocol_socks4, &protocol_socks5, &protocol_postgresql,
    &protocol_mysql,  &protocol_ldap,   &protocol_rdp,    &protocol_xmpp,   &protocol_text,
};

static void *seek_open(void *context, const flow_t *flow)
{
    find_t *find = context;
    const char *hint = find_hint(find, flow);
    seeker_t *seeker = calloc(1, sizeof(*seeker));

    if (seeker == NULL)
        return NULL;
    seeker->find = find;
    seeker->flow = flow;
    seeker->forced = hint != NULL && strcmp(hint, "tls") == 0;
    seeker->dialogue.name = "";
    seeker->sides[0].fresh = seeker->sides[1].fresh = true;
    return seeker;
}

static uint64_t give_up(seeker_t *seeker)
{
    seeker->given_up = true;
    held_drop(seeker->find, &seeker->sides[0].held, SIZE_MAX);
    held_drop(seeker->find, &seeker->sides[1].held, SIZE_MAX);
    return FLOW_SKIP_REST;
}

/* Gives octets to the conversation, but for those that it did not want. */
static uint64_t converse(seeker_t *seeker, unsigned from, const uint8_t *data, size_t size,
                         const packet_t *packet)
{
    side_t *side = &seeker->sides[from];
    uint64_t owed = side->owed;

    side->owed = 0;
    if (owed >= size) /* the flow skips the rest of it; none of it comes again */
        return owed == FLOW_SKIP_REST ? owed : owed - size;
    data += owed;
    size -= (size_t)owed;
    return conversation_bytes(seeker->conversation, from, data, size, packet);
}

static void hand_held(seeker_t *seeker, unsigned from)
{
    side_t *side = &seeker->sides[from];

    if (side->held.size == 0)
        return;
    side->owed = conversation_bytes(seeker->conversation, from, side->held.data, side->held.size,
                                    &side->packet);
    held_drop(seeker->find, &side->held, SIZE_MAX);
}

/* TLS begins, and the client is known: what is held of both goes to the conversation. */
static bool begin(seeker_t *seeker, unsigned client)
{
    if (conversation_new(seeker->flow, seeker->dialogue.name, seeker->find->keys,
                         seeker->find->sink, &seeker->conversation) < 0) {
        give_up(seeker);
        return false;
    }
    hand_held(seeker, client);
    hand_held(seeker, 1 - client);
    return true;
}

/* Keeps what has come of a side; false: too much. */
static bool hold(seeker_t *seeker, unsigned from, const uint8_t *data, size_t size,
                 const packet_t *packet)
{
    side_t *side = &seeker->sides[from];

    if (side->held.size == 0)
        side->packet =
            (packet_t){.time = packet->time, .number = packet->number, .file = packet->file};
    return held_add(seeker->find, &side->held, data, size);
}

/* Both sides wait behind a hello, one the client's, the other the server's. */
static bool is_answered(const seeker_t *seeker)
{
    return seeker->sides[0].hello != HELLO_NONE && seeker->sides[1].hello != HELLO_NONE &&
           seeker->sides[0].hello != seeker->sides[1].hello;
}

/* The protocol of a layer, by the first octets of a direction. -1: too few to tell. */
static int choose(seeker_t *seeker, const uint8_t *data, size_t size)
{
    int begins = 0;
    size_t i;

    for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]) && begins == 0; i++) {
        begins = protocols[i]->begins(data, size);
        if (begins > 0)
            seeker->dialogue.protocol = protocols[i];
    }
    return begins;
}

/* A layer has ended: what comes is in it. */
static bool next_layer(seeker_t *seeker)
{
    const char *name = seeker->dialogue.name;

    seeker->dialogue = (dialogue_t){.name = name};
    seeker->sides[0].fresh = seeker->sides[1].fresh = true;
    return ++seeker->layers < MAX_LAYERS;
}

typedef enum found {
    FOUND_NOTHING,
    FOUND_MORE, /**< what was not used is too little */
    FOUND_TLS,
    FOUND_HELLO, /**< it would be, if the other end answers */
    FOUND_OPENVPN,
    FOUND_LAYER /**< something else begins */
} found_t;

/* What a fresh direction begins with, if that is TLS or OpenVPN. */
static found_t look_fresh(seeker_t *seeker, const uint8_t *data, size_t size)
{
    int begins = seeker->forced ? 1 : conversation_begins(data, size), overhead;

    if (begins > 0)
        return FOUND_TLS;
    overhead = seeker->layers == 0 ? openvpn_stream_begins(data, size) : -1;
    if (overhead >= 0) {
        seeker->openvpn = openvpn_new(seeker->find, seeker->flow, overhead);
        return seeker->openvpn != NULL ? FOUND_OPENVPN : FOUND_NOTHING;
    }
    if (seeker->dialogue.protocol == NULL && choose(seeker, data, size) == 0)
        return begins < 0 || overhead == -2 ? FOUND_MORE : FOUND_NOTHING;
    return seeker->dialogue.protocol != NULL ? FOUND_NOTHING : FOUND_MORE;
}

/*
 * Looks at what there is of a direction; `used` octets need not be looked at again. `boundary`: it
 * is the beginning of a segment.
 */
static found_t look(seeker_t *seeker, unsigned from, const uint8_t *data, size_t size,
                    bool boundary, size_t *used)
{
    dialogue_t *dialogue = &seeker->dialogue;
    side_t *side = &seeker->sides[from];
    bool asked = dialogue->asked && from == dialogue->client;
    found_t found;
    step_t step;

    if (side->fresh) {
        found = look_fresh(seeker, data, size);
        if (found != FOUND_NOTHING)
            return found;
    }
    if (boundary || asked) {
        side->hello = find_hello(data, size);
        if (side->hello == HELLO_NONE && asked && conversation_begins(data, size) > 0)
            side->hello = HELLO_CLIENT;
        if (side->hello != HELLO_NONE)
            return is_answered(seeker) ? FOUND_TLS : FOUND_HELLO;
        if (asked && conversation_begins(data, size) < 0)
            return FOUND_MORE;
    }
    side->fresh = false;
    if (dialogue->protocol == NULL) {
        *used = size;
        return FOUND_MORE;
    }
    step = dialogue->protocol->step(dialogue, from, data, size, used);
    if (step == STEP_AGAIN)
        return FOUND_LAYER;
    if (step == STEP_NOT) {
        const char *name = seeker->layers > 0 && !dialogue->asked ? dialogue->name : "";
        *dialogue = (dialogue_t){.name = name};
        *used = size;
    }
    return FOUND_MORE;
}

/*
 * TLS begins in this direction. The rest of it is held, or is not: then it is handed on as it is,
 * unless the other direction waits with what has to come after it.
 */
static uint64_t begin_here(seeker_t *seeker, unsigned from, const uint8_t *data, size_t size,
                           bool joined, const packet_t *packet)
{
    side_t *side = &seeker->sides[from];
    uint64_t skip;

    if (!joined && seeker->sides[1 - from].held.size > 0) {
        if (!hold(seeker, from, data, size, packet))
            return give_up(seeker);
        joined = true;
    }
    if (!begin(seeker, side->hello == HELLO_SERVER ? 1 - from : from))
        return FLOW_SKIP_REST;
    if (!joined)
        return conversation_bytes(seeker->conversation, from, data, size, packet);
    skip = side->owed;
    side->owed = 0;
    return skip;
}

/* After a layer has ended, the other side may have begun with TLS already. */
static bool is_other_ready(const seeker_t *seeker, unsigned from)
{
    const side_t *other = &seeker->sides[1 - from];

    return other->held.size > 0 && conversation_begins(other->held.data, other->held.size) == 1;
}

/* What is to be done with `size` octets that remain, which are held if `joined`. */
static uint64_t conclude(seeker_t *seeker, unsigned from, found_t found, const uint8_t *data,
                         size_t size, bool joined, const packet_t *packet)
{
    side_t *side = &seeker->sides[from];
    uint64_t skip;

    if (found == FOUND_TLS)
        return begin_here(seeker, from, data, size, joined, packet);
    if (found == FOUND_OPENVPN) {
        skip = openvpn_bytes(seeker->openvpn, from, data, size, packet);
        held_drop(seeker->find, &side->held, SIZE_MAX);
        return skip;
    }
    if (found == FOUND_LAYER) { /* and the other side is ready */
        if (!joined && !hold(seeker, from, data, size, packet))
            return give_up(seeker);
        if (!begin(seeker, 1 - from))
            return FLOW_SKIP_REST;
        skip = side->owed;
        side->owed = 0;
        return skip;
    }
    return joined || hold(seeker, from, data, size, packet) ? 0 : give_up(seeker);
}

static uint64_t seek(seeker_t *seeker, unsigned from, const uint8_t *data, size_t size,
                     const packet_t *packet)
{
    side_t *side = &seeker->sides[from];
    bool joined, boundary;
    found_t found;
    size_t used;

    if (side->held.size > 0 && side->hello == HELLO_NONE && find_hello(data, size) != HELLO_NONE) {
        /* What waited does not go on. */
        held_drop(seeker->find, &side->held, SIZE_MAX);
        side->fresh = false;
    }
    joined = side->held.size > 0;
    boundary = !joined;
    if (joined) {
        if (!hold(seeker, from, data, size, packet))
            return give_up(seeker);
        if (side->hello != HELLO_NONE)
            return 0;
        data = side->held.data;
        size = side->held.size;
    }
    do {
        used = 0;
        found = look(seeker, from, data, size, boundary, &used);
        boundary = false;
        data += used;
        size -= used;
        if (joined && used > 0) {
            held_drop(seeker->find, &side->held, used);
            data = side->held.data;
        }
        if (found == FOUND_LAYER) {
            if (!next_layer(seeker))
                return give_up(seeker);
            if (is_other_ready(seeker, from))
                break;
        }
    } while (size > 0 && (found == FOUND_LAYER || (found == FOUND_MORE && used > 0)));
    if (size == 0 && found != FOUND_LAYER)
        return 0;
    if (found == FOUND_LAYER && !is_other_ready(seeker, from))
        return 0;
    return conclude(seeker, from, found, data, size, joined, packet);
}

static uint64_t seek_bytes(void *state, unsigned from, const uint8_t *data, size_t size,
                           const packet_t *packet)
{
    seeker_t *seeker = state;
    side_t *side = &seeker->sides[from];

    if (seeker->conversation != NULL)
        return side->owed == 0 ? conversation_bytes(seeker->conversation, from, data, size, packet)
                               : converse(seeker, from, data, size, packet);
    if (seeker->openvpn != NULL)
        return openvpn_bytes(seeker->openvpn, from, data, size, packet);
    if (seeker->given_up)
        return FLOW_SKIP_REST;
    side->seen += size;
    if (side->seen > FIND_MAX_OCTETS)
        return give_up(seeker);
    return seek(seeker, from, data, size, packet);
}

/* A hello that waits for its answer is taken for one where the dialogue says that it may be. */
static void settle(seeker_t *seeker)
{
    unsigned client = seeker->dialogue.client;

    if (seeker->conversation == NULL && !seeker->given_up && seeker->dialogue.asked &&
        seeker->sides[client].hello == HELLO_CLIENT)
        begin(seeker, client);
}

static uint64_t seek_gap(void *state, unsigned from, uint64_t size, const packet_t *packet)
{
    seeker_t *seeker = state;
    side_t *side = &seeker->sides[from];
    const protocol_t *protocol = seeker->dialogue.protocol;

    if (side->hello == HELLO_CLIENT)
        settle(seeker);
    if (seeker->conversation != NULL) {
        uint64_t owed = side->owed;
        side->owed = 0;
        if (owed >= size)
            return owed == FLOW_SKIP_REST ? owed : owed - size;
        return conversation_gap(seeker->conversation, from, size - owed, packet);
    }
    if (seeker->openvpn != NULL || seeker->given_up)
        return FLOW_SKIP_REST; /* packets cannot be told apart any more */
    held_drop(seeker->find, &side->held, SIZE_MAX);
    side->hello = HELLO_NONE;
    side->fresh = false;
    if (protocol != NULL && !protocol->survives_gaps)
        seeker->dialogue = (dialogue_t){.name = ""};
    seeker->dialogue.broken[from] = true;
    return 0;
}

static void seek_end(void *state, flow_end_t why)
{
    seeker_t *seeker = state;

    (void)why;
    settle(seeker);
    if (seeker->conversation != NULL)
        conversation_end(seeker->conversation);
    else if (seeker->openvpn == NULL)
        seeker->find->flows_without++;
    conversation_free(seeker->conversation);
    openvpn_end(seeker->openvpn);
    held_drop(seeker->find, &seeker->sides[0].held, SIZE_MAX);
    held_drop(seeker->find, &seeker->sides[1].held, SIZE_MAX);
    free(seeker);
}

static size_t seek_memory(const void *state)
{
    const seeker_t *seeker = state;

    return sizeof(*seeker) + seeker->sides[0].held.room + seeker->sides[1].held.room +
           conversation_memory(seeker->conversation) + openvpn_memory(seeker->openvpn);
}

flow_consumer_t find_tcp(find_t *find)
{
    return (flow_consumer_t){seek_open, seek_bytes, seek_gap, NULL, seek_end, find, seek_memory};
}
