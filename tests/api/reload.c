/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - a new policy replaces the old one when all of it is good, at one instant, and not
 * before; what was decided by the old one stays readable.
 */
#include "scene.h"

#define JOHN TRUST STACK(VALIDITY CN("required", "John Doe"))
#define JANE TRUST STACK(VALIDITY CN("required", "Jane Roe"))

typedef struct bench {
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
} bench_t;

/* A set with one policy, for John. */
static void bench_open(bench_t *bench)
{
    scene_open(&bench->scene);
    fixture_write_bytes(&bench->scene.fixture, "set/ca.pem", bench->scene.root.pem.data,
                        bench->scene.root.pem.size);
    fixture_write(&bench->scene.fixture, "set/other.conf", JOHN);
    bench->engine = fixture_engine_ok(&bench->scene.fixture, "set");
    bench->request = new_request(bench->engine);
}

static void bench_close(bench_t *bench)
{
    mtlsauth_request_free(bench->request);
    mtlsauth_engine_free(bench->engine);
    scene_close(&bench->scene);
}

static void rewrite(bench_t *bench, const char *policy)
{
    fixture_write(&bench->scene.fixture, "set/other.conf", policy);
}

/* Which policy is in force? */
static void check_for(bench_t *bench, const char *who)
{
    TAP_INT(ask(bench->request, &bench->scene.john), strcmp(who, "John") == 0);
    TAP_INT(ask(bench->request, &bench->scene.jane), strcmp(who, "Jane") == 0);
    TAP_INT(ask(bench->request, &bench->scene.alone), 0);
    mtlsauth_request_reset(bench->request);
}

static void prepare_and_commit(void)
{
    mtlsauth_snapshot_t *snapshot = NULL;
    bench_t bench;

    bench_open(&bench);
    check_for(&bench, "John");
    rewrite(&bench, JANE);
    check_for(&bench, "John"); /* files are not read by requests */
    TAP_INT(mtlsauth_engine_prepare(bench.engine, &snapshot, NULL), 0);
    check_for(&bench, "John");
    rewrite(&bench, "not a policy"); /* nor by commit */
    mtlsauth_engine_commit(bench.engine, snapshot);
    check_for(&bench, "Jane");
    bench_close(&bench);
}

static void snapshots_thrown_away(void)
{
    mtlsauth_snapshot_t *first = NULL, *second = NULL, *third = NULL;
    bench_t bench;

    bench_open(&bench);
    rewrite(&bench, JANE);
    TAP_INT(mtlsauth_engine_prepare(bench.engine, &first, NULL), 0);
    rewrite(&bench, STACK(DENY));
    TAP_INT(mtlsauth_engine_prepare(bench.engine, &second, NULL), 0);
    rewrite(&bench, JOHN);
    TAP_INT(mtlsauth_engine_prepare(bench.engine, &third, NULL), 0);
    mtlsauth_snapshot_free(first);
    check_for(&bench, "John");
    mtlsauth_engine_commit(bench.engine, second); /* the order of commits is the caller's */
    check_for(&bench, "nobody");
    mtlsauth_engine_commit(bench.engine, third);
    check_for(&bench, "John");
    bench_close(&bench);
}

static const struct {
    const char *name;
    const char *file, *text; /* written into the set; NULL: removed */
    const char *error;
} failures[] = {
    { "does not parse", "set/other.conf", "stack = (", "set/other.conf:1:" },
    { "an unknown setting", "set/other.conf", "colour = 1;\n" JANE, "unknown setting \"colour\"" },
    { "an unknown plugin", "set/other.conf", STACK(ENTRY("required", "nonesuch", "")),
      "nonesuch" },
    { "nobody can come in", "set/other.conf", TRUST STACK(VALIDITY), "can let anyone in" },
    { "one policy of two", "set/second.conf", "stack = 1;", "set/second.conf:1:" },
    { "the anchors are gone", "set/ca.pem", NULL, "cannot open" },
    { "the anchors are no certificates", "set/ca.pem", "hello", "set/ca.pem" },
    { "no policy is left", "set/other.conf", NULL, "no policy in this directory" },
};

static void a_failed_reload_changes_nothing(void)
{
    mtlsauth_snapshot_t *snapshot;
    mtlsauth_error_t *err;
    size_t i;
    int attempt;

    for (i = 0; i < COUNT(failures); i++) {
        bench_t bench;
        char digest[65];
        tap_row("%s", failures[i].name);
        bench_open(&bench);
        TAP_INT(ask(bench.request, &bench.scene.john), 1);
        snprintf(digest, sizeof(digest), "%s", mtlsauth_decision(bench.request)->policy_digest);
        if (failures[i].text != NULL)
            fixture_write(&bench.scene.fixture, failures[i].file, failures[i].text);
        else
            TAP_INT(remove(fixture_path(&bench.scene.fixture, failures[i].file)), 0);
        for (attempt = 0; attempt < 3; attempt++) { /* said at every attempt, not only the first */
            bench.scene.fixture.log[0] = '\0';
            err = NULL;
            TAP_TRUE(mtlsauth_engine_reload(bench.engine, &err) < 0);
            TAP_HAS(mtlsauth_error_text(err), failures[i].error);
            TAP_TRUE(mtlsauth_error_code(err) < 0);
            TAP_HAS(bench.scene.fixture.log, mtlsauth_error_text(err));
            TAP_HAS(bench.scene.fixture.log, "the old ones stay in force");
            mtlsauth_error_free(err);
            check_for(&bench, "John");
        }
        snapshot = NULL;
        TAP_TRUE(mtlsauth_engine_prepare(bench.engine, &snapshot, NULL) < 0);
        TAP_TRUE(snapshot == NULL);
        TAP_INT(ask(bench.request, &bench.scene.john), 1);
        TAP_STR(mtlsauth_decision(bench.request)->policy_digest, digest);
        /* mended, it loads */
        (void)remove(fixture_path(&bench.scene.fixture, "set/second.conf"));
        fixture_write_bytes(&bench.scene.fixture, "set/ca.pem", bench.scene.root.pem.data,
                            bench.scene.root.pem.size);
        rewrite(&bench, JANE);
        bench.scene.fixture.log[0] = '\0';
        TAP_INT(mtlsauth_engine_reload(bench.engine, &err), 0);
        TAP_TRUE(err == NULL);
        TAP_HAS(bench.scene.fixture.log, "reloaded");
        check_for(&bench, "Jane");
        bench_close(&bench);
    }
}

