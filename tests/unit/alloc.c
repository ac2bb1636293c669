/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc.c - memory that runs out, at every place where the library and its plugins ask for some.
 *
 * The library is linked in with its allocations wrapped (--wrap). A scenario, from opening an
 * engine over a rich policy to freeing it, is run with the first allocation failing, then with the
 * second, and so on until a run gets by without a failure. Each run must end in clean errors or
 * denials: no crash, no leak, no half-made object, and no allow that the run without a failure does
 * not give.
 *
 * What libconfig, GnuTLS and libc allocate for themselves is not touched.
 */
#include <mtlsauth/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs.h"
#include "fixture.h"
#include "tap.h"

/* ---- the allocations ---------------------------------------------------------------------- */

static struct {
    unsigned long left; /* allocations until the failure; 0: none fails */
    bool lasting;       /* all after it fail as well */
    unsigned long failed;
    unsigned long seen;
} memory;

static bool fails(void)
{
    memory.seen++;
    if (memory.left == 0 || --memory.left > 0)
        return false;
    if (memory.lasting)
        memory.left = 1;
    memory.failed++;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
/* musl's names have no versions: a linker that wraps them has libraries refer to these, too. */
#define SEEN __attribute__((visibility("default")))
SEEN void *__wrap_malloc(size_t size);
SEEN void *__wrap_calloc(size_t count, size_t size);
SEEN void *__wrap_realloc(void *old, size_t size);
SEEN char *__wrap_strdup(const char *text);
SEEN char *__wrap_strndup(const char *text, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
    return fails() ? NULL : __real_strndup(text, size);
}

/* ---- the scenario ------------------------------------------------------------------------- */

extern const mtlsauth_plugin_t mtlsauth_plugin_cn, mtlsauth_plugin_crl, mtlsauth_plugin_deny,
    mtlsauth_plugin_fingerprint, mtlsauth_plugin_permit, mtlsauth_plugin_san,
    mtlsauth_plugin_serial, mtlsauth_plugin_validity;

static const mtlsauth_plugin_t *const plugins[] = {
    &mtlsauth_plugin_cn,       &mtlsauth_plugin_crl,    &mtlsauth_plugin_deny,
    &mtlsauth_plugin_fingerprint, &mtlsauth_plugin_permit, &mtlsauth_plugin_san,
    &mtlsauth_plugin_serial,      &mtlsauth_plugin_validity,
};

enum { HOST, SNI, HEADERS, SOURCE };
static const char *const attributes[]
    = { "http.host", "tls.sni", "http.request.headers", "ip.src" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct scene {
    fixture_t fixture;
    issued_t root, issuing, john, revoked;
} scene_t;

static const char main_policy[] =
    "hosts = [ \"api.example.com\" ]; hosts_file = \"hosts.list\";\n"
    "candidate = \"api.next\";\n"
    "strip = [ \"X-Remote-User\", \"X_Role\" ];\n"
    "forward = [ \"rfc9440\", \"xfcc\", \"cloudflare\", \"cf-cert\", \"x-cert\" ];\n"
    "trust = { anchors = [ \"../root.pem\" ]; intermediates = [ \"../intermediates\" ]; };\n"
    "stack = (\n"
    "  { control = \"include\"; file = \"gates.stack\"; },\n"
    "  { control = \"optional\"; plugin = \"serial\"; allow = [ \"0123\" ]; issuer = \"CN=x\"; },\n"
    "  { control = \"substack\"; file = \"grants.stack\"; }\n"
    ");\n";

static const char gates[] =
    "stack = (\n"
    "  { control = \"requisite\"; plugin = \"validity\"; clock_skew = \"5m\"; max_depth = 3; },\n"
    "  { control = \"requisite\"; plugin = \"crl\"; files = [ \"../crl\" ]; }\n"
    ");\n";

static const char grants[] =
    "stack = (\n"
    "  { control = \"required\"; plugin = \"serial\"; deny = [ \"0a:0b\", \"77\" ]; },\n"
    "  { control = \"required\"; plugin = \"san\"; dns = [ \"john.*.com\", \"a.b\" ];\n"
    "    deny_ip = [ \"10.0.0.0/8\" ]; },\n"
    "  { control = \"[success=ok no_match=ignore default=die]\"; plugin = \"cn\";\n"
    "    allow = [ \"*.example.com\", \"John \\\"J\\\" Doe\" ]; allow_file = \"names.list\"; },\n"
    "  { control = \"sufficient\"; plugin = \"fingerprint\"; of = \"spki\";\n"
    "    allow_file = \"f.list\"; }\n"
    ");\n";

static const char candidate[] =
    "trust = { anchors = [ \"../root.pem\", \"../intermediates/issuing.pem\" ]; };\n"
    "stack = ( { control = \"requisite\"; plugin = \"validity\"; },\n"
    "          { control = \"required\"; plugin = \"permit\"; reason = \"everyone\"; } );\n";

static void write_pem(const scene_t *scene, const char *name, gnutls_datum_t pem)
{
    fixture_write_bytes(&scene->fixture, name, pem.data, pem.size);
}

static void scene_open(scene_t *scene)
{
    const cert_spec_t root = { .cn = "Root", .ca = true };
    const cert_spec_t issuing = { .cn = "Issuing", .ca = true };
    const cert_spec_t john = { .cn = "John Doe", .dns = "john.example.com" };
    const cert_spec_t gone = { .cn = "John Doe" };
    const issued_t *const list[] = { &scene->revoked };
    const crl_spec_t none = { .number = 2 };
    const crl_spec_t one = { .revoked = list, .n_revoked = 1 };
    gnutls_datum_t crl;

    fixture_open(&scene->fixture);
    cert_issue(&scene->root, &root, NULL);
    cert_issue(&scene->issuing, &issuing, &scene->root);
    cert_issue(&scene->john, &john, &scene->issuing);
    cert_issue(&scene->revoked, &gone, &scene->issuing);
    write_pem(scene, "root.pem", scene->root.pem);
    write_pem(scene, "intermediates/issuing.pem", scene->issuing.pem);
    crl = crl_issue_pem(&none, &scene->root);
    write_pem(scene, "crl/root.pem", crl);
    gnutls_free(crl.data);
    crl = crl_issue(&one, &scene->issuing);
    write_pem(scene, "crl/issuing.crl", crl);
    gnutls_free(crl.data);
    fixture_write(&scene->fixture, "policies/api.conf", main_policy);
    fixture_write(&scene->fixture, "policies/api.next", candidate);
    fixture_write(&scene->fixture, "policies/gates.stack", gates);
    fixture_write(&scene->fixture, "policies/grants.stack", grants);
    fixture_write(&scene->fixture, "policies/hosts.list", "# more\n*.api.example.com\n");
    fixture_write(&scene->fixture, "policies/names.list", "Jane Roe\nJohn Doe # he\n");
    fixture_write(&scene->fixture, "policies/f.list",
                  "01:02\n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    fixture_write(&scene->fixture, "policies/other.conf",
                  "stack = ( { control = \"requisite\"; plugin = \"deny\"; } );\n");
    scene->fixture.flags = MTLSAUTH_OPEN_EXPLAIN;
    scene->fixture.log_level = MTLSAUTH_LOG_DEBUG;
    scene->fixture.attributes = attributes;
    scene->fixture.n_attributes = COUNT(attributes);
    scene->fixture.linked = plugins;
    scene->fixture.n_linked = COUNT(plugins);
}

static void scene_close(scene_t *scene)
{
    cert_free(&scene->root);
    cert_free(&scene->issuing);
    cert_free(&scene->john);
    cert_free(&scene->revoked);
    fixture_close(&scene->fixture);
}

/* What a run came to, step by step: 1 done or allowed, 0 denied, negative failed, 9 not reached. */
enum { OPEN, NEW, JOHN, JSON, REVOKED, PREPARE, RELOAD, AGAIN, N_STEPS };
static const char *const step_names[N_STEPS]
    = { "open", "new request", "John Doe", "JSON", "revoked", "prepare", "reload", "John again" };

typedef struct run {
    int step[N_STEPS];
} run_t;

/* A failed function says so with an error object; a good one leaves none. */
static int check_error(int ret, mtlsauth_error_t *err)
{
    TAP_TRUE(ret <= 0);
    TAP_TRUE((ret < 0) == (err != NULL));
    if (err != NULL) {
        TAP_INT(mtlsauth_error_code(err), ret);
        TAP_TRUE(mtlsauth_error_text(err)[0] != '\0');
        TAP_TRUE(mtlsauth_error_message(err)[0] != '\0');
        TAP_TRUE(mtlsauth_error_mend(err) != NULL);
    }
    mtlsauth_error_free(err);
    return ret == 0 ? 1 : ret;
}

static int ask(const scene_t *scene, mtlsauth_request_t *request, const issued_t *leaf)
{
    const gnutls_datum_t *chain = &scene->issuing.der;
    const mtlsauth_decision_t *decision;
    int allowed;

    mtlsauth_request_reset(request);
    mtlsauth_request_leaf(request, leaf->pem.data, leaf->pem.size);
    mtlsauth_request_chain(request, chain->data, chain->size);
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_string(request, HOST, "API.example.com:443", 19);
    mtlsauth_request_string(request, SNI, "api.example.com", 15);
    mtlsauth_request_header(request, HEADERS, "X-Role", 6, "admin", 5);
    mtlsauth_request_address(request, SOURCE, "\300\000\002\001", 4);
    allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    TAP_TRUE(allowed == 0 || allowed == 1);
    TAP_TRUE((decision->verdict == MTLSAUTH_ALLOW) == (allowed == 1));
    TAP_TRUE(decision->reason[0] != '\0' && decision->message[0] != '\0');
    TAP_TRUE(allowed == (strcmp(decision->reason, "success") == 0));
    TAP_INT(mtlsauth_decision_strips(decision, "x_remote_user", 13) == 1
                || allowed == 0,
            1);
    return allowed;
}

static int print_json(const mtlsauth_request_t *request)
{
    char text[16384];
    size_t size = sizeof(text);
    int ret = mtlsauth_decision_json(mtlsauth_decision(request), text, &size);

    if (ret == 0)
        TAP_TRUE(size > 2 && text[0] == '{' && text[size - 1] == '}');
    return ret == 0 ? 1 : ret;
}

static void run_requests(const scene_t *scene, mtlsauth_engine_t *engine, run_t *run)
{
    mtlsauth_request_t *request = NULL;
    mtlsauth_snapshot_t *snapshot = NULL;
    mtlsauth_error_t *err = NULL;
    int ret = mtlsauth_request_new(engine, &request);

    run->step[NEW] = ret == 0 ? 1 : ret;
    TAP_TRUE((ret == 0) == (request != NULL));
    if (ret != 0)
        return;
    run->step[JOHN] = ask(scene, request, &scene->john);
    run->step[JSON] = print_json(request);
    run->step[REVOKED] = ask(scene, request, &scene->revoked);
    ret = mtlsauth_engine_prepare(engine, &snapshot, &err);
    run->step[PREPARE] = check_error(ret, err);
    TAP_TRUE((run->step[PREPARE] == 1) == (snapshot != NULL));
    mtlsauth_snapshot_free(snapshot);
    err = NULL;
    ret = mtlsauth_engine_reload(engine, &err);
    run->step[RELOAD] = check_error(ret, err);
    run->step[AGAIN] = ask(scene, request, &scene->john);
    mtlsauth_request_free(request);
}

static void run_all(scene_t *scene, run_t *run)
{
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine;
    int i, code;

    for (i = 0; i < N_STEPS; i++)
        run->step[i] = 9;
    engine = fixture_engine(&scene->fixture, "policies", &err);
    code = err != NULL ? mtlsauth_error_code(err) : MTLSAUTH_E_NO_MEMORY;
    run->step[OPEN] = check_error(engine != NULL ? 0 : code, err);
    if (engine != NULL)
        run_requests(scene, engine, run);
    mtlsauth_engine_free(engine);
}

/* ---- the tests ---------------------------------------------------------------------------- */

static const run_t good = { { 1, 1, 1, 1, 0, 1, 1, 1 } };

/* Nothing is better than without a failure, and after the failure all is as without it. */
static void compare(const run_t *run, bool lasting)
{
    bool hit = false;
    int i;

    for (i = 0; i < N_STEPS && run->step[i] != 9; i++) {
        if (run->step[i] == good.step[i])
            continue;
        TAP_TRUE(run->step[i] < good.step[i]);
        TAP_TRUE(lasting || !hit); /* one allocation failed, so at most one step */
        hit = true;
    }
}

static void fail_each(bool lasting)
{
    unsigned long n, hits[N_STEPS] = { 0 };
    scene_t scene;
    run_t run;
    int i;

    scene_open(&scene);
    for (n = 1; n < 100000; n++) {
        tap_row("allocation %lu fails%s", n, lasting ? ", and all after it" : "");
        memory.failed = 0;
        memory.lasting = lasting;
        memory.left = n;
        run_all(&scene, &run);
        memory.left = 0;
        if (memory.failed == 0)
            break;
        compare(&run, lasting);
        for (i = 0; i < N_STEPS; i++)
            if (run.step[i] != 9 && run.step[i] != good.step[i])
                hits[i]++;
    }
    tap_row("the run without a failure");
    for (i = 0; i < N_STEPS; i++)
        TAP_INT(run.step[i], good.step[i]);
    printf("# %lu allocations\n", n - 1);
    for (i = 0; i < N_STEPS; i++)
        printf("#   %s: %lu\n", step_names[i], hits[i]);
    /* The test has a bite: the failures came through to these. */
    TAP_TRUE(hits[OPEN] > 50);
    TAP_INT(hits[NEW] > 0, 1);
    TAP_INT(hits[JOHN] > 0, 1);
    TAP_INT(hits[RELOAD] > 50, 1);
    scene_close(&scene);
}

static void one_fails(void)
{
    fail_each(false);
}

static void lasting(void)
{
    fail_each(true);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "one allocation fails", one_fails },
        { "one allocation fails, and all after it", lasting },
    };

    return tap_main("alloc", tests, COUNT(tests));
}
