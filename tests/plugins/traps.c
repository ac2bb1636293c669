/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bites those who leave a client's certificate to GnuTLS alone, each as a test that this
 * library is not bitten: names, roles, lengths and numbers. Revocation is in traps-crl.c.
 */
#include "judge.h"

#define NOW CERTS_NOW
#define DAY CERTS_DAY

static fixture_t fixture;

/* Root -> Issuing -> client. The client's serial has the high bit set: DER puts 00 in front. */
static issued_t root, issuing, leaf;

static const question_t ours = { .leaf = &leaf, .chain = { &issuing } };

/* Attributes in the order of the encoding. */
static const struct {
    const char *what;
    struct {
        const char *oid;
        const char *value;
    } parts[6];
} names[] = {
    { "order", { { "2.5.4.6", "DE" }, { "2.5.4.10", "Example" }, { "2.5.4.3", "John" } } },
    { "e-mail", { { "2.5.4.3", "John" }, { "1.2.840.113549.1.9.1", "john@example.com" } } },
    { "UTF-8", { { "2.5.4.10", "Caf\xc3\xa9" }, { "2.5.4.3", "J\xc3\xb6hn \xe6\x9d\xb1" } } },
    { "marks", { { "2.5.4.10", "A, B + C; D" }, { "2.5.4.3", "\"q\" <x> \\ =" } } },
    { "ends", { { "2.5.4.10", " before" }, { "2.5.4.11", "behind " }, { "2.5.4.3", "#hash" } } },
    { "rare", { { "0.9.2342.19200300.100.1.25", "example" },
                { "0.9.2342.19200300.100.1.1", "uid" },
                { "2.5.4.5", "12345" },
                { "2.5.4.4", "Doe" },
                { "2.5.4.12", "Dr" } } },
    { "twice", { { "2.5.4.11", "one" }, { "2.5.4.11", "two" }, { "2.5.4.3", "John" } } },
};

/* Text inside a JSON string, as far as openssl's output needs it: it is printable ASCII. */
static void quote(char *out, size_t room, const char *text)
{
    size_t used = 0;

    out[0] = '\0';
    for (; *text != '\0' && used + 7 < room; text++) {
        if (strchr("<>&", *text) != NULL) /* so that a line of JSON may stand inside HTML */
            used += format_text(out + used, room - used, "\\u%04x", (unsigned)*text);
        else
            used += format_text(out + used, room - used, "%s%c",
                                     *text == '\\' || *text == '"' ? "\\" : "", *text);
    }
}

/* What the JSON calls the subject is what openssl prints. */
static void compare_subject(const char *command, const issued_t *client)
{
    char expected[4096], quoted[2048];
    answer_t answer;

    PUT_PEM(&fixture, "client.pem", client);
    TAP_INT(fixture_run(&fixture,
                        "%s x509 -in client.pem -noout -subject -nameopt RFC2253"
                        " | sed 's/^subject=//'",
                        command),
            0);
    quote(quoted, sizeof(quoted), get_text(&fixture, "out"));
    format_text(expected, sizeof(expected), "\"subject\":\"%s\",", quoted);
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    answer = judge_policy(&fixture, "p.conf",
                          &(question_t) { .leaf = client, .chain = { &issuing } });
    TAP_STR(answer.reason, "success");
    TAP_HAS(answer.json, expected);
}

static void trap_8(void)
{
    const char *command = openssl(&fixture);
    size_t i, j;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 0; i < COUNT(names); i++) {
        issued_t client;
        tap_row("%s", names[i].what);
        cert_issue(&client, &(const cert_spec_t) { .cn = NULL }, &issuing);
        for (j = 0; j < COUNT(names[i].parts) && names[i].parts[j].oid != NULL; j++)
            judge_must(gnutls_x509_crt_set_dn_by_oid(client.crt, names[i].parts[j].oid, 0,
                                                     names[i].parts[j].value,
                                                     (unsigned)strlen(names[i].parts[j].value))
                           >= 0,
                       "GnuTLS does not take a name");
        resign(&client, &issuing);
        compare_subject(command, &client);
        cert_free(&client);
    }
}

static void trap_9(void)
{
    PUT_PEM(&fixture, "leaf.pem", &leaf, &root);
    put_policy(&fixture, "p.conf", "anchors = [ \"leaf.pem\" ]; partial_chain = true;", NULL, NULL);
    tap_row("the client's certificate among the anchors");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "untrusted");
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    tap_row("the root as client");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &root }), "untrusted");
    tap_row("a CA as client");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &issuing }), "wrong_purpose");
}

