/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tokens.h - what a client shows to resume (an id, a ticket), and connections that tickets may still
 * come for, each with its origin. A table of fixed size; the one that was used longest ago makes room.
 *
 * Of a token only a hash of 128 bits is kept, keyed with what nobody knows: no two are ever alike.
 */
#ifndef AUDIT_SESSION_TOKENS_H
#define AUDIT_SESSION_TOKENS_H

#include "audit/session/origins.h"

#define TOKENS_MAX (((size_t)1 << 24) - 1)

typedef struct digest {
    uint64_t word[2];
} digest_t;

typedef struct token {
    digest_t digest;
    place_t place;    /**< of the handshake that is the origin */
    origin_t *origin; /**< a reference */
    uint32_t older, younger; /**< of places that are free: older is the next one */
    uint8_t client;   /**< of connections: the end that is the client */
} token_t;

typedef struct tokens {
    token_t *token;  /**< from 1 */
    uint64_t *slots; /**< 40 bits of a hash and 24 of a place, 0: empty; a power of two of them */
    size_t n_slots;
    uint32_t capacity, n_used; /**< places that were ever used */
    uint32_t free, oldest, youngest;
    origins_t *origins;
} tokens_t;

/** Octets that a table of so many takes. */
size_t tokens_size(size_t capacity);
/** Zeroed `tokens` before; tokens_clear() also after a failure. `capacity` may be 0. */
int tokens_init(tokens_t *tokens, size_t capacity, origins_t *origins) MTLSAUTH_MUST_CHECK;
void tokens_clear(tokens_t *tokens);
/** NULL: not there. It is the youngest now. Valid until the next change. */
const token_t *tokens_find(tokens_t *tokens, const digest_t *digest);
/**
 * Puts it in, or gives it another origin, of which a reference is added; without an origin it is
 * taken out. True: another one had to go.
 */
bool tokens_put(tokens_t *tokens, const digest_t *digest, origin_t *origin, place_t place,
                unsigned client);
/** Gives the oldest up; false: there is none. */
bool tokens_evict(tokens_t *tokens);

#endif
