/* SPDX-License-Identifier: BSD-2-Clause */
/* conversation.c - TLS sessions of two peers, as the audit reads them; the oracle is the peers. */
#include "audit/tls/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "audit/listener.h"
#include "tap.h"

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS11 "NORMAL:-VERS-ALL:+VERS-TLS1.1"
#define TLS10 "NORMAL:-VERS-ALL:+VERS-TLS1.0"
#define REQUEST GNUTLS_CERT_REQUEST
#define REQUIRE GNUTLS_CERT_REQUIRE

/** What the handshakes are to say: of visibility, without and with keys, in order; -1: no more. */
typedef struct row {
    const char *name;
    peers_options_t options;
    int blind[3], seeing[3];
    bool twice;       /**< the second time with the session of the first */
    bool hello_retry;
} row_t;

#define NONE -1
#define C VISIBLE_CERTIFICATE
#define E VISIBLE_ENCRYPTED
#define N VISIBLE_NONE_SENT
#define Q VISIBLE_NOT_REQUESTED
#define R VISIBLE_RESUMED_UNLINKED

static const row_t rows[] = {
    /* each version with a certificate, with none to send, and not asked */
    { .name = "1.3", .options = { .priority = TLS13, .certificate = true, .request = REQUIRE }, .blind = { E, NONE }, .seeing = { C, NONE } },
    { .name = "1.3 empty", .options = { .priority = TLS13, .request = REQUEST }, .blind = { E, NONE }, .seeing = { N, NONE } },
    { .name = "1.3 not asked", .options = { .priority = TLS13, .certificate = true }, .blind = { E, NONE }, .seeing = { Q, NONE } },
    { .name = "1.2", .options = { .priority = TLS12, .certificate = true, .request = REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE } },
    { .name = "1.2 empty", .options = { .priority = TLS12, .request = REQUEST }, .blind = { N, NONE }, .seeing = { N, NONE } },
    { .name = "1.2 not asked", .options = { .priority = TLS12, .certificate = true }, .blind = { Q, NONE }, .seeing = { Q, NONE } },
    { .name = "1.1", .options = { .priority = TLS11, .certificate = true, .request = REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE } },
    { .name = "1.0", .options = { .priority = TLS10, .certificate = true, .request = REQUIRE }, .blind = { C, NONE }, .seeing = { C, NONE } },
    { .name = "1.0 not asked", .options = { .priority = TLS10 }, .blind = { Q, NONE }, .seeing = { Q, NONE } },
    /* resumption: by ticket and by id, and TLS 1.3's */
    { .name = "1.2 ticket", .options = { .priority = TLS12, .certificate = true, .request = REQUIRE }, .blind = { R, NONE }, .seeing = { R, NONE },
      .twice = true },
    { .name = "1.2 id", .options = { .priority = TLS12, .certificate = true, .request = REQUIRE, .no_tickets = true },
      .blind = { R, NONE }, .seeing = { R, NONE }, .twice = true },
    { .name = "1.3 psk", .options = { .priority = TLS13, .certificate = true, .request = REQUIRE }, .blind = { R, NONE }, .seeing = { R, NONE },
      .twice = true },
    /* the server wants another group */
    { .name = "1.3 retry", .options = { .priority = TLS13 ":-GROUP-ALL:+GROUP-SECP384R1", .client_priority = TLS13
                     ":-GROUP-ALL:+GROUP-X25519:+GROUP-SECP384R1", .one_share = true,
                     .certificate = true, .request = REQUIRE },
      .blind = { E, NONE }, .seeing = { C, NONE }, .hello_retry = true },
    /* other suites: CBC with and without encrypt-then-MAC, CCM, ChaCha20 */
    { .name = "1.2 CBC", .options = { .priority = TLS12 ":-CIPHER-ALL:+AES-128-CBC", .certificate = true, .request = REQUIRE,
                   .renegotiate = true }, .blind = { C, E, NONE }, .seeing = { C, C, NONE } },
    { .name = "1.2 CBC old", .options = { .priority = TLS12 ":-CIPHER-ALL:+AES-128-CBC:%NO_ETM", .certificate = true,
                       .renegotiate = true }, .blind = { Q, E, NONE }, .seeing = { Q, C, NONE } },
    { .name = "1.3 ChaCha20", .options = { .priority = TLS13 ":-CIPHER-ALL:+CHACHA20-POLY1305", .certificate = true,
                        .request = REQUIRE }, .blind = { E, NONE }, .seeing = { C, NONE } },
    /* renegotiation, asked for by either end */
    { .name = "1.2 renegotiated", .options = { .priority = TLS12, .certificate = true, .renegotiate = true },
      .blind = { Q, E, NONE }, .seeing = { Q, C, NONE } },
    { .name = "1.2 server asks", .options = { .priority = TLS12, .certificate = true, .renegotiate = true, .server_asks = true },
      .blind = { Q, E, NONE }, .seeing = { Q, C, NONE } },
    { .name = "1.0 renegotiated", .options = { .priority = TLS10, .certificate = true, .renegotiate = true },
      .blind = { Q, E, NONE }, .seeing = { Q, C, NONE } },
    /* TLS 1.3, asked behind the handshake */
    { .name = "1.3 post", .options = { .priority = TLS13, .certificate = true, .post_auth = true }, .blind = { E, NONE }, .seeing = { Q, C, NONE } },
    { .name = "1.3 post, behind new keys", .options = { .priority = TLS13, .certificate = true,
      .update = true, .post_auth = true }, .blind = { E, NONE }, .seeing = { Q, C, NONE } },
    /* data before the handshake, under keys of its own */
    { .name = "1.3 early data", .options = { .priority = TLS13, .certificate = true,
      .early_data = true, .post_auth = true }, .blind = { R, NONE }, .seeing = { R, C, NONE },
      .twice = true },
    { .name = "1.3 post empty", .options = { .priority = TLS13, .post_auth = true }, .blind = { E, NONE }, .seeing = { Q, N, NONE } },
};

