/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - see memory.h.
 *
 * Key and bytes stand in a slot as their SHA-256. A slot is taken once, written by whoever took it,
 * and then published; it never changes again. Where a row begins depends on a random number, so
 * that nobody can make certificates that crowd one place.
 */
#include "path/memory.h"

#include <gnutls/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { DIGEST = 32, PROBES = 8 };
enum { FREE = 0, TAKEN = 1, FULL = 2 };

/* What is remembered. Compared as octets, so it is cleared before it is filled. */
typedef struct fact {
    uint8_t key[DIGEST];  /* SubjectPublicKeyInfo of the issuer */
    uint8_t cert[DIGEST]; /* the whole certificate: signed bytes, algorithm, signature */
    ma_strength_t strength;
} fact_t;

typedef struct slot {
    atomic_uint state;
    fact_t fact; /* to be read when FULL */
} slot_t;

struct ma_memory {
    size_t mask;
    uint64_t seed;
    slot_t slots[];
};

int ma_memory_new(size_t slots, ma_memory_t **out)
{
    ma_memory_t *memory;
    size_t i;

    if (slots == 0 || (slots & (slots - 1)) != 0 || slots > SIZE_MAX / 2 / sizeof(slot_t))
        return MTLSAUTH_E_ARGUMENT;
    memory = calloc(1, sizeof(*memory) + slots * sizeof(slot_t));
    if (memory == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (gnutls_rnd(GNUTLS_RND_NONCE, &memory->seed, sizeof(memory->seed)) < 0) {
        free(memory);
        return MTLSAUTH_E_NO_MEMORY;
    }
    memory->seed |= 1; /* odd, so that multiplying by it loses nothing */
    memory->mask = slots - 1;
    for (i = 0; i < slots; i++)
        atomic_init(&memory->slots[i].state, FREE);
    *out = memory;
    return 0;
}

void ma_memory_free(ma_memory_t *memory)
{
    free(memory);
}

/* False if a digest cannot be had; then nothing is remembered. */
static bool make_fact(fact_t *fact, const ma_strength_t *strength, const mtlsauth_cert_t *issuer,
                      const mtlsauth_cert_t *subject)
{
    ma_bytes_t key = ma_cert_get(issuer, MTLSAUTH_CERT_SPKI_SHA256);
    ma_bytes_t cert = ma_cert_get(subject, MTLSAUTH_CERT_SHA256);

    if (key.size != DIGEST || cert.size != DIGEST)
        return false;
    memset(fact, 0, sizeof(*fact));
    memcpy(fact->key, key.data, DIGEST);
    memcpy(fact->cert, cert.data, DIGEST);
    fact->strength.algorithms = strength->algorithms;
    fact->strength.min_bits = strength->min_bits;
    fact->strength.max_bits = strength->max_bits;
    return true;
}

/* Where the row of a fact begins: the high half of a product is mixed best. */
static size_t row_of(const ma_memory_t *memory, const fact_t *fact)
{
    uint64_t head;

    memcpy(&head, fact->cert, sizeof(head));
    return (size_t)((head * memory->seed) >> 32);
}

bool ma_memory_recall(ma_memory_t *memory, const ma_strength_t *strength,
                      const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject)
{
    fact_t fact;
    size_t i, row;

    if (memory == NULL || !make_fact(&fact, strength, issuer, subject))
        return false;
    row = row_of(memory, &fact);
    for (i = 0; i < PROBES; i++) {
        slot_t *slot = &memory->slots[(row + i) & memory->mask];
        unsigned state = atomic_load_explicit(&slot->state, memory_order_acquire);
        if (state == FREE)
            return false;
        if (state == FULL && memcmp(&slot->fact, &fact, sizeof(fact)) == 0)
            return true;
    }
    return false;
}

void ma_memory_keep(ma_memory_t *memory, const ma_strength_t *strength,
                    const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject)
{
    fact_t fact;
    size_t i, row;

    if (memory == NULL || !make_fact(&fact, strength, issuer, subject))
        return;
    row = row_of(memory, &fact);
    for (i = 0; i < PROBES; i++) {
        slot_t *slot = &memory->slots[(row + i) & memory->mask];
        unsigned state = FREE;
        if (!atomic_compare_exchange_strong_explicit(&slot->state, &state, TAKEN,
                                                     memory_order_acquire, memory_order_relaxed))
            continue;
        slot->fact = fact;
        atomic_store_explicit(&slot->state, FULL, memory_order_release);
        return;
    }
}
