/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signatures.h - the signatures that were checked for one request: none is checked twice, and there
 * is an end to them.
 */
#ifndef MA_PATH_SIGNATURES_H
#define MA_PATH_SIGNATURES_H

#include "path/memory.h"

#define MA_SIGNATURE_BUDGET 64u

typedef struct ma_signatures {
    struct {
        const mtlsauth_cert_t *issuer;
        const mtlsauth_cert_t *subject;
        mtlsauth_result_t result;
        bool recalled; /**< from an earlier request */
    } checked[MA_SIGNATURE_BUDGET];
    unsigned count;
} ma_signatures_t;

/**
 * Checks the signature of `subject` with the key of `issuer`; MTLSAUTH_LIMIT past the budget. What
 * `memory` (may be NULL) knows to be good is not checked again, and what is good is kept there.
 */
mtlsauth_result_t ma_signatures_check(ma_signatures_t *signatures, ma_memory_t *memory,
                                      const ma_strength_t *strength,
                                      const mtlsauth_cert_t *issuer,
                                      const mtlsauth_cert_t *subject) MTLSAUTH_MUST_CHECK;
/** True if it is good, and was found so by an earlier request. */
bool ma_signatures_recalled(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                            const mtlsauth_cert_t *subject);
/** True if it was checked, and does not hold. */
bool ma_signatures_known_bad(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                             const mtlsauth_cert_t *subject);

#endif
