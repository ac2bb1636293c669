/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - rows and summaries. A row's decision is compared with the library's own JSON, member by
 * member; community ids with published ones; sums of parts with the whole.
 */
#include <jansson.h>
#include <stdlib.h>

#include "audit/report/community.h"
#include "audit/report/put.h"
#include "audit/report/report.h"
#include "audit/report/row.h"
#include "audit/report/row_said.h"
#include "audit_scene.h"

static const char *const files[] = { "a.pcap", "b \"<\xff.pcap" };
static const row_names_t names = { files, 2, NULL, NULL };

/* ---- rows ---- */

static json_t *own_json(const mtlsauth_decision_t *decision)
{
    static char text[65536];
    size_t size = sizeof(text);

    TAP_INT(mtlsauth_decision_json(decision, text, &size), 0);
    return json_loadb(text, size, 0, NULL);
}

/* The client's words, by a reader of JSON. */
static void compare_client(const client_text_t *client, const json_t *certificate)
{
    const struct {
        const char *key, *text;
    } rows[] = {
        { "subject", client->subject },
        { "issuer", client->issuer },
        { "serial", client->serial },
        { "sha256", client->sha256 },
    };
    size_t i;

    TAP_TRUE(json_is_object(certificate) == (client->json != NULL));
    for (i = 0; i < COUNT(rows) && client->json != NULL; i++)
        TAP_STR(rows[i].text, json_string_value(json_object_get(certificate, rows[i].key)));
}

typedef struct seen {
    unsigned count;
    row_memo_t *memo;
} seen_t;

/* With a memo each row is the same, be it the first of its kind or not. */
static void compare_remembered(row_memo_t *memo, const judgement_t *judgement, const ma_buf_t *want)
{
    row_names_t remembering = names;
    unsigned again;
    ma_buf_t out;

    remembering.memo = memo;
    ma_buf_init(&out, 0);
    for (again = 0; again < 2; again++) {
        ma_buf_clear(&out);
        row_json(&out, judgement, &remembering);
        TAP_TRUE(out.size == want->size && memcmp(out.data, want->data, out.size) == 0);
    }
    ma_buf_free(&out);
}

static void compare(void *context, const judgement_t *judgement)
{
    seen_t *seen = context;
    unsigned *count = &seen->count;
    json_t *row, *own, *value;
    const char *key;
    ma_buf_t out;

    ma_buf_init(&out, 0);
    row_json(&out, judgement, &names);
    compare_remembered(seen->memo, judgement, &out);
    row = json_loadb(out.data, out.size, 0, NULL);
    TAP_TRUE(row != NULL);
    TAP_TRUE(memchr(out.data, '\n', out.size) == NULL && memchr(out.data, '<', out.size) == NULL);
    (*count)++;
    if (judgement->verdict.decision != NULL) {
        own = own_json(judgement->verdict.decision);
        json_object_foreach(own, key, value) {
            tap_row("row %u: %s", *count, key);
            TAP_TRUE(json_equal(json_object_get(row, key), value));
        }
        TAP_TRUE(json_object_size(own) >= 17);
        if (judgement->client != NULL)
            compare_client(judgement->client, json_object_get(own, "certificate"));
        json_decref(own);
    }
    json_decref(row);
    ma_buf_free(&out);
}

static void rows_are_decisions(void)
{
    static const char *const servers[] = { NULL, "nginx", "mosquitto", "postgresql", "openvpn" };
    scene_t scene;
    issued_t odd;
    made_t made;
    seen_t seen = { 0, NULL };
    size_t i;

    scene_open(&scene);
    TAP_INT(row_memo_new(&seen.memo), 0);
    cert_issue(&odd,
               &(cert_spec_t) { .cn = "</script>\"\\\xe2\x80\xae\n", .cn_size = 16, .dns = "a.example",
                                .uri = "https://x.example/?<&'", .email = "a@b.example" },
               &scene.root);
    fixture_write(&scene.fixture, "api.next", TRUST STACK(VALIDITY PERMIT));
    fixture_write(&scene.fixture, "api.conf",
                  "mode = \"monitor\"; candidate = \"api.next\"; forward = [ \"xfcc\", \"x-cert\" ];\n" TRUST STACK(
                      VALIDITY ENTRY("requisite", "deny", "when = \"tls.version eq 'x<'\";")
                          CN("required", "John Doe")));
    for (i = 0; i < COUNT(servers); i++) {
        replay_how_t how = { .judged = compare, .context = &seen, .as = servers[i] };
        replay_t *replay;
        replay = open_replay(&scene, &how, "api.conf");
        show_handshake(replay, &make_handshake(&made, &scene.john)->handshake);
        show_handshake(replay, &make_handshake(&made, &odd)->handshake);
        show_handshake(replay, &make_handshake(&made, NULL)->handshake);
        make_handshake(&made, &scene.john);
        made.flow.ip_version = 6;
        made.flow.ends[0].address[0] = 0x20;
        made.handshake.client = 1;
        made.handshake.sni = text_bytes("API.Example.Com.");
        made.handshake.alpn = text_bytes("\xff\n<");
        made.handshake.begin.file = 1;
        show_handshake(replay, &made.handshake);
        made.handshake.visibility = VISIBLE_ENCRYPTED;
        show_handshake(replay, &made.handshake);
        made.handshake.version = 0;
        made.handshake.sni = (ma_bytes_t) { NULL, 0 };
        made.handshake.visibility = VISIBLE_CERTIFICATE;
        show_handshake(replay, &made.handshake);
        replay_free(replay);
    }
    TAP_INT(seen.count, 6 * COUNT(servers));
    row_memo_free(seen.memo);
    cert_free(&odd);
    scene_close(&scene);
}

