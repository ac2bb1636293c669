/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.h - the lists that speak about one certificate, and what they say together. Nobody but
 * crl/ includes it.
 *
 * Lists of one issuer with one scope, signed with one key, are a series: of it the most recent one
 * counts, with the delta that changes it. Series add up: a certificate is revoked if one of them
 * says so, and known not to be if together they speak of all reasons.
 */
#ifndef MA_CRL_EVIDENCE_H
#define MA_CRL_EVIDENCE_H

#include "crl/inquiry.h"

#define MA_SERIES_MAX 16u

typedef struct ma_series {
    const ma_crl_t *list;  /**< the base that counts; NULL: there are only deltas */
    const ma_crl_t *delta; /**< the one that counts; NULL: none */
    const mtlsauth_cert_t *signer;
    unsigned reasons;
} ma_series_t;

typedef struct ma_evidence {
    ma_series_t series[MA_SERIES_MAX];
    size_t count;
    ma_points_t points; /**< of the certificate */
    bool read_points;
    bool bad_points;
} ma_evidence_t;

/** Takes the lists of the set into account; what does not count is noted in the finding. */
void ma_evidence_collect(ma_evidence_t *evidence, ma_inquiry_t *inquiry, const ma_place_t *place,
                         ma_finding_t *finding);
/** Sets state, list, listed and revoked_at of the finding. */
void ma_evidence_weigh(const ma_evidence_t *evidence, const ma_revocation_query_t *query,
                       ma_finding_t *finding);

#endif
