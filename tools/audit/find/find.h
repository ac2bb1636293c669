/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find.h - where TLS begins in a flow: by content on any port, behind STARTTLS and its like, inside
 * HTTP CONNECT, SOCKS, the PROXY protocol and OpenVPN; DTLS, also inside CAPWAP and STUN's company;
 * QUIC. Hands what it finds to tls/ and quic/.
 */
#ifndef AUDIT_FIND_FIND_H
#define AUDIT_FIND_FIND_H

#include "audit/flow/flow.h"
#include "audit/keys/keylog.h"
#include "audit/tls/handshake.h"

/** Octets of one direction that are looked at before a flow is given up as something else. */
#define FIND_MAX_OCTETS (1u << 16)

/** Octets of all flows that wait to be understood, at most. */
#define FIND_MAX_HELD (4u << 20)

/** A port whose flows are of a protocol, whatever they look like (--decode-as). */
typedef struct find_hint {
    uint8_t transport;
    uint16_t port;
    const char *protocol; /**< one of find_protocols() */
} find_hint_t;

typedef struct find {
    const keylog_t *keys;
    const handshake_sink_t *sink;
    const find_hint_t *hints;
    size_t n_hints;
    uint64_t flows_without; /**< counted: flows in which there was no TLS */
    size_t held;            /**< octets of all flows that wait to be understood */
} find_t;

/** Consumers for flows_new(); `find` must outlive them. */
flow_consumer_t find_tcp(find_t *find);
flow_consumer_t find_udp(find_t *find);
/** Names for --decode-as, NULL at the end. Static. */
const char *const *find_protocols(void);

#endif
