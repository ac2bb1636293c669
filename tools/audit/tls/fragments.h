/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fragments.h - handshake messages of DTLS (RFC 6347 4.2.2): out of order, in pieces, repeated, and
 * brought into their order. What waits is bounded, and takes no more memory than what came.
 */
#ifndef AUDIT_TLS_FRAGMENTS_H
#define AUDIT_TLS_FRAGMENTS_H

#include <mtlsauth/types.h>

#include "base/der.h"

/** Messages ahead of the next that are kept; pieces, and octets of them, of one direction. */
#define FRAGMENTS_AHEAD 16u
#define FRAGMENTS_MAX 256u
#define FRAGMENTS_OCTETS (1u << 18)

typedef struct fragment {
    uint8_t type;
    bool decrypted;
    uint16_t number;    /**< message_seq */
    uint32_t length;    /**< of the message */
    uint32_t offset;
    ma_bytes_t data;
} fragment_t;

typedef struct waiting waiting_t;

typedef struct fragments {
    waiting_t *first;   /**< by number, then offset */
    uint32_t count, octets;
    uint16_t next;      /**< number of the next message */
    bool synced;        /**< a hello said where to begin */
} fragments_t;

typedef struct fragment_taker {
    void (*take)(void *context, uint8_t type, ma_bytes_t body, bool decrypted);
    void *context;
} fragment_taker_t;

/** False: something cannot be kept, and is lost. */
bool fragments_add(fragments_t *fragments, const fragment_t *fragment,
                   const fragment_taker_t *taker) MTLSAUTH_MUST_CHECK;
/** Is there anything that waits for what is missing? Its type, or -1. */
int fragments_waiting(const fragments_t *fragments);
/** Begins anew: the next hello says with which number. */
void fragments_restart(fragments_t *fragments);

#endif
