/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - what a policy says of handshakes: which are judged at all, when, with which chain and
 * attributes, and beside which baseline.
 */
#include <gnutls/crypto.h>
#include <stdlib.h>

#include "audit_scene.h"

#define POLICY TRUST STACK(VALIDITY CN("required", "John Doe"))
#define WHEN(expression) TRUST STACK(VALIDITY ENTRY("requisite", "deny", "when = \"" expression "\";") PERMIT)

/* What was said last, copied: a judgement is borrowed. */
typedef struct heard {
    unsigned count;
    int would, was;
    bool judged, changed, client, baseline;
    char reason[32], was_reason[32], message[256], server[32], sha256[65], subject[64];
    int64_t time;
    uint64_t row;
} heard_t;

static void hear(void *context, const judgement_t *judgement)
{
    heard_t *heard = context;
    const mtlsauth_decision_t *decision = judgement->verdict.decision;
    unsigned count = heard->count + 1;

    *heard = (heard_t) { .count = count,
                         .would = judgement->verdict.would,
                         .judged = judgement->verdict.judged,
                         .changed = judgement->changed,
                         .client = judgement->client != NULL,
                         .baseline = judgement->baseline != NULL,
                         .time = judgement->time,
                         .row = judgement->row };
    snprintf(heard->reason, sizeof(heard->reason), "%s", judgement->verdict.reason);
    snprintf(heard->message, sizeof(heard->message), "%s", judgement->verdict.message);
    if (judgement->baseline != NULL) {
        heard->was = judgement->baseline->would;
        snprintf(heard->was_reason, sizeof(heard->was_reason), "%s", judgement->baseline->reason);
    }
    if (decision != NULL)
        snprintf(heard->server, sizeof(heard->server), "%s", decision->server);
    if (judgement->client != NULL) {
        snprintf(heard->sha256, sizeof(heard->sha256), "%s", judgement->client->sha256);
        snprintf(heard->subject, sizeof(heard->subject), "%s", judgement->client->subject);
    }
}

/* What each kind of visibility comes to; with the certificate of who may come in or of another. */
static void visibility_decides(void)
{
    enum { JOHN, JANE, NOBODY };
    static const struct {
        const char *what;
        visibility_t visibility;
        int client;
        const char *why;
        bool judged;
        int would;
        const char *reason;
        const char *message; /* "": whatever the library says */
    } rows[] = {
        { "seen", VISIBLE_CERTIFICATE, JOHN, "", true, MTLSAUTH_ALLOW, "success", "" },
        { "seen, of another", VISIBLE_CERTIFICATE, JANE, "", true, MTLSAUTH_DENY, "no_match", "" },
        { "linked", VISIBLE_RESUMED_LINKED, JOHN, "", true, MTLSAUTH_ALLOW, "success", "" },
        { "linked with one that had none", VISIBLE_RESUMED_LINKED, NOBODY, "", true, MTLSAUTH_DENY,
          "no_certificate", "" },
        { "none sent", VISIBLE_NONE_SENT, NOBODY, "", true, MTLSAUTH_DENY, "no_certificate", "" },
        { "not asked for", VISIBLE_NOT_REQUESTED, NOBODY, "", true, MTLSAUTH_DENY,
          "no_certificate", "" },
        { "none sent, whatever the list holds", VISIBLE_NONE_SENT, JOHN, "", true, MTLSAUTH_DENY,
          "no_certificate", "" },
        { "unlinked", VISIBLE_RESUMED_UNLINKED, NOBODY, "", false, MTLSAUTH_UNDETERMINED,
          "unavailable", "resumed from a handshake that is not in the capture" },
        { "encrypted", VISIBLE_ENCRYPTED, NOBODY, "no secret for this session", false,
          MTLSAUTH_UNDETERMINED, "unavailable", "no secret for this session" },
        { "encrypted, no word why", VISIBLE_ENCRYPTED, NOBODY, "", false, MTLSAUTH_UNDETERMINED,
          "unavailable", "encrypted, and there are no keys" },
        { "incomplete", VISIBLE_INCOMPLETE, NOBODY, "octets are missing", false,
          MTLSAUTH_UNDETERMINED, "unavailable", "octets are missing" },
        { "incomplete, with the certificate", VISIBLE_INCOMPLETE, JOHN, "octets are missing",
          false, MTLSAUTH_UNDETERMINED, "unavailable", "octets are missing" },
        /* a reader's mistake never reads as a client without a certificate */
        { "seen, and not there", VISIBLE_CERTIFICATE, NOBODY, "", false, MTLSAUTH_UNDETERMINED,
          "unavailable", "the certificate is not in the capture" },
    };
    scene_t scene;
    heard_t heard = { 0 };
    replay_how_t how = { .judged = hear, .context = &heard };
    replay_t *replay;
    made_t made;
    size_t i;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf", POLICY);
    replay = open_replay(&scene, &how, "api.conf");
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].what);
        make_handshake(&made, rows[i].client == JOHN ? &scene.john
                                  : rows[i].client == JANE ? &scene.jane : NULL);
        made.handshake.visibility = rows[i].visibility;
        made.handshake.why = rows[i].why;
        show_handshake(replay, &made.handshake);
        TAP_INT(heard.count, i + 1);
        TAP_INT(heard.judged, rows[i].judged);
        TAP_INT(heard.would, rows[i].would);
        TAP_STR(heard.reason, rows[i].reason);
        if (rows[i].message[0] != '\0')
            TAP_STR(heard.message, rows[i].message);
        TAP_INT(heard.time, CERTS_NOW);
        TAP_INT(heard.client, rows[i].client != NOBODY && rows[i].visibility != VISIBLE_NONE_SENT);
    }
    TAP_INT(replay_counts(replay)->handshakes, COUNT(rows));
    TAP_INT(replay_counts(replay)->allowed, 2);
    TAP_INT(replay_counts(replay)->denied, 5);
    TAP_INT(replay_counts(replay)->undetermined, 6);
    replay_free(replay);
    scene_close(&scene);
}

