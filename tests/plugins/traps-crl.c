/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bites those who leave revocation to GnuTLS alone, each as a test that this library is not
 * bitten. The numbers go on in traps.c.
 */
#include "openssl-crl.h"

#define NOW CERTS_NOW
#define DAY CERTS_DAY

static fixture_t fixture;

/* Root -> Issuing -> client. The client's serial has the high bit set: DER puts 00 in front. */
static issued_t root, issuing, leaf, stranger;

static const question_t ours = { .leaf = &leaf, .chain = { &issuing } };

static void trap_1(void)
{
    issued_t other;

    cert_issue(&other, &(const cert_spec_t) { .cn = "Other", .ca = true }, NULL);
    write_crl(&fixture, "other.crl", (crl_spec_t) { .number = 1 }, &other, NULL);
    put_crl_stack(&fixture, "files = [ \"other.crl\" ];");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revocation_unknown");
    put_crl_stack(&fixture, "files = [ \"gone.crl\" ];");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "cannot open DIR/gone.crl");
    put_crl_stack(&fixture, "files = [ ];");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "files: the list is empty");
    cert_free(&other);
}

static void trap_2(void)
{
    static const crl_spec_t stale = { .this_update = NOW - 9 * DAY, .next_update = NOW - DAY };
    static const char *const freshness[] = { "strict", "if_present", "relaxed" };
    char options[128];
    size_t i;

    for (i = 0; i < COUNT(freshness); i++) {
        tap_row("%s, an expired list signed by an intermediate", freshness[i]);
        write_crl(&fixture, "issuing.crl", stale, &issuing, &leaf);
        format_text(options, sizeof(options),
                    "files = [ \"issuing.crl\" ]; scope = \"leaf\"; freshness = \"%s\";",
                    freshness[i]);
        put_crl_stack(&fixture, options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
    }
}

static void trap_3(void)
{
    static const struct {
        const char *section;
        const char *reason;
        const char *expected;
    } lists[] = { { "user", "", "revoked" },
                  { "ca_only", "", "revocation_unknown" }, /* not about a client */
                  { "indirect", "", "revoked" },
                  { "delta", ",removeFromCRL", "revocation_unknown" } };
    const char *command = openssl_ca(&fixture, &issuing);
    char line[256];
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 0; i < COUNT(lists); i++) {
        tap_row("%s%s", lists[i].section, lists[i].reason);
        openssl_line(line, sizeof(line), "F0E1D2C3", lists[i].reason);
        fixture_write(&fixture, "db.txt", line);
        openssl_crl(&fixture, command, "kind.crl", lists[i].section);
        put_crl_stack(&fixture, "files = [ \"kind.crl\" ]; scope = \"leaf\";");
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), lists[i].expected);
    }
}

static void trap_4(void)
{
    question_t late = ours;
    answer_t answer;

    late.time = NOW + 336 * DAY;
    write_crl(&fixture, "issuing.crl", (crl_spec_t) { .next_update = NOW + 400 * DAY }, &issuing,
              &leaf);
    fixture_write(&fixture, "p.conf",
                  "trust = { anchors = [ \"root.pem\" ]; };\n"
                  "stack = ( { control = \"required\"; plugin = \"validity\"; },\n"
                  "  { control = \"required\"; plugin = \"crl\"; files = [ \"issuing.crl\" ];"
                  " scope = \"leaf\"; }, " PERMIT ");\n");
    answer = judge_policy(&fixture, "p.conf", &late);
    TAP_STR(answer.trace, "validity=expired crl=revoked permit=success");
    TAP_HAS(answer.json, "\"result\":\"expired\"");
    TAP_HAS(answer.json, "\"result\":\"revoked\"");
}

