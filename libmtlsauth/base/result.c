/* SPDX-License-Identifier: BSD-2-Clause */
/* result.c - results and their stable strings: see result.h. */
#include "base/result.h"

#include <string.h>

static const char *const names[MTLSAUTH_N_RESULTS] = {
    [MTLSAUTH_ERROR] = "error",
    [MTLSAUTH_SUCCESS] = "success",
    [MTLSAUTH_IGNORE] = "ignore",
    [MTLSAUTH_NO_CERTIFICATE] = "no_certificate",
    [MTLSAUTH_MALFORMED] = "malformed",
    [MTLSAUTH_UNTRUSTED] = "untrusted",
    [MTLSAUTH_BAD_SIGNATURE] = "bad_signature",
    [MTLSAUTH_EXPIRED] = "expired",
    [MTLSAUTH_NOT_YET_VALID] = "not_yet_valid",
    [MTLSAUTH_WRONG_PURPOSE] = "wrong_purpose",
    [MTLSAUTH_CONSTRAINT] = "constraint",
    [MTLSAUTH_WEAK] = "weak",
    [MTLSAUTH_REVOKED] = "revoked",
    [MTLSAUTH_REVOCATION_UNKNOWN] = "revocation_unknown",
    [MTLSAUTH_NO_MATCH] = "no_match",
    [MTLSAUTH_RULE] = "rule",
    [MTLSAUTH_HOST_MISMATCH] = "host_mismatch",
    [MTLSAUTH_NO_POLICY] = "no_policy",
    [MTLSAUTH_NO_GRANT] = "no_grant",
    [MTLSAUTH_UNVERIFIED] = "unverified",
    [MTLSAUTH_LIMIT] = "limit",
    [MTLSAUTH_UNAVAILABLE] = "unavailable",
    [MTLSAUTH_RATE_LIMITED] = "rate_limited",
};

const char *mtlsauth_result_name(int result)
{
    if (result < 0 || (unsigned)result >= MTLSAUTH_N_RESULTS)
        return names[MTLSAUTH_ERROR];
    return names[result];
}

int ma_result_of(const char *name, size_t size)
{
    unsigned i;

    for (i = 0; i < MTLSAUTH_N_RESULTS; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
            return (int)i;
    return -1;
}

const char *const *ma_result_names(void)
{
    return names;
}
