/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens.c - see tokens.h. Places are numbers, 0 being none: an untouched table costs no memory. */
#include "audit/session/tokens.h"

#include <stdlib.h>

enum { PLACE_BITS = 24, MIN_SLOTS = 16 };

#define PLACE_MASK (((uint64_t)1 << PLACE_BITS) - 1)

/* At most two thirds of them are ever taken. */
static size_t slots_for(size_t capacity)
{
    size_t n = MIN_SLOTS;

    while (n < capacity + capacity / 2)
        n *= 2;
    return n;
}

size_t tokens_size(size_t capacity)
{
    return capacity * sizeof(token_t) + slots_for(capacity) * sizeof(uint64_t);
}

int tokens_init(tokens_t *tokens, size_t capacity, origins_t *origins)
{
    if (capacity > TOKENS_MAX)
        capacity = TOKENS_MAX;
    tokens->n_slots = slots_for(capacity);
    tokens->capacity = (uint32_t)capacity;
    tokens->origins = origins;
    tokens->token = calloc(capacity + 1, sizeof(*tokens->token));
    tokens->slots = calloc(tokens->n_slots, sizeof(*tokens->slots));
    return tokens->token != NULL && tokens->slots != NULL ? 0 : MTLSAUTH_E_NO_MEMORY;
}

void tokens_clear(tokens_t *tokens)
{
    if (tokens->token != NULL && tokens->slots != NULL) {
        while (tokens_evict(tokens))
            continue;
    }
    free(tokens->token);
    free(tokens->slots);
    tokens->token = NULL;
    tokens->slots = NULL;
}

/* Where the search for what lies in a slot begins: the lowest bits of its hash. */
static size_t home_of(const tokens_t *tokens, uint64_t slot)
{
    return (size_t)(slot >> PLACE_BITS) & (tokens->n_slots - 1);
}

/* The slot of a digest, or the empty one where it would be. Few others are looked at beside it. */
static size_t slot_of(const tokens_t *tokens, const digest_t *digest)
{
    const uint64_t tag = digest->word[0] << PLACE_BITS;
    size_t i = home_of(tokens, tag);
    const digest_t *there;

    for (; tokens->slots[i] != 0; i = (i + 1) & (tokens->n_slots - 1)) {
        if ((tokens->slots[i] & ~PLACE_MASK) != tag)
            continue;
        there = &tokens->token[tokens->slots[i] & PLACE_MASK].digest;
        if (there->word[0] == digest->word[0] && there->word[1] == digest->word[1])
            break;
    }
    return i;
}

static uint32_t look_up(const tokens_t *tokens, const digest_t *digest)
{
    return (uint32_t)(tokens->slots[slot_of(tokens, digest)] & PLACE_MASK);
}

/* Empties a slot; what was put behind for its sake moves up. */
static void empty_slot(tokens_t *tokens, size_t hole)
{
    const size_t mask = tokens->n_slots - 1;
    size_t i;

    for (i = (hole + 1) & mask; tokens->slots[i] != 0; i = (i + 1) & mask) {
        /* Is the hole on the way from its home to where it is? */
        if (((i - home_of(tokens, tokens->slots[i])) & mask) < ((i - hole) & mask))
            continue;
        tokens->slots[hole] = tokens->slots[i];
        hole = i;
    }
    tokens->slots[hole] = 0;
}

static void take_off_list(tokens_t *tokens, uint32_t at)
{
    const token_t *token = &tokens->token[at];

    if (token->older != 0)
        tokens->token[token->older].younger = token->younger;
    else
        tokens->oldest = token->younger;
    if (token->younger != 0)
        tokens->token[token->younger].older = token->older;
    else
        tokens->youngest = token->older;
}

static void put_on_list(tokens_t *tokens, uint32_t at)
{
    token_t *token = &tokens->token[at];

    token->older = tokens->youngest;
    token->younger = 0;
    if (tokens->youngest != 0)
        tokens->token[tokens->youngest].younger = at;
    else
        tokens->oldest = at;
    tokens->youngest = at;
}

static void refresh(tokens_t *tokens, uint32_t at)
{
    if (tokens->youngest == at)
        return;
    take_off_list(tokens, at);
    put_on_list(tokens, at);
}

static void take_out(tokens_t *tokens, uint32_t at)
{
    token_t *token = &tokens->token[at];

    empty_slot(tokens, slot_of(tokens, &token->digest));
    take_off_list(tokens, at);
    origins_drop(tokens->origins, token->origin);
    token->origin = NULL;
    token->older = tokens->free;
    tokens->free = at;
}

bool tokens_evict(tokens_t *tokens)
{
    if (tokens->oldest == 0)
        return false;
    take_out(tokens, tokens->oldest);
    return true;
}

const token_t *tokens_find(tokens_t *tokens, const digest_t *digest)
{
    const uint32_t at = look_up(tokens, digest);

    if (at == 0)
        return NULL;
    refresh(tokens, at);
    return &tokens->token[at];
}

/* A place that is free; there must be one. */
static uint32_t take_place(tokens_t *tokens)
{
    const uint32_t at = tokens->free;

    if (at == 0)
        return ++tokens->n_used;
    tokens->free = tokens->token[at].older;
    return at;
}

bool tokens_put(tokens_t *tokens, const digest_t *digest, origin_t *origin, place_t place,
                unsigned client)
{
    uint32_t at = look_up(tokens, digest);
    token_t *token;
    bool evicted = false;

    if (origin == NULL || tokens->capacity == 0) {
        if (at != 0)
            take_out(tokens, at);
        return false;
    }
    origin->references++;
    if (at != 0) {
        origins_drop(tokens->origins, tokens->token[at].origin);
        tokens->token[at].origin = origin;
        tokens->token[at].place = place;
        tokens->token[at].client = (uint8_t)client;
        refresh(tokens, at);
        return false;
    }
    if (tokens->free == 0 && tokens->n_used == tokens->capacity)
        evicted = tokens_evict(tokens);
    at = take_place(tokens);
    token = &tokens->token[at];
    *token = (token_t) { .digest = *digest, .place = place, .origin = origin,
                         .client = (uint8_t)client };
    tokens->slots[slot_of(tokens, digest)] = digest->word[0] << PLACE_BITS | at;
    put_on_list(tokens, at);
    return evicted;
}
