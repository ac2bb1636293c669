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

/* A good signature is remembered for other requests. */
static mtlsauth_result_t check(ma_memory_t *memory, const ma_strength_t *strength,
                               const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject,
                               bool *recalled)
{
    mtlsauth_result_t result;

    *recalled = ma_memory_recall(memory, strength, issuer, subject);
    if (*recalled)
        return MTLSAUTH_SUCCESS;
    result = ma_signature_check(strength, issuer, subject->algorithm, subject->tbs,
                                subject->signature);
    if (result == MTLSAUTH_SUCCESS)
        ma_memory_keep(memory, strength, issuer, subject);
    return result;
}

mtlsauth_result_t ma_signatures_check(ma_signatures_t *signatures, ma_memory_t *memory,
                                      const ma_strength_t *strength,
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
        = check(memory, strength, issuer, subject, &signatures->checked[at].recalled);
    signatures->count++;
    return signatures->checked[at].result;
}

bool ma_signatures_recalled(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                            const mtlsauth_cert_t *subject)
{
    unsigned at = find(signatures, issuer, subject);

    return at < signatures->count && signatures->checked[at].recalled;
}

bool ma_signatures_known_bad(const ma_signatures_t *signatures, const mtlsauth_cert_t *issuer,
                             const mtlsauth_cert_t *subject)
{
    unsigned at = find(signatures, issuer, subject);

    return at < signatures->count && signatures->checked[at].result != MTLSAUTH_SUCCESS;
}
