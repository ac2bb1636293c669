/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sessions.c - see sessions.h.
 *
 * A full handshake has an origin. Its id and tickets are tokens that lead there, and so do those that a
 * handshake gets that resumes it: whatever the length of the chain, the certificate is the first one's.
 */
#include "audit/session/sessions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "audit/session/tokens.h"
#include "base/siphash.h"

enum {
    TOKEN_SHARE = 192,        /* octets of memory that a place for a token stands for */
    CERTIFICATE_SHARE = 1024, /* and a bucket for certificates */
    LARGEST_SHARE = 4         /* of the memory that one origin may take: a quarter */
};

struct sessions {
    handshake_sink_t sink;
    handshake_sink_t next;
    tokens_t tokens;
    origins_t origins;
    size_t memory; /* for origins and certificates */
    uint64_t keys[3][2];
    sessions_counts_t counts;
};

enum { TOKEN_ID = 1, TOKEN_TICKET, TOKEN_CONNECTION };

/* Whom a token is believed of. Hashed whole: no gaps. */
typedef struct scope {
    uint8_t address[16];
    uint8_t port[2];
    uint8_t transport;
    uint8_t kind;
} scope_t;

static digest_t digest_of(const sessions_t *sessions, const endpoint_t *server, uint8_t transport,
                          uint8_t kind, ma_bytes_t bytes)
{
    const uint64_t (*keys)[2] = sessions->keys;
    scope_t scope = { .port = { (uint8_t)(server->port >> 8), (uint8_t)server->port },
                      .transport = transport,
                      .kind = kind };
    uint64_t key[2], seed;
    digest_t digest;
    unsigned i;

    memcpy(scope.address, server->address, sizeof(scope.address));
    seed = ma_siphash(keys[0], (ma_bytes_t) { (const uint8_t *)&scope, sizeof(scope) });
    for (i = 0; i < 2; i++) {
        key[0] = keys[1 + i][0] ^ seed;
        key[1] = keys[1 + i][1];
        digest.word[i] = ma_siphash(key, bytes);
    }
    return digest;
}

static digest_t server_token(const sessions_t *sessions, const flow_t *flow, unsigned client,
                             uint8_t kind, ma_bytes_t bytes)
{
    return digest_of(sessions, &flow->ends[1 - (client & 1)], flow->transport, kind, bytes);
}

/* A connection is its two ends and the client's random. */
static digest_t connection_token(const sessions_t *sessions, const flow_t *flow,
                                 const uint8_t client_random[32])
{
    uint8_t bytes[32 + 16 + 2 + 4];
    const endpoint_t *end = &flow->ends[1];

    memcpy(bytes, client_random, 32);
    memcpy(bytes + 32, end->address, 16);
    bytes[48] = (uint8_t)(end->port >> 8);
    bytes[49] = (uint8_t)end->port;
    memcpy(bytes + 50, &flow->tunnel, 4);
    return digest_of(sessions, &flow->ends[0], flow->transport, TOKEN_CONNECTION,
                     (ma_bytes_t) { bytes, sizeof(bytes) });
}

/* TLS 1.3, its drafts, and DTLS 1.3: session ids mean nothing, and tickets come later. */
static bool is_new(const handshake_t *handshake)
{
    return handshake->version == 0x0304 || handshake->version == 0xfefc
           || handshake->version >> 8 == 0x7f;
}

static bool has_id(const handshake_t *handshake)
{
    return handshake->version != 0 && !is_new(handshake) && handshake->session_id.size > 0;
}

static size_t ticket_count(const handshake_t *handshake)
{
    return handshake->n_tickets < HANDSHAKE_MAX_TICKETS ? handshake->n_tickets
                                                        : HANDSHAKE_MAX_TICKETS;
}

/* May ticket() be called for it? Before TLS 1.3 only where tickets are in use. */
static bool may_get_tickets(const handshake_t *handshake)
{
    if (!handshake->tickets_visible || handshake->version == 0)
        return false;
    return is_new(handshake) || handshake->n_tickets > 0 || handshake->offered_ticket.size > 0;
}

