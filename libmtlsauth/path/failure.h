/* SPDX-License-Identifier: BSD-2-Clause */
/* failure.h - why a path does not hold: result, certificate, rule. */
#ifndef MA_PATH_FAILURE_H
#define MA_PATH_FAILURE_H

#include "cred/certificate.h"

typedef struct ma_failure {
    mtlsauth_result_t result;
    const mtlsauth_cert_t *cert; /**< NULL: the path as a whole */
    const char *rule;            /**< static; names the RFC section */
    int64_t date;                /**< for failures of dates */
    bool dates_only;             /**< everything else holds */
} ma_failure_t;

/** Sets it, and returns false: `return ma_failure(...)` where a rule is broken. */
static inline bool ma_failure(ma_failure_t *failure, mtlsauth_result_t result,
                              const mtlsauth_cert_t *cert, const char *rule)
{
    *failure = (ma_failure_t) { .result = result, .cert = cert, .rule = rule };
    return false;
}

#endif
