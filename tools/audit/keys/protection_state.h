/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection_state.h - what protection.c makes of secrets, and protection_open.c opens records
 * with.
 */
#ifndef AUDIT_KEYS_PROTECTION_STATE_H
#define AUDIT_KEYS_PROTECTION_STATE_H

#include <gnutls/crypto.h>

#include "audit/keys/protection.h"
#include "audit/keys/suite.h"

#define PROTECTION_MAX_MAC 48u
#define PROTECTION_MAX_IV 16u
/** The length of a record is a number of 16 bits. */
#define PROTECTION_MAX_RECORD 65535u

struct protection {
    const suite_t *suite;
    const cipher_t *cipher; /**< the suite's */
    uint16_t version;       /**< of TLS: DTLS 1.0 has 0x0302, DTLS 1.2 0x0303 */
    bool encrypt_then_mac;  /**< only with block ciphers */

    uint8_t secret[64]; /**< TLS 1.3: the traffic secret, for the next one */
    size_t secret_size;

    uint8_t iv[PROTECTION_MAX_IV]; /**< of an AEAD; or the last block of the record before (CBC) */
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t handle;           /**< block and stream ciphers */
    gnutls_hmac_hd_t hmac;               /**< TLS's MAC */
    uint8_t mac_key[PROTECTION_MAX_MAC]; /**< SSLv3's */
    size_t mac_size;

    uint8_t *stream; /**< key stream that was made and not yet used up */
    size_t stream_size;
};

/** SSLv3 and TLS 1.0 go on with the last block of the record before. */
static inline bool protection_chains(const protection_t *protection)
{
    return protection->cipher->kind == CIPHER_KIND_BLOCK && protection->version <= 0x0301;
}

#endif
