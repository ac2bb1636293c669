/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inquiry.h - one question, and what its work has cost so far. Nobody but crl/ includes it.
 *
 * Whether a list counts depends on who signed it, whose certificate may be revoked by another list,
 * and so on: that comes to an end by its depth, by a budget, and because nothing may vouch for what
 * it depends on itself.
 */
#ifndef MA_CRL_INQUIRY_H
#define MA_CRL_INQUIRY_H

#include "crl/course.h"
#include "crl/revocation_finding.h"

/** A signer's list's signer's ... list. */
#define MA_INQUIRY_DEPTH 4u
/** Certificates that are judged for one question, those of signers included. */
#define MA_INQUIRY_BUDGET 128u

/** A signer that `trusted` was asked about. */
typedef struct ma_known_signer {
    const mtlsauth_cert_t *cert;
    const mtlsauth_cert_t *path[MA_SIGNER_PATH_MAX];
    size_t length; /**< 0: there is no path */
} ma_known_signer_t;

typedef struct ma_inquiry {
    const mtlsauth_revocation_t *set;
    const ma_revocation_query_t *query;
    ma_known_signer_t known[MA_SIGNER_BUDGET];
    size_t n_known;
    unsigned judged;
    ma_course_draft_t *draft; /**< NULL: nobody wants to remember */
    const mtlsauth_cert_t *open[MA_INQUIRY_DEPTH]; /**< certificates being judged, one for another */
    size_t n_open;
} ma_inquiry_t;

/** A certificate on its path: the one that is judged, its issuer behind it, the anchor last. */
typedef struct ma_place {
    const mtlsauth_cert_t *const *path;
    size_t length;
    size_t position;
} ma_place_t;

/** Judges one certificate below the anchor. */
ma_finding_t ma_inquiry_judge(ma_inquiry_t *inquiry, const ma_place_t *place,
                              mtlsauth_freshness_t freshness);

/**
 * Looks for a certificate that signed the list and may do so. Returns MTLSAUTH_SUCCESS and *signer,
 * or why the list does not count.
 */
mtlsauth_result_t ma_inquiry_signer(ma_inquiry_t *inquiry, const ma_place_t *place,
                                    const ma_crl_t *list, const mtlsauth_cert_t **signer)
    MTLSAUTH_MUST_CHECK;

#endif