/* A chain of `count` certificates, in one piece or in as many pieces. */
static const char *judge_long(mtlsauth_engine_t *engine, size_t count, int pieces)
{
    static char reason[40];
    size_t size = issuing.der.size, i;
    unsigned char *chain = malloc(count * size);
    mtlsauth_request_t *request;
    int allowed;

    judge_must(chain != NULL && mtlsauth_request_new(engine, &request) == 0, "out of memory");
    for (i = 0; i < count; i++)
        memcpy(chain + i * size, issuing.der.data, size);
    mtlsauth_request_time(request, NOW);
    mtlsauth_request_leaf(request, leaf.der.data, leaf.der.size);
    for (i = 0; pieces && i < count; i++)
        mtlsauth_request_chain(request, chain + i * size, size);
    if (!pieces)
        mtlsauth_request_chain(request, chain, count * size);
    allowed = mtlsauth_authorize(request);
    format_text(reason, sizeof(reason), "%s", mtlsauth_decision(request)->reason);
    judge_must(allowed == (strcmp(reason, "success") == 0), "verdict and reason differ");
    mtlsauth_request_free(request);
    free(chain);
    return reason;
}

static void trap_10(void)
{
    static const struct {
        size_t count;
        const char *expected;
    } chains[] = { { 1, "success" }, { 16, "success" }, { 17, "limit" }, { 40, "limit" },
                   { 1000, "limit" } };
    mtlsauth_engine_t *engine;
    size_t i;

    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    engine = fixture_engine_ok(&fixture, "p.conf");
    for (i = 0; i < COUNT(chains); i++) {
        tap_row("%zu certificates", chains[i].count);
        TAP_STR(judge_long(engine, chains[i].count, 0), chains[i].expected);
        TAP_STR(judge_long(engine, chains[i].count, 1), chains[i].expected);
    }
    mtlsauth_engine_free(engine);
}

static void trap_11(void)
{
    static const char *const spellings[] = { "F0E1D2C3", "00F0E1D2C3", "f0:e1:d2:c3" };
    char entries[256];
    answer_t answer;
    size_t i;

    for (i = 0; i < COUNT(spellings); i++) {
        tap_row("%s", spellings[i]);
        format_text(entries, sizeof(entries),
                    "{ control = \"required\"; plugin = \"serial\"; allow = [ \"%s\" ]; }",
                    spellings[i]);
        put_policy(&fixture, "p.conf", NULL, NULL, entries);
        answer = judge_policy(&fixture, "p.conf", &ours);
        TAP_STR(answer.reason, "success");
        TAP_HAS(answer.json, "\"serial\":\"F0E1D2C3\"");
    }
    tap_row("in a list");
    write_crl(&fixture, "issuing.crl", (crl_spec_t) { .number = 1 }, &issuing, &leaf);
    put_crl_stack(&fixture, "files = [ \"issuing.crl\" ]; scope = \"leaf\";");
    answer = judge_policy(&fixture, "p.conf", &ours);
    TAP_STR(answer.reason, "revoked");
    TAP_HAS(answer.message, "serial F0E1D2C3)");
}

static void trap_12(void)
{
    static const name_t name = NAME(UTF8, "John Doe\0.evil.example");
    const char *command = openssl(&fixture);
    issued_t client;

    cert_issue(&client, &(const cert_spec_t) { .dn = "O=Example" }, &issuing);
    add_common_name(&client, &name);
    resign(&client, &issuing);
    put_policy(&fixture, "p.conf", NULL, NULL,
               "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\", \"*\" ]; }");
    TAP_STR(judge_reason(&fixture, "p.conf",
                         &(question_t) { .leaf = &client, .chain = { &issuing } }),
            "no_match");
    /* it does not by itself invalidate, and nothing of it is cut off in what is told */
    if (command != NULL)
        compare_subject(command, &client);
    cert_free(&client);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "trap 8: names are as openssl prints them", trap_8 },
        { "trap 9: neither an anchor nor a CA is a client", trap_9 },
        { "trap 10, CVE-2024-28835: chains of 17, 40 and 1000 certificates", trap_10 },
        { "trap 11: a serial with 00 in front is the same number", trap_11 },
        { "trap 12: a NUL inside a name matches nothing and cuts nothing", trap_12 },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true,
                                             .not_after = NOW + 4000 * DAY }, NULL);
    cert_issue(&issuing, &(const cert_spec_t) { .cn = "Issuing", .ca = true,
                                                .not_after = NOW + 4000 * DAY }, &root);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client", .serial = "00f0e1d2c3" }, &issuing);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/traps", tests, COUNT(tests));
    cert_free(&leaf);
    cert_free(&issuing);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
