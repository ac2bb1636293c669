/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic.c - see quic.h: packets to CRYPTO streams to handshake messages.
 *
 * A connection begins when a client's Initial is authentic. An Initial of the client that is not,
 * under the keys at hand, may bring keys of its own: after a Retry, or as another connection of the
 * same ends.
 */
#include "audit/quic/quic.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "audit/quic/crypto_stream.h"
#include "audit/quic/frames.h"
#include "audit/quic/initials.h"
#include "audit/quic/packet_keys.h"
#include "audit/quic/waiting.h"
#include "audit/tls/negotiation.h"

#define MAX_COALESCED 16u
/* The server's 1-RTT packets that are looked at: new tickets and a late refusal come early. */
#define MAX_LOOKED_AT 32u
#define MAX_FAILED 3u
#define HELLO_TYPE 1u
#define ALERT_FATAL 2u

enum { CLIENT = QUIC_ROLE_CLIENT, SERVER = QUIC_ROLE_SERVER };

typedef enum level { LEVEL_INITIAL, LEVEL_HANDSHAKE, LEVEL_APPLICATION, LEVELS } level_t;

typedef struct side {
    uint8_t id[QUIC_MAX_ID]; /* that it chose, and the other one addresses it by */
    size_t id_size;
    uint64_t expected[LEVELS];
    crypto_stream_t streams[LEVELS];
    bool broken[LEVELS];
    quic_keys_t *keys[LEVELS]; /* those of Initials are elsewhere */
    unsigned failed;           /* Handshake packets that did not open, before any did */
    bool opened;
    bool said;    /* that it is encrypted */
    bool went_on; /* and that there is something behind it */
} side_t;

struct quic {
    const flow_t *flow;
    const keylog_t *log;
    const handshake_sink_t *sink;
    negotiation_t *negotiation; /* NULL: no client's Initial yet */
    unsigned client;            /* which end of the flow */
    quic_initials_t initials;
    const quic_version_t *version; /* of the last long header that was authentic */
    side_t sides[2];
    quic_waiting_t waiting;
    unsigned looked_at;
    bool new_keys; /* the next ClientHello may be the same or that of another connection */
    bool has_hello;
    uint8_t hello[32]; /* digest of the first ClientHello */
};

int quic_new(const flow_t *flow, const keylog_t *keys, const handshake_sink_t *sink, quic_t **out)
{
    quic_t *quic = calloc(1, sizeof(*quic));

    if (quic == NULL)
        return -1;
    quic->flow = flow;
    quic->log = keys;
    quic->sink = sink;
    *out = quic;
    return 0;
}

static void clear_side(side_t *side)
{
    unsigned level;

    for (level = 0; level < LEVELS; level++) {
        crypto_stream_clear(&side->streams[level]);
        quic_keys_free(side->keys[level]);
    }
    *side = (side_t){.id_size = 0};
}

static size_t side_memory(const side_t *side)
{
    size_t memory = 0;
    unsigned level;

    for (level = 0; level < LEVELS; level++)
        memory += side->streams[level].room + (side->keys[level] != NULL ? QUIC_KEYS_MEMORY : 0);
    return memory;
}

size_t quic_memory(const quic_t *quic)
{
    if (quic == NULL)
        return 0;
    return sizeof(*quic) + side_memory(&quic->sides[CLIENT]) + side_memory(&quic->sides[SERVER]) +
           quic_initials_memory(&quic->initials) + quic_waiting_memory(&quic->waiting) +
           (quic->negotiation != NULL ? negotiation_memory(quic->negotiation) : 0);
}

void quic_free(quic_t *quic)
{
    if (quic == NULL)
        return;
    quic_initials_clear(&quic->initials);
    clear_side(&quic->sides[CLIENT]);
    clear_side(&quic->sides[SERVER]);
    quic_waiting_clear(&quic->waiting);
    negotiation_free(quic->negotiation);
    free(quic);
}

