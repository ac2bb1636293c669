/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtls_fragments.h - handshake messages of DTLS (RFC 6347 4.2.2): out of order, in pieces and
 * repeated, brought into their order. What waits is bounded, and takes no more memory than what came.
 */
#ifndef AUDIT_TLS_DTLS_FRAGMENTS_H
#define AUDIT_TLS_DTLS_FRAGMENTS_H

#include <mtlsauth/types.h>

#include "base/der.h"

/** Messages ahead of the next that are kept; pieces, and octets of them, of one direction. */
#define DTLS_FRAGMENTS_AHEAD 16u
#define DTLS_FRAGMENTS_MAX 256u
#define DTLS_FRAGMENTS_OCTETS (1u << 18)

typedef struct dtls_fragment {
    uint8_t type;
    bool decrypted;
    uint16_t number;    /**< message_seq */
    uint32_t length;    /**< of the message */
    uint32_t offset;
    ma_bytes_t data;
} dtls_fragment_t;

typedef struct dtls_waiting waiting_t;

typedef struct dtls_fragments {
    waiting_t *first;   /**< by number, then offset */
    uint32_t count, octets;
    uint16_t next;      /**< number of the next message */
    bool synced;        /**< a hello said where to begin */
} dtls_fragments_t;

typedef struct dtls_taker {
    void (*take)(void *context, uint8_t type, ma_bytes_t body, bool decrypted);
    void *context;
} dtls_taker_t;

/** False: something cannot be kept, and is lost. */
bool dtls_fragments_add(dtls_fragments_t *fragments, const dtls_fragment_t *fragment,
                        const dtls_taker_t *taker) MTLSAUTH_MUST_CHECK;
/** Is there anything that waits for what is missing? Its type, or -1. */
int dtls_fragments_waiting(const dtls_fragments_t *fragments);
/** Octets of memory that wait, about. */
size_t dtls_fragments_memory(const dtls_fragments_t *fragments);
/** Begins anew: the next hello says with which number. */
void dtls_fragments_restart(dtls_fragments_t *fragments);

#endif
