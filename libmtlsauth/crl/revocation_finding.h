/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation_finding.h - what was found about one certificate, between its judgement and the
 * sentence about it. Nobody else includes it.
 */
#ifndef MA_CRL_REVOCATION_FINDING_H
#define MA_CRL_REVOCATION_FINDING_H

#include "crl/revocation_set.h"

/** How the list that counts stands to the judged time. */
typedef enum ma_list_state {
    MA_LIST_NONE,    /**< there is none with a good signature */
    MA_LIST_SOME,    /**< there are only such as speak of some reasons */
    MA_LIST_CURRENT,
    MA_LIST_PAST,    /**< its nextUpdate is over, or it has none */
    MA_LIST_LATER    /**< it was issued after the judged time */
} ma_list_state_t;

typedef struct ma_finding {
    mtlsauth_result_t result;
    const mtlsauth_cert_t *cert;
    const mtlsauth_cert_t *issuer;
    const ma_crl_t *list; /**< the one that counts; NULL: none */
    ma_list_state_t state;
    bool listed; /**< it has the serial, from `revoked_at` on */
    int64_t revoked_at;
    const char *unusable; /**< why another list cannot be judged by; NULL: there is no such */
    mtlsauth_result_t refused; /**< why a list's signature does not count; SUCCESS: no such */
    bool broken; /**< a signature could not be checked */
} ma_finding_t;

/** Appends what there is to say: a sentence, or for "not revoked" the part after the colon. */
void ma_finding_text(const ma_finding_t *finding, int64_t now, ma_buf_t *out);

#endif