void quic_end(quic_t *quic)
{
    if (quic->negotiation != NULL)
        negotiation_end(quic->negotiation);
}

static unsigned end_of(const quic_t *quic, unsigned role)
{
    return role == CLIENT ? quic->client : 1 - quic->client;
}

/* Is this the ClientHello that came before, again after a Retry? */
static bool is_repeated(quic_t *quic, ma_bytes_t message)
{
    uint8_t digest[32];
    bool same;

    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, message.data, message.size, digest) != 0)
        return false;
    same = quic->has_hello && memcmp(digest, quic->hello, sizeof(digest)) == 0;
    memcpy(quic->hello, digest, sizeof(digest));
    return same;
}

/* Another connection of the same ends: the one before is over. */
static bool start_again(quic_t *quic)
{
    negotiation_t *next = NULL;
    unsigned role, level;

    if (negotiation_new(quic->flow, CARRIER_QUIC, "", quic->sink, &next) != 0)
        return false;
    negotiation_end(quic->negotiation);
    negotiation_free(quic->negotiation);
    quic->negotiation = next;
    quic_waiting_clear(&quic->waiting);
    quic->looked_at = 0;
    for (role = 0; role < 2; role++) {
        side_t *side = &quic->sides[role];

        for (level = LEVEL_HANDSHAKE; level < LEVELS; level++) {
            crypto_stream_clear(&side->streams[level]);
            quic_keys_free(side->keys[level]);
            side->keys[level] = NULL;
            side->expected[level] = 0;
            side->broken[level] = false;
        }
        side->failed = 0;
        side->opened = side->said = side->went_on = false;
    }
    return true;
}

/* A whole handshake message. */
static void take_message(quic_t *quic, unsigned role, level_t level, ma_bytes_t message,
                         const packet_t *packet)
{
    ma_bytes_t body = {message.data + 4, message.size - 4};

    if (role == SERVER && message.data[0] == HELLO_TYPE)
        return; /* who the client is, the first Initial says */

    if (quic->new_keys && role == CLIENT && level == LEVEL_INITIAL &&
        message.data[0] == HELLO_TYPE) {
        bool had = quic->has_hello;
        bool repeated = is_repeated(quic, message);

        quic->new_keys = false;
        quic->has_hello = true;
        if (repeated || (had && !start_again(quic)))
            return;
    }
    negotiation_message(quic->negotiation, end_of(quic, role), message.data[0], body,
                        level != LEVEL_INITIAL, packet);
}

static void take_crypto(quic_t *quic, unsigned role, level_t level, const quic_frame_t *frame,
                        const packet_t *packet)
{
    side_t *side = &quic->sides[role];
    ma_bytes_t message;

    if (side->broken[level])
        return;
    if (!crypto_stream_add(&side->streams[level], frame->offset, frame->data)) {
        side->broken[level] = true;
        crypto_stream_clear(&side->streams[level]);
        negotiation_lost(quic->negotiation, end_of(quic, role), "more of a handshake than is kept",
                         packet);
        return;
    }
    while (crypto_stream_next(&side->streams[level], &message))
        take_message(quic, role, level, message, packet);
}

static void take_frames(quic_t *quic, unsigned role, level_t level, ma_bytes_t frames,
                        const packet_t *packet)
{
    quic_frame_kind_t kind;
    quic_frame_t frame;

    while ((kind = quic_frame_next(&frames, &frame)) != QUIC_FRAME_NONE) {
        if (kind == QUIC_FRAME_CRYPTO)
            take_crypto(quic, role, level, &frame, packet);
        else if (frame.code >> 8 == 1) /* CRYPTO_ERROR: TLS's alert (RFC 9000 20.1) */
            negotiation_alert(quic->negotiation, end_of(quic, role), ALERT_FATAL,
                              (uint8_t)frame.code, packet);
    }
}

