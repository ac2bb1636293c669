/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * when.c - conditions of entries, through the public functions: what loads, whom it lets in, what
 * the trace says, and what an offline engine makes of what it does not know.
 */
#include "scene.h"

#include <gnutls/x509.h>

enum { HOST, PATH, SOURCE, RESUMED, HEADERS, N_ATTRIBUTES };

static const char *const attributes[N_ATTRIBUTES] = {
    [HOST] = "http.host",   [PATH] = "http.request.uri.path",    [SOURCE] = "ip.src",
    [RESUMED] = "tls.resumed", [HEADERS] = "http.request.headers",
};

#define DENY_WHEN(when) ENTRY("requisite", "deny", "when = \"" when "\";")
/* The facts that a condition reads are there whatever they come to; no entry tells to nobody. */
static const char *tells(const char *when)
{
    return strstr(when, "cert_revoked") != NULL
        ? ENTRY("optional", "validity", "") ENTRY("optional", "crl", "files = [ \"ca.crl\" ];")
        : ENTRY("optional", "validity", "");
}

typedef struct world {
    scene_t scene;
    issued_t revoked;
} world_t;

static void world_open(world_t *world)
{
    const issued_t *revoked = &world->revoked;
    gnutls_datum_t list;

    scene_open(&world->scene);
    cert_issue(&world->revoked, &(cert_spec_t) { .cn = "Revoked" }, &world->scene.root);
    /* one that is over by the clock of the machine would be warned of */
    list = crl_issue(&(crl_spec_t) { .revoked = &revoked, .n_revoked = 1,
                                     .next_update = CERTS_NOW + 36500 * CERTS_DAY },
                     &world->scene.root);
    fixture_write_bytes(&world->scene.fixture, "ca.crl", list.data, list.size);
    gnutls_free(list.data);
    world->scene.fixture.attributes = attributes;
    world->scene.fixture.n_attributes = N_ATTRIBUTES;
}

static void world_close(world_t *world)
{
    cert_free(&world->revoked);
    scene_close(&world->scene);
}

/* One question. NULL: not given. */
typedef struct question {
    const issued_t *client;
    const char *host, *path;
} question_t;

static int judge(mtlsauth_request_t *request, const question_t *question)
{
    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CERTS_NOW);
    if (question->client != NULL)
        mtlsauth_request_leaf(request, question->client->der.data, question->client->der.size);
    if (question->host != NULL)
        mtlsauth_request_string(request, HOST, question->host, strlen(question->host));
    if (question->path != NULL)
        mtlsauth_request_string(request, PATH, question->path, strlen(question->path));
    return mtlsauth_authorize(request);
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

/* What a skipped entry leaves behind: a row that says so, and nothing else. */
static const struct {
    const char *stack, *path;
    int allow;
    const char *results; /* of the trace, with blanks between */
    const char *reason;
} traces[] = {
    { VALIDITY DENY_WHEN("http.request.uri.path eq '/admin'") PERMIT, "/", 1,
      "success skipped success", "success" },
    { VALIDITY DENY_WHEN("http.request.uri.path eq '/admin'") PERMIT, "/admin", 0, "success rule",
      "rule" },
    /* a grant that was skipped grants nothing */
    { VALIDITY ENTRY("sufficient", "permit", "when = \"http.request.uri.path eq '/open'\";") DENY
          PERMIT, "/", 0, "success skipped rule", "rule" },
    { VALIDITY ENTRY("sufficient", "permit", "when = \"http.request.uri.path eq '/open'\";") DENY
          PERMIT, "/open", 1, "success success", "success" },
};

/* The results of the rows of a trace, or their actions, with blanks between. */
static void words_of(const mtlsauth_request_t *request, bool actions, char *text, size_t size)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    size_t i, at = 0;

    text[0] = '\0';
    for (i = 0; i < decision->n_trace && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? " " : "",
                               actions ? decision->trace[i]->action : decision->trace[i]->result);
}

/* The first row with that result, or NULL. */
static const mtlsauth_trace_t *row_of(const mtlsauth_request_t *request, const char *result)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    size_t i;

    for (i = 0; i < decision->n_trace; i++)
        if (strcmp(decision->trace[i]->result, result) == 0)
            return decision->trace[i];
    return NULL;
}

