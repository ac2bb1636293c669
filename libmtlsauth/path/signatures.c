/* SPDX-License-Identifier: BSD-2-Clause */
/* signatures.c - see signatures.h. The table is short: a look through it costs less than a hash. */
#include "path/signatures.h"

/* The place of a pair, or `count`. */
static unsigned find(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                     const mtlsauth_cert_t *subject)
{
    unsigned i;

    for (i = 0; i < signatures->count; i++)
        if (signatures->checked[i].issuer == issuer && signatures->checked[i].subject == subject)
            break;
    return i;
}

mtlsauth_result_t ma_signatures_check(ma_signatures_t *signatures, const ma_strength_t *strength,
                                      const mtlsauth_cert_t *issuer,
                                      const mtlsauth_cert_t *subject)
{
    unsigned at = find(signatures, issuer, subject);

    if (at < signatures->count)
        return signatures->checked[at].result;
    if (at == MA_SIGNATURE_BUDGET)
        return MTLSAUTH_LIMIT;
    signatures->checked[at].issuer = issuer;
    signatures->checked[at].subject = subject;
    signatures->checked[at].result
        = ma_signature_check(strength, issuer, subject->algorithm, subject->tbs,
                             subject->signature);
    signatures->count++;
    return signatures->checked[at].result;
}

bool ma_signatures_known_bad(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                             const mtlsauth_cert_t *subject)
{
    unsigned at = find(signatures, issuer, subject);

    return at < signatures->count && signatures->checked[at].result != MTLSAUTH_SUCCESS;
}
