/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_signature.c - who signed a list, and the memory of having checked it.
 *
 * Checking a long list costs milliseconds, and the same few keys ask for ever; so the answer for a
 * key is kept in one of a few slots. A slot is taken once, written by whoever took it, and then
 * published; it never changes again. When all are taken, answers are just not kept.
 *
 * What depends on the certificate rather than on its key (name, key usage) is looked at every time.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cred/name.h"
#include "cred/signature.h"
#include "crl/crl_reader.h"

enum { N_ANSWERS = 8, KEY_OCTETS = 32 };

/* States of a slot; from ANSWER on, a mtlsauth_result_t is added. */
enum { FREE = 0, TAKEN = 1, ANSWER = 2 };

typedef struct answer {
    atomic_uint state;
    uint8_t key[KEY_OCTETS]; /* SHA-256 of the SubjectPublicKeyInfo; to be read from ANSWER on */
    ma_strength_t strength;  /* that was asked for; likewise */
} answer_t;

struct ma_crl_answers {
    answer_t slots[N_ANSWERS];
};

ma_crl_answers_t *ma_crl_answers_new(void)
{
    ma_crl_answers_t *answers = calloc(1, sizeof(*answers));
    size_t i;

    for (i = 0; answers != NULL && i < N_ANSWERS; i++)
        atomic_init(&answers->slots[i].state, FREE);
    return answers;
}

void ma_crl_answers_free(ma_crl_answers_t *answers)
{
    free(answers);
}

static bool same_strength(const ma_strength_t *a, const ma_strength_t *b)
{
    return a->algorithms == b->algorithms && a->min_bits == b->min_bits
        && a->max_bits == b->max_bits;
}

static bool recall(ma_crl_answers_t *answers, const uint8_t *key, const ma_strength_t *strength,
                   mtlsauth_result_t *result)
{
    size_t i;

    for (i = 0; i < N_ANSWERS; i++) {
        answer_t *slot = &answers->slots[i];
        unsigned state = atomic_load_explicit(&slot->state, memory_order_acquire);

        if (state == FREE)
            return false;
        if (state >= ANSWER && memcmp(slot->key, key, KEY_OCTETS) == 0
            && same_strength(&slot->strength, strength)) {
            *result = (mtlsauth_result_t)(state - ANSWER);
            return true;
        }
    }
    return false;
}

static void remember(ma_crl_answers_t *answers, const uint8_t *key, const ma_strength_t *strength,
                     mtlsauth_result_t result)
{
    size_t i;

    for (i = 0; i < N_ANSWERS; i++) {
        answer_t *slot = &answers->slots[i];
        unsigned state = FREE;

        if (!atomic_compare_exchange_strong_explicit(&slot->state, &state, TAKEN,
                                                     memory_order_acquire, memory_order_relaxed))
            continue;
        memcpy(slot->key, key, KEY_OCTETS);
        slot->strength = *strength;
        atomic_store_explicit(&slot->state, ANSWER + (unsigned)result, memory_order_release);
        return;
    }
}

mtlsauth_result_t ma_crl_signed_by(const ma_crl_t *crl, const mtlsauth_cert_t *signer,
                                   const ma_strength_t *strength)
{
    mtlsauth_result_t result;
    ma_bytes_t key;

    if (!ma_name_equal(signer->subject, crl->info.issuer))
        return MTLSAUTH_BAD_SIGNATURE;
    if ((signer->present & MA_EXT_KEY_USAGE) != 0 && (signer->key_usage & MA_KU_CRL_SIGN) == 0)
        return MTLSAUTH_WRONG_PURPOSE;
    key = ma_cert_get(signer, MTLSAUTH_CERT_SPKI_SHA256);
    if (key.size == KEY_OCTETS && recall(crl->answers, key.data, strength, &result))
        return result;
    result = ma_signature_check(strength, signer, crl->algorithm, crl->tbs, crl->signature);
    if (key.size == KEY_OCTETS && result != MTLSAUTH_ERROR)
        remember(crl->answers, key.data, strength, result);
    return result;
}
