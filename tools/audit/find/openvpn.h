/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openvpn.h - TLS in OpenVPN's control channel, over UDP and TCP, also under tls-auth. Packets are
 * put in order by their ids; each key that is negotiated is a conversation of its own.
 *
 * What tls-crypt hides stays hidden. The HMAC of tls-auth is not checked: its key is secret.
 */
#ifndef AUDIT_FIND_OPENVPN_H
#define AUDIT_FIND_OPENVPN_H

#include "audit/find/find.h"

typedef struct openvpn openvpn_t;

/** Is this the first packet of a client? Octets that tls-auth adds to each; -1: it is not. */
int openvpn_begins(const uint8_t *packet, size_t size);
/** The same of a stream, in which each packet has its length before it. -1, or -2: too few to tell.
 */
int openvpn_stream_begins(const uint8_t *data, size_t size);
/** NULL: out of memory. */
openvpn_t *openvpn_new(find_t *find, const flow_t *flow, int overhead);
void openvpn_datagram(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                      const packet_t *packet);
/** Returns how many octets to skip next, as flow_consumer's bytes() does. */
uint64_t openvpn_bytes(openvpn_t *openvpn, unsigned from, const uint8_t *data, size_t size,
                       const packet_t *packet);
/** Ends the conversation, and frees. */
/** Octets of memory that it takes, about; of NULL, 0. */
size_t openvpn_memory(const openvpn_t *openvpn);
void openvpn_end(openvpn_t *openvpn);

#endif