/* Refused or not finished: judged all the same. More certificates than are kept: not. */
static void ends_of_handshakes(void)
{
    scene_t scene;
    heard_t heard = { 0 };
    replay_how_t how = { .judged = hear, .context = &heard };
    replay_t *replay;
    made_t made;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf", POLICY);
    replay = open_replay(&scene, &how, "api.conf");
    make_handshake(&made, &scene.john);
    made.handshake.finished = false;
    show_handshake(replay, &made.handshake);
    TAP_INT(heard.would, MTLSAUTH_ALLOW);
    made.handshake.refused = true;
    made.handshake.alert = 48;
    show_handshake(replay, &made.handshake);
    TAP_INT(heard.would, MTLSAUTH_ALLOW);
    made.handshake.n_left_out = 1;
    show_handshake(replay, &made.handshake);
    TAP_INT(heard.judged, false);
    TAP_INT(heard.would, MTLSAUTH_UNDETERMINED);
    /* a certificate that is none: the library says so, and it has a digest */
    make_handshake(&made, NULL);
    made.handshake.visibility = VISIBLE_CERTIFICATE;
    made.handshake.certificates[0] = text_bytes("no certificate");
    made.handshake.n_certificates = 1;
    show_handshake(replay, &made.handshake);
    TAP_INT(heard.would, MTLSAUTH_DENY);
    TAP_STR(heard.reason, "malformed");
    TAP_STR(heard.subject, "");
    /* printf 'no certificate' | sha256sum */
    TAP_STR(heard.sha256, "de826f9e5acba22f80b95e447f9a1a29db2441d3f8dee9d83dfbb0e52370dfc0");
    replay_free(replay);
    scene_close(&scene);
}

/* Certificates with the same ends and size, as somebody makes who wants one taken for another. */
static void like_ends_are_told_apart(void)
{
    scene_t scene;
    heard_t heard = { 0 };
    made_t made;
    replay_how_t how = { .judged = hear, .context = &heard };
    replay_t *replay;
    uint8_t leaf[100] = { 0 }, digest[32];
    char hex[65];
    unsigned i, k;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf", POLICY);
    replay = open_replay(&scene, &how, "api.conf");
    for (i = 0; i < 64; i++) {
        leaf[50] = (uint8_t)(i % 20);
        make_handshake(&made, NULL);
        made.handshake.visibility = VISIBLE_CERTIFICATE;
        made.handshake.certificates[0] = (ma_bytes_t) { leaf, sizeof(leaf) };
        made.handshake.n_certificates = 1;
        show_handshake(replay, &made.handshake);
        CU_ASSERT_EQUAL(gnutls_hash_fast(GNUTLS_DIG_SHA256, leaf, sizeof(leaf), digest), 0);
        for (k = 0; k < sizeof(digest); k++)
            snprintf(hex + 2 * k, 3, "%02x", digest[k]);
        tap_row("leaf %u", i);
        TAP_STR(heard.sha256, hex);
    }
    replay_free(replay);
    scene_close(&scene);
}

