/* SPDX-License-Identifier: BSD-2-Clause */
/* decisions.c - a server's own log joined with handshakes: by ends and time, or by certificate. */
#include <stdlib.h>

#include "audit_scene.h"

#define SHA "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* A line of a log, in short: id, seconds after the tests' time, certificate, and `request`. */
typedef struct line {
    const char *id;
    int after;
    bool certificate;
    const char *request;
} line_t;

#define ENDS "\"source\":\"192.0.2.1\",\"source_port\":40000,\"destination\":\"198.51.100.7\",\"destination_port\":443"

static void add_line(ma_buf_t *log, const line_t *line, const char *sha256)
{
    ma_buf_printf(log, "{\"id\":\"%s\",\"time\":\"2026-01-01T%02d:%02d:%02dZ\",\"would\":\"allow\","
                       "\"reason\":\"success\",\"certificate\":",
                  line->id, line->after / 3600, line->after / 60 % 60, line->after % 60);
    if (line->certificate)
        ma_buf_printf(log, "{\"sha256\":\"%s\"}", sha256);
    else
        ma_buf_text(log, "null");
    ma_buf_printf(log, ",\"request\":{%s}}\n", line->request);
}

static decisions_t *read_log(const scene_t *scene, const char *text)
{
    decisions_t *decisions = NULL;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    fixture_write(&scene->fixture, "log", text);
    if (decisions_read(fixture_path(&scene->fixture, "log"), 1u << 20, &decisions, &why) != 0) {
        printf("Bail out! %s\n", ma_buf_string(&why));
        exit(99);
    }
    ma_buf_free(&why);
    return decisions;
}

static decisions_query_t query(int after)
{
    static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
    static const uint8_t from[4] = { 192, 0, 2, 1 }, to[4] = { 198, 51, 100, 7 };
    decisions_query_t query = { .source_port = 40000, .destination_port = 443,
                                .time = CERTS_NOW + after, .sha256 = SHA, .version = "TLSv1.2" };

    memcpy(query.source, prefix, 12);
    memcpy(query.destination, prefix, 12);
    memcpy(query.source + 12, from, 4);
    memcpy(query.destination + 12, to, 4);
    return query;
}

/* One line and one handshake a row: do they belong together? */
static void joins(void)
{
    static const struct {
        const char *what;
        line_t line;
        bool joined;
    } rows[] = {
        { "the same ends", { "0000000000000001", 100, true, ENDS }, true },
        { "the server's clock is late", { "0000000000000001", 98, true, ENDS }, true },
        { "before the handshake", { "0000000000000001", 97, true, ENDS }, false },
        { "kept alive", { "0000000000000001", 3700, true, ENDS }, true },
        { "far behind", { "0000000000000001", 3701, true, ENDS }, false },
        { "no certificate", { "0000000000000001", 100, false, ENDS }, false },
        { "the same version", { "0000000000000001", 100, true, ENDS ",\"tls_version\":\"TLSv1.2\"" },
          true },
        { "another version", { "0000000000000001", 100, true, ENDS ",\"tls_version\":\"TLSv1.3\"" },
          false },
        { "resumed", { "0000000000000001", 100, true, ENDS ",\"resumed\":true" }, false },
        { "another port",
          { "0000000000000001", 100, true, "\"source\":\"192.0.2.1\",\"source_port\":40001" }, false },
        { "another address",
          { "0000000000000001", 100, true, "\"source\":\"192.0.2.2\",\"source_port\":40000" }, false },
        { "another server",
          { "0000000000000001", 100, true, "\"source\":\"192.0.2.1\",\"source_port\":40000,"
                                           "\"destination\":\"198.51.100.8\"" }, false },
        { "mapped", { "0000000000000001", 100, true,
                      "\"source\":\"::ffff:192.0.2.1\",\"source_port\":40000" }, true },
        { "no ports", { "0000000000000001", 105, true, "\"source\":\"192.0.2.1\"" }, true },
        { "no ports, too late", { "0000000000000001", 111, true, "\"source\":\"192.0.2.1\"" }, false },
        { "no ports, no certificate", { "0000000000000001", 100, false, "\"source\":\"192.0.2.1\"" },
          false },
    };
    scene_t scene;
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        decisions_query_t asked = query(100);
        decisions_t *decisions;
        const logged_t *logged;
        ma_buf_t log;
        tap_row("%s", rows[i].what);
        ma_buf_init(&log, 0);
        add_line(&log, &rows[i].line, SHA);
        decisions = read_log(&scene, ma_buf_string(&log));
        TAP_INT(decisions_counts(decisions)->decisions, 1);
        logged = decisions_take(decisions, &asked);
        TAP_INT(logged != NULL, rows[i].joined);
        TAP_INT(decisions_unused(decisions, 0) != NULL, !rows[i].joined);
        TAP_TRUE(decisions_take(decisions, &asked) == NULL); /* once */
        decisions_free(decisions);
        ma_buf_free(&log);
    }
    scene_close(&scene);
}

/* Prefixes of loggers, and lines that are none. */
static void odd_lines(void)
{
    scene_t scene;
    decisions_t *decisions;
    const decisions_counts_t *counts;
    ma_buf_t log;

    scene_open(&scene);
    ma_buf_init(&log, 0);
    ma_buf_text(&log, "2026/01/01 [info] mtlsauth: ");
    add_line(&log, &(line_t) { "0000000000000001", 0, true, ENDS }, SHA);
    ma_buf_text(&log, "GET / 200\n{\"id\":1}\n{]\n\n{\"id\":\"0000000000000002\",\"time\":\"x\","
                      "\"request\":{\"source\":\"192.0.2.1\"}}\n");
    add_line(&log, &(line_t) { "0000000000000003", 0, true, "\"source\":\"nowhere\"" }, SHA);
    log.data[--log.size] = '\0'; /* the last line has no end */
    decisions = read_log(&scene, ma_buf_string(&log));
    counts = decisions_counts(decisions);
    TAP_INT(counts->lines, 6);
    TAP_INT(counts->decisions, 1);
    TAP_INT(counts->not_understood, 5);
    decisions_free(decisions);
    ma_buf_free(&log);
    scene_close(&scene);
}

