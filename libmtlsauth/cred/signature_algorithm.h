/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_algorithm.h - read the AlgorithmIdentifier of a signature (RFC 3279, 4055, 5758, 8410).
 *
 * Strict: parameters are as the RFC has them, or the algorithm counts as not known. It does not
 * look at keys.
 */
#ifndef MA_CRED_SIGNATURE_ALGORITHM_H
#define MA_CRED_SIGNATURE_ALGORITHM_H

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "base/der.h"

/** What stands for "weak, whoever signs with it" in `sign`: MD2, MD4, MD5. */
#define MA_SIGN_WEAK GNUTLS_SIGN_UNKNOWN

typedef struct ma_signature_algorithm {
    gnutls_sign_algorithm_t sign;     /**< or MA_SIGN_WEAK */
    gnutls_pk_algorithm_t key;        /**< GNUTLS_PK_RSA_PSS: keys for RSA at large fit as well */
    gnutls_digest_algorithm_t digest; /**< of RSA-PSS; else unknown */
    unsigned salt;                    /**< of RSA-PSS, in octets */
    uint32_t bit;                     /**< of a set of algorithms; 0 with MA_SIGN_WEAK */
} ma_signature_algorithm_t;

/**
 * The set that a name stands for: one algorithm ("rsa-sha256", "ed25519", ...), "default" (all but
 * those with SHA-1), or "legacy" (those too). 0: no such name.
 */
uint32_t ma_signature_algorithm_set(const char *name);
/** The names, for messages; ended by NULL. */
const char *const *ma_signature_algorithm_names(void);

/** Reads one AlgorithmIdentifier. False if it is malformed or not known. */
bool ma_signature_algorithm(ma_bytes_t der, ma_signature_algorithm_t *out);
/**
 * Appends the name of the algorithm that an AlgorithmIdentifier means: one of those names, rsa-md2,
 * rsa-md4, rsa-md5 or rsa-pss-sha1, else its dotted OID; nothing if it is malformed.
 */
void ma_signature_algorithm_text(ma_bytes_t der, ma_buf_t *out);

#endif