/* All entries are read, and the first, a middle and the last of them are found. */
static void trap_5(void)
{
    enum { ENTRIES = 20000, ROOM = 64 * ENTRIES };
    static const char *const listed[] = { "10000001", "10002710", "10004e20" };
    const char *command = openssl_ca(&fixture, &issuing);
    char *text = malloc(ROOM);
    answer_t answer;
    size_t used = 0, i;

    judge_must(text != NULL, "out of memory");
    if (command == NULL) {
        tap_skip("no openssl");
        free(text);
        return;
    }
    for (i = 1; i <= ENTRIES; i++) {
        char serial[16];
        format_text(serial, sizeof(serial), "%08X", (unsigned)(0x10000000 + i));
        used += openssl_line(text + used, ROOM - used, serial, "");
    }
    fixture_write_bytes(&fixture, "db.txt", text, used);
    free(text);
    openssl_crl(&fixture, command, "long.crl", NULL);
    put_crl_stack(&fixture, "files = [ \"long.crl\" ]; scope = \"leaf\";");
    for (i = 0; i < COUNT(listed); i++) {
        issued_t client;
        tap_row("%s", listed[i]);
        cert_issue(&client, &(const cert_spec_t) { .cn = "client", .serial = listed[i] }, &issuing);
        TAP_STR(judge_reason(&fixture, "p.conf",
                             &(question_t) { .leaf = &client, .chain = { &issuing } }),
                "revoked");
        cert_free(&client);
    }
    tap_row("not listed");
    fixture.flags = MTLSAUTH_OPEN_EXPLAIN;
    answer = judge_policy(&fixture, "p.conf", &ours);
    fixture.flags = 0;
    TAP_STR(answer.reason, "success");
    TAP_HAS(answer.rows, "has 20000 entries and serial F0E1D2C3 is not among them");
}

static void trap_6(void)
{
    static const char *const orders[] = { "\"base.crl\", \"delta.crl\"",
                                          "\"delta.crl\", \"base.crl\"",
                                          "\"both/\"" };
    const char *command = openssl_ca(&fixture, &issuing);
    char line[256], options[128];
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    openssl_line(line, sizeof(line), "F0E1D2C3", "");
    fixture_write(&fixture, "db.txt", line);
    openssl_crl(&fixture, command, "base.crl", NULL);
    fixture_write(&fixture, "both/.keep", "");
    openssl_crl(&fixture, command, "both/base.crl", NULL);
    fixture_write(&fixture, "db.txt", "");
    openssl_crl(&fixture, command, "delta.crl", "delta");
    openssl_crl(&fixture, command, "both/delta.crl", "delta");
    for (i = 0; i < COUNT(orders); i++) {
        tap_row("%s", orders[i]);
        format_text(options, sizeof(options), "files = [ %s ]; scope = \"leaf\";", orders[i]);
        put_crl_stack(&fixture, options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
        TAP_STR(judge_reason(&fixture, "p.conf",
                             &(question_t) { .leaf = &stranger, .chain = { &issuing } }),
                "revocation_unknown");
    }
}

/* One engine, one certificate, one list: the request's time alone makes the difference. */
static void trap_7(void)
{
    static const struct {
        int64_t time;
        const char *trace;
    } times[] = {
        { NOW, "validity=success crl=success permit=success" },
        { NOW + 7 * DAY, "validity=success crl=success permit=success" },
        { NOW + 7 * DAY + 1, "validity=success crl=revocation_unknown" },
        { NOW - 2 * DAY, "validity=success crl=revocation_unknown" },
        { NOW + 336 * DAY, "validity=expired" },
        { NOW - 31 * DAY, "validity=not_yet_valid" },
        { NOW, "validity=success crl=success permit=success" },
    };
    mtlsauth_engine_t *engine;
    size_t i;

    write_crl(&fixture, "issuing.crl", (crl_spec_t) { .number = 1 }, &issuing, NULL);
    put_crl_stack(&fixture, "files = [ \"issuing.crl\" ]; scope = \"leaf\";");
    engine = fixture_engine_ok(&fixture, "p.conf");
    for (i = 0; i < COUNT(times); i++) {
        question_t question = ours;
        question.time = times[i].time;
        tap_row("at %lld", (long long)times[i].time);
        TAP_STR(judge(engine, &question).trace, times[i].trace);
    }
    mtlsauth_engine_free(engine);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "trap 1: no CRL loaded is not \"not revoked\"", trap_1 },
        { "trap 2: an expired CRL, signed by an intermediate, still revokes", trap_2 },
        { "trap 3: critical distribution points and removeFromCRL are not misread", trap_3 },
        { "trap 4: expired and revoked are both told", trap_4 },
        { "trap 5: a CRL of 20000 entries is read whole and found in", trap_5 },
        { "trap 6: a delta beside its base replaces nothing", trap_6 },
        { "trap 7: the request's time is the only time", trap_7 },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true,
                                             .not_after = NOW + 4000 * DAY }, NULL);
    cert_issue(&issuing, &(const cert_spec_t) { .cn = "Issuing", .ca = true,
                                                .not_after = NOW + 4000 * DAY }, &root);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client", .serial = "00f0e1d2c3" }, &issuing);
    cert_issue(&stranger, &(const cert_spec_t) { .cn = "client" }, &issuing);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/traps-crl", tests, COUNT(tests));
    cert_free(&stranger);
    cert_free(&leaf);
    cert_free(&issuing);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
