/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conversation.h - TLS over one stream: records, handshake messages, and handshakes to the sink.
 *
 * Fed with the bytes of both directions from the first TLS record on, in the order of the capture.
 * Which end is the client, the ClientHello says.
 */
#ifndef AUDIT_TLS_CONVERSATION_H
#define AUDIT_TLS_CONVERSATION_H

#include "audit/keys/keylog.h"
#include "audit/tls/handshake.h"

typedef struct conversation conversation_t;

/** `found_in` is static. `keys` may grow while the capture is read: it is asked when it is needed. */
int conversation_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
                     const handshake_sink_t *sink, conversation_t **out) MTLSAUTH_MUST_CHECK;
/** Returns how many octets to skip next in that direction, as flow_consumer's bytes() does. */
uint64_t conversation_bytes(conversation_t *conversation, unsigned from, const uint8_t *data,
                            size_t size, const packet_t *packet);
uint64_t conversation_gap(conversation_t *conversation, unsigned from, uint64_t size,
                          const packet_t *packet);
/** Nothing more will come: hands on the handshake that is open. */
void conversation_end(conversation_t *conversation);
/** Octets of memory that it takes, about; of NULL, 0. */
size_t conversation_memory(const conversation_t *conversation);
void conversation_free(conversation_t *conversation);

/** Does this look like the first bytes of TLS (a record with a hello, or SSLv2's)? 1, 0, or -1: too few. */
int conversation_begins(const uint8_t *data, size_t size);

#endif
