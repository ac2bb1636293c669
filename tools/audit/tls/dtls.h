/* SPDX-License-Identifier: BSD-2-Clause */
/* dtls.h - DTLS 1.0 and 1.2 over one UDP flow, also Cisco's old 0x0100; see conversation.h. */
#ifndef AUDIT_TLS_DTLS_H
#define AUDIT_TLS_DTLS_H

#include "audit/keys/keylog.h"
#include "audit/tls/handshake.h"

typedef struct dtls dtls_t;

int dtls_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
             const handshake_sink_t *sink, dtls_t **out) MTLSAUTH_MUST_CHECK;
void dtls_datagram(dtls_t *dtls, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet);
void dtls_end(dtls_t *dtls);
/** Octets of memory that it takes, about; of NULL, 0. */
size_t dtls_memory(const dtls_t *dtls);
void dtls_free(dtls_t *dtls);
/** Is this a datagram of DTLS? */
bool dtls_is(const uint8_t *data, size_t size);

#endif