/* The judged time decides about expiry. */
static void time_is_the_captures(void)
{
    scene_t scene;
    issued_t old;
    heard_t heard = { 0 };
    static const struct {
        replay_at_t at;
        int64_t time, shift; /* of the capture, in seconds from the tests' time */
        const char *reason;
    } rows[] = {
        { REPLAY_AT_CAPTURE, 0, 0, "success" },
        { REPLAY_AT_CAPTURE, 0, 2 * CERTS_DAY, "expired" },
        { REPLAY_AT_TIME, CERTS_NOW, 2 * CERTS_DAY, "success" },
        { REPLAY_AT_TIME, CERTS_NOW + 2 * CERTS_DAY, 0, "expired" },
        { REPLAY_AT_NOW, 0, 0, "expired" }, /* today is past 2026-01-02 */
    };
    size_t i;

    scene_open(&scene);
    cert_issue(&old, &(cert_spec_t) { .cn = "John Doe", .not_after = CERTS_NOW + CERTS_DAY },
               &scene.root);
    fixture_write(&scene.fixture, "api.conf", POLICY);
    for (i = 0; i < COUNT(rows); i++) {
        replay_how_t how = { .judged = hear, .context = &heard, .at = rows[i].at,
                             .time = rows[i].time };
        replay_t *replay = open_replay(&scene, &how, "api.conf");
        made_t made;
        tap_row("row %zu", i);
        make_handshake(&made, &old);
        made.handshake.end.time += rows[i].shift * SECOND;
        show_handshake(replay, &made.handshake);
        TAP_STR(heard.reason, rows[i].reason);
        replay_free(replay);
    }
    cert_free(&old);
    scene_close(&scene);
}

/* Who hands over the chain, and who keeps it over a resumption. */
static void servers_hand_over_chains(void)
{
    static const struct {
        const char *server;
        bool first, resumed; /* is a client of an intermediate let in? */
    } rows[] = {
        { NULL, true, true },          { "nginx", true, false },   { "apache", true, false },
        { "haproxy", true, false },    { "postgresql", true, true }, { "openvpn", true, true },
        { "mosquitto", false, false },
    };
    scene_t scene;
    issued_t sub, client;
    heard_t heard = { 0 };
    size_t i;

    scene_open(&scene);
    cert_issue(&sub, &(cert_spec_t) { .cn = "Sub CA", .ca = true }, &scene.root);
    cert_issue(&client, &(cert_spec_t) { .cn = "John Doe" }, &sub);
    fixture_write(&scene.fixture, "api.conf", POLICY);
    for (i = 0; i < COUNT(rows); i++) {
        replay_how_t how = { .judged = hear, .context = &heard, .as = rows[i].server };
        replay_t *replay = open_replay(&scene, &how, "api.conf");
        made_t made;
        tap_row("%s", rows[i].server != NULL ? rows[i].server : "none");
        make_handshake(&made, &client);
        add_certificate(&made, &sub);
        show_handshake(replay, &made.handshake);
        TAP_STR(heard.reason, rows[i].first ? "success" : "untrusted");
        TAP_STR(heard.server, rows[i].server != NULL ? rows[i].server : "mtlsauth-audit");
        made.handshake.resumed = true;
        made.handshake.visibility = VISIBLE_RESUMED_LINKED;
        show_handshake(replay, &made.handshake);
        TAP_STR(heard.reason, rows[i].resumed ? "success" : "untrusted");
        replay_free(replay);
    }
    cert_free(&client);
    cert_free(&sub);
    scene_close(&scene);
}

static const char *cipher_name(uint16_t suite)
{
    return suite == 0xc02b ? "ECDHE-ECDSA-AES128-GCM-SHA256" : NULL;
}

