/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.c - the request object: reuse, several at once, ids, the judged time, NULL. What setters
 * refuse is tested in setters.c, what certificates may look like in credential.c.
 */
#include "scene.h"

#include <stdlib.h>
#include <time.h>

static mtlsauth_engine_t *open_scene(scene_t *scene)
{
    scene_open(scene);
    fixture_write(&scene->fixture, "p.conf", TRUST STACK(VALIDITY CN("required", "John Doe")));
    return fixture_engine_ok(&scene->fixture, "p.conf");
}

static void before_and_after(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *request = new_request(engine);
    int round;

    for (round = 0; round < 3; round++) {
        const mtlsauth_decision_t *decision = mtlsauth_decision(request);
        tap_row("round %d", round);
        /* nothing was asked: a denial, and everything in it readable */
        TAP_INT(decision->verdict, MTLSAUTH_DENY);
        TAP_INT(decision->would, MTLSAUTH_DENY);
        TAP_INT(decision->result, MTLSAUTH_ERROR);
        TAP_STR(decision->reason, "error");
        TAP_TRUE(decision->message[0] != '\0');
        TAP_STR(decision->id, "0000000000000000");
        TAP_STR(decision->server, "test");
        TAP_STR(decision->policy, "");
        TAP_STR(decision->policy_digest, "");
        TAP_STR(decision->mode, "enforce");
        TAP_STR(decision->entry, "");
        TAP_INT(decision->n_trace, 0);
        TAP_INT(decision->n_headers, 0);
        TAP_INT(decision->n_strip, 0);
        TAP_TRUE(decision->candidate == NULL);
        TAP_INT(decision->struct_size, sizeof(*decision));
        /* an allow, then one without a certificate: nothing of the first is left */
        TAP_INT(ask(request, &scene.john), 1);
        TAP_STR(trace_of(request), "1 validity ignore, 2 cn ok");
        mtlsauth_request_reset(request);
        TAP_INT(mtlsauth_decision(request)->verdict, MTLSAUTH_DENY);
        TAP_INT(mtlsauth_authorize(request), 0);
        TAP_STR(reason_of(request), "no_certificate");
        mtlsauth_request_reset(request);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* A second authorize of the same request is a decision of its own. */
static void asked_again(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *request = new_request(engine);

    mtlsauth_request_time(request, CERTS_NOW);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "no_certificate");
    mtlsauth_request_leaf(request, scene.john.der.data, scene.john.der.size);
    TAP_INT(mtlsauth_authorize(request), 1);
    mtlsauth_request_leaf(request, scene.jane.der.data, scene.jane.der.size);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "no_match");
    mtlsauth_request_leaf(request, NULL, 0);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "no_certificate");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* Two requests of one engine, in turns. */
