/* SPDX-License-Identifier: BSD-2-Clause */
/* signature_algorithm_text.c - the names of signature algorithms: see signature_algorithm.h. */
#include "cred/name_parts.h"
#include "cred/signature_algorithm.h"

#define RSA(last) MA_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01" last)

/* The name of one that counts as weak whoever signs with it, or NULL. */
static const char *weak_name(ma_bytes_t oid)
{
    if (ma_bytes_equal(oid, RSA("\x02")))
        return "rsa-md2";
    if (ma_bytes_equal(oid, RSA("\x03")))
        return "rsa-md4";
    if (ma_bytes_equal(oid, RSA("\x04")))
        return "rsa-md5";
    return ma_bytes_equal(oid, RSA("\x0a")) ? "rsa-pss-sha1" : NULL;
}

static const char *name_of(const ma_signature_algorithm_t *algorithm, ma_bytes_t oid)
{
    const char *const *name;

    if (algorithm->bit == 0)
        return weak_name(oid);
    for (name = ma_signature_algorithm_names(); *name != NULL; name++)
        if (ma_signature_algorithm_set(*name) == algorithm->bit)
            return *name;
    return NULL;
}

void ma_signature_algorithm_text(ma_bytes_t der, ma_buf_t *out)
{
    ma_signature_algorithm_t algorithm;
    ma_der_t all = ma_der(der);
    ma_element_t whole = ma_der_want(&all, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    const char *name = NULL;

    if (in.failed || !ma_der_done(&all))
        return;
    if (ma_signature_algorithm(der, &algorithm))
        name = name_of(&algorithm, oid);
    if (name != NULL)
        ma_buf_text(out, name);
    else
        ma_oid_text(oid, out);
}