/* What a token leads to: who the client was, and where that was seen. */
typedef struct lead {
    origin_t *origin; /* a reference; NULL: nothing */
    place_t place;
} lead_t;

static void put(sessions_t *sessions, const digest_t *digest, const lead_t *lead, unsigned client)
{
    if (tokens_put(&sessions->tokens, digest, lead->origin, lead->place, client))
        sessions->counts.evicted++;
    if (lead->origin != NULL)
        sessions->counts.remembered++;
}

/* All that may resume this handshake leads there. */
static void put_all(sessions_t *sessions, const handshake_t *handshake, const lead_t *lead)
{
    const flow_t *flow = handshake->flow;
    digest_t digest;
    size_t i;

    if (has_id(handshake)) {
        digest = server_token(sessions, flow, handshake->client, TOKEN_ID, handshake->session_id);
        put(sessions, &digest, lead, handshake->client);
    }
    for (i = 0; i < ticket_count(handshake); i++) {
        if (handshake->tickets[i].size == 0)
            continue;
        digest = server_token(sessions, flow, handshake->client, TOKEN_TICKET,
                              handshake->tickets[i]);
        put(sessions, &digest, lead, handshake->client);
    }
    if (may_get_tickets(handshake)) {
        digest = connection_token(sessions, flow, handshake->client_random);
        put(sessions, &digest, lead, handshake->client);
    }
}

/* An origin, for which older ones may have to go; NULL: it is too large, or there is no memory. */
static origin_t *make_origin(sessions_t *sessions, const handshake_t *handshake)
{
    const size_t cost = origins_cost(handshake);

    if (cost > sessions->memory / LARGEST_SHARE)
        return NULL;
    while (sessions->origins.used > sessions->memory - cost) {
        if (!tokens_evict(&sessions->tokens))
            return NULL;
        sessions->counts.evicted++;
    }
    return origins_make(&sessions->origins, handshake);
}

/* A handshake of its own, that others may resume. */
static void remember(sessions_t *sessions, const handshake_t *handshake)
{
    lead_t lead = { .place = handshake->begin };

    if (!has_id(handshake) && ticket_count(handshake) == 0 && !may_get_tickets(handshake))
        return;
    /* Asked again within the connection and nothing shown: it is who it was. */
    if (handshake->kind == HANDSHAKE_POST
        && (handshake->visibility == VISIBLE_NONE_SENT
            || handshake->visibility == VISIBLE_NOT_REQUESTED))
        return;
    lead.origin = make_origin(sessions, handshake);
    if (lead.origin == NULL)
        sessions->counts.evicted++;
    put_all(sessions, handshake, &lead);
    origins_drop(&sessions->origins, lead.origin);
}

/* Where the client's ticket or id leads; NULL: nowhere that is known. */
static const token_t *find_token(sessions_t *sessions, const handshake_t *handshake)
{
    const token_t *token = NULL;
    digest_t digest;

    if (handshake->offered_ticket.size > 0) {
        digest = server_token(sessions, handshake->flow, handshake->client, TOKEN_TICKET,
                              handshake->offered_ticket);
        token = tokens_find(&sessions->tokens, &digest);
    }
    if (token == NULL && !is_new(handshake) && handshake->offered_id.size > 0) {
        digest = server_token(sessions, handshake->flow, handshake->client, TOKEN_ID,
                              handshake->offered_id);
        token = tokens_find(&sessions->tokens, &digest);
    }
    return token;
}

/* Does it say who the client was, be it nobody? A certificate that was left out is not nobody. */
static bool tells(const origin_t *origin)
{
    switch (origin->visibility) {
    case VISIBLE_CERTIFICATE:
        return origin->n_certificates > 0;
    case VISIBLE_NONE_SENT:
    case VISIBLE_NOT_REQUESTED:
        return true;
    default:
        return false;
    }
}

static void hand_on(const sessions_t *sessions, const handshake_t *handshake)
{
    sessions->next.handshake(sessions->next.context, handshake);
}

