/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection.h - opens the records of one direction of one connection, from SSLv3 to TLS 1.3 and
 * DTLS.
 *
 * Primitives are GnuTLS's. Keys are wiped when closed. What it does not do: keep order; the caller
 * gives the sequence number.
 */
#ifndef AUDIT_KEYS_PROTECTION_H
#define AUDIT_KEYS_PROTECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/types.h>

#include "base/der.h"

/** A record as it is on the wire, its header apart. */
typedef struct record {
    uint8_t type;
    uint16_t version;      /**< of its header */
    uint64_t sequence;     /**< counted (TLS), or epoch << 48 | number (DTLS) */
    const uint8_t *header; /**< octets that TLS 1.3 and QUIC authenticate */
    size_t header_size;
    const uint8_t *payload;
    size_t size;
} record_t;

typedef struct protection protection_t;

/** TLS 1.3: from a traffic secret (RFC 8446 7.3). */
int protection_tls13(uint16_t cipher_suite, ma_bytes_t secret,
                     protection_t **out) MTLSAUTH_MUST_CHECK;
/** The next generation after KeyUpdate (RFC 8446 7.2). */
int protection_update(protection_t *protection) MTLSAUTH_MUST_CHECK;

typedef struct tls12_keys {
    uint16_t version; /**< 0x0300..0x0303, 0xfeff, 0xfefd, 0x0100 */
    uint16_t cipher_suite;
    ma_bytes_t master;
    const uint8_t *client_random, *server_random; /**< 32 octets each */
    bool encrypt_then_mac;                        /**< RFC 7366 was negotiated */
    bool of_client;                               /**< the direction */
} tls12_keys_t;
/** TLS 1.2 and older, DTLS (RFC 5246 6.3; SSLv3: RFC 6101 6.2.2). */
int protection_tls12(const tls12_keys_t *keys, protection_t **out) MTLSAUTH_MUST_CHECK;

/**
 * Opens a record into `out`, which has room for record->size octets. Returns the octets of content,
 * or a negative MTLSAUTH_E_*: it is not authentic under these keys, or cannot be. *type is the real
 * content type. Stream ciphers move on only if it succeeds.
 */
int protection_open(protection_t *protection, const record_t *record, uint8_t *out,
                    uint8_t *type) MTLSAUTH_MUST_CHECK;
/**
 * Steps over a record that was not opened, of `size` octets (without its header), where what
 * follows depends on it: RC4's key stream, and the last block for CBC in SSLv3 and TLS 1.0. `tail`
 * is its last `tail_size` octets: 64 suffice; fewer or NULL, and the next record cannot be opened.
 * Ciphers that need nothing of it do not mind; nor do they mind if it is not called.
 */
void protection_pass(protection_t *protection, const uint8_t *tail, size_t tail_size, size_t size);
/** Can records of this suite be opened at all? */
bool protection_knows(uint16_t version, uint16_t cipher_suite);
/** Octets of memory that one takes, about: contexts of ciphers count among them. */
#define PROTECTION_MEMORY 4096u
void protection_free(protection_t *protection);

#endif
