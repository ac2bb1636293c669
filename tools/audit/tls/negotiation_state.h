/* SPDX-License-Identifier: BSD-2-Clause */
/* negotiation_state.h - what negotiation.c and negotiation_messages.c share. */
#ifndef AUDIT_TLS_NEGOTIATION_STATE_H
#define AUDIT_TLS_NEGOTIATION_STATE_H

#include "audit/tls/negotiation.h"

/** Octets that are kept for a handshake: a chain, tickets, and the hellos of a client that begins again. */
#define NEGOTIATION_MAX_KEPT (3 * (size_t)HANDSHAKE_MAX_CHAIN)

/** A copy of octets that a handshake points to. */
typedef struct kept {
    struct kept *next;
    size_t size;
    uint8_t data[];
} kept_t;

/** How far the open handshake came. Two of a thing: by end of the flow. */
typedef struct progress {
    bool client_hello, server_hello;
    bool server_certificate;
    bool server_done;      /**< ServerHelloDone; TLS 1.3: the server's Finished */
    bool request_visible;  /**< and all that came before it was read */
    bool client_key;       /**< ClientKeyExchange, or the client's Finished of TLS 1.3 */
    bool awaits_verdict;   /**< TLS 1.3: over, but for what the server says to it */
    bool given;            /**< a client's Certificate that is not empty was read */
    bool empty;
    bool early_data;
    bool encrypt_then_mac;
    bool cookie;           /**< the next ClientHello repeats this one (DTLS) */
    uint8_t certificate_type;
    bool changed[2];       /**< ChangeCipherSpec */
    bool behind[2];        /**< something protected behind it */
    bool hidden[2];        /**< something that cannot be read */
    bool lost[2];
    bool application[2];
    const char *problem;   /**< what is wrong with the client's Certificate */
    const char *hidden_why, *lost_why;
    ma_bytes_t identities; /**< of PSKs that the client offers */
    ma_bytes_t context;    /**< of the CertificateRequest that is answered */
} progress_t;

struct negotiation {
    const flow_t *flow;
    const handshake_sink_t *sink;
    const char *found_in;
    handshake_t *handshake; /**< the open one, else the last one; NULL: none, or forgotten */
    kept_t *kept;           /**< what it points to */
    size_t n_kept;          /**< octets of it */
    progress_t progress;
    carrier_t carrier;
    bool open;
    bool finished;          /**< a handshake came to its end before */
    bool has_client;        /**< `client` is known, and stays: the ends of a connection change no roles */
    unsigned client, index;
    unsigned strays;        /**< protected handshake records of the server since the last handshake */
    uint16_t version;       /**< of the last handshake */
};

/** A copy that lives as long as the open handshake; empty when there is no memory, or too much kept. */
ma_bytes_t negotiation_keep(negotiation_t *negotiation, ma_bytes_t bytes);
/** Hands on the open handshake, if any, and begins another. False: no memory. */
bool negotiation_begin(negotiation_t *negotiation, handshake_kind_t kind, unsigned client,
                       const packet_t *packet);
void negotiation_hand_on(negotiation_t *negotiation);
/** The open handshake was seen at this packet. */
void negotiation_seen(negotiation_t *negotiation, const packet_t *packet);
place_t place_of(const packet_t *packet);
/** Says what of the client could be seen, of a handshake of which no more will be. */
void negotiation_judge(const progress_t *progress, handshake_t *handshake);

#endif
