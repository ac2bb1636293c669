/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens.c - see tokens.h. Places are numbers, 0 being none: an untouched table costs no memory. */
#include "audit/session/tokens.h"

#include <stdlib.h>

int tokens_init(tokens_t *tokens, size_t capacity, origins_t *origins)
{
    if (capacity > TOKENS_MAX)
        capacity = TOKENS_MAX;
    tokens->n_buckets = 16;
    while (tokens->n_buckets * 2 <= capacity)
        tokens->n_buckets *= 2;
    tokens->capacity = (uint32_t)capacity;
    tokens->origins = origins;
    tokens->token = calloc(capacity + 1, sizeof(*tokens->token));
    tokens->buckets = calloc(tokens->n_buckets, sizeof(*tokens->buckets));
    return tokens->token != NULL && tokens->buckets != NULL ? 0 : MTLSAUTH_E_NO_MEMORY;
}

void tokens_clear(tokens_t *tokens)
{
    if (tokens->token != NULL && tokens->buckets != NULL) {
        while (tokens_evict(tokens))
            continue;
    }
    free(tokens->token);
    free(tokens->buckets);
    tokens->token = NULL;
    tokens->buckets = NULL;
}

static uint32_t *bucket_of(const tokens_t *tokens, const digest_t *digest)
{
    return &tokens->buckets[digest->word[0] & (tokens->n_buckets - 1)];
}

static uint32_t look_up(const tokens_t *tokens, const digest_t *digest)
{
    uint32_t at = *bucket_of(tokens, digest);

    while (at != 0
           && (tokens->token[at].digest.word[0] != digest->word[0]
               || tokens->token[at].digest.word[1] != digest->word[1]))
        at = tokens->token[at].next;
    return at;
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
    uint32_t *link = bucket_of(tokens, &token->digest);

    while (*link != at)
        link = &tokens->token[*link].next;
    *link = token->next;
    take_off_list(tokens, at);
    origins_drop(tokens->origins, token->origin);
    token->origin = NULL;
    token->next = tokens->free;
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
    tokens->free = tokens->token[at].next;
    return at;
}

bool tokens_put(tokens_t *tokens, const digest_t *digest, origin_t *origin, place_t place,
                unsigned client)
{
    uint32_t at = look_up(tokens, digest), *bucket;
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
    bucket = bucket_of(tokens, digest);
    *token = (token_t) { .digest = *digest, .place = place, .origin = origin, .next = *bucket,
                         .client = (uint8_t)client };
    *bucket = at;
    put_on_list(tokens, at);
    return evicted;
}