/* A server whose policies were moved away goes on with those it has. */
static void directory_renamed_away(void)
{
    bench_t bench;
    mtlsauth_error_t *err = NULL;
    char away[1024];

    bench_open(&bench);
    snprintf(away, sizeof(away), "%s/away", bench.scene.fixture.dir);
    TAP_INT(rename(fixture_path(&bench.scene.fixture, "set"), away), 0);
    check_for(&bench, "John");
    TAP_TRUE(mtlsauth_engine_reload(bench.engine, &err) < 0);
    TAP_HAS(mtlsauth_error_text(err), "cannot open");
    TAP_HAS(mtlsauth_error_text(err), fixture_path(&bench.scene.fixture, "set"));
    TAP_HAS(bench.scene.fixture.log, mtlsauth_error_text(err));
    mtlsauth_error_free(err);
    check_for(&bench, "John");
    TAP_INT(rename(away, fixture_path(&bench.scene.fixture, "set")), 0);
    TAP_INT(mtlsauth_engine_reload(bench.engine, NULL), 0);
    check_for(&bench, "John");
    bench_close(&bench);
}

/* Strings of a decision live until reset, however many policies come and go meanwhile. */
static void decisions_outlive_their_policy(void)
{
    bench_t bench;
    mtlsauth_request_t *held;
    const mtlsauth_decision_t *decision;
    char digest[65], json[4096];
    size_t size = sizeof(json);
    int i;

    bench_open(&bench);
    held = new_request(bench.engine);
    TAP_INT(ask(held, &bench.scene.jane), 0);
    decision = mtlsauth_decision(held);
    snprintf(digest, sizeof(digest), "%s", decision->policy_digest);
    for (i = 0; i < 5; i++) {
        rewrite(&bench, i % 2 == 0 ? JANE : JOHN);
        TAP_INT(mtlsauth_engine_reload(bench.engine, NULL), 0);
        check_for(&bench, i % 2 == 0 ? "Jane" : "John");
    }
    TAP_INT(decision->verdict, MTLSAUTH_DENY);
    TAP_STR(decision->policy, "other");
    TAP_STR(decision->policy_digest, digest);
    TAP_STR(trace_of(held), "1 validity ignore, 2 cn bad");
    TAP_STR(decision->trace[1]->file, fixture_path(&bench.scene.fixture, "set/other.conf"));
    TAP_INT(mtlsauth_decision_json(decision, json, &size), 0);
    TAP_HAS(json, digest);
    /* the same request asks the new one from now on, with and without a reset */
    TAP_INT(mtlsauth_authorize(held), 1);
    TAP_TRUE(strcmp(mtlsauth_decision(held)->policy_digest, digest) != 0);
    mtlsauth_request_free(held);
    bench_close(&bench);
}

/* An engine that does not open leaves nothing behind, and says why in the log as well. */
static void an_engine_that_does_not_open(void)
{
    scene_t scene;
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf", "\n\n  colour = 1;\n" JANE);
    engine = fixture_engine(&scene.fixture, "p.conf", &err);
    TAP_TRUE(engine == NULL);
    TAP_STR(mtlsauth_error_file(err), fixture_path(&scene.fixture, "p.conf"));
    TAP_INT(mtlsauth_error_line(err), 3);
    TAP_INT(mtlsauth_error_column(err), 3);
    TAP_INT(mtlsauth_error_code(err), MTLSAUTH_E_POLICY);
    TAP_HAS(mtlsauth_error_message(err), "colour");
    TAP_TRUE(mtlsauth_error_mend(err)[0] != '\0');
    TAP_HAS(scene.fixture.log, mtlsauth_error_text(err));
    TAP_TRUE(strstr(scene.fixture.log, "stay in force") == NULL); /* there are none */
    mtlsauth_error_free(err);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "prepare and commit", prepare_and_commit },
        { "snapshots thrown away", snapshots_thrown_away },
        { "a failed reload changes nothing", a_failed_reload_changes_nothing },
        { "the directory renamed away", directory_renamed_away },
        { "decisions outlive their policy", decisions_outlive_their_policy },
        { "an engine that does not open", an_engine_that_does_not_open },
    };

    return tap_main("reload", tests, COUNT(tests));
}
