/* SPDX-License-Identifier: BSD-2-Clause */
/* signature.h - check one signature with the key of a certificate. */
#ifndef MA_CRED_SIGNATURE_H
#define MA_CRED_SIGNATURE_H

#include "cred/certificate.h"
#include "cred/signed.h"

/** What is strong enough. */
typedef struct ma_strength {
    uint32_t algorithms; /**< a set: see ma_signature_algorithm_set() */
    unsigned min_bits;   /**< of RSA and DSA keys; EC keys have 224 at least */
    unsigned max_bits;   /**< larger keys are not used: they would take too long */
} ma_strength_t;

#define MA_STRENGTH_MIN_BITS 2048u
#define MA_STRENGTH_MAX_BITS 16384u

/** Everything but SHA-1, keys from MA_STRENGTH_MIN_BITS to MA_STRENGTH_MAX_BITS. */
ma_strength_t ma_strength_default(void);

/**
 * Checks a signature over `data` with the public key of `signer`. `algorithm` is the DER of the
 * AlgorithmIdentifier that stands beside the signature. Returns MTLSAUTH_SUCCESS, MTLSAUTH_WEAK
 * (less than `strength` asks for; MD2, MD4 and MD5 always), MTLSAUTH_BAD_SIGNATURE (wrong; an
 * algorithm that is not known or does not fit the key; a key that is too large), or MTLSAUTH_ERROR
 * when something broke. Thread-safe.
 *
 * What it does not check: that the signer may sign such a thing, its dates, its trust.
 */
mtlsauth_result_t ma_signature_check(const ma_strength_t *strength, const mtlsauth_cert_t *signer,
                                     ma_bytes_t algorithm, ma_bytes_t data,
                                     ma_bytes_t signature) MTLSAUTH_MUST_CHECK;

/** What a key says of a signature, whatever strength is asked for. */
typedef struct ma_verdict {
    mtlsauth_result_t result; /**< of computing it, with keys up to MA_STRENGTH_MAX_BITS */
    unsigned bits;            /**< of the key; 0: it does not fit the algorithm */
} ma_verdict_t;

/**
 * Computes it over what was signed, which is finished. `algorithm` NULL: none that is known. Keys
 * of more than MA_STRENGTH_MAX_BITS are not used.
 */
ma_verdict_t ma_signature_verify(const mtlsauth_cert_t *signer,
                                 const ma_signature_algorithm_t *algorithm,
                                 const ma_signed_t *what, ma_bytes_t signature);
/** What ma_signature_check() says for a strength, by what was computed. Costs nothing. */
mtlsauth_result_t ma_signature_judge(const ma_strength_t *strength,
                                     const ma_signature_algorithm_t *algorithm,
                                     const ma_verdict_t *verdict) MTLSAUTH_MUST_CHECK;

#endif
