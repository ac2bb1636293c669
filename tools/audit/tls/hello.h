/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hello.h - reads ClientHello, ServerHello and EncryptedExtensions, from SSLv3 to TLS 1.3 and DTLS.
 *
 * What is handed out is borrowed from the message. Extensions that are malformed inside count as
 * not there; false is only for a message whose frame does not hold.
 */
#ifndef AUDIT_TLS_HELLO_H
#define AUDIT_TLS_HELLO_H

#include "audit/tls/handshake.h"

typedef struct client_hello {
    const uint8_t *random;   /**< 32 octets */
    ma_bytes_t session_id;
    ma_bytes_t sni;
    ma_bytes_t ticket;       /**< of the session ticket extension (RFC 5077) */
    ma_bytes_t identities;   /**< of pre_shared_key: PskIdentity list */
    bool early_data;
} client_hello_t;

typedef enum certificate_type {
    CERTIFICATE_X509 = 0,
    CERTIFICATE_OPENPGP = 1,
    CERTIFICATE_RAW_KEY = 2
} certificate_type_t;

typedef struct server_hello {
    uint16_t version;        /**< negotiated: supported_versions looked at, drafts as 0x0304 */
    const uint8_t *random;
    ma_bytes_t session_id;
    uint16_t cipher_suite;
    ma_bytes_t alpn;
    bool retry;              /**< it is a HelloRetryRequest */
    bool psk;
    uint16_t identity;       /**< with psk: index of the one taken */
    bool encrypt_then_mac;
    uint8_t client_certificate_type;
} server_hello_t;

bool client_hello_read(ma_bytes_t body, bool datagrams, client_hello_t *out) MTLSAUTH_MUST_CHECK;
bool server_hello_read(ma_bytes_t body, server_hello_t *out) MTLSAUTH_MUST_CHECK;
/** Sets `alpn` and `client_certificate_type`. */
bool encrypted_extensions_read(ma_bytes_t body, server_hello_t *out) MTLSAUTH_MUST_CHECK;
/** The identity of that index; size 0: there is none. */
ma_bytes_t psk_identity(ma_bytes_t identities, size_t index);
/** Is it TLS 1.3, or DTLS 1.3? */
bool version_is_13(uint16_t version);

#endif