/* Opens a packet and takes what is in it. False: it is not authentic. */
static bool take_opened(quic_t *quic, unsigned role, level_t level, quic_keys_t *keys,
                        const quic_header_t *header, const packet_t *packet)
{
    uint8_t room[QUIC_MAX_PACKET];
    side_t *side = &quic->sides[role];
    quic_opened_t opened;

    if (!quic_keys_open(keys, header, side->expected[level], room, &opened))
        return false;
    if (opened.number >= side->expected[level])
        side->expected[level] = opened.number + 1;
    if (header->version != NULL) {
        quic->version = header->version;
        memcpy(side->id, header->source.data, header->source.size);
        side->id_size = header->source.size;
    }
    take_frames(quic, role, level, opened.frames, packet);
    return true;
}

/* Begins a connection, or goes on with new keys, if this is an authentic Initial of a client. */
static void begin(quic_t *quic, unsigned from, const quic_header_t *header, const packet_t *packet)
{
    unsigned role;

    if (!quic_initials_renew(&quic->initials, header))
        return;
    if (quic->negotiation == NULL) {
        if (negotiation_new(quic->flow, CARRIER_QUIC, "", quic->sink, &quic->negotiation) != 0)
            return;
        quic->client = from;
    }
    quic->new_keys = true;
    for (role = 0; role < 2; role++) {
        crypto_stream_clear(&quic->sides[role].streams[LEVEL_INITIAL]);
        quic->sides[role].expected[LEVEL_INITIAL] = 0;
        quic->sides[role].broken[LEVEL_INITIAL] = false;
    }
    (void)take_opened(quic, CLIENT, LEVEL_INITIAL,
                      quic_initials_keys(&quic->initials, header->version, CLIENT), header, packet);
}

/* The keys of a level by its secret in the log. NULL: not there, or nothing to ask for it with. */
static quic_keys_t *logged_keys(quic_t *quic, unsigned role, level_t level)
{
    const handshake_t *current = negotiation_current(quic->negotiation);
    secret_label_t label =
        level == LEVEL_HANDSHAKE
            ? (role == CLIENT ? SECRET_CLIENT_HANDSHAKE : SECRET_SERVER_HANDSHAKE)
            : (role == CLIENT ? SECRET_CLIENT_TRAFFIC : SECRET_SERVER_TRAFFIC);
    quic_keys_t **keys = &quic->sides[role].keys[level];
    ma_bytes_t secret;

    if (*keys != NULL || quic->log == NULL || current == NULL || current->cipher_suite == 0)
        return *keys;
    secret = keylog_find(quic->log, label, current->client_random);
    if (secret.size == 0 ||
        quic_keys_secret(quic->version, current->cipher_suite, secret, keys) != 0)
        return NULL;
    return *keys;
}

static void say_encrypted(quic_t *quic, unsigned role, const char *why, const packet_t *packet)
{
    if (quic->sides[role].said)
        return;
    quic->sides[role].said = true;
    negotiation_encrypted(quic->negotiation, end_of(quic, role), why, packet);
}

static bool has_suite(const quic_t *quic)
{
    const handshake_t *current =
        quic->negotiation != NULL ? negotiation_current(quic->negotiation) : NULL;

    return current != NULL && current->cipher_suite != 0;
}

static void take_handshake(quic_t *quic, unsigned role, const quic_header_t *header,
                           const packet_t *packet)
{
    side_t *side = &quic->sides[role];
    quic_keys_t *keys;

    if (!has_suite(quic)) {
        quic_waiting_keep(&quic->waiting, end_of(quic, role), header->packet);
        return;
    }
    quic->version = header->version;
    keys = logged_keys(quic, role, LEVEL_HANDSHAKE);
    if (keys == NULL) {
        say_encrypted(quic, role, "no keys", packet);
        return;
    }
    if (take_opened(quic, role, LEVEL_HANDSHAKE, keys, header, packet))
        side->opened = true;
    else if (!side->opened && ++side->failed == MAX_FAILED)
        say_encrypted(quic, role, "the keys do not fit", packet);
}

