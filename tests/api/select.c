/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select.c - which policy a request gets: by service name, by host, or `other`; and hosts that are
 * refused though a policy was found.
 */
#include "scene.h"

enum { HTTP_HOST, TLS_SNI };
static const char *const both[] = { "http.host", "tls.sni" };

/* Opens a scene whose server supplies both names. */
static void open_scene(scene_t *scene)
{
    scene_open(scene);
    scene->fixture.attributes = both;
    scene->fixture.n_attributes = 2;
}

/* A policy that lets in every certificate of the anchor. */
static void write_policy(scene_t *scene, const char *name, const char *settings)
{
    fixture_printf(&scene->fixture, name, "%s\ntrust = { anchors = [ \"%s/ca.pem\" ]; };\n%s",
                   settings, scene->fixture.dir, STACK(VALIDITY PERMIT));
}

static void write_set(scene_t *scene)
{
    write_policy(scene, "set/api.conf", "hosts = [ \"api.example.com\", \"*.api.example.com\" ];");
    write_policy(scene, "set/v2.conf", "hosts = [ \"V2.api.example.com.\" ];");
    write_policy(scene, "set/six.conf", "hosts = [ \"[2001:db8::1]\", \"192.0.2.1\" ];");
    write_policy(scene, "set/lax.conf",
                 "hosts = [ \"lax.example.com\" ]; require_sni_match = false;");
    write_policy(scene, "set/plain.conf", "");
    write_policy(scene, "set/other.conf", "");
    fixture_write(&scene->fixture, "set/base.stack", "not a policy");
    fixture_write(&scene->fixture, "set/.hidden.conf", "not a policy");
    fixture_write(&scene->fixture, "set/api.conf.bak", "not a policy");
}

/* What is not NULL is set. */
static int ask_for(mtlsauth_request_t *request, const issued_t *client, const char *service,
                   const char *host, const char *sni)
{
    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_leaf(request, client->der.data, client->der.size);
    if (service != NULL)
        mtlsauth_request_service(request, service);
    if (host != NULL)
        mtlsauth_request_string(request, HTTP_HOST, host, strlen(host));
    if (sni != NULL)
        mtlsauth_request_string(request, TLS_SNI, sni, strlen(sni));
    return mtlsauth_authorize(request);
}

typedef struct select_row {
    const char *service, *host, *sni;
    const char *policy; /* "" : none */
    const char *reason; /* "success": allowed */
} select_row_t;

