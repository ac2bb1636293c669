/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signed.h - what a signature is over, when it comes in pieces and is too long to be held: its
 * digest is kept instead. Ed25519 and Ed448 sign the bytes themselves: these are kept.
 */
#ifndef MA_CRED_SIGNED_H
#define MA_CRED_SIGNED_H

#include <gnutls/crypto.h>

#include "base/buf.h"
#include "cred/signature_algorithm.h"

typedef struct ma_signed {
    gnutls_hash_hd_t hash;      /**< NULL: not begun, none, or done */
    bool chosen;
    bool keeps;                 /**< `bytes` are what is signed */
    bool broken;                /**< GnuTLS does not compute that digest here, or no memory */
    ma_buf_t bytes;             /**< before the algorithm is known: all of it */
    uint8_t digest[64];
    size_t size;                /**< of the digest; 0: there is none */
} ma_signed_t;

void ma_signed_init(ma_signed_t *what);
/** Adds bytes. `context` is the ma_signed_t. */
void ma_signed_add(void *context, ma_bytes_t bytes);
/** The algorithm is known now; NULL: it is none that anything is checked with. */
void ma_signed_choose(ma_signed_t *what, const ma_signature_algorithm_t *algorithm);
void ma_signed_finish(ma_signed_t *what);
void ma_signed_free(ma_signed_t *what);

#endif
