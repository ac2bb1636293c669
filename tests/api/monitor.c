/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor.c - what a policy says beside its verdict: monitor mode, names to strip, and the digest
 * that tells which policy it was.
 */
#include "scene.h"

/* ---- monitor mode -------------------------------------------------------------------------- */

static void monitor_lets_pass_and_says_so(void)
{
    static const char *const host[] = { "http.host" };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    struct {
        const issued_t *client;
        const char *reason;
    } rows[4] = { { NULL, "no_certificate" }, { NULL, "untrusted" }, { NULL, "no_match" },
                  { NULL, "success" } };
    size_t i;

    scene_open(&scene);
    rows[1].client = &scene.alone;
    rows[2].client = &scene.jane;
    rows[3].client = &scene.john;
    scene.fixture.attributes = host;
    scene.fixture.n_attributes = 1;
    fixture_write(&scene.fixture, "p.conf",
                  "mode = \"monitor\";\n" TRUST STACK(VALIDITY CN("required", "John Doe")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    for (i = 0; i < COUNT(rows); i++) {
        const mtlsauth_decision_t *decision;
        int would = strcmp(rows[i].reason, "success") == 0;
        char line[64];
        tap_row("%s", rows[i].reason);
        scene.fixture.log[0] = '\0';
        TAP_INT(ask(request, rows[i].client), 1);
        decision = mtlsauth_decision(request);
        TAP_INT(decision->verdict, MTLSAUTH_ALLOW);
        TAP_INT(decision->would, would ? MTLSAUTH_ALLOW : MTLSAUTH_DENY);
        TAP_STR(decision->reason, rows[i].reason);
        TAP_STR(decision->mode, "monitor");
        TAP_INT(decision->n_headers, 0); /* no identity for who would be denied */
        /* one line for each that would be denied, with its reason and id; none for the others */
        TAP_INT(logged(&scene, "\n"), !would);
        TAP_INT(logged(&scene, "would deny"), !would);
        snprintf(line, sizeof(line), "reason=%s ", rows[i].reason);
        TAP_INT(logged(&scene, line), !would);
        TAP_INT(logged(&scene, decision->id), !would);
    }
    /* what no stack has seen is let pass as well: the operator asked for that */
    mtlsauth_request_string(request, 0, "no host", 7);
    TAP_INT(mtlsauth_authorize(request), 1);
    TAP_INT(mtlsauth_decision(request)->would, MTLSAUTH_DENY);
    TAP_STR(reason_of(request), "malformed");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* The invariant: in monitor mode the server hears allow, and `would` carries the denial. */
static void monitor_and_the_invariant(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf", "mode = \"monitor\";\n" TRUST STACK(
                      ENTRY("optional", "validity", "") ENTRY("sufficient", "permit", "")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(ask(request, &scene.alone), 1);
    TAP_INT(mtlsauth_decision(request)->would, MTLSAUTH_DENY);
    TAP_STR(reason_of(request), "unverified");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* Monitoring one policy does not open another, nor what has no policy. */
static void monitor_is_of_one_policy(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_printf(&scene.fixture, "set/watch.conf", "mode = \"monitor\";\n%s", STACK(DENY));
    fixture_printf(&scene.fixture, "set/strict.conf", "mode = \"enforce\";\n%s", STACK(DENY));
    engine = fixture_engine_ok(&scene.fixture, "set");
    request = new_request(engine);
    mtlsauth_request_service(request, "watch");
    TAP_INT(mtlsauth_authorize(request), 1);
    mtlsauth_request_service(request, "strict");
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "rule");
    mtlsauth_request_service(request, "nobody");
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "no_policy");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* ---- strip --------------------------------------------------------------------------------- */

static void names_to_strip(void)
{
    static const struct {
        const char *name;
        int strips;
    } rows[] = {
        { "X-Remote-User", 1 },  { "x-remote-user", 1 }, { "X_REMOTE_USER", 1 },
        { "X-Remote_user", 1 },  { "Remote_Groups", 1 }, { "remote-groups", 1 },
        { "X-Remote-User2", 0 }, { "X-Remote-Use", 0 },  { "XX-Remote-User", 0 },
        { "X-Remote-User ", 0 }, { "X.Remote.User", 0 }, { "Remote", 0 },
        { "", 0 },               { "-", 0 },             { "Authorization", 0 },
    };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, j;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf",
                  "strip = [ \"X-Remote-User\", \"REMOTE_Groups\" ];\n" TRUST
                  STACK(VALIDITY CN("required", "John Doe")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(mtlsauth_decision_strips(mtlsauth_decision(request), "x-remote-user", 13), 0);
    for (j = 0; j < 2; j++) { /* whatever the verdict */
        const mtlsauth_decision_t *decision = mtlsauth_decision(request);
        TAP_INT(ask(request, j == 0 ? &scene.john : NULL), j == 0);
        TAP_INT(decision->n_strip, 2);
        TAP_STR(decision->strip[0], "x-remote-user");
        TAP_STR(decision->strip[1], "remote-groups");
        for (i = 0; i < COUNT(rows); i++) {
            tap_row("\"%s\"", rows[i].name);
            TAP_INT(mtlsauth_decision_strips(decision, rows[i].name, strlen(rows[i].name)),
                    rows[i].strips);
        }
        /* the size counts, not a NUL */
        TAP_INT(mtlsauth_decision_strips(decision, "X-Remote-Userx", 13), 1);
        TAP_INT(mtlsauth_decision_strips(decision, "X-Remote-User\0", 14), 0);
        TAP_INT(mtlsauth_decision_strips(decision, NULL, 0), 0);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture_write(&scene.fixture, "p.conf", "strip = [ \"X Remote\" ];\n" STACK(DENY));
    TAP_HAS(fixture_error(&scene.fixture, "p.conf"), "no header name");
    scene_close(&scene);
}

/* ---- the digest ---------------------------------------------------------------------------- */

static void digest_of(scene_t *scene, char *out)
{
    mtlsauth_engine_t *engine = fixture_engine_ok(&scene->fixture, "api.conf");
    mtlsauth_request_t *request = new_request(engine);

    (void)!ask(request, NULL);
    snprintf(out, 65, "%s", mtlsauth_decision(request)->policy_digest);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

static void digest_tells_policies_apart(void)
{
    static const struct {
        const char *file, *text; /* written before the digest is taken */
        int changes;
    } rows[] = {
        /* nothing was changed; nothing that it reads was */
        { "unrelated.conf", "x", 0 },
        { "unrelated.stack", "x", 0 },
        /* each file that it reads, also through another one */
        { "api.conf", "# a comment counts: it is the file that has a digest\n" TRUST
          STACK(OTHER("include", "a.stack") OTHER("substack", "b.stack")), 1 },
        { "a.stack", STACK(VALIDITY ENTRY("optional", "cn", "allow_file = \"names\";")), 1 },
        { "b.stack", STACK(PERMIT) "\n", 1 },
        { "names", "John Doe\nJane Roe\n", 1 },
        { "names", "John Doe\nJane Roe\n", 0 }, /* written anew, and the same */
        { "names", "John Doe\n", 1 },
        { "ca.pem", NULL, 1 },
    };
    scene_t scene;
    char before[65], first[65], after[65];
    size_t i;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf",
                  TRUST STACK(OTHER("include", "a.stack") OTHER("substack", "b.stack")));
    fixture_write(&scene.fixture, "a.stack",
                  STACK(VALIDITY ENTRY("required", "cn", "allow_file = \"names\";")));
    fixture_write(&scene.fixture, "b.stack", STACK(PERMIT));
    fixture_write(&scene.fixture, "names", "John Doe\n");
    digest_of(&scene, first);
    TAP_INT(strlen(first), 64);
    TAP_INT(strspn(first, "0123456789abcdef"), 64);
    memcpy(before, first, sizeof(before));
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%zu: %s", i, rows[i].file);
        if (rows[i].text != NULL)
            fixture_write(&scene.fixture, rows[i].file, rows[i].text);
        else
            fixture_write_bytes(&scene.fixture, rows[i].file, scene.alone.pem.data,
                                scene.alone.pem.size);
        digest_of(&scene, after);
        TAP_INT(strcmp(before, after) != 0, rows[i].changes);
        memcpy(before, after, sizeof(before));
    }
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "monitor mode lets pass and says so", monitor_lets_pass_and_says_so },
        { "monitor mode and the invariant", monitor_and_the_invariant },
        { "monitor mode is of one policy", monitor_is_of_one_policy },
        { "names to strip", names_to_strip },
        { "the digest tells policies apart", digest_tells_policies_apart },
    };

    return tap_main("monitor", tests, COUNT(tests));
}