/* Attributes: what the capture shows, and of that what the server would have known. */
static void servers_know_attributes(void)
{
    static const struct {
        const char *policy, *server;
        uint16_t version;
        int would;
    } rows[] = {
        { WHEN("tls.version eq 'TLSv1.2'"), NULL, 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.version eq 'TLSv1.2'"), NULL, 0x0304, MTLSAUTH_ALLOW },
        { WHEN("tls.version eq 'TLSv1.2'"), "openvpn", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("tls.version eq 'TLSv1.2'"), NULL, 0, MTLSAUTH_UNDETERMINED },
        { WHEN("tls.cipher contains 'GCM'"), "nginx", 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.sni eq 'api.example.com'"), "nginx", 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.sni eq 'api.example.com'"), "openvpn", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("tls.sni eq 'api.example.com'"), "postgresql", 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.alpn eq 'http/1.1'"), "haproxy", 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.alpn eq 'http/1.1'"), "apache", 0x0303, MTLSAUTH_DENY },
        { WHEN("tls.alpn eq 'http/1.1'"), "postgresql", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("tls.resumed"), "nginx", 0x0303, MTLSAUTH_ALLOW },
        { WHEN("ip.src eq 192.0.2.1"), "mosquitto", 0x0303, MTLSAUTH_DENY },
        { WHEN("ip.dst eq 198.51.100.7"), "nginx", 0x0303, MTLSAUTH_DENY },
        { WHEN("ip.dst eq 198.51.100.7"), "mosquitto", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("tcp.srcport eq 40000 and tcp.dstport eq 443"), NULL, 0x0303, MTLSAUTH_DENY },
        { WHEN("tcp.srcport eq 40000"), "openvpn", 0x0303, MTLSAUTH_DENY },
        { WHEN("tcp.dstport eq 443"), "openvpn", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("http.request.uri.path eq '/admin'"), "nginx", 0x0303, MTLSAUTH_UNDETERMINED },
        { WHEN("app.user eq 'root'"), "postgresql", 0x0303, MTLSAUTH_UNDETERMINED },
    };
    scene_t scene;
    heard_t heard = { 0 };
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        replay_how_t how = { .judged = hear, .context = &heard, .as = rows[i].server,
                             .cipher_name = cipher_name };
        replay_t *replay;
        made_t made;
        tap_row("row %zu: %s", i, rows[i].policy);
        fixture_write(&scene.fixture, "api.conf", rows[i].policy);
        replay = open_replay(&scene, &how, "api.conf");
        make_handshake(&made, &scene.john);
        made.handshake.version = rows[i].version;
        show_handshake(replay, &made.handshake);
        TAP_INT(heard.would, rows[i].would);
        replay_free(replay);
    }
    scene_close(&scene);
}

/* What was seen not to be there is known: no SNI, no ALPN. Under encryption it is not. */
static void absence_is_known(void)
{
    static const struct {
        const char *policy;
        uint16_t version;
        bool decrypted;
        int would;
    } rows[] = {
        { WHEN("tls.sni eq ''"), 0x0303, false, MTLSAUTH_DENY },
        { WHEN("tls.alpn eq ''"), 0x0303, false, MTLSAUTH_DENY },
        { WHEN("tls.alpn eq ''"), 0x0304, false, MTLSAUTH_UNDETERMINED },
        { WHEN("tls.alpn eq ''"), 0x0304, true, MTLSAUTH_DENY },
    };
    scene_t scene;
    heard_t heard = { 0 };
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        replay_how_t how = { .judged = hear, .context = &heard };
        replay_t *replay;
        made_t made;
        tap_row("row %zu: %s", i, rows[i].policy);
        fixture_write(&scene.fixture, "api.conf", rows[i].policy);
        replay = open_replay(&scene, &how, "api.conf");
        make_handshake(&made, &scene.john);
        made.handshake.version = rows[i].version;
        made.handshake.decrypted = rows[i].decrypted;
        made.handshake.sni = made.handshake.alpn = (ma_bytes_t) { NULL, 0 };
        show_handshake(replay, &made.handshake);
        TAP_INT(heard.would, rows[i].would);
        replay_free(replay);
    }
    scene_close(&scene);
}

