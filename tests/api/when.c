/* SPDX-License-Identifier: BSD-2-Clause */
/* when.c - conditions of entries, through the public functions: what loads, and whom it lets in. */
#include "when_world.h"

#include <gnutls/x509.h>

/* The facts that a condition reads are there whatever they come to; no entry tells to nobody. */
static const char *tells(const char *when)
{
    return strstr(when, "cert_revoked") != NULL
        ? ENTRY("optional", "validity", "") ENTRY("optional", "crl", "files = [ \"ca.crl\" ];")
        : ENTRY("optional", "validity", "");
}

/* Upper-case hex of John's fingerprint, as people paste it. */
static void fingerprint(const issued_t *issued, char text[65])
{
    unsigned char digest[32];
    size_t size = sizeof(digest), i;

    gnutls_x509_crt_get_fingerprint(issued->crt, GNUTLS_DIG_SHA256, digest, &size);
    for (i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02X", digest[i]);
}

#define MTLS_HOSTS "{\\\"mtls.example.com\\\" \\\"mtls2.example.com\\\"}"

/*
 * The rules that users of the language paste, each a deny: who is let in, of John, of one who is
 * revoked, of one who signed his own, and of one without a certificate.
 */
static const struct {
    const char *when;   /* as it stands in a policy, with escapes */
    const char *host, *path;
    int allows[4];
    const char *warns; /* part of a warning, or NULL */
} rules[] = {
    { "(cf.tls_client_auth.cert_revoked)", "a.example", "/", { 1, 0, 1, 1 }, NULL },
    { "(not cf.tls_client_auth.cert_verified) or cf.tls_client_auth.cert_revoked", "a.example", "/",
      { 1, 0, 0, 0 }, NULL },
    /* only of those hosts */
    { "(http.host in " MTLS_HOSTS " and (not cf.tls_client_auth.cert_verified or "
      "cf.tls_client_auth.cert_revoked))", "mtls2.example.com", "/", { 1, 0, 0, 0 }, NULL },
    { "(http.host in " MTLS_HOSTS " and (not cf.tls_client_auth.cert_verified or "
      "cf.tls_client_auth.cert_revoked))", "other.example.com", "/", { 1, 1, 1, 1 }, NULL },
    /* a placeholder for a fingerprint equals none, and is warned of */
    { "(http.request.uri.path in {\\\"/headers\\\"} and http.host in " MTLS_HOSTS
      " and not cf.tls_client_auth.cert_verified and "
      "cf.tls_client_auth.cert_fingerprint_sha256 ne \\\"ADD\\\")", "mtls.example.com", "/headers",
      { 1, 1, 0, 0 }, "[hex-length]" },
    { "(http.request.uri.path in {\\\"/headers\\\"} and http.host in " MTLS_HOSTS
      " and not cf.tls_client_auth.cert_verified and "
      "cf.tls_client_auth.cert_fingerprint_sha256 ne \\\"ADD\\\")", "mtls.example.com", "/",
      { 1, 1, 1, 1 }, "[hex-length]" },
    /* serials compare as numbers: see who has this one below */
    { "(http.host in {\\\"mtls.example.com\\\"} and cf.tls_client_auth.cert_serial ne \\\"0A1B\\\")",
      "mtls.example.com", "/", { 0, 0, 0, 0 }, NULL },
    { "(http.host in {\\\"mtls.example.com\\\"} and cf.tls_client_auth.cert_serial ne \\\"0A1B\\\")",
      "other.example.com", "/", { 1, 1, 1, 1 }, NULL },
    { "((not cf.tls_client_auth.cert_verified or cf.tls_client_auth.cert_revoked) and "
      "http.request.uri.path in {\\\"/admin\\\"})", "a.example", "/admin", { 1, 0, 0, 0 }, NULL },
    { "((not cf.tls_client_auth.cert_verified or cf.tls_client_auth.cert_revoked) and "
      "http.request.uri.path in {\\\"/admin\\\"})", "a.example", "/", { 1, 1, 1, 1 }, NULL },
};

/* The escapes of libconfig taken off: the same rule as a file of its own has it. */
static void unescape(const char *text, char *out)
{
    for (; *text != '\0'; text++)
        if (*text != '\\')
            *out++ = *text;
    *out = '\0';
}

static void check_rule(world_t *world, size_t row, const char *how)
{
    const issued_t *clients[4] = { &world->scene.john, &world->revoked, &world->scene.alone, NULL };
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;
    size_t i;

    world->scene.fixture.log[0] = '\0';
    world->scene.fixture.log_level = MTLSAUTH_LOG_WARNING;
    engine = fixture_engine_ok(&world->scene.fixture, "p.conf");
    request = new_request(engine);
    if (rules[row].warns != NULL)
        TAP_HAS(world->scene.fixture.log, rules[row].warns);
    else
        TAP_STR(world->scene.fixture.log, "");
    for (i = 0; i < 4; i++) {
        const question_t question = { clients[i], rules[row].host, rules[row].path };
        tap_row("%s, %s, client %zu: %s", how, rules[row].host, i, rules[row].when);
        TAP_INT(judge(request, &question), rules[row].allows[i]);
        if (!rules[row].allows[i])
            TAP_STR(reason_of(request), "rule");
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

static void pasted_rules(void)
{
    static world_t world;
    char bare[1024];
    size_t i;

    world_open(&world);
    for (i = 0; i < COUNT(rules); i++) {
        fixture_printf(&world.scene.fixture, "p.conf",
                       "allow_unverified = true;\n" TRUST
                       "stack = (\n%s  { control = \"requisite\"; plugin = \"deny\";\n"
                       "    when = \"%s\"; },\n" PERMIT ");\n",
                       tells(rules[i].when), rules[i].when);
        check_rule(&world, i, "escaped");
        unescape(rules[i].when, bare);
        fixture_write(&world.scene.fixture, "rule.when", bare);
        fixture_printf(&world.scene.fixture, "p.conf",
                       "allow_unverified = true;\n" TRUST
                       "stack = (\n%s  { control = \"requisite\"; plugin = \"deny\";\n"
                       "    when_file = \"rule.when\"; },\n" PERMIT ");\n",
                       tells(rules[i].when));
        check_rule(&world, i, "in a file");
    }
    world_close(&world);
}

/* A fingerprint in upper case, and a serial with a zero in front, are their certificate's. */
static void hex_by_value(void)
{
    static world_t world;
    char hex[65], serial[] = "0a1b";
    issued_t numbered;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    world_open(&world);
    cert_issue(&numbered, &(cert_spec_t) { .cn = "Numbered", .serial = serial },
               &world.scene.root);
    fingerprint(&world.scene.john, hex);
    fixture_printf(&world.scene.fixture, "p.conf",
                   TRUST "stack = (\n" VALIDITY "  { control = \"requisite\"; plugin = \"deny\"; when = "
                   "\"not (cf.tls_client_auth.cert_verified and "
                   "cf.tls_client_auth.cert_fingerprint_sha256 eq \\\"%s\\\") and "
                   "cf.tls_client_auth.cert_serial ne \\\"0A1B\\\"\"; },\n" PERMIT ");\n", hex);
    engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(judge(request, &(question_t) { &world.scene.john, NULL, NULL }), 1);
    TAP_INT(judge(request, &(question_t) { &world.scene.jane, NULL, NULL }), 0);
    TAP_INT(judge(request, &(question_t) { &numbered, NULL, NULL }), 1);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    cert_free(&numbered);
    world_close(&world);
}

/* Headers that only the server may set are not there for conditions either. */
static void stripped_headers(void)
{
    static const char *const names[] = { "X-Role", "X_Remote_User", "x-remote-user" };
    static const int allows[] = { 0, 1, 1 };
    static world_t world;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i;

    world_open(&world);
    fixture_write(&world.scene.fixture, "p.conf",
                  TRUST "strip = [ \"X-Remote-User\" ];\nstack = (\n" VALIDITY DENY_WHEN(
                      "any(http.request.headers['x-role'][*] eq 'root') or "
                      "any(http.request.headers['x-remote-user'][*] eq 'root') or "
                      "any(http.request.headers['x_remote_user'][*] eq 'root')") PERMIT ");\n");
    engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
    request = new_request(engine);
    for (i = 0; i < COUNT(names); i++) {
        const issued_t *john = &world.scene.john;
        mtlsauth_request_reset(request);
        mtlsauth_request_time(request, CERTS_NOW);
        mtlsauth_request_leaf(request, john->der.data, john->der.size);
        mtlsauth_request_header(request, HEADERS, names[i], strlen(names[i]), "root", 4);
        tap_row("%s", names[i]);
        TAP_INT(mtlsauth_authorize(request), allows[i]);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    world_close(&world);
}

/* A server's own engine does not load what reads a field that it never supplies. */
static void never_supplied(void)
{
    static world_t world;

    world_open(&world);
    world.scene.fixture.attributes = attributes + PATH; /* all but the host */
    world.scene.fixture.n_attributes = N_ATTRIBUTES - PATH;
    fixture_write(&world.scene.fixture, "p.conf",
                  TRUST STACK(VALIDITY DENY_WHEN("http.host eq 'a.example'") PERMIT));
    TAP_HAS(fixture_error(&world.scene.fixture, "p.conf"),
            "\"http.host\" cannot be read here: this server never supplies it");
    world_close(&world);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "rules that users of the language paste", pasted_rules },
        { "hex compares by value", hex_by_value },
        { "headers that are stripped", stripped_headers },
        { "a field that is never supplied", never_supplied },
    };

    return tap_main("when", tests, COUNT(tests));
}
