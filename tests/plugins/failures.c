/* SPDX-License-Identifier: BSD-2-Clause */
/* Failures that servers with client certificates are known for, each reproduced. */
#include <mtlsauth/plugin.h>

#include "judge.h"

#define NOW CERTS_NOW

static fixture_t fixture;
static issued_t root, leaf, other, outsider;

static void put_crl(const issued_t *revoked, unsigned number)
{
    const crl_spec_t spec = { .revoked = &revoked, .n_revoked = revoked != NULL, .number = number };
    gnutls_datum_t pem = crl_issue_pem(&spec, &root);

    fixture_write_bytes(&fixture, "root.crl", pem.data, pem.size);
    gnutls_free(pem.data);
}

/* CVE-2025-23419 and kin: what was decided for a session is decided anew for every request. */
static void resumption(void)
{
    static const char *const attributes[] = { "tls.resumed" };
    const question_t question = { .leaf = &leaf };
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;

    fixture.attributes = attributes;
    fixture.n_attributes = 1;
    put_crl(NULL, 1);
    put_policy(&fixture, "p.conf", NULL, NULL,
               "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"root.crl\" ]; }, " PERMIT);
    engine = fixture_engine_ok(&fixture, "p.conf");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");

    tap_row("the full handshake");
    mtlsauth_request_bool(request, 0, 0);
    TAP_STR(judge_request(request, &question).reason, "success");
    tap_row("revoked, and not yet reloaded");
    put_crl(&leaf, 2);
    mtlsauth_request_bool(request, 0, 1);
    TAP_STR(judge_request(request, &question).reason, "success");
    tap_row("the same request object after the reload");
    TAP_INT(mtlsauth_engine_reload(engine, NULL), 0);
    TAP_STR(judge_request(request, &question).reason, "revoked");
    tap_row("released again");
    put_crl(NULL, 3);
    TAP_INT(mtlsauth_engine_reload(engine, NULL), 0);
    TAP_STR(judge_request(request, &question).reason, "success");
    tap_row("a year later");
    TAP_STR(judge_request(request, &(question_t) { .leaf = &leaf, .time = NOW + 336 * CERTS_DAY })
                .reason,
            "expired");
    /* CVE-2014-3616: a session that carries another one's identity */
    tap_row("another client on the same object");
    TAP_STR(judge_request(request, &(question_t) { .leaf = &outsider }).reason, "untrusted");
    tap_row("no client on the same object");
    mtlsauth_request_reset(request);
    TAP_STR(judge_request(request, &(question_t) { .time = NOW }).reason, "no_certificate");

    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture.attributes = NULL;
    fixture.n_attributes = 0;
}

/* CVE-2016-4979 and kin: the policy of one host, a request for another. NULL: not set. */
static const struct {
    const char *what;
    const char *sni, *host;
    const char *options;
    const char *reason;
} hosts[] = {
    { "the same", "a.example", "a.example", "", "success" },
    { "two of the policy's own", "a.example", "b.example", "", "host_mismatch" },
    { "SNI of ours, Host of another", "a.example", "evil.example", "", "host_mismatch" },
    { "SNI of another, Host of ours", "evil.example", "a.example", "", "host_mismatch" },
    { "no SNI", NULL, "a.example", "", "success" },
    { "no Host", "a.example", NULL, "", "success" },
    { "neither, where hosts are listed", NULL, NULL, "", "host_mismatch" },
    /* one host, written in several ways */
    { "case", "A.example", "a.EXAMPLE", "", "success" },
    { "a port", "a.example", "a.example:8443", "", "success" },
    { "a dot at the end", "a.example.", "a.example", "", "success" },
    { "allowed by the policy", "a.example", "b.example", "require_sni_match = false;", "success" },
    { "allowed, but not a host of it", "a.example", "evil.example", "require_sni_match = false;",
      "host_mismatch" },
    { "no host name at all", "a.example", "a.example\x01", "", "malformed" },
};