/* Verdict or reason: either is a change. What nobody judged is none. */
static void baseline_tells_changes(void)
{
    scene_t scene;
    heard_t heard = { 0 };
    char old[600];
    replay_how_t how = { .judged = hear, .context = &heard, .baseline = old };
    replay_t *replay;
    made_t made;

    scene_open(&scene);
    fixture_write(&scene.fixture, "new.conf", POLICY);
    fixture_write(&scene.fixture, "old.conf",
                  TRUST STACK(VALIDITY ENTRY("required", "deny", "when = \"tls.sni eq 'x.test'\";")
                                  CN("required", "Jane Roe")));
    snprintf(old, sizeof(old), "%s", fixture_path(&scene.fixture, "old.conf"));
    replay = open_replay(&scene, &how, "new.conf");
    show_handshake(replay, &make_handshake(&made, &scene.john)->handshake);
    TAP_TRUE(heard.changed);
    TAP_INT(heard.would, MTLSAUTH_ALLOW);
    TAP_INT(heard.was, MTLSAUTH_DENY);
    TAP_STR(heard.was_reason, "no_match");
    show_handshake(replay, &make_handshake(&made, &scene.jane)->handshake);
    TAP_TRUE(heard.changed);
    TAP_INT(heard.was, MTLSAUTH_ALLOW);
    show_handshake(replay, &make_handshake(&made, &scene.alone)->handshake);
    TAP_TRUE(!heard.changed && heard.baseline);
    /* denied by both, for another reason */
    make_handshake(&made, &scene.jane);
    made.handshake.sni = text_bytes("x.test");
    show_handshake(replay, &made.handshake);
    TAP_TRUE(heard.changed);
    TAP_STR(heard.reason, "no_match");
    TAP_STR(heard.was_reason, "rule");
    make_handshake(&made, NULL);
    made.handshake.visibility = VISIBLE_ENCRYPTED;
    show_handshake(replay, &made.handshake);
    TAP_TRUE(!heard.changed && heard.baseline);
    TAP_INT(replay_counts(replay)->changed, 3);
    replay_free(replay);
    scene_close(&scene);
}

static void exit_statuses(void)
{
    static const struct {
        replay_counts_t counts;
        bool baseline, unreadable;
        int status;
    } rows[] = {
        { { .rows = 1, .allowed = 1 }, false, false, 0 },
        { { .rows = 0 }, false, false, 0 },
        { { .rows = 2, .denied = 1, .undetermined = 1 }, false, true, 1 },
        { { .rows = 2, .undetermined = 1 }, false, false, 3 },
        { { .rows = 1 }, false, true, 3 },
        { { .rows = 1, .changed = 1 }, true, false, 1 },
        { { .rows = 1, .changed = 1, .undetermined = 1 }, true, true, 1 },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("row %zu", i);
        TAP_INT(replay_exit_status(&rows[i].counts, rows[i].baseline, rows[i].unreadable),
                rows[i].status);
    }
}

static void what_does_not_open(void)
{
    scene_t scene;
    replay_how_t how = { .as = "iis" };
    replay_t *replay = NULL;
    ma_buf_t why;

    scene_open(&scene);
    ma_buf_init(&why, 0);
    TAP_INT(replay_new(&how, &replay, &why), -1);
    TAP_HAS(ma_buf_string(&why), "no server \"iis\"");
    ma_buf_clear(&why);
    fixture_write(&scene.fixture, "bad.conf", "stack = (");
    how = (replay_how_t) { .policy = fixture_path(&scene.fixture, "bad.conf"),
                           .plugin_dir = scene.fixture.plugins };
    TAP_INT(replay_new(&how, &replay, &why), -1);
    TAP_HAS(ma_buf_string(&why), "bad.conf:1");
    TAP_TRUE(replay == NULL);
    ma_buf_free(&why);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "visibility decides what is judged", visibility_decides },
        { "ends of handshakes", ends_of_handshakes },
        { "like ends are told apart", like_ends_are_told_apart },
        { "time is the capture's", time_is_the_captures },
        { "servers hand over chains", servers_hand_over_chains },
        { "servers know attributes", servers_know_attributes },
        { "absence is known", absence_is_known },
        { "a baseline tells changes", baseline_tells_changes },
        { "exit statuses", exit_statuses },
        { "what does not open", what_does_not_open },
    };

    return tap_main("replay", tests, COUNT(tests));
}