/* What does not fit is counted, and what is there works. */
static void memory_is_bounded(void)
{
    scene_t scene;
    decisions_t *decisions = NULL;
    ma_buf_t log, why;
    char id[17];
    int i;

    scene_open(&scene);
    ma_buf_init(&log, 0);
    ma_buf_init(&why, 0);
    for (i = 0; i < 2000; i++) {
        snprintf(id, sizeof(id), "%016d", i);
        add_line(&log, &(line_t) { id, i, true, ENDS }, SHA);
    }
    fixture_write(&scene.fixture, "log", ma_buf_string(&log));
    TAP_INT(decisions_read(fixture_path(&scene.fixture, "log"), 256u << 10, &decisions, &why), 0);
    TAP_TRUE(decisions_counts(decisions)->decisions > 100);
    TAP_TRUE(decisions_counts(decisions)->left_out > 100);
    TAP_INT(decisions_counts(decisions)->decisions + decisions_counts(decisions)->left_out, 2000);
    decisions_free(decisions);
    TAP_INT(decisions_read("/nonexistent/log", 1u << 20, &decisions, &why), -1);
    TAP_HAS(ma_buf_string(&why), "/nonexistent/log: No such file");
    ma_buf_free(&log);
    ma_buf_free(&why);
    scene_close(&scene);
}

typedef struct heard {
    unsigned count;
    int would[8];
    uint64_t row[8];
    char id[8][17];
} heard_t;

static void hear(void *context, const judgement_t *judgement)
{
    heard_t *heard = context;
    unsigned i = heard->count++ % 8;

    heard->would[i] = judgement->verdict.would;
    heard->row[i] = judgement->row;
    snprintf(heard->id[i], sizeof(heard->id[i]), "%s", judgement->logged_id);
}

/* A policy that reads the path: a row for each request of a connection, and unknown without. */
static void requests_of_a_connection(void)
{
    static const line_t lines[] = {
        { "0000000000000001", 1, true, ENDS ",\"path\":\"/status\"" },
        { "0000000000000002", 2, true, ENDS ",\"path\":\"/admin\"" },
        { "0000000000000003", 3, true, ENDS }, /* the server did not say */
        { "0000000000000004", 3, true, "\"source\":\"203.0.113.9\",\"source_port\":1" },
    };
    scene_t scene;
    heard_t heard = { 0 };
    replay_how_t how = { .judged = hear, .context = &heard, .as = "nginx" };
    replay_t *replay;
    made_t made;
    ma_buf_t log, hex;
    uint8_t digest[32];
    size_t i, size = sizeof(digest);

    scene_open(&scene);
    ma_buf_init(&log, 0);
    ma_buf_init(&hex, 0);
    TAP_INT(gnutls_x509_crt_get_fingerprint(scene.john.crt, GNUTLS_DIG_SHA256, digest, &size), 0);
    for (i = 0; i < size; i++)
        ma_buf_printf(&hex, "%02x", digest[i]);
    for (i = 0; i < COUNT(lines); i++)
        add_line(&log, &lines[i], ma_buf_string(&hex));
    how.decisions = read_log(&scene, ma_buf_string(&log));
    fixture_write(&scene.fixture, "api.conf",
                  TRUST STACK(VALIDITY ENTRY("requisite", "deny",
                                             "when = \"http.request.uri.path eq '/admin'\";") PERMIT));
    replay = open_replay(&scene, &how, "api.conf");
    show_handshake(replay, &make_handshake(&made, &scene.john)->handshake);
    TAP_INT(heard.count, 3);
    TAP_INT(heard.would[0], MTLSAUTH_ALLOW);
    TAP_INT(heard.would[1], MTLSAUTH_DENY);
    TAP_INT(heard.would[2], MTLSAUTH_UNDETERMINED);
    TAP_STR(heard.id[1], "0000000000000002");
    TAP_INT(heard.row[0], 1);
    TAP_INT(heard.row[2], 3);
    /* the same connection again has no decisions left: one row, and nobody knows the path */
    show_handshake(replay, &made.handshake);
    TAP_INT(heard.count, 4);
    TAP_INT(heard.row[3], 0);
    TAP_STR(heard.id[3], "");
    TAP_INT(heard.would[3], MTLSAUTH_UNDETERMINED);
    TAP_INT(replay_counts(replay)->handshakes, 2);
    TAP_INT(replay_counts(replay)->rows, 4);
    TAP_INT(decisions_counts(how.decisions)->joined, 3);
    TAP_STR(decisions_unused(how.decisions, 0)->where, "203.0.113.9 port 1");
    TAP_TRUE(decisions_unused(how.decisions, 1) == NULL);
    replay_free(replay);
    decisions_free(how.decisions);
    ma_buf_free(&log);
    ma_buf_free(&hex);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "what belongs together", joins },
        { "odd lines", odd_lines },
        { "memory is bounded", memory_is_bounded },
        { "requests of a connection", requests_of_a_connection },
    };

    return tap_main("decisions", tests, COUNT(tests));
}