static void two_at_once(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *a = new_request(engine), *b = new_request(engine);

    TAP_INT(ask(a, &scene.john), 1);
    TAP_INT(ask(b, &scene.jane), 0);
    TAP_STR(reason_of(a), "success");
    TAP_STR(reason_of(b), "no_match");
    mtlsauth_request_reset(a);
    TAP_STR(reason_of(b), "no_match");
    mtlsauth_request_free(a);
    TAP_STR(reason_of(b), "no_match");
    mtlsauth_request_free(b);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void ids_differ(void)
{
    enum { N = 2000 };
    static char ids[N][17];
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *two[2] = { new_request(engine), new_request(engine) };
    size_t i;

    for (i = 0; i < N; i++) {
        mtlsauth_request_t *request = two[i % 2];
        (void)!ask(request, NULL); /* the same question each time */
        TAP_INT(strlen(mtlsauth_decision(request)->id), 16);
        TAP_INT(strspn(mtlsauth_decision(request)->id, "0123456789abcdef"), 16);
        snprintf(ids[i], sizeof(ids[i]), "%s", mtlsauth_decision(request)->id);
    }
    qsort(ids, N, sizeof(ids[0]), by_text);
    for (i = 1; i < N; i++)
        TAP_TRUE(strcmp(ids[i - 1], ids[i]) != 0);
    mtlsauth_request_free(two[0]);
    mtlsauth_request_free(two[1]);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* The time of the request is the time of the whole decision; without one it is the clock's. */
static void judged_time(void)
{
    static const struct {
        int64_t time;
        const char *reason;
    } rows[] = {
        { CERTS_NOW, "success" },
        { CERTS_NOW - 30 * CERTS_DAY, "success" },           /* the first second */
        { CERTS_NOW - 30 * CERTS_DAY - 1, "not_yet_valid" },
        { CERTS_NOW + 335 * CERTS_DAY, "success" },          /* the last */
        { CERTS_NOW + 335 * CERTS_DAY + 1, "expired" },
        { 0, "not_yet_valid" },                              /* a time like others */
        { -1, "not_yet_valid" },
        { INT64_MIN, "not_yet_valid" },
        { INT64_MAX, "expired" },
    };
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *request = new_request(engine);
    time_t before;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%lld", (long long)rows[i].time);
        mtlsauth_request_reset(request);
        mtlsauth_request_leaf(request, scene.john.der.data, scene.john.der.size);
        mtlsauth_request_time(request, rows[i].time);
        TAP_INT(mtlsauth_authorize(request), strcmp(rows[i].reason, "success") == 0);
        TAP_STR(reason_of(request), rows[i].reason);
        TAP_INT(mtlsauth_decision(request)->time, rows[i].time);
    }
    mtlsauth_request_reset(request); /* forgets the time as well */
    before = time(NULL);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_TRUE(mtlsauth_decision(request)->time >= before);
    TAP_TRUE(mtlsauth_decision(request)->time <= time(NULL));
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* NULL where an object belongs: nothing happens, and nobody comes in. */
static void null_arguments(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *request = NULL;
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;

    TAP_INT(mtlsauth_engine_open(NULL, &how, NULL), MTLSAUTH_E_ARGUMENT);
    TAP_INT(mtlsauth_engine_open(&engine, NULL, NULL), MTLSAUTH_E_ARGUMENT);
    TAP_INT(mtlsauth_request_new(NULL, &request), MTLSAUTH_E_ARGUMENT);
    TAP_INT(mtlsauth_request_new(engine, NULL), MTLSAUTH_E_ARGUMENT);
    TAP_TRUE(request == NULL);
    TAP_INT(mtlsauth_authorize(NULL), 0);
    TAP_INT(mtlsauth_decision(NULL)->verdict, MTLSAUTH_DENY);
    TAP_STR(mtlsauth_decision(NULL)->reason, "error");
    TAP_INT(mtlsauth_decision_strips(NULL, "x", 1), 0);
    mtlsauth_request_reset(NULL);
    mtlsauth_request_free(NULL);
    mtlsauth_engine_free(NULL);
    mtlsauth_snapshot_free(NULL);
    mtlsauth_error_free(NULL);
    mtlsauth_engine_commit(engine, NULL);
    mtlsauth_request_service(NULL, "x");
    mtlsauth_request_leaf(NULL, "x", 1);
    mtlsauth_request_chain(NULL, "x", 1);
    mtlsauth_request_time(NULL, 1);
    mtlsauth_request_string(NULL, 0, "x", 1);
    mtlsauth_request_bool(NULL, 0, 1);
    mtlsauth_request_int(NULL, 0, 1);
    mtlsauth_request_address(NULL, 0, "abcd", 4);
    mtlsauth_request_header(NULL, 0, "a", 1, "b", 1);
    request = new_request(engine);
    TAP_INT(ask(request, &scene.john), 1);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "before and after a decision", before_and_after },
        { "asked again", asked_again },
        { "two requests at once", two_at_once },
        { "ids of decisions differ", ids_differ },
        { "the judged time", judged_time },
        { "NULL arguments", null_arguments },
    };

    return tap_main("request", tests, COUNT(tests));
}
