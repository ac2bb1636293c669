/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic.h - QUIC v1 (RFC 9000, 9001) and v2 (RFC 9369) over one UDP flow, as far as its handshakes
 * go.
 *
 * Initial packets are read with the keys that everybody can derive; Handshake packets with those of
 * the key log. Connections move between addresses only after their handshake, so that a flow is
 * enough.
 */
#ifndef AUDIT_QUIC_QUIC_H
#define AUDIT_QUIC_QUIC_H

#include "audit/keys/keylog.h"
#include "audit/tls/handshake.h"

typedef struct quic quic_t;

int quic_new(const flow_t *flow, const keylog_t *keys, const handshake_sink_t *sink,
             quic_t **out) MTLSAUTH_MUST_CHECK;
void quic_datagram(quic_t *quic, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet);
void quic_end(quic_t *quic);
/** Octets of memory that it takes, about; of NULL, 0. */
size_t quic_memory(const quic_t *quic);
void quic_free(quic_t *quic);
/** Is this a datagram that can begin a connection: a long header of a version that is known? */
bool quic_is(const uint8_t *data, size_t size);

#endif
