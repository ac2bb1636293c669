/* SPDX-License-Identifier: BSD-2-Clause */
/* dtls.c - DTLS sessions of two peers, as the audit reads them; the oracle is the peers. */
#include "audit/tls/dtls.h"

#include <string.h>

#include "audit/listener.h"
#include "tap.h"

#define DTLS12 "NORMAL:-VERS-ALL:+VERS-DTLS1.2"
#define DTLS10 "NORMAL:-VERS-ALL:+VERS-DTLS1.0"

#define NONE -1
#define C VISIBLE_CERTIFICATE
#define E VISIBLE_ENCRYPTED
#define N VISIBLE_NONE_SENT
#define Q VISIBLE_NOT_REQUESTED
#define R VISIBLE_RESUMED_UNLINKED

typedef struct row {
    const char *name;
    peers_options_t options;
    int blind[3], seeing[3];
    bool twice;
    uint16_t version;
} row_t;

static const row_t rows[] = {
    { .name = "1.2", .options = { .priority = DTLS12, .certificate = true,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE },
      .version = 0xfefd },
    { .name = "1.0", .options = { .priority = DTLS10, .certificate = true,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE },
      .version = 0xfeff },
    { .name = "empty", .options = { .priority = DTLS12, .request = GNUTLS_CERT_REQUEST },
      .blind = { N, NONE }, .seeing = { N, NONE }, .version = 0xfefd },
    { .name = "not asked", .options = { .priority = DTLS12, .certificate = true },
      .blind = { Q, NONE }, .seeing = { Q, NONE }, .version = 0xfefd },
    /* messages in pieces */
    { .name = "small", .options = { .priority = DTLS12, .certificate = true, .mtu = 256,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE },
      .version = 0xfefd },
    /* a HelloVerifyRequest */
    { .name = "cookie", .options = { .priority = DTLS12, .certificate = true, .cookie = true,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE },
      .version = 0xfefd },
    { .name = "ticket", .options = { .priority = DTLS12, .certificate = true,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { R, NONE }, .seeing = { R, NONE },
      .twice = true, .version = 0xfefd },
    { .name = "id", .options = { .priority = DTLS12, .certificate = true, .no_tickets = true,
      .request = GNUTLS_CERT_REQUIRE }, .blind = { R, NONE }, .seeing = { R, NONE },
      .twice = true, .version = 0xfefd },
    { .name = "renegotiated", .options = { .priority = DTLS12, .certificate = true,
      .renegotiate = true }, .blind = { Q, E, NONE }, .seeing = { Q, C, NONE },
      .version = 0xfefd },
};

static bool same(gnutls_datum_t a, gnutls_datum_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static void listen(const row_t *row, const peers_t *peers, const keylog_t *keys, int order,
                   const int *expect)
{
    listener_t listener;
    size_t i, count = 0;

    tap_row("%s, %s, order %d", row->name, keys != NULL ? "keys" : "no keys", order);
    listener_open(&listener);
    feed_datagrams(&listener, peers, keys, order, 0);
    while (expect[count] != NONE)
        count++;
    TAP_INT(listener.n_heard, count);
    for (i = 0; i < count && i < listener.n_heard; i++) {
        const handshake_t *h = &listener.heard[i].handshake;
        TAP_STR(visibility_name(h->visibility), visibility_name((visibility_t)expect[i]));
        TAP_INT(h->version, row->version);
        TAP_INT(h->client, PEERS_CLIENT);
        TAP_INT(h->carrier, CARRIER_DTLS);
        /* A message that comes behind the change of the keys is not opened. */
        TAP_TRUE(h->finished || (order == 1 && row->options.renegotiate));
        TAP_INT(h->kind, i == 0 ? HANDSHAKE_FIRST : HANDSHAKE_RENEGOTIATION);
        if (h->visibility == VISIBLE_CERTIFICATE)
            TAP_TRUE(same(listener.heard[i].leaf, peers->seen_by_server));
        if (i == 0) {
            TAP_STR(listener.heard[i].sni, "server.example");
            TAP_INT(h->resumed, peers->resumed);
        }
    }
    listener_close(&listener);
}

static void reads_sessions(void)
{
    size_t i;
    int order;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        peers_options_t options = rows[i].options;
        peers_t first, peers;
        keylog_t *keys;
        options.datagrams = true;
        tap_row("%s", rows[i].name);
        peers_run(&first, &options);
        peers = first;
        if (rows[i].twice) {
            options.resume = &first.session;
            peers_run(&peers, &options);
            TAP_TRUE(peers.resumed);
        }
        TAP_TRUE(peers.done);
        keys = peers_keys(&peers);
        for (order = 0; order < 3; order++) {
            listen(&rows[i], &peers, NULL, order, rows[i].blind);
            listen(&rows[i], &peers, keys, order, rows[i].seeing);
        }
        keylog_free(keys);
        peers_free(&first);
        if (rows[i].twice)
            peers_free(&peers);
    }
}

/* Whichever datagram is missing, nothing is claimed that is not so. */
static void loses_any(void)
{
    size_t i, lost;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        peers_options_t options = rows[i].options;
        peers_t peers;
        bool asked = options.request != GNUTLS_CERT_IGNORE;
        if (options.renegotiate)
            continue;
        options.datagrams = true;
        options.mtu = 400;
        peers_run(&peers, &options);
        for (lost = 0; lost < peers.n_chunks; lost++) {
            listener_t listener;
            size_t j;
            tap_row("%s without datagram %zu", rows[i].name, lost);
            listener_open(&listener);
            feed_datagrams(&listener, &peers, NULL, 3, lost);
            TAP_INT(listener.n_heard, 1);
            for (j = 0; j < listener.n_heard; j++) {
                const handshake_t *h = &listener.heard[j].handshake;
                TAP_INT(h->client, PEERS_CLIENT);
                TAP_TRUE(h->visibility != VISIBLE_RESUMED_UNLINKED);
                TAP_TRUE(h->visibility != VISIBLE_NOT_REQUESTED || !asked);
                TAP_TRUE(h->visibility != VISIBLE_NONE_SENT || !options.certificate);
                TAP_TRUE(h->visibility != VISIBLE_CERTIFICATE
                         || same(listener.heard[j].leaf, peers.seen_by_server));
            }
            listener_close(&listener);
        }
        peers_free(&peers);
    }
}

static void tells_datagrams(void)
{
    static const struct {
        const char *what;
        uint8_t bytes[32];
        size_t size;
        bool is;
    } cases[] = {
        { "too short", { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 12, false },
        { "empty record", { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 13, false },
        { "longer than there is", { 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 1 }, 14, false },
        { "application data", { 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, 14, true },
        { "before the RFC", { 23, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, 14, true },
        { "TLS", { 22, 3, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, 14, false },
        { "another type", { 80, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, 14, false },
        { "a message over its record",
          { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9 }, 25,
          false },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tap_row("%s", cases[i].what);
        TAP_INT(dtls_is(cases[i].bytes, cases[i].size), cases[i].is);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads sessions", reads_sessions },
        { "loses any", loses_any },
        { "tells datagrams", tells_datagrams },
    };
    int status;

    peers_start();
    status = tap_main("dtls", tests, sizeof(tests) / sizeof(tests[0]));
    peers_stop();
    return status;
}
