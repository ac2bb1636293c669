/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * when_trace.c - conditions of entries: what the trace says of them, what an offline engine makes of
 * what it does not know, and what comes of a condition that is too much work.
 */
#include "when_world.h"

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
        answer_t answer;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", traces[i].stack);
        tap_row("%zu: %s", i, traces[i].stack);
        answer = world_ask(&world, &question);
        TAP_INT(answer.allow, traces[i].allow);
        words_of(answer.request, false, results, sizeof(results));
        TAP_STR(results, traces[i].results);
        TAP_STR(reason_of(answer.request), traces[i].reason);
        answer_free(&answer);
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
        answer_t answer;
        fixture_printf(&world.scene.fixture, "p.conf",
                       TRUST "stack = (\n" VALIDITY
                             "  { control = \"%s\"; file = \"gates.stack\";\n"
                             "    when = \"http.request.uri.path eq '/admin'\"; },\n" PERMIT ");\n",
                       rows[i].control);
        tap_row("%s %s", rows[i].control, rows[i].path);
        answer = world_ask(&world, &question);
        TAP_INT(answer.allow, rows[i].allow);
        words_of(answer.request, false, results, sizeof(results));
        TAP_STR(results, rows[i].results);
        answer_free(&answer);
    }
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
        /* a field that is known does not settle it; the first that is not is named */
        { VALIDITY DENY_WHEN("not (http.host eq 'a.example' or http.request.uri.path eq '/')")
              PERMIT, NULL, "/x", MTLSAUTH_UNDETERMINED, "unavailable",
          "it hangs on http.host, which is not known here" },
        { VALIDITY DENY_WHEN("not (http.host eq 'a.example' or http.request.uri.path eq '/')")
              PERMIT, NULL, NULL, MTLSAUTH_UNDETERMINED, "unavailable",
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
        answer_t answer;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", rows[i].stack);
        tap_row("%zu: %s", i, rows[i].stack);
        answer = world_ask(&world, &question);
        TAP_INT(answer.allow, rows[i].verdict == MTLSAUTH_ALLOW);
        TAP_INT(mtlsauth_decision(answer.request)->verdict, rows[i].verdict);
        TAP_STR(reason_of(answer.request), rows[i].reason);
        if (rows[i].message[0] != '\0')
            TAP_STR(mtlsauth_decision(answer.request)->message, rows[i].message);
        answer_free(&answer);
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
        const char *cheaply; /* the results for a path that is no work: skipped, not "limit" */
    } rows[] = {
        /* a client cannot climb over a gate or a deny list by making it too much work */
        { VALIDITY WHEN("requisite", "deny", "") PERMIT, "success limit", "ignore die", "limit",
          "success skipped success" },
        { VALIDITY WHEN("required", "deny", "") PERMIT, "success limit success", "ignore bad ok",
          "limit", "success skipped success" },
        /* what is granted before it and behind it does not help */
        { VALIDITY CN("required", "John Doe")
              WHEN("required", "cn", "deny = [ \"John*\" ];") PERMIT,
          "success success limit success", "ignore ok bad ok", "limit",
          "success success skipped success" },
        { VALIDITY WHEN("required", "permit", "") ENTRY("sufficient", "permit", ""),
          "success limit success", "ignore bad done", "limit", "success skipped success" },
        /* a grant that hangs on it is not given, and what comes behind decides */
        { VALIDITY WHEN("sufficient", "permit", ""), "success limit", "ignore ignore", "limit",
          "success skipped" },
        { VALIDITY WHEN("optional", "permit", ""), "success limit", "ignore ignore", "limit",
          "success skipped" },
        { VALIDITY WHEN("[success=done default=ignore]", "permit", "") DENY, "success limit rule",
          "ignore ignore die", "rule", "success skipped rule" },
        { VALIDITY WHEN("[success=ok limit=die default=ignore]", "permit", "") PERMIT,
          "success limit", "ignore die", "limit", "success skipped success" },
        /* a stack behind it has no control that could say otherwise */
        { VALIDITY OTHER_WHEN("substack") PERMIT, "success limit", "ignore die", "limit",
          "success skipped success" },
        { VALIDITY OTHER_WHEN("include") PERMIT, "success limit", "ignore die", "limit",
          "success skipped success" },
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
        answer_t answer;
        fixture_printf(&world.scene.fixture, "p.conf", TRUST "stack = (\n%s);\n", rows[i].stack);
        tap_row("%zu: %s", i, rows[i].stack);
        answer = world_ask(&world, &question);
        TAP_INT(answer.allow, 0);
        TAP_STR(reason_of(answer.request), rows[i].reason);
        words_of(answer.request, false, results, sizeof(results));
        TAP_STR(results, rows[i].results);
        words_of(answer.request, true, actions, sizeof(actions));
        TAP_STR(actions, rows[i].actions);
        row = row_of(answer.request, "limit");
        TAP_STR(row != NULL ? row->message : NULL,
                "its condition takes more work than is done for one request");
        (void)judge(answer.request, &(question_t) { &world.scene.john, NULL, "/b" });
        words_of(answer.request, false, results, sizeof(results));
        TAP_STR(results, rows[i].cheaply);
        answer_free(&answer);
    }
    world_close(&world);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "entries that are skipped", skipped_entries },
        { "included stacks under a condition", other_stacks },
        { "undetermined, offline", undetermined },
        { "conditions that are too much work", limits },
    };

    return tap_main("when_trace", tests, COUNT(tests));
}
