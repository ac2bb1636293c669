/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handshake.h - one handshake: all that the capture showed of it, whatever carried it (TLS over TCP,
 * DTLS, QUIC). This is what the reading stages make and what session/, replay/ and report/ take.
 *
 * A renegotiation and a post-handshake authentication are handshakes of their own, of one connection.
 */
#ifndef AUDIT_TLS_HANDSHAKE_H
#define AUDIT_TLS_HANDSHAKE_H

#include "audit/flow/flow.h"
#include "base/der.h"

/** Certificates of one message that are kept; more, or more octets, are counted and left out. */
#define HANDSHAKE_MAX_CERTIFICATES 64u
#define HANDSHAKE_MAX_CHAIN (1u << 18)
#define HANDSHAKE_MAX_TICKETS 8u
#define HANDSHAKE_MAX_TICKET 4096u

/** What could be seen. Said of every handshake, so that silence never reads as health. */
typedef enum visibility {
    VISIBLE_INCOMPLETE = 0,  /**< it did not come to its end, or the capture misses bytes of it */
    VISIBLE_ENCRYPTED,       /**< no keys for what decides */
    VISIBLE_CERTIFICATE,
    VISIBLE_NONE_SENT,       /**< asked for one, the client sent an empty Certificate */
    VISIBLE_NOT_REQUESTED,
    VISIBLE_RESUMED_LINKED,  /**< resumed, and the handshake it came from is known */
    VISIBLE_RESUMED_UNLINKED
} visibility_t;

typedef enum carrier { CARRIER_TLS, CARRIER_DTLS, CARRIER_QUIC } carrier_t;

typedef enum handshake_kind {
    HANDSHAKE_FIRST,
    HANDSHAKE_RENEGOTIATION,
    HANDSHAKE_POST /**< authentication after a TLS 1.3 handshake */
} handshake_kind_t;

/** Where in the capture something is. */
typedef struct place {
    int64_t time; /**< nanoseconds */
    uint64_t packet;
    uint32_t file;
} place_t;

typedef struct handshake {
    const flow_t *flow;
    unsigned client;         /**< which end of the flow is the TLS client */
    carrier_t carrier;
    handshake_kind_t kind;
    unsigned index;          /**< in its connection, from 0 */
    const char *found_in;    /**< "", "smtp", "http-connect", "openvpn", ...: static */
    visibility_t visibility;
    const char *why;         /**< of INCOMPLETE and ENCRYPTED: what is missing; static, may be "" */

    place_t begin;           /**< the ClientHello */
    place_t certificate;     /**< the client's Certificate; packet 0: not seen */
    place_t end;             /**< the client's Finished, or the last that was seen; the time to judge at */

    uint16_t version;        /**< as negotiated: 0x0300..0x0304, 0xfefd ...; 0: no ServerHello */
    uint16_t cipher_suite;
    uint8_t client_random[32], server_random[32];
    bool hello_retry;        /**< there was a HelloRetryRequest */
    bool requested;          /**< a CertificateRequest was seen */
    bool request_visible;    /**< it would have been seen, had there been one */
    bool finished;           /**< it came to its end, as far as one can tell */
    bool resumed;            /**< the server took the session or PSK that the client offered */
    bool decrypted;          /**< keys were needed and there were some */
    bool refused;            /**< a fatal alert ended it */
    uint8_t alert;           /**< its description */
    bool alert_from_client;
    ma_bytes_t sni;          /**< raw bytes, borrowed; size 0: none */
    ma_bytes_t alpn;         /**< what the server chose */

    /** What the client sent, in order; the first one is the leaf. Borrowed. */
    ma_bytes_t certificates[HANDSHAKE_MAX_CERTIFICATES];
    size_t n_certificates;
    size_t n_left_out;       /**< of certificates: too many or too large */

    /** To link resumptions. Borrowed. */
    ma_bytes_t session_id;   /**< the server's, TLS 1.2 and older */
    ma_bytes_t offered_id;   /**< the client's */
    ma_bytes_t offered_ticket;      /**< session ticket extension, or identity of the PSK that was taken */
    ma_bytes_t tickets[HANDSHAKE_MAX_TICKETS]; /**< new ones, this far */
    size_t n_tickets;
    bool tickets_visible;    /**< new tickets can be seen (TLS 1.2, or keys) */

    /** Set by session/: the handshake that the certificate comes from. */
    place_t origin;
} handshake_t;

/**
 * Takes a handshake that is over, or that nothing more will be seen of; borrowed for the call.
 * Tickets that come later are handed on by ticket().
 */
typedef struct handshake_sink {
    void (*handshake)(void *context, const handshake_t *handshake);
    /** A ticket for the connection of an earlier handshake of this flow, TLS 1.3 or renewed. */
    void (*ticket)(void *context, const flow_t *flow, const uint8_t client_random[32],
                   ma_bytes_t ticket);
    void *context;
} handshake_sink_t;

/** "certificate", "none_sent", "resumed:linked", ... */
const char *visibility_name(visibility_t visibility);
/** "TLSv1.2", "DTLSv1.2", "SSLv3"; "" for 0. As the policy's tls.version has it. */
const char *handshake_version_name(const handshake_t *handshake);
#endif
