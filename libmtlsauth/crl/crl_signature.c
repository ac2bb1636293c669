/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_signature.c - who signed a list, and the memory of having checked it.
 *
 * Checking costs, and the same few keys ask for ever; so what computing said of a key, whatever
 * strength is asked for, is kept in one of a few slots. A slot is taken once, written by whoever
 * took it, and then published; it never changes again. When all are taken, answers are not kept.
 *
 * What depends on the certificate rather than on its key (name, key usage) is looked at every time.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cred/name.h"
#include "cred/signature.h"
#include "crl/crl_reader.h"

enum { N_ANSWERS = 16, KEY_OCTETS = 32 };

/* States of a slot. */
enum { FREE, TAKEN, ANSWER };

typedef struct answer {
    atomic_uint state;
    uint8_t key[KEY_OCTETS]; /* SHA-256 of the SubjectPublicKeyInfo; to be read from ANSWER on */
    ma_verdict_t verdict;    /* likewise */
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

static bool recall(ma_crl_answers_t *answers, const uint8_t *key, ma_verdict_t *verdict)
{
    size_t i;

    for (i = 0; i < N_ANSWERS; i++) {
        answer_t *slot = &answers->slots[i];
        unsigned state = atomic_load_explicit(&slot->state, memory_order_acquire);

        if (state == FREE)
            return false;
        if (state == ANSWER && memcmp(slot->key, key, KEY_OCTETS) == 0) {
            *verdict = slot->verdict;
            return true;
        }
    }
    return false;
}

static void remember(ma_crl_answers_t *answers, const uint8_t *key, const ma_verdict_t *verdict)
{
    size_t i;

    for (i = 0; i < N_ANSWERS; i++) {
        answer_t *slot = &answers->slots[i];
        unsigned state = FREE;

        if (!atomic_compare_exchange_strong_explicit(&slot->state, &state, TAKEN,
                                                     memory_order_acquire, memory_order_relaxed))
            continue;
        memcpy(slot->key, key, KEY_OCTETS);
        slot->verdict = *verdict;
        atomic_store_explicit(&slot->state, ANSWER, memory_order_release);
        return;
    }
}

/* What the key of a certificate says, computed once. */
static ma_verdict_t ask_key(const ma_crl_t *crl, const mtlsauth_cert_t *signer)
{
    ma_bytes_t key = ma_cert_get(signer, MTLSAUTH_CERT_SPKI_SHA256);
    ma_verdict_t verdict;

    if (key.size == KEY_OCTETS && recall(crl->answers, key.data, &verdict))
        return verdict;
    verdict = ma_signature_verify(signer, crl->with, &crl->body, crl->signature);
    if (key.size == KEY_OCTETS && verdict.result != MTLSAUTH_ERROR)
        remember(crl->answers, key.data, &verdict);
    return verdict;
}

mtlsauth_result_t ma_crl_signed_by(const ma_crl_t *crl, const mtlsauth_cert_t *signer,
                                   const ma_strength_t *strength)
{
    ma_verdict_t verdict = { MTLSAUTH_BAD_SIGNATURE, 0 };

    if (!ma_name_equal(signer->subject, crl->info.issuer))
        return MTLSAUTH_BAD_SIGNATURE;
    if ((signer->present & MA_EXT_KEY_USAGE) != 0 && (signer->key_usage & MA_KU_CRL_SIGN) == 0)
        return MTLSAUTH_WRONG_PURPOSE;
    if (crl->with != NULL && (crl->with->bit & strength->algorithms) != 0)
        verdict = ask_key(crl, signer);
    return ma_signature_judge(strength, crl->with, &verdict);
}

bool ma_crl_learn(ma_crl_t *crl, const mtlsauth_cert_t *signer)
{
    bool good = ask_key(crl, signer).result == MTLSAUTH_SUCCESS;

    crl->known = crl->known || good;
    return good;
}

void ma_crl_learned(ma_crl_t *crl)
{
    if (!crl->known || !crl->body.keeps)
        return;
    /* From here on no other key can be found to be the one that signed it. */
    ma_signed_free(&crl->body);
    crl->body.keeps = false;
}