static void unlinked(sessions_t *sessions, const handshake_t *handshake)
{
    handshake_t completed;

    sessions->counts.unlinked++;
    if (handshake->visibility == VISIBLE_RESUMED_UNLINKED) {
        hand_on(sessions, handshake);
        return;
    }
    completed = *handshake;
    completed.visibility = VISIBLE_RESUMED_UNLINKED;
    hand_on(sessions, &completed);
}

static void linked(sessions_t *sessions, const handshake_t *handshake, const token_t *token)
{
    const lead_t lead = { token->origin, token->place };
    const origin_t *origin = lead.origin;
    handshake_t completed = *handshake;
    uint32_t i;

    completed.visibility = VISIBLE_RESUMED_LINKED;
    completed.origin = lead.place;
    completed.n_left_out = origin->n_left_out;
    completed.n_certificates = origin->n_certificates;
    for (i = 0; i < origin->n_certificates; i++)
        completed.certificates[i] = (ma_bytes_t) { origin->certificates[i]->data,
                                                   origin->certificates[i]->size };
    sessions->counts.linked++;
    hand_on(sessions, &completed);
    lead.origin->references++; /* what it puts in may push it out */
    put_all(sessions, handshake, &lead);
    origins_drop(&sessions->origins, lead.origin);
}

static void on_handshake(void *context, const handshake_t *handshake)
{
    sessions_t *sessions = context;
    const token_t *token;

    if (!handshake->resumed || handshake->kind == HANDSHAKE_POST
        || handshake->visibility == VISIBLE_CERTIFICATE) {
        hand_on(sessions, handshake);
        remember(sessions, handshake);
        return;
    }
    if (handshake->visibility == VISIBLE_INCOMPLETE) { /* nobody knows whether it came to be */
        hand_on(sessions, handshake);
        return;
    }
    token = find_token(sessions, handshake);
    if (token != NULL && tells(token->origin))
        linked(sessions, handshake, token);
    else
        unlinked(sessions, handshake);
}

static void on_ticket(void *context, const flow_t *flow, const uint8_t client_random[32],
                      ma_bytes_t ticket)
{
    sessions_t *sessions = context;
    digest_t digest = connection_token(sessions, flow, client_random);
    const token_t *connection = ticket.size > 0 ? tokens_find(&sessions->tokens, &digest) : NULL;
    lead_t lead;
    unsigned client;

    if (connection != NULL) {
        lead = (lead_t) { connection->origin, connection->place };
        client = connection->client;
        lead.origin->references++;
        digest = server_token(sessions, flow, client, TOKEN_TICKET, ticket);
        put(sessions, &digest, &lead, client);
        origins_drop(&sessions->origins, lead.origin);
    }
    if (sessions->next.ticket != NULL)
        sessions->next.ticket(sessions->next.context, flow, client_random, ticket);
}

int sessions_new(const handshake_sink_t *next, size_t memory, sessions_t **out)
{
    sessions_t *sessions = calloc(1, sizeof(*sessions));
    size_t capacity = memory / TOKEN_SHARE;
    int status;

    if (sessions == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (capacity > TOKENS_MAX)
        capacity = TOKENS_MAX;
    sessions->next = *next;
    sessions->sink = (handshake_sink_t) { on_handshake, on_ticket, sessions };
    sessions->memory = memory > tokens_size(capacity) ? memory - tokens_size(capacity) : 0;
    status = origins_init(&sessions->origins, sessions->memory / CERTIFICATE_SHARE);
    if (status == 0)
        status = tokens_init(&sessions->tokens, capacity, &sessions->origins);
    if (status == 0
        && getrandom(sessions->keys, sizeof(sessions->keys), 0) != (ssize_t)sizeof(sessions->keys))
        status = MTLSAUTH_E_NO_MEMORY;
    if (status < 0) {
        sessions_free(sessions);
        return status;
    }
    *out = sessions;
    return 0;
}

const handshake_sink_t *sessions_sink(sessions_t *sessions)
{
    return &sessions->sink;
}

const sessions_counts_t *sessions_counts(const sessions_t *sessions)
{
    return &sessions->counts;
}

void sessions_free(sessions_t *sessions)
{
    if (sessions == NULL)
        return;
    tokens_clear(&sessions->tokens);
    origins_clear(&sessions->origins);
    free(sessions);
}