static void skipped_entries(void)
{
    static world_t world;
    char results[256];
    size_t i;

    world_open(&world);
    for (i = 0; i < COUNT(traces); i++) {
        const question_t question = { &world.scene.john, "a.example", traces[i].path };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", traces[i].stack);
        engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
        request = new_request(engine);
        tap_row("%zu: %s", i, traces[i].stack);
        TAP_INT(judge(request, &question), traces[i].allow);
        words_of(request, false, results, sizeof(results));
        TAP_STR(results, traces[i].results);
        TAP_STR(reason_of(request), traces[i].reason);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    world_close(&world);
}

/* An included stack under a condition: its die ends the whole; skipped, it does nothing. */
static void other_stacks(void)
{
    static const struct {
        const char *control, *path, *results;
        int allow;
    } rows[] = {
        { "include", "/admin", "success rule", 0 },
        { "include", "/", "success skipped success", 1 },
        { "substack", "/admin", "success rule rule success", 0 },
        { "substack", "/", "success skipped success", 1 },
    };
    static world_t world;
    char results[256];
    size_t i;

    world_open(&world);
    fixture_write(&world.scene.fixture, "gates.stack", "stack = (\n" DENY PERMIT ");\n");
    for (i = 0; i < COUNT(rows); i++) {
        const question_t question = { &world.scene.john, "a.example", rows[i].path };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&world.scene.fixture, "p.conf",
                       TRUST "stack = (\n" VALIDITY
                             "  { control = \"%s\"; file = \"gates.stack\";\n"
                             "    when = \"http.request.uri.path eq '/admin'\"; },\n" PERMIT ");\n",
                       rows[i].control);
        engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
        request = new_request(engine);
        tap_row("%s %s", rows[i].control, rows[i].path);
        TAP_INT(judge(request, &question), rows[i].allow);
        words_of(request, false, results, sizeof(results));
        TAP_STR(results, rows[i].results);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
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

/* Offline, what was not given is not known; what comes before it in the stack still counts. */
static void undetermined(void)
{
    static const struct {
        const char *stack, *host, *path;
        mtlsauth_verdict_t verdict;
        const char *reason, *message;
    } rows[] = {
        { VALIDITY DENY_WHEN("http.host eq 'a.example'") PERMIT, NULL, NULL, MTLSAUTH_UNDETERMINED,
          "unavailable", "it hangs on http.host, which is not known here" },
        { VALIDITY DENY_WHEN("http.host eq 'a.example'") PERMIT, "a.example", NULL, MTLSAUTH_DENY,
          "rule", "" },
        { VALIDITY DENY_WHEN("http.host eq 'a.example'") PERMIT, "b.example", NULL, MTLSAUTH_ALLOW,
          "success", "" },
        /* what is decided without it is decided */
        { VALIDITY DENY_WHEN("http.host eq 'a.example' and http.request.uri.path eq '/'") PERMIT,
          "b.example", NULL, MTLSAUTH_ALLOW, "success", "" },
        { VALIDITY DENY_WHEN("http.host eq 'a.example' and http.request.uri.path eq '/'") PERMIT,
          "a.example", NULL, MTLSAUTH_UNDETERMINED, "unavailable",
          "it hangs on http.request.uri.path, which is not known here" },
        /* a refusal before it stands */
        { ENTRY("required", "validity", "") ENTRY("required", "cn", "allow = [ \"Jane Roe\" ];")
              DENY_WHEN("http.host eq 'a.example'") PERMIT, NULL, NULL, MTLSAUTH_DENY, "no_match",
          "" },
        /* a grant before it does not */
        { VALIDITY CN("required", "John Doe") DENY_WHEN("http.host eq 'a.example'"), NULL, NULL,
          MTLSAUTH_UNDETERMINED, "unavailable", "" },
        /* in a substack: what is behind it is not asked either */
        { VALIDITY OTHER("substack", "host.stack") PERMIT, NULL, NULL, MTLSAUTH_UNDETERMINED,
          "unavailable", "it hangs on http.host, which is not known here" },
        { VALIDITY OTHER("substack", "host.stack") PERMIT, "a.example", NULL, MTLSAUTH_DENY, "rule",
          "" },
        { VALIDITY OTHER("substack", "host.stack") PERMIT, "b.example", NULL, MTLSAUTH_ALLOW,
          "success", "" },
        /* a refusal before the substack stands */
        { ENTRY("required", "validity", "") ENTRY("required", "cn", "allow = [ \"Jane Roe\" ];")
              OTHER("substack", "host.stack") PERMIT, NULL, NULL, MTLSAUTH_DENY, "no_match", "" },
        /* both ends of what one condition hangs on can be unknown */
        { VALIDITY DENY_WHEN("not (http.host eq 'a.example' or http.request.uri.path eq '/')")
              PERMIT, NULL, "/x", MTLSAUTH_UNDETERMINED, "unavailable",
          "it hangs on http.host, which is not known here" },
    };
    static world_t world;
    size_t i;

    world_open(&world);
    world.scene.fixture.flags = MTLSAUTH_OPEN_OFFLINE;
    fixture_write(&world.scene.fixture, "host.stack",
                  STACK(DENY_WHEN("http.host eq 'a.example'") PERMIT));
    for (i = 0; i < COUNT(rows); i++) {
        const question_t question = { &world.scene.john, rows[i].host, rows[i].path };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", rows[i].stack);
        engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
        request = new_request(engine);
        tap_row("%zu: %s", i, rows[i].stack);
        TAP_INT(judge(request, &question), rows[i].verdict == MTLSAUTH_ALLOW);
        TAP_INT(mtlsauth_decision(request)->verdict, rows[i].verdict);
        TAP_STR(reason_of(request), rows[i].reason);
        if (rows[i].message[0] != '\0')
            TAP_STR(mtlsauth_decision(request)->message, rows[i].message);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    world_close(&world);
}

/* Of a path of many a's, more work than is done for one request; of another, next to none. */
#define COSTLY "http.request.uri.path matches '^/(a+)+$'"
#define WHEN(control, plugin, more) ENTRY(control, plugin, more "when = \"" COSTLY "\";")
#define OTHER_WHEN(control)                                                                        \
    "  { control = \"" control "\"; file = \"other.stack\"; when = \"" COSTLY "\"; },\n"

/*
 * A condition that cannot be told from what it says is no reason to pass its entry over: it is the
 * entry's result, and whatever the entry would have come to, it does not let in.
 */
static void limits(void)
{
    static const struct {
        const char *stack;
        const char *results, *actions; /* of the trace */
        const char *reason;
    } rows[] = {
        /* a client cannot climb over a gate or a deny list by making it too much work */
        { VALIDITY WHEN("requisite", "deny", "") PERMIT, "success limit", "ignore die", "limit" },
        { VALIDITY WHEN("required", "deny", "") PERMIT, "success limit success", "ignore bad ok",
          "limit" },
        /* what is granted before it and behind it does not help */
        { VALIDITY CN("required", "John Doe")
              WHEN("required", "cn", "deny = [ \"John*\" ];") PERMIT,
          "success success limit success", "ignore ok bad ok", "limit" },
        { VALIDITY WHEN("required", "permit", "") ENTRY("sufficient", "permit", ""),
          "success limit success", "ignore bad done", "limit" },
        /* a grant that hangs on it is not given, and what comes behind decides */
        { VALIDITY WHEN("sufficient", "permit", ""), "success limit", "ignore ignore", "limit" },
        { VALIDITY WHEN("optional", "permit", ""), "success limit", "ignore ignore", "limit" },
        { VALIDITY WHEN("[success=done default=ignore]", "permit", "") DENY, "success limit rule",
          "ignore ignore die", "rule" },
        { VALIDITY WHEN("[success=ok limit=die default=ignore]", "permit", "") PERMIT,
          "success limit", "ignore die", "limit" },
        /* a stack behind it has no control that could say otherwise */
        { VALIDITY OTHER_WHEN("substack") PERMIT, "success limit", "ignore die", "limit" },
        { VALIDITY OTHER_WHEN("include") PERMIT, "success limit", "ignore die", "limit" },
    };
    static world_t world;
    char path[512], results[256], actions[256];
    size_t i;

    memset(path, 'a', sizeof(path));
    path[0] = '/';
    memcpy(path + sizeof(path) - 2, "!", 2);
    world_open(&world);
    fixture_write(&world.scene.fixture, "other.stack", STACK(DENY));
    for (i = 0; i < COUNT(rows); i++) {
        const question_t question = { &world.scene.john, NULL, path };
        const mtlsauth_trace_t *row;
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", rows[i].stack);
        engine = fixture_engine_ok(&world.scene.fixture, "p.conf");
        request = new_request(engine);
        tap_row("%zu: %s", i, rows[i].stack);
        TAP_INT(judge(request, &question), 0);
        TAP_STR(reason_of(request), rows[i].reason);
        words_of(request, false, results, sizeof(results));
        TAP_STR(results, rows[i].results);
        words_of(request, true, actions, sizeof(actions));
        TAP_STR(actions, rows[i].actions);
        row = row_of(request, "limit");
        TAP_STR(row != NULL ? row->message : NULL,
                "its condition takes more work than is done for one request");
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
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
        { "entries that are skipped", skipped_entries },
        { "included stacks under a condition", other_stacks },
        { "headers that are stripped", stripped_headers },
        { "undetermined, offline", undetermined },
        { "conditions that are too much work", limits },
        { "a field that is never supplied", never_supplied },
    };

    return tap_main("when", tests, COUNT(tests));
}