static void sni_against_host(void)
{
    static const char *const attributes[] = { "tls.sni", "http.host" };
    size_t i;

    fixture.attributes = attributes;
    fixture.n_attributes = 2;
    for (i = 0; i < COUNT(hosts); i++) {
        mtlsauth_request_t *request;
        mtlsauth_engine_t *engine;
        tap_row("%s", hosts[i].what);
        fixture_printf(&fixture, "p.conf",
                       "hosts = [ \"a.example\", \"b.example\" ]; %s\n"
                       "trust = { anchors = [ \"root.pem\" ]; };\n"
                       "stack = ( { control = \"requisite\"; plugin = \"validity\"; }, " PERMIT
                       " );\n",
                       hosts[i].options);
        engine = fixture_engine_ok(&fixture, "p.conf");
        judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
        mtlsauth_request_service(request, "p");
        if (hosts[i].sni != NULL)
            mtlsauth_request_string(request, 0, hosts[i].sni, strlen(hosts[i].sni));
        if (hosts[i].host != NULL)
            mtlsauth_request_string(request, 1, hosts[i].host, strlen(hosts[i].host));
        TAP_STR(judge_request(request, &(question_t) { .leaf = &leaf }).reason, hosts[i].reason);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    fixture.attributes = NULL;
    fixture.n_attributes = 0;
}

/* CVE-2026-27586: a CA file that is not there, and the system's roots in its place. */
static void missing_ca_file(void)
{
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine;

    /* Roots that a TLS library would find by itself. */
    PUT_PEM(&fixture, "system.pem", &other);
    judge_must(setenv("SSL_CERT_FILE", fixture_path(&fixture, "system.pem"), 1) == 0, "setenv");
    PUT_PEM(&fixture, "ca.pem", &root);
    put_policy(&fixture, "p.conf", "anchors = [ \"ca.pem\" ];", NULL, NULL);
    engine = fixture_engine_ok(&fixture, "p.conf");
    tap_row("system roots are no anchors");
    TAP_STR(judge(engine, &(question_t) { .leaf = &outsider }).reason, "untrusted");

    tap_row("the file vanished before a reload");
    judge_must(remove(fixture_path(&fixture, "ca.pem")) == 0, "remove");
    TAP_INT(mtlsauth_engine_reload(engine, &err), MTLSAUTH_E_IO);
    TAP_HAS(mtlsauth_error_text(err), "ca.pem");
    mtlsauth_error_free(err);
    TAP_STR(judge(engine, &(question_t) { .leaf = &leaf }).reason, "success");
    TAP_STR(judge(engine, &(question_t) { .leaf = &outsider }).reason, "untrusted");
    mtlsauth_engine_free(engine);

    tap_row("the file vanished before a start");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:1:");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "cannot open DIR/ca.pem");
    judge_must(unsetenv("SSL_CERT_FILE") == 0, "unsetenv");
}

/* A module that does not load must not leave a shorter stack. */
static void missing_plugin(void)
{
    static const char *const controls[] = { "required", "requisite", "sufficient", "optional",
                                            "[success=ok default=ignore]" };
    char entries[256];
    size_t i;

    for (i = 0; i < COUNT(controls); i++) {
        tap_row("%s", controls[i]);
        format_text(entries, sizeof(entries), "{ control = \"%s\"; plugin = \"gone\"; }, " PERMIT,
                    controls[i]);
        put_policy(&fixture, "p.conf", NULL, NULL, entries);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "cannot load plugin \"gone\"");
    }
}

/* CVE-2025-24531: a module that says "ignore" where it should have refused. */
static int shrug_check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    (void)self;
    (void)request;
    return MTLSAUTH_IGNORE;
}

static const mtlsauth_plugin_t shrug = {
    MTLSAUTH_PLUGIN_HEAD, .name = "shrug", .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "has no opinion", .check = shrug_check,
};

static void pam_ignore(void)
{
    static const mtlsauth_plugin_t *const linked[] = { &shrug };
    static const struct {
        const char *control;
        const char *reason; /* NULL: a load error */
    } rows[] = {
        { "required", "no_grant" },
        { "requisite", "no_grant" },
        { "sufficient", "no_grant" },
        { "optional", "no_grant" },
        { "[success=ok default=bad]", "ignore" }, /* not listed: bad */
        { "[success=ok ignore=ok default=bad]", NULL },
        { "[success=ok ignore=done default=bad]", NULL },
        { "[success=ok default=ok]", NULL },
    };
    char entries[256];
    size_t i;

    fixture.linked = linked;
    fixture.n_linked = COUNT(linked);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].control);
        format_text(entries, sizeof(entries), "{ control = \"%s\"; plugin = \"shrug\"; }",
                    rows[i].control);
        put_policy(&fixture, "p.conf", NULL, NULL, entries);
        if (rows[i].reason == NULL)
            TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
        else
            TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &leaf }),
                    rows[i].reason);
    }
    fixture.linked = NULL;
    fixture.n_linked = 0;
}

