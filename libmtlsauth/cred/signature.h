/* SPDX-License-Identifier: BSD-2-Clause */
/* signature.h - check one signature with the key of a certificate. */
#ifndef MA_CRED_SIGNATURE_H
#define MA_CRED_SIGNATURE_H

#include "cred/certificate.h"

/**
 * Checks a signature over `data` with the public key of `signer`. `algorithm` is the DER of the
 * AlgorithmIdentifier that stands beside the signature. Returns MTLSAUTH_SUCCESS,
 * MTLSAUTH_BAD_SIGNATURE (wrong; an algorithm that is not known or does not fit the key; a key of
 * more than 16384 bits, which would take too long), MTLSAUTH_WEAK (MD2, MD4, MD5, SHA-1; keys under
 * 2048 bits RSA or DSA, under 224 bits EC), or MTLSAUTH_ERROR when something broke. Thread-safe.
 *
 * What it does not check: that the signer may sign such a thing, its dates, its trust.
 */
mtlsauth_result_t ma_signature_check(const mtlsauth_cert_t *signer, ma_bytes_t algorithm,
                                     ma_bytes_t data, ma_bytes_t signature) MTLSAUTH_MUST_CHECK;

#endif
