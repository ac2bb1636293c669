/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * negotiation.h - the handshakes of one connection, from its handshake messages: what TLS, DTLS and
 * QUIC have in common. They bring whole messages, in order, and say what they cannot read.
 *
 * A handshake goes to the sink when it is over or when nothing more can come of it; exactly once.
 * Over TCP a TLS 1.3 handshake that was read waits for the first sign of the server behind the
 * client's Finished, because a refusal of the client's certificate comes there.
 */
#ifndef AUDIT_TLS_NEGOTIATION_H
#define AUDIT_TLS_NEGOTIATION_H

#include "audit/tls/handshake.h"

/** Octets of one handshake message that are put together; a longer one makes it incomplete. */
#define NEGOTIATION_MAX_MESSAGE (1u << 18)

typedef struct negotiation negotiation_t;

int negotiation_new(const flow_t *flow, carrier_t carrier, const char *found_in,
                    const handshake_sink_t *sink, negotiation_t **out) MTLSAUTH_MUST_CHECK;
/**
 * A whole handshake message from an end of the flow, its header taken off. `decrypted`: keys were
 * needed to read it.
 */
void negotiation_message(negotiation_t *negotiation, unsigned from, uint8_t type, ma_bytes_t body,
                         bool decrypted, const packet_t *packet);
/** ChangeCipherSpec: what follows from there is protected (TLS 1.2 and older). */
void negotiation_change_cipher(negotiation_t *negotiation, unsigned from, const packet_t *packet);
/** A record of handshake (or, in TLS 1.3, of whatever it hides) that cannot be read. */
void negotiation_encrypted(negotiation_t *negotiation, unsigned from, const char *why,
                           const packet_t *packet);
/** Application data that belongs behind the handshake (not TLS 1.3's disguise, not early data). */
void negotiation_application(negotiation_t *negotiation, unsigned from, const packet_t *packet);
void negotiation_alert(negotiation_t *negotiation, unsigned from, uint8_t level,
                       uint8_t description, const packet_t *packet);
/** Octets of this direction are missing, or nonsense; `why` is static. */
void negotiation_lost(negotiation_t *negotiation, unsigned from, const char *why,
                      const packet_t *packet);
/** What is known so far of the handshake that is open, or of the last one: version, suite, randoms,
 * client. NULL: there was no ClientHello. */
const handshake_t *negotiation_current(const negotiation_t *negotiation);
/** Is a handshake open: begun, and not handed on? */
bool negotiation_open(const negotiation_t *negotiation);
/**
 * Does anybody look into the body of a message of that type from that end? If not, give an empty
 * body: it need not be put together.
 */
bool negotiation_wants(const negotiation_t *negotiation, unsigned from, uint8_t type);
/** A message of that type began, and its rest is missing. */
void negotiation_cut(negotiation_t *negotiation, unsigned from, uint8_t type, const char *why,
                     const packet_t *packet);
/** The ClientHello announced early data, and no HelloRetryRequest forbade it. */
bool negotiation_early_data(const negotiation_t *negotiation);
/** Frees what negotiation_current() says of a handshake that was handed on: it is NULL then. */
void negotiation_forget(negotiation_t *negotiation);
/** encrypt_then_mac was negotiated (RFC 7366). */
bool negotiation_encrypt_then_mac(const negotiation_t *negotiation);
/** Nothing more will come of this connection; another one of the same ends may. */
void negotiation_end(negotiation_t *negotiation);
/** Octets of memory that it takes, about. */
size_t negotiation_memory(const negotiation_t *negotiation);
void negotiation_free(negotiation_t *negotiation);

#endif