/* CVE-2022-21656, CVE-2021-44531: a name of one type taken for one of another. */
static const struct {
    const char *what;
    cert_spec_t spec;
    const char *reason;
} types[] = {
    { "a common name", { .cn = "admin.example.com" }, "success" },
    { "a DNS name", { .cn = "mallory", .dns = "admin.example.com" }, "no_match" },
    /* RFC 5280 4.1.2.6: then the alternative name would have to be critical */
    { "a DNS name, and no subject", { .dns = "admin.example.com" }, "constraint" },
    { "an e-mail address", { .cn = "mallory", .email = "admin.example.com" }, "no_match" },
    { "a URI", { .cn = "mallory", .uri = "admin.example.com" }, "no_match" },
    { "an organisation", { .dn = "O=admin.example.com,CN=mallory" }, "no_match" },
    { "a unit", { .dn = "OU=admin.example.com,CN=mallory" }, "no_match" },
    /* text that would read as a common name if names were compared as text */
    { "an organisation that quotes one", { .dn = "O=x\\,CN\\=admin.example.com,CN=mallory" },
      "no_match" },
    { "a common name that quotes one", { .dn = "CN=mallory\\,CN\\=admin.example.com" },
      "no_match" },
};

static void name_types(void)
{
    size_t i;

    put_policy(&fixture, "p.conf", NULL, NULL,
               "{ control = \"required\"; plugin = \"cn\"; allow = [ \"admin.example.com\" ]; }");
    for (i = 0; i < COUNT(types); i++) {
        issued_t client;
        tap_row("%s", types[i].what);
        cert_issue(&client, &types[i].spec, &root);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                types[i].reason);
        cert_free(&client);
    }
}

/* Only one of several names looked at; and CVE-2009-2730, a name that ends at its NUL. */
static void first_name_and_nul(void)
{
    static const struct {
        const char *what;
        name_t names[2];
        const char *reason;
    } rows[] = {
        { "the good name alone", { NAME(UTF8, "admin") }, "success" },
        { "the good name first", { NAME(UTF8, "admin"), NAME(UTF8, "mallory") }, "no_match" },
        { "the good name last", { NAME(UTF8, "mallory"), NAME(UTF8, "admin") }, "no_match" },
        { "NUL behind the good name", { NAME(UTF8, "admin\0.evil.example") }, "no_match" },
        { "NUL in a second name", { NAME(UTF8, "admin"), NAME(UTF8, "admin\0") }, "no_match" },
    };
    size_t i, j;

    put_policy(&fixture, "p.conf", NULL, NULL,
               "{ control = \"required\"; plugin = \"cn\"; allow = [ \"admin\" ]; }");
    for (i = 0; i < COUNT(rows); i++) {
        issued_t client;
        tap_row("%s", rows[i].what);
        cert_issue(&client, &(const cert_spec_t) { .dn = "O=Example" }, &root);
        for (j = 0; j < 2 && rows[i].names[j].tag != 0; j++)
            add_common_name(&client, &rows[i].names[j]);
        resign(&client, &root);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                rows[i].reason);
        cert_free(&client);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "CVE-2025-23419: resumption: every request is judged anew, at its own time", resumption },
        { "CVE-2016-4979: SNI against Host", sni_against_host },
        { "CVE-2026-27586: a missing CA file does not fall back to system roots", missing_ca_file },
        { "a missing plugin leaves no shorter stack", missing_plugin },
        { "CVE-2025-24531: a plugin that answers ignore lets nobody in", pam_ignore },
        { "CVE-2022-21656, CVE-2021-44531: a name of one type is not taken for another",
          name_types },
        { "CVE-2009-2730: all common names are looked at, to their ends", first_name_and_nul },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true,
                                             .not_after = NOW + 4000 * CERTS_DAY }, NULL);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client" }, &root);
    cert_issue(&other, &(const cert_spec_t) { .cn = "Other", .ca = true }, NULL);
    cert_issue(&outsider, &(const cert_spec_t) { .cn = "client" }, &other);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/failures", tests, COUNT(tests));
    cert_free(&outsider);
    cert_free(&other);
    cert_free(&leaf);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
