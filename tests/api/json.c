/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - a decision as JSON: how the buffer is filled, what stands in it, and that no client can
 * make it anything but one valid line.
 */
#include "json_valid.h"
#include "scene.h"

#include <stdlib.h>

enum {
    HOST, SNI, PATH, SOURCE, SOURCE_PORT, DESTINATION, DESTINATION_PORT, TLS_VERSION, RESUMED,
    METHOD, USER, RESOURCE, ACTION
};

static const char *const attributes[] = {
    [HOST] = "http.host",          [SNI] = "tls.sni",
    [PATH] = "http.request.uri.path", [SOURCE] = "ip.src",
    [SOURCE_PORT] = "tcp.srcport", [DESTINATION] = "ip.dst",
    [DESTINATION_PORT] = "tcp.dstport", [TLS_VERSION] = "tls.version",
    [RESUMED] = "tls.resumed",    [METHOD] = "http.request.method",
    [USER] = "app.user",          [RESOURCE] = "app.resource",
    [ACTION] = "app.action",
};

typedef struct bench {
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
} bench_t;

static void bench_open(bench_t *bench, const char *policy)
{
    scene_open(&bench->scene);
    bench->scene.fixture.attributes = attributes;
    bench->scene.fixture.n_attributes = COUNT(attributes);
    fixture_write(&bench->scene.fixture, "p.conf", policy);
    bench->engine = fixture_engine_ok(&bench->scene.fixture, "p.conf");
    bench->request = new_request(bench->engine);
    mtlsauth_request_time(bench->request, CERTS_NOW);
}

static void bench_close(bench_t *bench)
{
    mtlsauth_request_free(bench->request);
    mtlsauth_engine_free(bench->engine);
    scene_close(&bench->scene);
}

/* The whole of it. Static buffer. */
static const char *json_of(const mtlsauth_request_t *request)
{
    static char text[512 * 1024];
    size_t size = sizeof(text);

    if (!TAP_INT(mtlsauth_decision_json(mtlsauth_decision(request), text, &size), 0))
        return "";
    TAP_INT(strlen(text), size);
    return text;
}

/* The reader that judges the texts below: were it lenient, they would prove nothing. */
static void the_reader_is_strict(void)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        { "{\"a\":[1,-2.5e+3,true,null,\"\\u00e9\\n\"],\"b\":{}}", true },
        { "\"\xc3\xa9\"", true },
        { "", false },
        { "{\"a\":1", false },
        { "{\"a\":1}}", false },
        { "{\"a\":1,}", false },
        { "{a:1}", false },
        { "[1 2]", false },
        { "01", false },
        { "\"\x01\"", false },      /* a control */
        { "\"\n\"", false },
        { "\"\x7f\"", false },      /* stricter than the RFC */
        { "\"\\x41\"", false },    /* no such escape */
        { "\"\\u00g0\"", false },
        { "\"\xff\"", false },      /* no UTF-8: a lone byte, an overlong form, a surrogate */
        { "\"\xc0\xaf\"", false },
        { "\"\xed\xa0\x80\"", false },
        { "\"\xc3\"", false },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        TAP_INT(json_valid(rows[i].text), rows[i].valid);
    }
}

