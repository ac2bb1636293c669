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

#include "base/der.h"

/** What stands for "weak, whoever signs with it" in `sign`. */
#define MA_SIGN_WEAK GNUTLS_SIGN_UNKNOWN

typedef struct ma_signature_algorithm {
    gnutls_sign_algorithm_t sign;     /**< or MA_SIGN_WEAK */
    gnutls_pk_algorithm_t key;        /**< GNUTLS_PK_RSA_PSS: keys for RSA at large fit as well */
    gnutls_digest_algorithm_t digest; /**< of RSA-PSS; else unknown */
    unsigned salt;                    /**< of RSA-PSS, in octets */
} ma_signature_algorithm_t;

/** Reads one AlgorithmIdentifier. False if it is malformed or not known. */
bool ma_signature_algorithm(ma_bytes_t der, ma_signature_algorithm_t *out);

#endif
