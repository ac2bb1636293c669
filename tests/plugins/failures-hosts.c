/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failures that servers with several hosts are known for: a session or a header that brings along
 * what was proved elsewhere, or by nobody. What one host alone gets wrong is in failures.c.
 */
#include "judge.h"

enum { SNI, HOST, RESUMED, HEADERS };

static const char *const attributes[] = { [SNI] = "tls.sni", [HOST] = "http.host",
                                          [RESUMED] = "tls.resumed",
                                          [HEADERS] = "http.request.headers" };

static fixture_t fixture;
static issued_t root_a, root_b, client_a, client_b;

static void put_host(const char *file, const char *host, const char *anchors)
{
    fixture_printf(&fixture, file,
                   "hosts = [ \"%s\" ];\ntrust = { anchors = [ \"%s/%s\" ]; };\n"
                   "stack = ( { control = \"requisite\"; plugin = \"validity\"; }, " PERMIT " );\n",
                   host, fixture.dir, anchors);
}

/* Each host trusts a CA of its own. One connection, and what it asks for one after another. */
static const struct {
    const char *what;
    const issued_t *client; /* NULL: none */
    const char *sni, *host;
    int resumed;
    const char *reason;
} asked[] = {
    { "a handshake with a", &client_a, "a.example", "a.example", 0, "success" },
    { "resumed at a", &client_a, "a.example", "a.example", 1, "success" },
    { "CVE-2025-23419, CVE-2025-23048: resumed at b", &client_a, "b.example", "b.example", 1,
      "untrusted" },
    { "the session of a, a request to b", &client_a, "a.example", "b.example", 1,
      "host_mismatch" },
    { "a handshake with b", &client_b, "b.example", "b.example", 0, "success" },
    { "CVE-2014-3616: b's client in a session of a", &client_b, "a.example", "a.example", 1,
      "untrusted" },
    { "resumed at a, and no certificate kept", NULL, "a.example", "a.example", 1,
      "no_certificate" },
    { "resumed at a host of nobody", &client_a, "c.example", "c.example", 1, "no_policy" },
};

static void another_host(void)
{
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;
    size_t i;

    put_host("set/a.conf", "a.example", "root_a.pem");
    put_host("set/b.conf", "b.example", "root_b.pem");
    engine = fixture_engine_ok(&fixture, "set");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    for (i = 0; i < COUNT(asked); i++) {
        tap_row("%s", asked[i].what);
        mtlsauth_request_reset(request);
        mtlsauth_request_string(request, SNI, asked[i].sni, strlen(asked[i].sni));
        mtlsauth_request_string(request, HOST, asked[i].host, strlen(asked[i].host));
        mtlsauth_request_bool(request, RESUMED, asked[i].resumed);
        TAP_STR(judge_request(request, &(question_t) { .leaf = asked[i].client }).reason,
                asked[i].reason);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

/* The CAs change between a handshake and its resumption. */
static void other_anchors(void)
{
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;

    PUT_PEM(&fixture, "root.pem", &root_a);
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    engine = fixture_engine_ok(&fixture, "p.conf");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    TAP_STR(judge_request(request, &(question_t) { .leaf = &client_a }).reason, "success");
    PUT_PEM(&fixture, "root.pem", &root_b);
    TAP_INT(mtlsauth_engine_reload(engine, NULL), 0);
    mtlsauth_request_bool(request, RESUMED, 1);
    TAP_STR(judge_request(request, &(question_t) { .leaf = &client_a }).reason, "untrusted");
    TAP_STR(judge_request(request, &(question_t) { .leaf = &client_b }).reason, "success");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

/*
 * What a client writes into headers is no proof of anything, whatever a proxy would mean by it.
 * Which of them are kept from the application is in tests/api/monitor.c.
 */
static void forged_headers(void)
{
    static const struct {
        const char *name;
        const char *value; /* NULL: the certificate of client a, in PEM */
    } headers[] = {
        { "SSL_CLIENT_VERIFY", "SUCCESS" },  { "SSL_CLIENT_S_DN", "CN=admin" },
        { "SSL_CLIENT_CERT", NULL },         { "X-SSL-Client-Verify", "SUCCESS" },
        { "X-SSL-Client-CN", "admin" },      { "X-Forwarded-Client-Cert", "Subject=\"CN=admin\"" },
        { "Client-Cert", NULL },             { "X-Client-Cert", NULL },
        { "Forwarded", "for=admin" },        { "X-Remote-User", "admin" },
    };
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;
    size_t i;

    put_policy(&fixture, "p.conf", "anchors = [ \"root_a.pem\" ];", NULL,
               "{ control = \"required\"; plugin = \"cn\"; allow = [ \"admin\" ]; }");
    engine = fixture_engine_ok(&fixture, "p.conf");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    for (i = 0; i < COUNT(headers); i++) {
        const char *value = headers[i].value;
        size_t size = value != NULL ? strlen(value) : client_a.pem.size;
        if (value == NULL)
            value = (const char *)client_a.pem.data;
        tap_row("%s", headers[i].name);
        mtlsauth_request_reset(request);
        mtlsauth_request_header(request, HEADERS, headers[i].name, strlen(headers[i].name), value,
                                size);
        TAP_STR(judge_request(request, &(question_t) { .leaf = NULL }).reason, "no_certificate");
        TAP_STR(judge_request(request, &(question_t) { .leaf = &client_b }).reason, "untrusted");
        TAP_STR(judge_request(request, &(question_t) { .leaf = &client_a }).reason, "success");
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "CVE-2025-23419, CVE-2025-23048, CVE-2014-3616: a session at another host",
          another_host },
        { "CVE-2025-68121: other anchors at the resumption", other_anchors },
        { "forged identity headers", forged_headers },
    };
    int ret;

    fixture_open(&fixture);
    fixture.attributes = attributes;
    fixture.n_attributes = COUNT(attributes);
    cert_issue(&root_a, &(const cert_spec_t) { .cn = "Root A", .ca = true }, NULL);
    cert_issue(&root_b, &(const cert_spec_t) { .cn = "Root B", .ca = true }, NULL);
    cert_issue(&client_a, &(const cert_spec_t) { .cn = "admin" }, &root_a);
    cert_issue(&client_b, &(const cert_spec_t) { .cn = "admin" }, &root_b);
    PUT_PEM(&fixture, "root_a.pem", &root_a);
    PUT_PEM(&fixture, "root_b.pem", &root_b);
    ret = tap_main("plugins/failures-hosts", tests, COUNT(tests));
    cert_free(&client_b);
    cert_free(&client_a);
    cert_free(&root_b);
    cert_free(&root_a);
    fixture_close(&fixture);
    return ret;
}