static int version_of(gnutls_protocol_t version)
{
    return version == GNUTLS_TLS1_3 ? 0x0304 : version == GNUTLS_TLS1_2 ? 0x0303
        : version == GNUTLS_TLS1_1 ? 0x0302 : 0x0301;
}

static bool same(gnutls_datum_t a, gnutls_datum_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* One handshake against what the peers say. */
static void compare(const row_t *row, const peers_t *peers, const heard_t *heard, size_t index)
{
    const handshake_t *h = &heard->handshake;

    TAP_INT(h->version, version_of(peers->version));
    TAP_INT(h->client, PEERS_CLIENT);
    TAP_INT(h->index, index);
    TAP_INT(h->hello_retry, row->hello_retry);
    TAP_TRUE(h->finished);
    TAP_TRUE(!h->refused);
    TAP_TRUE(h->begin.packet > 0 && h->end.packet >= h->begin.packet);
    TAP_INT(h->kind, index == 0 ? HANDSHAKE_FIRST
            : peers->version == GNUTLS_TLS1_3 ? HANDSHAKE_POST : HANDSHAKE_RENEGOTIATION);
    if (index == 0) {
        TAP_STR(heard->sni, "server.example");
        TAP_INT(h->resumed, peers->resumed);
    }
    if (h->visibility == VISIBLE_CERTIFICATE) {
        TAP_TRUE(same(heard->leaf, peers->seen_by_server));
        TAP_TRUE(same(heard->leaf, peers_client_leaf()));
        TAP_INT(h->n_certificates, peers->n_seen_by_server);
        TAP_TRUE(h->certificate.packet > 0);
    } else {
        TAP_INT(heard->leaf.size, 0);
    }
    if (h->visibility != VISIBLE_ENCRYPTED)
        TAP_STR(h->why, "");
    else
        TAP_STR(h->why, "no keys");
}

static void listen(const row_t *row, const peers_t *peers, const keylog_t *keys, feeding_t feeding,
                   const int *expect)
{
    uint64_t skipped = 0;
    listener_t listener;
    size_t i, count = 0;

    tap_row("%s, %s, fed %d", row->name, keys != NULL ? "keys" : "no keys", feeding);
    listener_open(&listener);
    feed_stream(&listener, peers, keys, feeding, SIZE_MAX, &skipped);
    while (expect[count] != NONE)
        count++;
    TAP_INT(listener.n_heard, count);
    for (i = 0; i < count && i < listener.n_heard; i++) {
        TAP_STR(visibility_name(listener.heard[i].handshake.visibility),
                visibility_name((visibility_t)expect[i]));
        compare(row, peers, &listener.heard[i], i);
        if (keys != NULL || peers->version != GNUTLS_TLS1_3)
            TAP_STR(listener.heard[0].alpn, "h2");
    }
    if (keys == NULL && feeding == FEED_OCTETS)
        TAP_TRUE(skipped >= 20000); /* the server's data */
    listener_close(&listener);
}

static void reads_sessions(void)
{
    size_t i, way;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        peers_options_t options = rows[i].options;
        peers_t first, peers;
        keylog_t *keys;
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
        for (way = 0; way < FEEDINGS; way++) {
            listen(&rows[i], &peers, NULL, (feeding_t)way, rows[i].blind);
            listen(&rows[i], &peers, keys, (feeding_t)way, rows[i].seeing);
        }
        keylog_free(keys);
        peers_free(&first);
        if (rows[i].twice)
            peers_free(&peers);
    }
}

