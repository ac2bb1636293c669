/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.h - a sink that keeps what it is handed, and ways to feed what peers said: whole, split at
 * random places with skips honoured, or with bytes missing.
 */
#ifndef TESTS_AUDIT_LISTENER_H
#define TESTS_AUDIT_LISTENER_H

#include "audit/keys/keylog.h"
#include "audit/peers.h"
#include "audit/tls/handshake.h"

enum { LISTENER_MAX = 16 };

/** What one handshake said: the pointers of `handshake` are dead, these are not. */
typedef struct heard {
    handshake_t handshake;
    gnutls_datum_t leaf;     /**< free(data) */
    char sni[256], alpn[64];
    char id[65], offered_id[65];
    char offered_ticket[2 * 4096 + 1];
    char ticket[2 * 4096 + 1]; /**< the first new one */
} heard_t;

typedef struct listener {
    handshake_sink_t sink;
    flow_t flow;
    size_t n_heard, n_tickets; /**< tickets that came later */
    char ticket[2 * 4096 + 1]; /**< the first of them */
    heard_t *heard;            /**< LISTENER_MAX */
} listener_t;

void listener_open(listener_t *listener);
void listener_close(listener_t *listener);

typedef enum feeding {
    FEED_CHUNKS, /**< as it was written */
    FEED_RANDOM, /**< cut at random places */
    FEED_OCTETS, /**< one by one */
    FEEDINGS
} feeding_t;

/** TLS over a stream. `until`: chunks that are fed. Skipped octets are counted in *skipped. */
void feed_stream(listener_t *listener, const peers_t *peers, const keylog_t *keys,
                 feeding_t feeding, size_t until, uint64_t *skipped);
/** The same with one direction cut off at an octet, and a gap told. */
void feed_gap(listener_t *listener, const peers_t *peers, const keylog_t *keys, unsigned from,
              uint64_t at, uint64_t size);
/** DTLS; `order`: 0 as sent, 1 neighbours swapped, 2 each twice, 3 without datagram `lost`. */
void feed_datagrams(listener_t *listener, const peers_t *peers, const keylog_t *keys, int order,
                    size_t lost);
/** The peers' key log. */
keylog_t *peers_keys(const peers_t *peers);

#endif