/* Each octet at each place among others, against the encoder of the library. */
static void strings_are_escaped(void)
{
    char text[20];
    ma_buf_t out, want;
    unsigned octet;
    size_t at, size;

    ma_buf_init(&out, 0);
    ma_buf_init(&want, 0);
    for (octet = 0; octet < 256; octet++) {
        for (size = 1; size <= sizeof(text); size++) {
            for (at = 0; at < size; at++) {
                memset(text, at % 2 == 0 ? 'a' : '}', sizeof(text));
                text[at] = (char)octet;
                ma_buf_clear(&out);
                ma_buf_clear(&want);
                put_json(&out, text, size);
                ma_buf_byte(&want, '"');
                ma_encode_json(&want, text, size); /* octet by octet */
                ma_buf_byte(&want, '"');
                tap_row("octet %u of %zu at %zu", octet, size, at);
                CU_ASSERT(out.size == want.size && memcmp(out.data, want.data, out.size) == 0);
            }
        }
    }
    ma_buf_clear(&out);
    put_json(&out, NULL, 0);
    CU_ASSERT(out.size == 2 && memcmp(out.data, "\"\"", 2) == 0);
    ma_buf_free(&out);
    ma_buf_free(&want);
}

static void community_ids(void)
{
    /* Published beside the specification, and one of our own made with python's hashlib. */
    static const struct {
        unsigned transport;
        uint8_t a[4];
        unsigned a_port;
        uint8_t b[4];
        unsigned b_port;
        const char *id;
    } rows[] = {
        { 6, { 128, 232, 110, 120 }, 34855, { 66, 35, 250, 204 }, 80,
          "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
        { 6, { 66, 35, 250, 204 }, 80, { 128, 232, 110, 120 }, 34855,
          "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
        { 17, { 192, 168, 1, 52 }, 54585, { 8, 8, 8, 8 }, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
    };
    char id[COMMUNITY_SIZE];
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        flow_t flow = { .ip_version = 4, .transport = (uint8_t)rows[i].transport };
        memcpy(flow.ends[0].address, rows[i].a, 4);
        memcpy(flow.ends[1].address, rows[i].b, 4);
        flow.ends[0].port = (uint16_t)rows[i].a_port;
        flow.ends[1].port = (uint16_t)rows[i].b_port;
        community_id(&flow, id);
        TAP_STR(id, rows[i].id);
    }
}

/* ---- whole reports ---- */

/* What a report of that kind says of these handshakes; to be freed. */
static char *written(const report_how_t *how, void (*fill)(report_t *))
{
    FILE *file = tmpfile();
    report_t *report = NULL;
    long size;
    char *text;

    if (file == NULL || report_new(how, file, &report) != 0)
        exit(99);
    fill(report);
    TAP_INT(report_finish(report), 0);
    report_free(report);
    size = ftell(file);
    rewind(file);
    text = calloc(1, (size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
        exit(99);
    (void)fclose(file);
    return text;
}

/* A judgement that no engine made. */
static void say(report_t *report, int would, const char *subject, int64_t after)
{
    made_t made;
    client_text_t client = { .subject = subject, .issuer = "=1+1", .serial = "01",
                             .not_after = CERTS_NOW + 40 * CERTS_DAY, .json = "null",
                             .json_size = 4 };
    verdict_t baseline = { .judged = true, .would = MTLSAUTH_ALLOW, .reason = "success",
                           .message = "" };
    judgement_t judgement = { .handshake = &made.handshake, .client = &client,
                              .baseline = &baseline, .logged_id = "" };

    make_handshake(&made, NULL);
    made.handshake.visibility = VISIBLE_CERTIFICATE;
    made.handshake.end.time += after * SECOND;
    snprintf(client.sha256, sizeof(client.sha256), "%064x", (unsigned)subject[3]);
    judgement.time = CERTS_NOW + after;
    judgement.changed = would != MTLSAUTH_ALLOW;
    judgement.verdict = (verdict_t) {
        .judged = would != MTLSAUTH_UNDETERMINED,
        .would = would,
        .reason = would == MTLSAUTH_ALLOW ? "success"
            : would == MTLSAUTH_DENY ? "no_match" : "unavailable",
        .message = would == MTLSAUTH_ALLOW ? "" : "because\x1b[2J",
    };
    report_judgement(report, &judgement);
}

static void first_half(report_t *report)
{
    say(report, MTLSAUTH_ALLOW, "CN=a", 0);
    say(report, MTLSAUTH_DENY, "CN=b,\x1b[31m\"", 86400);
    report_problem(report, "a.pcap", "ends in the middle of packet 7");
    summary_count(report_summary(report), "packets", 10);
}

static void second_half(report_t *report)
{
    say(report, MTLSAUTH_UNDETERMINED, "CN=b,\x1b[31m\"", 7200);
    say(report, MTLSAUTH_DENY, "CN=a", -700000);
    say(report, MTLSAUTH_DENY, "CN=a", -700000);
    summary_count(report_summary(report), "packets", 5);
}

static void both(report_t *report)
{
    first_half(report);
    second_half(report);
}

static void csv(void)
{
    char *text = written(&(report_how_t) { .kind = REPORT_CSV, .files = files, .n_files = 2 },
                         first_half);
    char *line = strchr(text, '\n');

    TAP_TRUE(strncmp(text, "row,time,verdict,", 17) == 0);
    if (TAP_TRUE(line != NULL)) {
        static const char begin[] = "0,2026-01-01T00:00:00Z,\"allow\",\"success\",\"\",false,";
        TAP_TRUE(strncmp(line + 1, begin, sizeof(begin) - 1) == 0);
    }
    TAP_HAS(text, "\"CN=b,\\x1b[31m\"\"\"");
    TAP_HAS(text, "\"'=1+1\"");
    TAP_TRUE(strchr(text, '\x1b') == NULL);
    free(text);
}

static void text(void)
{
    char *text = written(&(report_how_t) { .kind = REPORT_TEXT, .files = files, .n_files = 2 }, both);

    TAP_HAS(text, "2026-01-02T00:00:00Z deny         192.0.2.1:40000 > 198.51.100.7:443 "
                  "CN=b,\\x1b[31m\": no_match: because\\x1b[2J; was allow: success "
                  "(certificate, a.pcap packet 4)\n");
    TAP_HAS(text, "Handshakes: 5, from 2025-12-23T21:33:20Z to 2026-01-02T00:00:00Z\n");
    TAP_HAS(text, "           1  allow\n           3  deny\n           1  undetermined\n");
    TAP_HAS(text, "           2  CN=a: was allow success, is now deny no_match\n");
    TAP_HAS(text, "           3  CN=a, last: allow success\n");
    TAP_HAS(text, "Expired or within 90 days: 2\n  2026-02-10T00:00:00Z  CN=a\n");
    TAP_HAS(text, "a.pcap: ends in the middle of packet 7");
    TAP_HAS(text, "          15  packets\n");
    TAP_TRUE(strchr(text, '\x1b') == NULL);
    free(text);
    text = written(&(report_how_t) { .kind = REPORT_TEXT, .summary = true }, both);
    TAP_TRUE(strncmp(text, "Handshakes: 5", 13) == 0);
    free(text);
}

static void parts_are_the_whole(void)
{
    static const report_how_t how = { .kind = REPORT_JSON, .summary = true };
    char *whole = written(&how, both), *one = written(&how, first_half);
    char *two = written(&how, second_half);
    fixture_t fixture;
    summary_t *summary = NULL;
    ma_buf_t why, out;
    size_t order;

    fixture_open(&fixture);
    ma_buf_init(&why, 0);
    ma_buf_init(&out, 0);
    fixture_write(&fixture, "1", one);
    fixture_write(&fixture, "2", two);
    for (order = 0; order < 2; order++) {
        TAP_INT(summary_new(&summary), 0);
        TAP_INT(summary_read(summary, fixture_path(&fixture, order == 0 ? "1" : "2"), &why), 0);
        TAP_INT(summary_read(summary, fixture_path(&fixture, order == 0 ? "2" : "1"), &why), 0);
        ma_buf_clear(&out);
        summary_json(summary, &out);
        ma_buf_byte(&out, '\0');
        TAP_STR(out.data, whole);
        summary_free(summary);
    }
    ma_buf_free(&why);
    ma_buf_free(&out);
    free(whole);
    free(one);
    free(two);
    fixture_close(&fixture);
}

static void what_is_no_summary(void)
{
    static const char *const texts[] = {
        "", "{", "[]", "{}", "{\"format\":\"mtlsauth-audit-summary\",\"version\":2}",
        "{\"format\":\"mtlsauth-audit-summary\",\"version\":1,\"handshakes\":-1}",
    };
    fixture_t fixture;
    summary_t *summary = NULL;
    ma_buf_t why;
    size_t i;

    fixture_open(&fixture);
    ma_buf_init(&why, 0);
    TAP_INT(summary_new(&summary), 0);
    for (i = 0; i < COUNT(texts); i++) {
        tap_row("%s", texts[i]);
        fixture_write(&fixture, "s", texts[i]);
        ma_buf_clear(&why);
        TAP_INT(summary_read(summary, fixture_path(&fixture, "s"), &why), -1);
        TAP_HAS(ma_buf_string(&why), "/s:");
    }
    TAP_INT(summary->handshakes, 0);
    summary_free(summary);
    ma_buf_free(&why);
    fixture_close(&fixture);
}

/* Any order gives the same buckets as counting by hand. */
static void timelines(void)
{
    static const int64_t times[] = { 0, 5, 100000, -3, 99999, 7, 1000000, 500000, -900000, 0 };
    static const int64_t far[] = { INT64_MAX, INT64_MIN, 0 };
    timeline_t timeline = { 0 }, other = { 0 };
    uint64_t total = 0;
    size_t i, j;

    for (i = 0; i < COUNT(times); i++) {
        timeline_add(i % 2 == 0 ? &timeline : &other, times[i], (int)(i % 3), 1);
    }
    timeline_merge(&timeline, &other);
    for (i = 0; i < timeline.count; i++) {
        int64_t begin = timeline.first + (int64_t)i * timeline.width;
        uint64_t want[3] = { 0 };
        for (j = 0; j < COUNT(times); j++)
            want[j % 3] += times[j] >= begin && times[j] < begin + timeline.width;
        for (j = 0; j < 3; j++) {
            TAP_INT(timeline.buckets[i][j], want[j]);
            total += timeline.buckets[i][j];
        }
    }
    TAP_INT(total, COUNT(times));
    TAP_INT(timeline.width, 21600); /* 1,900,000 seconds are 264 of 7200, 88 of 21600 */
    for (i = 0; i < COUNT(far); i++)
        timeline_add(&timeline, far[i], 0, 1);
    TAP_TRUE(timeline.count <= TIMELINE_BUCKETS);
}

static void tallies(void)
{
    static const uint64_t key[2] = { 1, 2 };
    tally_t tally;
    char name[600];
    int i;

    tally_init(&tally, 100, key);
    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "%d", i % 250);
        (void)tally_count(&tally, name, "", 0, 1);
    }
    TAP_INT(tally.count, 100);
    TAP_INT(tally.left_out, 600);
    for (i = 0; i < 100; i++)
        TAP_INT(tally_total(tally.rows[i]), 4);
    tally_free(&tally);
    /* long names are cut between characters, and stay one */
    tally_init(&tally, 100, key);
    memset(name, 'x', sizeof(name));
    memcpy(name + 511, "\xc3\xa9", 2);
    name[599] = '\0';
    (void)tally_count(&tally, name, name, 0, 1);
    (void)tally_count(&tally, name, name, 0, 1);
    TAP_INT(tally.count, 1);
    TAP_INT(strlen(tally.rows[0]->key), 511);
    tally_free(&tally);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "rows are the library's decisions", rows_are_decisions },
        { "strings are escaped", strings_are_escaped },
        { "community ids", community_ids },
        { "CSV", csv },
        { "text", text },
        { "parts are the whole", parts_are_the_whole },
        { "what is no summary", what_is_no_summary },
        { "timelines", timelines },
        { "tallies", tallies },
    };

    return tap_main("report", tests, COUNT(tests));
}