/* What links a resumption: ids and tickets of the first are those that the second offers. */
static void links_resumptions(void)
{
    static const peers_options_t ways[] = {
        { .priority = TLS12, .certificate = true, .request = REQUIRE },
        { .priority = TLS12, .certificate = true, .request = REQUIRE, .no_tickets = true },
        { .priority = TLS13, .certificate = true, .request = REQUIRE },
    };
    size_t i;

    for (i = 0; i < 3; i++) {
        peers_options_t options = ways[i];
        listener_t before, after;
        peers_t first, second;
        uint64_t skipped = 0;
        keylog_t *keys;
        tap_row("way %zu", i);
        peers_run(&first, &options);
        options.resume = &first.session;
        peers_run(&second, &options);
        listener_open(&before);
        listener_open(&after);
        keys = peers_keys(&first);
        feed_stream(&before, &first, keys, FEED_CHUNKS, SIZE_MAX, &skipped);
        feed_stream(&after, &second, NULL, FEED_CHUNKS, SIZE_MAX, &skipped);
        TAP_INT(before.n_heard, 1);
        TAP_INT(after.n_heard, 1);
        TAP_TRUE(before.heard[0].handshake.tickets_visible);
        if (i == 0)
            TAP_STR(after.heard[0].offered_ticket, before.heard[0].ticket);
        if (i == 1)
            TAP_STR(after.heard[0].offered_id, before.heard[0].id);
        if (i == 1)
            TAP_TRUE(strlen(before.heard[0].id) == 64);
        if (i == 2) {
            TAP_TRUE(before.heard[0].ticket[0] != '\0');
            TAP_TRUE(after.heard[0].offered_ticket[0] != '\0');
            TAP_TRUE(strcmp(after.heard[0].offered_ticket, before.heard[0].ticket) == 0
                     || strcmp(after.heard[0].offered_ticket, before.ticket) == 0);
        }
        keylog_free(keys);
        listener_close(&before);
        listener_close(&after);
        peers_free(&first);
        peers_free(&second);
    }
}

/* Cut anywhere: never more than the bytes hold, and each handshake once. */
static void cut_anywhere(void)
{
    static const peers_options_t ways[] = {
        { .priority = TLS12, .certificate = true, .request = REQUIRE },
        { .priority = TLS12, .certificate = true, .request = REQUIRE, .no_tickets = true },
        { .priority = TLS12, .certificate = true },
        { .priority = TLS13, .certificate = true, .request = REQUIRE },
        { .priority = TLS13, .certificate = true },
        { .priority = TLS13, .request = REQUEST },
    };
    size_t i, until;

    for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bool asked = ways[i].request != GNUTLS_CERT_IGNORE;
        peers_t peers;
        keylog_t *keys;
        peers_run(&peers, &ways[i]);
        keys = peers_keys(&peers);
        for (until = 1; until <= peers.n_chunks; until++) {
            uint64_t skipped = 0;
            listener_t listener;
            const handshake_t *h;
            tap_row("way %zu until %zu", i, until);
            listener_open(&listener);
            feed_stream(&listener, &peers, keys, FEED_RANDOM, until, &skipped);
            TAP_INT(listener.n_heard, 1);
            h = &listener.heard[0].handshake;
            TAP_TRUE(h->visibility != VISIBLE_NOT_REQUESTED || !asked);
            TAP_TRUE(h->visibility != VISIBLE_RESUMED_UNLINKED);
            TAP_TRUE(h->visibility != VISIBLE_NONE_SENT || (asked && !ways[i].certificate));
            TAP_TRUE(h->visibility != VISIBLE_CERTIFICATE
                     || same(listener.heard[0].leaf, peers_client_leaf()));
            TAP_TRUE(h->visibility != VISIBLE_INCOMPLETE || h->why[0] != '\0');
            listener_close(&listener);
        }
        keylog_free(keys);
        peers_free(&peers);
    }
}

