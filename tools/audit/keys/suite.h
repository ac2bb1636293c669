/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite.h - cipher suites: their names, and what their records are protected with.
 */
#ifndef AUDIT_KEYS_SUITE_H
#define AUDIT_KEYS_SUITE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cipher_kind {
    CIPHER_KIND_NONE = 0, /**< a cipher that GnuTLS does not have */
    CIPHER_KIND_PLAIN,    /**< NULL with a MAC */
    CIPHER_KIND_STREAM,
    CIPHER_KIND_BLOCK,
    CIPHER_KIND_AEAD
} cipher_kind_t;

typedef struct cipher {
    cipher_kind_t kind;
    gnutls_cipher_algorithm_t algorithm;
    uint8_t key_size;
    uint8_t iv_size;       /**< a block (CBC); what TLS 1.2 derives of an AEAD's nonce */
    uint8_t explicit_size; /**< octets of an AEAD's nonce that TLS 1.2 sends with each record */
    uint8_t tag_size;
} cipher_t;

typedef struct suite {
    uint16_t number;
    const char *name;           /**< IANA's: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" */
    const char *openssl;        /**< "ECDHE-RSA-AES128-GCM-SHA256"; "": OpenSSL has none */
    const cipher_t *cipher;     /**< never NULL */
    gnutls_mac_algorithm_t mac; /**< of records; UNKNOWN: an AEAD */
    gnutls_mac_algorithm_t prf; /**< of TLS 1.2 and 1.3; older versions do not ask the suite */
} suite_t;

/** NULL: a number that nobody has named. Static. */
const suite_t *suite_find(uint16_t number);
/** One of the suites of TLS 1.3? */
bool suite_is_tls13(const suite_t *suite);
/** The name that servers log and policies compare: OpenSSL's, or else IANA's; NULL: no name. */
const char *suite_name(uint16_t number);
/** All of them, for tests. */
const suite_t *suite_all(size_t *count);

#endif