/*
 * A packet behind the handshake. A client sends one when its own part is over: without keys,
 * nothing else says so. The server's are read for tickets.
 */
static void take_short(quic_t *quic, unsigned role, const quic_header_t *header,
                       const packet_t *packet)
{
    side_t *side = &quic->sides[role];
    quic_keys_t *keys;

    if (role == CLIENT) {
        if (side->said && !side->opened && !side->went_on) {
            side->went_on = true;
            negotiation_application(quic->negotiation, end_of(quic, role), packet);
        }
        return;
    }
    if (quic->looked_at > MAX_LOOKED_AT)
        return;
    if (quic->looked_at++ == MAX_LOOKED_AT) { /* enough: what is kept for it goes */
        quic_keys_free(side->keys[LEVEL_APPLICATION]);
        side->keys[LEVEL_APPLICATION] = NULL;
        crypto_stream_clear(&side->streams[LEVEL_APPLICATION]);
        return;
    }
    keys = logged_keys(quic, role, LEVEL_APPLICATION);
    if (keys != NULL)
        (void)take_opened(quic, role, LEVEL_APPLICATION, keys, header, packet);
}

static void take_initial(quic_t *quic, unsigned from, const quic_header_t *header,
                         const packet_t *packet)
{
    unsigned role = from == quic->client ? CLIENT : SERVER;
    quic_keys_t *keys;

    if (quic->negotiation == NULL) {
        begin(quic, from, header, packet);
        return;
    }
    keys = quic_initials_keys(&quic->initials, header->version, role);
    if ((keys == NULL || !take_opened(quic, role, LEVEL_INITIAL, keys, header, packet)) &&
        role == CLIENT)
        begin(quic, from, header, packet);
}

static void take_packet(quic_t *quic, unsigned from, const quic_header_t *header,
                        const packet_t *packet)
{
    unsigned role = from == quic->client ? CLIENT : SERVER;

    if (header->type == QUIC_INITIAL)
        take_initial(quic, from, header, packet);
    if (quic->negotiation == NULL) {
        if (header->type == QUIC_INITIAL || header->type == QUIC_HANDSHAKE)
            quic_waiting_keep(&quic->waiting, from, header->packet);
    } else if (header->type == QUIC_HANDSHAKE) {
        take_handshake(quic, role, header, packet);
    } else if (header->type == QUIC_SHORT) {
        take_short(quic, role, header, packet);
    }
}

/* What came too early, once there is more to read it with. */
static void take_waiting(quic_t *quic, const packet_t *packet)
{
    quic_waiting_t waiting = quic->waiting;
    unsigned i;

    quic->waiting.n = 0;
    for (i = 0; i < waiting.n; i++) {
        quic_header_t header;

        if (quic_header_parse(&(ma_bytes_t){waiting.packets[i].data, waiting.packets[i].size}, 0,
                              &header))
            take_packet(quic, waiting.packets[i].from, &header, packet);
    }
    quic_waiting_clear(&waiting);
}

void quic_datagram(quic_t *quic, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet)
{
    ma_bytes_t datagram = {data, size};
    quic_header_t header;
    const bool begun = quic->negotiation != NULL, readable = has_suite(quic);
    unsigned n;

    for (n = 0; n < MAX_COALESCED && datagram.size > 0; n++) {
        /* a short header is addressed by the id that the other end chose */
        unsigned other = from == quic->client ? SERVER : CLIENT;

        if (!quic_header_parse(&datagram, quic->sides[other].id_size, &header))
            break;
        take_packet(quic, from, &header, packet);
    }
    if (!begun && quic->negotiation != NULL)
        take_waiting(quic, packet);
    if (!readable && has_suite(quic))
        take_waiting(quic, packet);
}