/* Octets missing anywhere. */
static void gaps_anywhere(void)
{
    static const peers_options_t ways[] = {
        { .priority = TLS12, .certificate = true, .request = REQUIRE },
        { .priority = TLS12, .request = REQUEST },
        { .priority = TLS13, .certificate = true, .request = REQUIRE },
    };
    size_t i, at;
    unsigned from;

    for (i = 0; i < 3; i++) {
        peers_t peers;
        keylog_t *keys;
        peers_run(&peers, &ways[i]);
        keys = peers_keys(&peers);
        for (from = 0; from < 2; from++) {
            for (at = 1; at < 3000; at += 97) {
                listener_t listener;
                const handshake_t *h;
                tap_row("way %zu from %u at %zu", i, from, at);
                listener_open(&listener);
                feed_gap(&listener, &peers, keys, from, at, 40);
                TAP_INT(listener.n_heard, 1);
                h = &listener.heard[0].handshake;
                TAP_TRUE(h->visibility != VISIBLE_NOT_REQUESTED
                         && h->visibility != VISIBLE_RESUMED_UNLINKED);
                TAP_TRUE(h->visibility != VISIBLE_NONE_SENT || !ways[i].certificate);
                TAP_TRUE(h->visibility != VISIBLE_CERTIFICATE
                         || same(listener.heard[0].leaf, peers_client_leaf()));
                listener_close(&listener);
            }
        }
        keylog_free(keys);
        peers_free(&peers);
    }
}

/* The server refuses the client's certificate: it was read, and the alert is told. */
static void tells_refusals(void)
{
    static const char *const priorities[] = { TLS12, TLS13 };
    size_t i;

    for (i = 0; i < 2; i++) {
        const peers_options_t options = { .priority = priorities[i], .certificate = true, .request = REQUIRE,
                                          .refuse = true };
        uint64_t skipped = 0;
        listener_t listener;
        peers_t peers;
        keylog_t *keys;
        tap_row("%s", priorities[i]);
        peers_run(&peers, &options);
        keys = peers_keys(&peers);
        listener_open(&listener);
        feed_stream(&listener, &peers, keys, FEED_RANDOM, SIZE_MAX, &skipped);
        TAP_INT(listener.n_heard, 1);
        TAP_INT(listener.heard[0].handshake.visibility, VISIBLE_CERTIFICATE);
        TAP_TRUE(same(listener.heard[0].leaf, peers_client_leaf()));
        TAP_TRUE(!listener.heard[0].handshake.finished);
        TAP_TRUE(listener.heard[0].handshake.refused);
        TAP_TRUE(listener.heard[0].handshake.alert != 0);
        TAP_TRUE(!listener.heard[0].handshake.alert_from_client);
        listener_close(&listener);
        keylog_free(keys);
        peers_free(&peers);
    }
}

/* Keys of another session, or of one direction alone. */
static void keys_that_do_not_fit(void)
{
    const peers_options_t options = { .priority = TLS13, .certificate = true, .request = REQUIRE };
    static const struct {
        const char *hide;
        bool garble; /**< else the lines are left out */
        visibility_t expect;
    } cases[] = {
        { "CLIENT_HANDSHAKE", false, VISIBLE_ENCRYPTED },
        { "SERVER_HANDSHAKE", false, VISIBLE_CERTIFICATE },
        { "_TRAFFIC_SECRET_0", false, VISIBLE_CERTIFICATE },
        { "CLIENT_HANDSHAKE", true, VISIBLE_ENCRYPTED },
        { "SERVER_HANDSHAKE", true, VISIBLE_CERTIFICATE },
        { "HANDSHAKE", true, VISIBLE_ENCRYPTED },
    };
    peers_t peers, changed;
    size_t i;

    peers_run(&peers, &options);
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t skipped = 0;
        listener_t listener;
        keylog_t *keys;
        char *line, *end;
        tap_row("%s %d", cases[i].hide, cases[i].garble);
        changed = peers;
        changed.keylog[peers.keylog_size] = '\0';
        for (line = changed.keylog; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            char *found = strstr(line, cases[i].hide);
            if (found == NULL || found > end)
                continue;
            if (cases[i].garble)
                end[-1] = end[-1] == '0' ? '1' : '0';
            else
                line[0] = '#';
        }
        keys = peers_keys(&changed);
        listener_open(&listener);
        feed_stream(&listener, &peers, keys, FEED_RANDOM, SIZE_MAX, &skipped);
        TAP_INT(listener.n_heard, 1);
        TAP_STR(visibility_name(listener.heard[0].handshake.visibility),
                visibility_name(cases[i].expect));
        if (cases[i].expect == VISIBLE_ENCRYPTED)
            TAP_STR(listener.heard[0].handshake.why,
                    cases[i].garble ? "the keys do not open it" : "no keys");
        listener_close(&listener);
        keylog_free(keys);
    }
    peers_free(&peers);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads sessions", reads_sessions },
        { "links resumptions", links_resumptions },
        { "cut anywhere", cut_anywhere },
        { "gaps anywhere", gaps_anywhere },
        { "tells refusals", tells_refusals },
        { "keys that do not fit", keys_that_do_not_fit },
    };
    int status;

    peers_start();
    status = tap_main("conversation", tests, sizeof(tests) / sizeof(tests[0]));
    peers_stop();
    return status;
}
