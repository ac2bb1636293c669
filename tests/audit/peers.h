/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peers.h - sessions of two GnuTLS peers in memory: what went over the wire, the key log, and what the
 * peers say of each other.
 */
#ifndef TESTS_AUDIT_PEERS_H
#define TESTS_AUDIT_PEERS_H

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEERS_CLIENT, PEERS_SERVER };

/** What one end gave to the network at once. */
typedef struct chunk {
    unsigned from;
    uint8_t *data;
    size_t size;
} chunk_t;

typedef struct peers_options {
    const char *priority;         /**< of both */
    const char *client_priority;  /**< of the client, if another */
    bool datagrams;
    unsigned mtu;
    bool cookie;                  /**< DTLS: a HelloVerifyRequest */
    bool certificate;             /**< the client has one */
    gnutls_certificate_request_t request;
    bool one_share;               /**< the client guesses one group alone */
    bool no_tickets;
    bool renegotiate;             /**< once more after the first, then with `request` REQUIRE */
    bool server_asks;             /**< ... by HelloRequest */
    bool post_auth;
    bool early_data;              /**< with `resume`: data before the handshake */
    bool update;                  /**< of the keys, by both, before what comes behind the handshake */
    bool refuse;                  /**< the server refuses what the client has */
    const gnutls_datum_t *resume; /**< session data of another run */
} peers_options_t;

typedef struct peers {
    chunk_t *chunks;
    size_t n_chunks;
    size_t read[2];               /**< chunks that an end has taken already */
    size_t offset[2];
    char keylog[16384];
    size_t keylog_size;
    gnutls_datum_t session;       /**< the client's, to resume */
    /** What the peers say. */
    bool done;
    bool resumed;
    gnutls_protocol_t version;
    gnutls_datum_t seen_by_server; /**< the client's leaf, as the server has it; size 0: none */
    unsigned n_seen_by_server;
} peers_t;

void peers_run(peers_t *peers, const peers_options_t *options);
void peers_free(peers_t *peers);
/** The client's certificate, DER. */
gnutls_datum_t peers_client_leaf(void);
/** The server's. */
gnutls_datum_t peers_server_leaf(void);
void peers_start(void);
void peers_stop(void);

#endif
