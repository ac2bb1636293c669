/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidate.c - a candidate is judged beside the policy that names it: differences are logged,
 * nothing of it is enforced.
 */
#include "scene.h"

static void candidate_is_heard_and_not_obeyed(void)
{
    static const struct {
        const char *stack; /* of the candidate; that in force lets in John Doe alone */
        int verdicts[2];   /* what it says of John and of Jane */
        const char *reasons[2];
        size_t lines[2];   /* logged for each */
    } rows[] = {
        /* the same: nothing to tell */
        { VALIDITY CN("required", "John Doe"), { 1, 0 }, { "success", "no_match" }, { 0, 0 } },
        /* it would shut John out */
        { VALIDITY CN("required", "Jack"), { 0, 0 }, { "no_match", "no_match" }, { 1, 0 } },
        /* it would let Jane in, too */
        { VALIDITY PERMIT, { 1, 1 }, { "success", "success" }, { 0, 1 } },
        /* the other way round */
        { VALIDITY CN("required", "Jane Roe"), { 0, 1 }, { "no_match", "success" }, { 1, 1 } },
        /* the same verdict for another reason is a difference */
        { DENY, { 0, 0 }, { "rule", "rule" }, { 1, 1 } },
    };
    scene_t scene;
    size_t i, j;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf", "candidate = \"api.next\";\n" TRUST STACK(
                      VALIDITY CN("required", "John Doe")));
    for (i = 0; i < COUNT(rows); i++) {
        const issued_t *clients[2] = { &scene.john, &scene.jane };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&scene.fixture, "api.next", TRUST "stack = (%s);", rows[i].stack);
        engine = fixture_engine_ok(&scene.fixture, "api.conf");
        request = new_request(engine);
        for (j = 0; j < 2; j++) {
            const mtlsauth_decision_t *decision;
            tap_row("%s: %s", j == 0 ? "John" : "Jane", rows[i].stack);
            scene.fixture.log[0] = '\0';
            TAP_INT(ask(request, clients[j]), j == 0); /* always as the one in force says */
            decision = mtlsauth_decision(request);
            TAP_STR(decision->policy, "api");
            TAP_STR(decision->reason, j == 0 ? "success" : "no_match");
            TAP_STR(trace_of(request),
                    j == 0 ? "1 validity ignore, 2 cn ok" : "1 validity ignore, 2 cn bad");
            if (TAP_TRUE(decision->candidate != NULL)) {
                TAP_STR(decision->candidate->policy, "api.next");
                TAP_INT(decision->candidate->verdict, rows[i].verdicts[j]);
                TAP_STR(decision->candidate->reason, rows[i].reasons[j]);
            }
            TAP_INT(logged(&scene, "candidate policy=api.next"), rows[i].lines[j]);
            TAP_INT(logged(&scene, decision->id), rows[i].lines[j]);
        }
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

/* It takes over the hosts, but for a list of its own, and claims none for the choice. */
static void candidate_and_hosts(void)
{
    static const char *const host[] = { "http.host" };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    scene.fixture.attributes = host;
    scene.fixture.n_attributes = 1;
    fixture_printf(&scene.fixture, "set/api.conf",
                   "hosts = [ \"x.test\" ]; candidate = \"api.next\";\n%s", STACK(DENY));
    fixture_printf(&scene.fixture, "set/web.conf", "hosts = [ \"y.test\" ];\n%s", STACK(DENY));
    fixture_printf(&scene.fixture, "set/api.next",
                   "trust = { anchors = [ \"../ca.pem\" ]; };\n%s", STACK(VALIDITY PERMIT));
    engine = fixture_engine_ok(&scene.fixture, "set");
    request = new_request(engine);
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_leaf(request, scene.john.der.data, scene.john.der.size);
    mtlsauth_request_string(request, 0, "x.test", 6);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_INT(mtlsauth_decision(request)->candidate->verdict, MTLSAUTH_ALLOW);
    mtlsauth_request_service(request, "api");
    mtlsauth_request_string(request, 0, "y.test", 6);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(mtlsauth_decision(request)->candidate->reason, "host_mismatch");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    /* with hosts of its own: no claim beside web's, and it is by those that it judges */
    fixture_printf(&scene.fixture, "set/api.next",
                   "hosts = [ \"y.test\" ]; trust = { anchors = [ \"../ca.pem\" ]; };\n%s",
                   STACK(VALIDITY PERMIT));
    engine = fixture_engine_ok(&scene.fixture, "set");
    request = new_request(engine);
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_leaf(request, scene.john.der.data, scene.john.der.size);
    mtlsauth_request_string(request, 0, "x.test", 6);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "rule");
    TAP_STR(mtlsauth_decision(request)->candidate->reason, "host_mismatch");
    mtlsauth_request_string(request, 0, "y.test", 6);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(mtlsauth_decision(request)->policy, "web");
    TAP_TRUE(mtlsauth_decision(request)->candidate == NULL);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* A candidate in monitor mode, or under one, is reported as if enforced. */
static void candidate_and_monitor(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "api.conf",
                  "mode = \"monitor\"; candidate = \"api.next\";\n" TRUST
                  STACK(VALIDITY CN("required", "Jane Roe")));
    fixture_write(&scene.fixture, "api.next", "mode = \"monitor\";\n" TRUST
                  STACK(VALIDITY CN("required", "Jane Roe")));
    engine = fixture_engine_ok(&scene.fixture, "api.conf");
    request = new_request(engine);
    TAP_INT(ask(request, &scene.john), 1);
    TAP_INT(mtlsauth_decision(request)->would, MTLSAUTH_DENY);
    TAP_INT(mtlsauth_decision(request)->candidate->verdict, MTLSAUTH_DENY);
    TAP_INT(logged(&scene, "candidate policy="), 0); /* both say the same */
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    /* a candidate that is wrong is a load error at its place */
    fixture_write(&scene.fixture, "api.next", STACK(PERMIT));
    TAP_HAS(fixture_error(&scene.fixture, "api.conf"), "DIR/api.next:2:");
    fixture_write(&scene.fixture, "api.next", "candidate = \"api.conf\";\n" STACK(DENY));
    TAP_HAS(fixture_error(&scene.fixture, "api.conf"), "a candidate cannot have a candidate");
    TAP_INT(remove(fixture_path(&scene.fixture, "api.next")), 0);
    TAP_HAS(fixture_error(&scene.fixture, "api.conf"), "cannot open DIR/api.next");
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "the candidate is heard and not obeyed", candidate_is_heard_and_not_obeyed },
        { "the candidate and hosts", candidate_and_hosts },
        { "the candidate and monitor mode", candidate_and_monitor },
    };

    return tap_main("candidate", tests, COUNT(tests));
}