static void filling_the_buffer(void)
{
    static char text[8192], guarded[8192];
    bench_t bench;
    const mtlsauth_decision_t *decision;
    size_t size, whole, room;

    bench_open(&bench, TRUST STACK(VALIDITY PERMIT));
    TAP_INT(ask(bench.request, &bench.scene.john), 1);
    decision = mtlsauth_decision(bench.request);
    snprintf(text, sizeof(text), "%s", json_of(bench.request));
    whole = strlen(text);
    /* no buffer: how large one must be, whatever *size says */
    size = 0;
    TAP_INT(mtlsauth_decision_json(decision, NULL, &size), MTLSAUTH_E_SPACE);
    TAP_INT(size, whole + 1);
    size = 12345;
    TAP_INT(mtlsauth_decision_json(decision, NULL, &size), MTLSAUTH_E_SPACE);
    TAP_INT(size, whole + 1);
    /* every buffer that is too small, and none is written past its end */
    for (room = 0; room <= whole; room++) {
        memset(guarded, '#', sizeof(guarded));
        size = room;
        TAP_INT(mtlsauth_decision_json(decision, guarded, &size), MTLSAUTH_E_SPACE);
        TAP_INT(size, whole + 1);
        TAP_INT(guarded[room], '#');
    }
    /* the smallest that is large enough: the size asked for */
    memset(guarded, '#', sizeof(guarded));
    TAP_INT(mtlsauth_decision_json(decision, guarded, &size), 0);
    TAP_INT(size, whole);
    TAP_STR(guarded, text);
    TAP_INT(guarded[whole + 1], '#');
    /* nothing to write to, or about */
    TAP_INT(mtlsauth_decision_json(decision, text, NULL), MTLSAUTH_E_ARGUMENT);
    size = sizeof(text);
    TAP_INT(mtlsauth_decision_json(NULL, text, &size), MTLSAUTH_E_ARGUMENT);
    bench_close(&bench);
}

static void what_stands_in_it(void)
{
    static const uint8_t v4[4] = { 192, 0, 2, 1 }, v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
    static const char *const parts[] = {
        "\"time\":\"2026-01-01T00:00:00Z\"", "\"server\":\"test\"", "\"policy\":\"p\"",
        "\"mode\":\"enforce\"", "\"verdict\":\"allow\"", "\"would\":\"allow\"",
        "\"candidate\":null", "\"reason\":\"success\"", "\"entry\":\"2\"",
        "\"trace\":[{\"entry\":\"1\",\"plugin\":\"validity\",\"control\":\"requisite\",",
        "\"when\":\"\",\"result\":\"success\",\"action\":\"ignore\"",
        "\"subject\":\"CN=John Doe\"", "\"issuer\":\"CN=Test Root\"", "\"sans\":[]",
        "\"not_after\":\"2026-12-02T00:00:00Z\"", /* 335 days later */
        "\"host\":\"x.test\"", "\"sni\":\"x.test\"", "\"path\":\"/a b\"",
        "\"source\":\"192.0.2.1\"", "\"source_port\":1024", "\"destination_port\":-9",
        "\"tls_version\":\"TLSv1.3\"", "\"resumed\":true", "\"method\":\"GET\"",
        "\"user\":\"john\"", "\"resource\":\"pump \\\"1\\\"\"", "\"action\":\"read\"", "\"headers\":{}",
        "\"strip\":[\"x-user\"]",
    };
    bench_t bench;
    const char *json;
    size_t i;

    bench_open(&bench, "strip = [ \"X-User\" ];\n" TRUST STACK(VALIDITY PERMIT));
    mtlsauth_request_leaf(bench.request, bench.scene.john.pem.data, bench.scene.john.pem.size);
    mtlsauth_request_string(bench.request, HOST, "X.test:443", 10);
    mtlsauth_request_string(bench.request, SNI, "x.test.", 7);
    mtlsauth_request_string(bench.request, PATH, "/a b", 4);
    mtlsauth_request_address(bench.request, SOURCE, v4, sizeof(v4));
    mtlsauth_request_int(bench.request, SOURCE_PORT, 1024);
    mtlsauth_request_address(bench.request, DESTINATION, v6, sizeof(v6));
    mtlsauth_request_int(bench.request, DESTINATION_PORT, -9);
    mtlsauth_request_string(bench.request, TLS_VERSION, "TLSv1.3", 7);
    mtlsauth_request_bool(bench.request, RESUMED, 7);
    mtlsauth_request_string(bench.request, METHOD, "GET", 3);
    mtlsauth_request_string(bench.request, USER, "john", 4);
    mtlsauth_request_string(bench.request, RESOURCE, "pump \"1\"", 8);
    mtlsauth_request_string(bench.request, ACTION, "read", 4);
    TAP_INT(mtlsauth_authorize(bench.request), 1);
    json = json_of(bench.request);
    TAP_TRUE(json_valid(json));
    for (i = 0; i < COUNT(parts); i++)
        TAP_HAS(json, parts[i]);
    TAP_HAS(json, mtlsauth_decision(bench.request)->id);
    TAP_HAS(json, mtlsauth_decision(bench.request)->policy_digest);
    bench_close(&bench);
}

