/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.h - packets that came too early: Handshake ones before the ServerHello, and a server's
 * before the client's first. More than a few are lost.
 */
#ifndef AUDIT_QUIC_WAITING_H
#define AUDIT_QUIC_WAITING_H

#include "base/der.h"

#define QUIC_MAX_WAITING 8u

typedef struct quic_waiting {
    struct {
        uint8_t *data;
        size_t size;
        unsigned from; /**< the end of the flow that sent it */
    } packets[QUIC_MAX_WAITING];
    unsigned n;
} quic_waiting_t;

/** Keeps a copy, if there is room. */
void quic_waiting_keep(quic_waiting_t *waiting, unsigned from, ma_bytes_t packet);
/** Octets of memory behind it, about. */
size_t quic_waiting_memory(const quic_waiting_t *waiting);
void quic_waiting_clear(quic_waiting_t *waiting);

#endif
