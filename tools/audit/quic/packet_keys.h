/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet_keys.h - the protection of QUIC's packets: of one direction, at one level (RFC 9001 5).
 *
 * Keys are wiped when closed.
 */
#ifndef AUDIT_QUIC_PACKET_KEYS_H
#define AUDIT_QUIC_PACKET_KEYS_H

#include <mtlsauth/types.h>

#include "audit/quic/header.h"

/** A packet whose header is longer, token and all, is not opened. */
#define QUIC_MAX_HEADER 4096u
/** Octets that quic_keys_open() may write. */
#define QUIC_MAX_PACKET 65535u

/** Octets of memory that keys take, about. */
#define QUIC_KEYS_MEMORY 4096u

typedef struct quic_keys quic_keys_t;

typedef struct quic_opened {
    uint64_t number;   /**< packet number, whole */
    ma_bytes_t frames; /**< in the room that was given */
    bool updated;      /**< the key phase changed, and the keys with it */
} quic_opened_t;

/** Of an Initial, from the connection id that the client chose first or a Retry gave it. */
int quic_keys_initial(const quic_version_t *version, ma_bytes_t id, bool of_client,
                      quic_keys_t **out) MTLSAUTH_MUST_CHECK;
/** From a traffic secret of TLS. */
int quic_keys_secret(const quic_version_t *version, uint16_t cipher_suite, ma_bytes_t secret,
                     quic_keys_t **out) MTLSAUTH_MUST_CHECK;
/**
 * Opens a packet into `room`, of at least its size. `expected` is the number that would come next.
 * False: not authentic under these keys.
 */
bool quic_keys_open(quic_keys_t *keys, const quic_header_t *header, uint64_t expected,
                    uint8_t *room, quic_opened_t *out);
void quic_keys_free(quic_keys_t *keys);

/** The whole of a packet number of which `size` octets were sent (RFC 9000 A.3). */
uint64_t quic_number(uint64_t expected, uint32_t sent, unsigned size);

#endif