/* Texts that want to be more than text. */
static const struct {
    const char *bytes;
    size_t size;
} hostile[] = {
    { "\"", 1 },
    { "\\", 1 },
    { "\",\"verdict\":\"allow\",\"x\":\"", 26 },
    { "\\\",\"verdict\":\"allow\"}", 22 },
    { "a\r\nb\tc\x0b\x0c\b\a", 10 },             /* controls */
    { "\x1b[2J\x1b]0;x\x07", 10 },               /* a terminal's */
    { "nul\0nul", 7 },
    { "\x7f\xc2\x80\xc2\x9f", 5 },               /* DEL and the upper controls */
    { "\xe2\x80\xa8\xe2\x80\xa9", 6 },           /* line ends of JavaScript */
    { "</script><script>alert(1)</script>", 34 },
    { "J\xc3\xbcrgen \xf0\x9f\x98\x80", 12 },    /* good UTF-8 */
    { "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80", 11 }, /* and what is none */
    { "\xc3", 1 },                               /* cut short */
    { "\xf0\x9f\x98", 3 },
    { "\xe2\x80\xae" "gnp.exe", 10 },            /* written backwards */
    { "=cmd|' /C calc'!A0", 18 },
    { "%s%n%1000000d", 13 },
};

static void ask_hostile(bench_t *bench, size_t row, const issued_t *client)
{
    mtlsauth_request_reset(bench->request);
    mtlsauth_request_time(bench->request, CERTS_NOW);
    mtlsauth_request_leaf(bench->request, client->der.data, client->der.size);
    mtlsauth_request_string(bench->request, PATH, hostile[row].bytes, hostile[row].size);
    mtlsauth_request_string(bench->request, TLS_VERSION, hostile[row].bytes, hostile[row].size);
    if (row % 2 == 1)
        mtlsauth_request_string(bench->request, HOST, hostile[row].bytes, hostile[row].size);
    (void)!mtlsauth_authorize(bench->request);
}

static void clients_write_no_json(void)
{
    bench_t bench;
    size_t i, j;

    bench_open(&bench, TRUST STACK(VALIDITY CN("required", "John Doe")));
    for (i = 0; i < COUNT(hostile); i++) {
        issued_t client;
        const char *json, *at;
        cert_issue(&client, &(cert_spec_t) { .cn = hostile[i].bytes, .cn_size = hostile[i].size },
                   &bench.scene.root);
        tap_row("%zu", i);
        ask_hostile(&bench, i, &client);
        json = json_of(bench.request);
        TAP_TRUE(json_valid(json));
        for (j = 0; json[j] != '\0'; j++) /* one line, nothing for a terminal to obey */
            TAP_TRUE((unsigned char)json[j] >= 0x20 && json[j] != 0x7f);
        TAP_TRUE(strstr(json, "</script") == NULL);
        at = strstr(json, "\"verdict\":"); /* the only one is the library's own */
        TAP_TRUE(at != NULL && strncmp(at, "\"verdict\":\"deny\"", 16) == 0);
        TAP_TRUE(at != NULL && strstr(at + 1, "\"verdict\":") == NULL);
        cert_free(&client);
    }
    bench_close(&bench);
}

