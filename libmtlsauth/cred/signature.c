/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature.c - see signature.h. The AlgorithmIdentifier is read by us, strictly; GnuTLS computes.
 *
 * What GnuTLS would refuse as weak depends on how the system configures it; so weakness is judged
 * here, by what the policy asks for, and GnuTLS is asked only whether the signature is right.
 */
#include "cred/signature.h"

#include <gnutls/abstract.h>
#include <limits.h>

#include "cred/signature_algorithm.h"

enum { MIN_BITS_EC = 224 };

static gnutls_datum_t datum(ma_bytes_t bytes)
{
    return (gnutls_datum_t) { (unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.size };
}

/* What an error of GnuTLS says of the signature. ERROR: nothing; it may be another next time. */
static mtlsauth_result_t result_of(int ret)
{
    switch (ret) {
    case GNUTLS_E_INSUFFICIENT_SECURITY:
        return MTLSAUTH_WEAK;
    case GNUTLS_E_PK_SIG_VERIFY_FAILED:
    case GNUTLS_E_PK_INVALID_PUBKEY:
    case GNUTLS_E_PK_INVALID_PUBKEY_PARAMS:
    case GNUTLS_E_UNIMPLEMENTED_FEATURE:
    case GNUTLS_E_UNKNOWN_PK_ALGORITHM:
    case GNUTLS_E_UNKNOWN_HASH_ALGORITHM:
    case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY:
    case GNUTLS_E_CONSTRAINT_ERROR:
    case GNUTLS_E_ECC_UNSUPPORTED_CURVE:
    case GNUTLS_E_ILLEGAL_PARAMETER:
    case GNUTLS_E_INVALID_REQUEST:
    case GNUTLS_E_PARSING_ERROR:
    case GNUTLS_E_MPI_SCAN_FAILED:
    case GNUTLS_E_ASN1_ELEMENT_NOT_FOUND:
    case GNUTLS_E_ASN1_IDENTIFIER_NOT_FOUND:
    case GNUTLS_E_ASN1_DER_ERROR:
    case GNUTLS_E_ASN1_VALUE_NOT_FOUND:
    case GNUTLS_E_ASN1_GENERIC_ERROR:
    case GNUTLS_E_ASN1_VALUE_NOT_VALID:
    case GNUTLS_E_ASN1_TAG_ERROR:
    case GNUTLS_E_ASN1_TYPE_ANY_ERROR:
    case GNUTLS_E_ASN1_SYNTAX_ERROR:
    case GNUTLS_E_ASN1_DER_OVERFLOW:
        return MTLSAUTH_BAD_SIGNATURE;
    default:
        return ret >= 0 ? MTLSAUTH_SUCCESS : MTLSAUTH_ERROR;
    }
}

/* Does the key fit the algorithm, and is it long enough? */
static mtlsauth_result_t check_key(const ma_strength_t *strength, gnutls_pubkey_t key,
                                   const ma_signature_algorithm_t *algorithm)
{
    unsigned bits = 0;
    int kind = gnutls_pubkey_get_pk_algorithm(key, &bits);
    bool fits = kind == (int)algorithm->key
        || (algorithm->key == GNUTLS_PK_RSA_PSS && kind == GNUTLS_PK_RSA);

    if (!fits || bits > strength->max_bits)
        return MTLSAUTH_BAD_SIGNATURE;
    switch (kind) {
    case GNUTLS_PK_RSA:
    case GNUTLS_PK_RSA_PSS:
    case GNUTLS_PK_DSA:
        return bits < strength->min_bits ? MTLSAUTH_WEAK : MTLSAUTH_SUCCESS;
    case GNUTLS_PK_ECDSA:
        return bits < MIN_BITS_EC ? MTLSAUTH_WEAK : MTLSAUTH_SUCCESS;
    default:
        return MTLSAUTH_SUCCESS;
    }
}

/*
 * Makes the key check with these parameters. GnuTLS would take the salt to be as long as the hash.
 * A key with parameters of its own permits only that hash, and no shorter salt (RFC 4055 3.3).
 */
static int set_pss(gnutls_pubkey_t key, const ma_signature_algorithm_t *pss)
{
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    gnutls_x509_spki_t spki = NULL;
    unsigned salt = 0;
    int ret = gnutls_x509_spki_init(&spki);

    if (ret < 0)
        return ret;
    if (gnutls_pubkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_RSA_PSS
        && gnutls_pubkey_get_spki(key, spki, 0) >= 0
        && gnutls_x509_spki_get_rsa_pss_params(spki, &digest, &salt) >= 0
        && digest != GNUTLS_DIG_UNKNOWN && (digest != pss->digest || pss->salt < salt)) {
        ret = GNUTLS_E_CONSTRAINT_ERROR;
        goto out;
    }
    gnutls_x509_spki_set_rsa_pss_params(spki, pss->digest, pss->salt);
    ret = gnutls_pubkey_set_spki(key, spki, 0);
out:
    gnutls_x509_spki_deinit(spki);
    return ret;
}

/* The last octet of an Ed448 signature is 0 (RFC 8032 5.2: S < L); Nettle 3.8 takes any. */
static bool ends_well(gnutls_sign_algorithm_t sign, ma_bytes_t signature)
{
    return sign != GNUTLS_SIGN_EDDSA_ED448
        || (signature.size > 0 && signature.data[signature.size - 1] == 0);
}

ma_strength_t ma_strength_default(void)
{
    return (ma_strength_t) { ma_signature_algorithm_set("default"), MA_STRENGTH_MIN_BITS,
                             MA_STRENGTH_MAX_BITS };
}

/* Verifies with a key that is imported; `with` is known to be strong enough. */
static mtlsauth_result_t verify(const ma_strength_t *strength, gnutls_pubkey_t key,
                                const ma_signature_algorithm_t *with, ma_bytes_t data,
                                ma_bytes_t signature)
{
    gnutls_datum_t body = datum(data), bits = datum(signature);
    mtlsauth_result_t result = check_key(strength, key, with);

    if (result != MTLSAUTH_SUCCESS)
        return result;
    return result_of(gnutls_pubkey_verify_data2(key, with->sign, GNUTLS_VERIFY_ALLOW_BROKEN, &body,
                                                &bits));
}

mtlsauth_result_t ma_signature_check(const ma_strength_t *strength, const mtlsauth_cert_t *signer,
                                     ma_bytes_t algorithm, ma_bytes_t data, ma_bytes_t signature)
{
    gnutls_datum_t spki = datum(signer->spki);
    gnutls_pubkey_t key = NULL;
    ma_signature_algorithm_t with;
    mtlsauth_result_t result;
    int ret;

    if (signer->spki.size > UINT_MAX || data.size > UINT_MAX || signature.size > UINT_MAX)
        return MTLSAUTH_ERROR;
    if (!ma_signature_algorithm(algorithm, &with) || !ends_well(with.sign, signature))
        return MTLSAUTH_BAD_SIGNATURE;
    if ((with.bit & strength->algorithms) == 0)
        return MTLSAUTH_WEAK;
    /* A prepared key is shared by threads; PSS would set its parameters. */
    if (signer->key != NULL && with.key != GNUTLS_PK_RSA_PSS)
        return verify(strength, signer->key, &with, data, signature);
    if (gnutls_pubkey_init(&key) < 0)
        return MTLSAUTH_ERROR;
    ret = gnutls_pubkey_import(key, &spki, GNUTLS_X509_FMT_DER);
    if (ret >= 0 && with.key == GNUTLS_PK_RSA_PSS)
        ret = set_pss(key, &with);
    result = ret < 0 ? result_of(ret) : verify(strength, key, &with, data, signature);
    gnutls_pubkey_deinit(key);
    return result;
}

/* ---- in two steps -------------------------------------------------------------------------- */

static int compute(gnutls_pubkey_t key, const ma_signature_algorithm_t *with,
                   const ma_signed_t *what, ma_bytes_t signature)
{
    const ma_bytes_t kept = { (const uint8_t *)what->bytes.data, what->bytes.size };
    const ma_bytes_t digest = { what->digest, what->size };
    gnutls_datum_t body = datum(what->keeps ? kept : digest), bits = datum(signature);

    if (what->keeps)
        return gnutls_pubkey_verify_data2(key, with->sign, GNUTLS_VERIFY_ALLOW_BROKEN, &body,
                                          &bits);
    return gnutls_pubkey_verify_hash2(key, with->sign, GNUTLS_VERIFY_ALLOW_BROKEN, &body, &bits);
}

static ma_verdict_t verify_with(gnutls_pubkey_t key, const ma_signature_algorithm_t *with,
                                const ma_signed_t *what, ma_bytes_t signature)
{
    const ma_strength_t widest = { UINT32_MAX, 0, MA_STRENGTH_MAX_BITS };
    ma_verdict_t verdict = { check_key(&widest, key, with), 0 };

    if (verdict.result == MTLSAUTH_BAD_SIGNATURE)
        return verdict;
    (void)gnutls_pubkey_get_pk_algorithm(key, &verdict.bits);
    if (verdict.result == MTLSAUTH_SUCCESS)
        verdict.result = result_of(compute(key, with, what, signature));
    return verdict;
}

ma_verdict_t ma_signature_verify(const mtlsauth_cert_t *signer,
                                 const ma_signature_algorithm_t *algorithm,
                                 const ma_signed_t *what, ma_bytes_t signature)
{
    gnutls_datum_t spki = datum(signer->spki);
    ma_verdict_t verdict = { MTLSAUTH_BAD_SIGNATURE, 0 };
    gnutls_pubkey_t key = NULL;
    int ret;

    if (algorithm == NULL || algorithm->sign == MA_SIGN_WEAK
        || !ends_well(algorithm->sign, signature) || (!what->keeps && what->size == 0))
        return verdict;
    verdict.result = MTLSAUTH_ERROR;
    if (what->broken || signer->spki.size > UINT_MAX || what->bytes.size > UINT_MAX
        || signature.size > UINT_MAX)
        return verdict;
    /* A prepared key is shared by threads; PSS would set its parameters. */
    if (signer->key != NULL && algorithm->key != GNUTLS_PK_RSA_PSS)
        return verify_with(signer->key, algorithm, what, signature);
    if (gnutls_pubkey_init(&key) < 0)
        return verdict;
    ret = gnutls_pubkey_import(key, &spki, GNUTLS_X509_FMT_DER);
    if (ret >= 0 && algorithm->key == GNUTLS_PK_RSA_PSS)
        ret = set_pss(key, algorithm);
    if (ret < 0)
        verdict.result = result_of(ret);
    else
        verdict = verify_with(key, algorithm, what, signature);
    gnutls_pubkey_deinit(key);
    return verdict;
}

mtlsauth_result_t ma_signature_judge(const ma_strength_t *strength,
                                     const ma_signature_algorithm_t *algorithm,
                                     const ma_verdict_t *verdict)
{
    if (algorithm == NULL)
        return MTLSAUTH_BAD_SIGNATURE;
    if ((algorithm->bit & strength->algorithms) == 0)
        return MTLSAUTH_WEAK;
    if (verdict->bits == 0)
        return verdict->result;
    if (verdict->bits > strength->max_bits)
        return MTLSAUTH_BAD_SIGNATURE;
    switch (algorithm->key) {
    case GNUTLS_PK_RSA:
    case GNUTLS_PK_RSA_PSS:
    case GNUTLS_PK_DSA:
        return verdict->bits < strength->min_bits ? MTLSAUTH_WEAK : verdict->result;
    default:
        return verdict->result;
    }
}