static void check_rows(scene_t *scene, const char *name, const select_row_t *rows, size_t count)
{
    mtlsauth_engine_t *engine = fixture_engine_ok(&scene->fixture, name);
    mtlsauth_request_t *request = new_request(engine);
    size_t i;

    for (i = 0; i < count; i++) {
        const select_row_t *row = &rows[i];
        tap_row("%s: service %s, host %s, sni %s", name, row->service ? row->service : "-",
                row->host ? row->host : "-", row->sni ? row->sni : "-");
        TAP_INT(ask_for(request, &scene->john, row->service, row->host, row->sni),
                strcmp(row->reason, "success") == 0);
        TAP_STR(mtlsauth_decision(request)->policy, row->policy);
        TAP_STR(reason_of(request), row->reason);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

static void policy_of_a_set(void)
{
    static const select_row_t rows[] = {
        /* by host: exact, then a wildcard of one label, then other */
        { NULL, "api.example.com", NULL, "api", "success" },
        { NULL, "x.api.example.com", NULL, "api", "success" },
        { NULL, "v2.api.example.com", NULL, "v2", "success" },
        { NULL, "x.y.api.example.com", NULL, "other", "success" },
        { NULL, "y.v2.api.example.com", NULL, "other", "success" },
        { NULL, "example.com", NULL, "other", "success" },
        { NULL, "xapi.example.com", NULL, "other", "success" },
        { NULL, "api.example.com.evil.test", NULL, "other", "success" },
        { NULL, "192.0.2.1", NULL, "six", "success" },
        /* what stands for none, and what is no name */
        { NULL, NULL, NULL, "other", "success" },
        { NULL, "", NULL, "other", "success" },
        { NULL, "*.api.example.com", NULL, "", "malformed" },
        /* one spelling: case, port, trailing dot, both; brackets of IPv6 stay */
        { NULL, "API.Example.COM", NULL, "api", "success" },
        { NULL, "api.example.com:8443", NULL, "api", "success" },
        { NULL, "api.example.com.", NULL, "api", "success" },
        { NULL, "Api.example.com.:443", NULL, "api", "success" },
        { NULL, "[2001:DB8::1]:443", NULL, "six", "success" },
        { NULL, "[2001:db8::1]", NULL, "six", "success" },
        /* by server name where there is no host; by host where there are both */
        { NULL, NULL, "api.example.com", "api", "success" },
        { NULL, "", "API.example.com.", "api", "success" },
        { NULL, "api.example.com", "api.example.com", "api", "success" },
        { NULL, "api.example.com:443", "API.EXAMPLE.COM", "api", "success" },
        /* by service name: exactly that; the host must be one of its own */
        { "plain", NULL, NULL, "plain", "success" },
        { "plain", "whatever.test", NULL, "plain", "success" },
        { "plain", "api.example.com", NULL, "plain", "success" },
        { "api", "api.example.com", NULL, "api", "success" },
        { "api", "a.api.example.com", NULL, "api", "success" },
        { "api", NULL, "api.example.com", "api", "success" },
        { "api", "v2.api.example.com", NULL, "api", "success" },
        { "api", "lax.example.com", NULL, "api", "host_mismatch" },
        { "api", "a.b.api.example.com", NULL, "api", "host_mismatch" },
        { "api", "example.com", NULL, "api", "host_mismatch" },
        { "api", NULL, NULL, "api", "host_mismatch" },
        { "api", NULL, "lax.example.com", "api", "host_mismatch" },
        /* no such service: other, whatever the host */
        { "nobody", NULL, NULL, "other", "success" },
        { "nobody", "api.example.com", NULL, "other", "success" },
        { "API", "api.example.com", NULL, "other", "success" },
        { "", "api.example.com", NULL, "other", "success" },
        { "api.conf", NULL, NULL, "other", "success" },
        { "base", NULL, NULL, "other", "success" },
        { "../set/api", NULL, NULL, "other", "success" },
        /* SNI and Host that differ */
        { NULL, "api.example.com", "v2.api.example.com", "api", "host_mismatch" },
        { NULL, "v2.api.example.com", "api.example.com", "v2", "host_mismatch" },
        { "plain", "a.test", "b.test", "plain", "host_mismatch" },
        { NULL, "unknown.test", "api.example.com", "other", "host_mismatch" },
        { "api", "api.example.com", "x.api.example.com", "api", "host_mismatch" },
        /* unless the policy does not mind; a host that is not its own stays refused */
        { NULL, "lax.example.com", "api.example.com", "lax", "success" },
        { "lax", "lax.example.com", "api.example.com", "lax", "success" },
        { "lax", "api.example.com", "lax.example.com", "lax", "host_mismatch" },
    };
    scene_t scene;

    open_scene(&scene);
    write_set(&scene);
    check_rows(&scene, "set", rows, COUNT(rows));
    scene_close(&scene);
}

static void set_without_other(void)
{
    static const select_row_t rows[] = {
        { NULL, "api.example.com", NULL, "api", "success" },
        { NULL, "example.com", NULL, "", "no_policy" },
        { NULL, NULL, NULL, "", "no_policy" },
        { "nobody", "api.example.com", NULL, "", "no_policy" },
    };
    scene_t scene;

    open_scene(&scene);
    write_policy(&scene, "set/api.conf", "hosts = [ \"api.example.com\" ];");
    check_rows(&scene, "set", rows, COUNT(rows));
    scene_close(&scene);
}

/* An engine over one file: that policy for every host, and for no other service. */
static void single_file(void)
{
    static const select_row_t any[] = {
        { NULL, NULL, NULL, "solo", "success" },
        { NULL, "whatever.test", NULL, "solo", "success" },
        { "solo", "whatever.test", NULL, "solo", "success" },
        { "api", NULL, NULL, "", "no_policy" },
        { "other", NULL, NULL, "", "no_policy" },
        { NULL, "a.test", "b.test", "solo", "host_mismatch" },
    };
    static const select_row_t certain[] = {
        { NULL, "api.example.com", NULL, "certain", "success" },
        { NULL, "example.com", NULL, "certain", "host_mismatch" },
        { NULL, NULL, NULL, "certain", "host_mismatch" },
        { "certain", NULL, NULL, "certain", "host_mismatch" },
        { NULL, "api.example.com/", NULL, "certain", "malformed" },
    };
    static const select_row_t nobody[] = {
        { NULL, "api.example.com", NULL, "nobody", "host_mismatch" },
        { "nobody", NULL, NULL, "nobody", "host_mismatch" },
    };
    scene_t scene;

    open_scene(&scene);
    write_policy(&scene, "solo.conf", "");
    check_rows(&scene, "solo.conf", any, COUNT(any));
    write_policy(&scene, "certain.conf", "hosts = [ \"api.example.com\" ];");
    check_rows(&scene, "certain.conf", certain, COUNT(certain));
    write_policy(&scene, "nobody.conf", "hosts = [ ];"); /* a list without hosts is a list */
    check_rows(&scene, "nobody.conf", nobody, COUNT(nobody));
    scene_close(&scene);
}

/* Offline a host that nobody set is unknown: what hangs on it stays open. */
static void unknown_host(void)
{
    static const struct {
        const char *policy, *service, *host, *sni;
        int verdict;
        const char *reason;
    } rows[] = {
        /* a policy for certain hosts */
        { "certain.conf", NULL, NULL, NULL, MTLSAUTH_UNDETERMINED, "unavailable" },
        { "certain.conf", "certain", NULL, NULL, MTLSAUTH_UNDETERMINED, "unavailable" },
        { "certain.conf", NULL, "", NULL, MTLSAUTH_DENY, "host_mismatch" }, /* known to be none */
        { "certain.conf", NULL, NULL, "api.example.com", MTLSAUTH_ALLOW, "success" },
        { "certain.conf", NULL, NULL, "example.com", MTLSAUTH_DENY, "host_mismatch" },
        { "certain.conf", NULL, "api.example.com", NULL, MTLSAUTH_ALLOW, "success" },
        /* one for none, and one for any, do not ask */
        { "nobody.conf", NULL, NULL, NULL, MTLSAUTH_DENY, "host_mismatch" },
        { "solo.conf", NULL, NULL, NULL, MTLSAUTH_ALLOW, "success" },
        /* the choice of a policy */
        { "set", NULL, NULL, NULL, MTLSAUTH_UNDETERMINED, "unavailable" },
        { "set", NULL, "", NULL, MTLSAUTH_DENY, "no_policy" },
        { "set", "plain", NULL, NULL, MTLSAUTH_ALLOW, "success" },
        { "set", "api", NULL, NULL, MTLSAUTH_UNDETERMINED, "unavailable" },
    };
    scene_t scene;
    size_t i;

    open_scene(&scene);
    scene.fixture.flags = MTLSAUTH_OPEN_OFFLINE;
    write_policy(&scene, "certain.conf", "hosts = [ \"api.example.com\" ];");
    write_policy(&scene, "nobody.conf", "hosts = [ ];");
    write_policy(&scene, "solo.conf", "");
    write_policy(&scene, "set/api.conf", "hosts = [ \"api.example.com\" ];");
    write_policy(&scene, "set/plain.conf", "");
    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_engine_t *engine = fixture_engine_ok(&scene.fixture, rows[i].policy);
        mtlsauth_request_t *request = new_request(engine);

        tap_row("%zu: %s", i, rows[i].policy);
        TAP_INT(ask_for(request, &scene.john, rows[i].service, rows[i].host, rows[i].sni),
                rows[i].verdict == MTLSAUTH_ALLOW);
        TAP_INT(mtlsauth_decision(request)->would, rows[i].verdict);
        TAP_STR(reason_of(request), rows[i].reason);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

/* Bytes that are no host name are refused, under whatever policy, and name none. */
static void junk_for_a_host(void)
{
    static const struct {
        const char *bytes;
        size_t size;
    } junk[] = {
        { "api.example.com\0.evil.test", 26 },   /* what C takes for the end is none */
        { "api.example.com\0", 16 },
        { "\0", 1 },
        { "api.example.com\r\nX: y", 21 },       /* a header of one's own */
        { "api.example.com ", 16 },
        { " api.example.com", 16 },
        { "api..example.com", 16 },              /* empty labels */
        { ".api.example.com", 16 },
        { "api.example.com..", 17 },
        { ".", 1 },
        { "user@api.example.com", 20 },          /* parts of a URL */
        { "api.example.com/", 16 },
        { "https://api.example.com", 23 },
        { "api.example.com:", 16 },              /* ports that are none */
        { ":443", 4 },
        { "api.example.com:https", 21 },
        { "api.example.com:443:443", 23 },
        { "api.example.com:999999", 22 },
        { "2001:db8::1", 11 },                   /* IPv6 without, or with half its brackets */
        { "[2001:db8::1", 12 },
        { "2001:db8::1]", 12 },
        { "[2001:db8::1]x", 14 },
        { "[api.example.com]", 17 },
        { "[]", 2 },
        { "api.ex\xc3\xa4mple.com", 16 },        /* UTF-8, and what is none */
        { "api.example.com\xff", 16 },
        { "api%2eexample.com", 17 },
    };
    static const char *const services[] = { NULL, "plain", "api", "lax" };
    char host[400];
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, j, attribute;

    open_scene(&scene);
    write_set(&scene);
    engine = fixture_engine_ok(&scene.fixture, "set");
    request = new_request(engine);
    for (i = 0; i <= COUNT(junk); i++) {
        size_t size = sizeof(host);
        memset(host, 'a', sizeof(host)); /* the last row: longer than any name */
        if (i < COUNT(junk)) {
            size = junk[i].size;
            memcpy(host, junk[i].bytes, size);
        }
        for (j = 0; j < 2 * COUNT(services); j++) {
            attribute = j % 2 == 0 ? HTTP_HOST : TLS_SNI;
            tap_row("%zu: %.*s as %s", i, (int)(size < 40 ? size : 40), host, both[attribute]);
            mtlsauth_request_reset(request);
            mtlsauth_request_time(request, CERTS_NOW);
            mtlsauth_request_leaf(request, scene.john.der.data, scene.john.der.size);
            mtlsauth_request_service(request, services[j / 2]);
            mtlsauth_request_string(request, (unsigned)attribute, host, size);
            TAP_INT(mtlsauth_authorize(request), 0);
            TAP_STR(reason_of(request), "malformed");
        }
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

static void names_in_force(void)
{
    static const struct {
        const char *name;
        int has;
    } rows[] = {
        { "api", 1 },  { "other", 1 }, { "plain", 1 },    { "v2", 1 },      { "nobody", 0 },
        { "Api", 0 },  { "ap", 0 },    { "apix", 0 },     { "api.conf", 0 }, { "", 0 },
        { "base", 0 }, { ".hidden", 0 }, { "set/api", 0 }, { "api.example.com", 0 },
    };
    scene_t scene;
    mtlsauth_engine_t *engine;
    size_t i;

    open_scene(&scene);
    write_set(&scene);
    engine = fixture_engine_ok(&scene.fixture, "set");
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].name);
        TAP_INT(mtlsauth_engine_has_service(engine, rows[i].name), rows[i].has);
    }
    TAP_INT(mtlsauth_engine_has_service(engine, NULL), 0);
    TAP_INT(mtlsauth_engine_has_service(NULL, "api"), 0);
    /* a reload brings and takes services */
    write_policy(&scene, "set/nobody.conf", "");
    TAP_INT(remove(fixture_path(&scene.fixture, "set/plain.conf")), 0);
    TAP_INT(mtlsauth_engine_has_service(engine, "nobody"), 0);
    TAP_INT(mtlsauth_engine_reload(engine, NULL), 0);
    TAP_INT(mtlsauth_engine_has_service(engine, "nobody"), 1);
    TAP_INT(mtlsauth_engine_has_service(engine, "plain"), 0);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

static void hosts_claimed_twice(void)
{
    static const struct {
        const char *a, *b;
        const char *error; /* "": no error */
    } rows[] = {
        { "hosts = [ \"x.test\" ];", "hosts = [ \"x.test\" ];",
          "host \"x.test\" is claimed by service \"b\" and by service \"a\" (DIR/two/a.conf:1)" },
        /* another spelling is the same host */
        { "hosts = [ \"x.test\" ];", "\nhosts = [ \"y.test\", \"X.TEST.\" ];",
          "DIR/two/b.conf:2:21: host \"x.test\" is claimed by" },
        { "hosts = [ \"*.x.test\" ];", "hosts = [ \"*.X.test\" ];",
          "host \"*.x.test\" is claimed by" },
        /* a name beside the wildcard that holds it, and different levels: no contradiction */
        { "hosts = [ \"*.x.test\" ];", "hosts = [ \"a.x.test\", \"x.test\" ];", "" },
        { "hosts = [ \"*.x.test\" ];", "hosts = [ \"*.a.x.test\" ];", "" },
        /* twice in one policy hurts nobody */
        { "hosts = [ \"x.test\", \"X.test\" ];", "", "" },
        /* what is no host */
        { "hosts = [ \"x.test:443\" ];", "", "no host name" },
        { "hosts = [ \"x*.test\" ];", "", "no host name" },
        { "hosts = [ \"*\" ];", "", "no host name" },
        { "hosts = [ \"*.*.test\" ];", "", "no host name" },
        { "hosts = [ \"\" ];", "", "" /* any error */ },
    };
    scene_t scene;
    size_t i;

    open_scene(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        const char *error;
        tap_row("%s and %s", rows[i].a, rows[i].b);
        write_policy(&scene, "two/a.conf", rows[i].a);
        write_policy(&scene, "two/b.conf", rows[i].b);
        error = fixture_error(&scene.fixture, "two");
        if (i + 1 == COUNT(rows))
            TAP_TRUE(error[0] != '\0');
        else if (rows[i].error[0] == '\0')
            TAP_STR(error, "");
        else
            TAP_HAS(error, rows[i].error);
    }
    scene_close(&scene);
}

/* A server that never supplies a name. */
static void names_that_are_not_supplied(void)
{
    static const char *const host_only[] = { "http.host" }, *const sni_only[] = { "tls.sni" };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    write_policy(&scene, "hosts.conf", "hosts = [ \"x.test\" ];");
    write_policy(&scene, "plain.conf", "");
    /* neither: a policy for hosts would refuse everyone, so it does not load; others do */
    TAP_HAS(fixture_error(&scene.fixture, "hosts.conf"),
            "DIR/hosts.conf:1:9: hosts: this server never supplies http.host or tls.sni");
    TAP_STR(fixture_error(&scene.fixture, "plain.conf"), "");
    /* one of them is enough, and the setter of the other is an error that sticks */
    scene.fixture.n_attributes = 1;
    scene.fixture.attributes = sni_only;
    TAP_STR(fixture_error(&scene.fixture, "hosts.conf"), "");
    scene.fixture.attributes = host_only;
    engine = fixture_engine_ok(&scene.fixture, "hosts.conf");
    request = new_request(engine);
    TAP_INT(ask_for(request, &scene.john, NULL, "x.test", NULL), 1);
    TAP_INT(ask_for(request, &scene.john, NULL, "x.test", "x.test"), 0);
    TAP_STR(reason_of(request), "error");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "which policy of a set", policy_of_a_set },
        { "a set without other", set_without_other },
        { "a single file", single_file },
        { "junk for a host", junk_for_a_host },
        { "names in force", names_in_force },
        { "hosts that two policies claim", hosts_claimed_twice },
        { "names that are not supplied", names_that_are_not_supplied },
        { "hosts that nobody knows, offline", unknown_host },
    };

    return tap_main("select", tests, COUNT(tests));
}