/* Names in the certificate, and a message that quotes them. */
static void names_of_certificates(void)
{
    bench_t bench;
    issued_t client;
    char *huge = malloc(60001);
    const char *json;

    if (!TAP_TRUE(huge != NULL))
        return;
    memset(huge, '"', 60000);
    huge[60000] = '\0';
    bench_open(&bench, TRUST STACK(VALIDITY CN("required", "John Doe")));
    cert_issue(&client, &(cert_spec_t) { .dn = "CN=John\\, \\\"Doe\\\"\\\\,O=a\\+b", .dns = "\"},{",
                                         .uri = "https://x.test/\"\\", .email = "a\"@b" },
               &bench.scene.root);
    TAP_INT(ask(bench.request, &client), 0);
    json = json_of(bench.request);
    TAP_TRUE(json_valid(json));
    TAP_HAS(json, "\"dns:\\\"},{\"");
    cert_free(&client);
    /* long enough to be too long for any line that was planned */
    cert_issue(&client, &(cert_spec_t) { .cn = "John Doe", .uri = huge }, &bench.scene.root);
    TAP_INT(ask(bench.request, &client), 1);
    mtlsauth_request_string(bench.request, PATH, huge, 60000);
    TAP_INT(mtlsauth_authorize(bench.request), 1);
    TAP_TRUE(json_valid(json_of(bench.request)));
    cert_free(&client);
    free(huge);
    bench_close(&bench);
}

/* Decisions that are hardly any. */
static void before_any_decision(void)
{
    static const int64_t times[] = { 0, -1, INT64_MIN, INT64_MAX };
    static char text[4096];
    bench_t bench;
    size_t i, size = sizeof(text);

    bench_open(&bench, TRUST STACK(VALIDITY PERMIT));
    TAP_TRUE(json_valid(json_of(bench.request)));
    TAP_HAS(json_of(bench.request), "\"verdict\":\"deny\"");
    TAP_HAS(json_of(bench.request), "\"certificate\":null");
    TAP_INT(mtlsauth_decision_json(mtlsauth_decision(NULL), text, &size), 0);
    TAP_TRUE(json_valid(text));
    TAP_HAS(text, "\"verdict\":\"deny\"");
    TAP_HAS(text, "\"request\":{}");
    for (i = 0; i < COUNT(times); i++) {
        tap_row("time %lld", (long long)times[i]);
        mtlsauth_request_time(bench.request, times[i]);
        TAP_INT(mtlsauth_authorize(bench.request), 0);
        TAP_TRUE(json_valid(json_of(bench.request)));
    }
    bench_close(&bench);
}

/* A reader that shares no line with this project agrees, and reads back what the client sent. */
static void another_reader_agrees(void)
{
    bench_t bench;
    size_t i;

    bench_open(&bench, TRUST STACK(VALIDITY CN("required", "John Doe")));
    if (fixture_run(&bench.scene.fixture, "python3 -c 'import json'") != 0) {
        tap_skip("no python3");
        bench_close(&bench);
        return;
    }
    for (i = 0; i < COUNT(hostile); i++) {
        char name[16];
        ask_hostile(&bench, i, &bench.scene.john);
        snprintf(name, sizeof(name), "%zu.json", i);
        fixture_write(&bench.scene.fixture, name, json_of(bench.request));
        snprintf(name, sizeof(name), "%zu.path", i);
        fixture_write_bytes(&bench.scene.fixture, name, hostile[i].bytes, hostile[i].size);
    }
    fixture_write(&bench.scene.fixture, "read.py",
                  "import json, sys\n"
                  "for i in range(int(sys.argv[1])):\n"
                  "    d = json.loads(open('%d.json' % i, 'rb').read().decode('utf-8'))\n"
                  "    sent = open('%d.path' % i, 'rb').read()\n"
                  "    assert d['certificate']['subject'] == 'CN=John Doe', i\n"
                  "    try:\n"
                  "        sent = sent.decode('utf-8')\n"
                  "    except UnicodeDecodeError:\n"
                  "        continue\n"
                  "    assert d['request']['path'] == sent, (i, d['request']['path'], sent)\n");
    TAP_INT(fixture_run(&bench.scene.fixture, "python3 read.py %zu", COUNT(hostile)), 0);
    bench_close(&bench);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "the reader is strict", the_reader_is_strict },
        { "filling the buffer", filling_the_buffer },
        { "what stands in it", what_stands_in_it },
        { "clients write no JSON", clients_write_no_json },
        { "names of certificates", names_of_certificates },
        { "before any decision", before_any_decision },
        { "another reader agrees", another_reader_agrees },
    };

    return tap_main("json", tests, COUNT(tests));
}
