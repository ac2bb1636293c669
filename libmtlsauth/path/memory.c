/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - see memory.h. Key and bytes are remembered as their SHA-256.
 */
#include "path/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/slots.h"

enum { DIGEST = 32 };

/* What is remembered. Compared as octets, so it is cleared before it is filled. */
typedef struct fact {
    uint8_t key[DIGEST];  /* SubjectPublicKeyInfo of the issuer */
    uint8_t cert[DIGEST]; /* the whole certificate: signed bytes, algorithm, signature */
    ma_strength_t strength;
} fact_t;

struct ma_memory {
    ma_slots_t *slots; /* of fact_t */
};

int ma_memory_new(size_t facts, ma_memory_t **out)
{
    ma_memory_t *memory = calloc(1, sizeof(*memory));
    int ret = MTLSAUTH_E_NO_MEMORY;

    if (memory != NULL)
        ret = ma_slots_new(facts, &memory->slots);
    if (ret != 0) {
        free(memory);
        return ret;
    }
    *out = memory;
    return 0;
}

void ma_memory_free(ma_memory_t *memory)
{
    if (memory == NULL)
        return;
    ma_slots_free(memory->slots, free);
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

static uint64_t hash_of(const fact_t *fact)
{
    uint64_t head;

    memcpy(&head, fact->cert, sizeof(head));
    return head;
}

static bool is(const void *thing, const void *key)
{
    return memcmp(thing, key, sizeof(fact_t)) == 0;
}

bool ma_memory_recall(ma_memory_t *memory, const ma_strength_t *strength,
                      const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject)
{
    fact_t fact;

    return memory != NULL && make_fact(&fact, strength, issuer, subject)
        && ma_slots_find(memory->slots, hash_of(&fact), is, &fact) != NULL;
}

void ma_memory_keep(ma_memory_t *memory, const ma_strength_t *strength,
                    const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject)
{
    fact_t fact, *kept;

    if (memory == NULL || !make_fact(&fact, strength, issuer, subject))
        return;
    kept = malloc(sizeof(*kept));
    if (kept == NULL)
        return;
    memcpy(kept, &fact, sizeof(fact));
    if (ma_slots_keep(memory->slots, hash_of(kept), kept, is, kept) != kept)
        free(kept);
}
