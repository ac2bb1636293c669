/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.c - include and substack: what is spliced, what is confined, how rows are numbered, where
 * paths begin and how deep it may go. The policies allow the unverified: only the stack decides.
 */
#include "result_plugins.h"
#include "scene.h"

#define YES(control) ENTRY(control, "result", "")
#define SAYS(control, result) ENTRY(control, "result", "returns = \"" result "\";")
#define INCLUDE(file) OTHER("include", file)
#define SUBSTACK(file) OTHER("substack", file)

typedef struct stack_row {
    const char *policy; /* entries */
    const char *a;      /* of a.stack */
    const char *b;      /* of b.stack */
    const char *reason; /* "success": allowed */
    const char *entry;  /* that decided */
    const char *trace;
} stack_row_t;

static const stack_row_t rows[] = {
    /* an included stack counts entry by entry */
    { INCLUDE("a.stack") YES("required"), SAYS("required", "weak") YES("required"), "",
      "weak", "1.1", "1.1 result bad, 1.2 result ok, 2 result ok" },
    /* its done ends the whole */
    { INCLUDE("a.stack") SAYS("required", "revoked"),
      SAYS("sufficient", "no_match") YES("sufficient") YES("required"), "",
      "success", "1.2", "1.1 result ignore, 1.2 result done" },
    /* and so does its die */
    { INCLUDE("a.stack") YES("required"), SAYS("requisite", "rule") YES("required"), "",
      "rule", "1.1", "1.1 result die" },
    /* a bad before it: its done does not end anything */
    { SAYS("required", "expired") INCLUDE("a.stack") YES("required"),
      YES("sufficient") YES("required"), "",
      "expired", "1", "1 result bad, 2.1 result done, 2.2 result ok, 3 result ok" },
    /* an included stack in which nobody says yes grants nobody */
    { INCLUDE("a.stack"), SAYS("optional", "no_match") YES("[success=ignore default=bad]")
      SAYS("optional", "expired"), "", "expired", "1.3",
      "1.1 result ignore, 1.2 result ignore, 1.3 result ignore" },
    /* a substack that allows counts as one ok, and its done is confined */
    { SUBSTACK("a.stack") SAYS("required", "revoked"),
      YES("sufficient") SAYS("required", "weak"), "",
      "revoked", "2", "1 substack ok, 1.1 result done, 2 result bad" },
    { SUBSTACK("a.stack"), YES("sufficient") SAYS("required", "weak"), "", "success", "1.1",
      "1 substack ok, 1.1 result done" },
    /* one that refuses counts as one bad, and its die is confined; the inner entry is the reason */
    { SUBSTACK("a.stack") YES("required"), SAYS("requisite", "no_match") YES("required"), "",
      "no_match", "1.1", "1 substack bad, 1.1 result die, 2 result ok" },
    { SUBSTACK("a.stack") YES("sufficient") YES("required"),
      YES("required") SAYS("required", "limit") YES("required"), "", "limit", "1.2",
      "1 substack bad, 1.1 result ok, 1.2 result bad, 1.3 result ok, 2 result done, 3 result ok" },
    /* one without a yes has no opinion */
    { SUBSTACK("a.stack") YES("required"), SAYS("optional", "no_match"), "", "success", "2",
      "1 substack ignore, 1.1 result ignore, 2 result ok" },
    { SUBSTACK("a.stack") SAYS("optional", "ignore"), SAYS("optional", "no_match"), "",
      "no_match", "1.1", "1 substack ignore, 1.1 result ignore, 2 result ignore" },
    /* a bad before a substack does not keep its done from ending the substack */
    { SAYS("required", "weak") SUBSTACK("a.stack"), YES("sufficient") YES("required"), "",
      "weak", "1", "1 result bad, 2 substack ok, 2.1 result done" },
    /* an include inside a substack ends the substack, no more */
    { SUBSTACK("a.stack") YES("required"), INCLUDE("b.stack") SAYS("required", "weak"),
      YES("sufficient"), "success", "2",
      "1 substack ok, 1.1.1 result done, 2 result ok" },
    /* a substack inside an include */
    { YES("optional") INCLUDE("a.stack") YES("required"),
      YES("optional") SUBSTACK("b.stack") YES("optional"), SAYS("requisite", "rule"),
      "rule", "2.2.1",
      "1 result ok, 2.1 result ok, 2.2 substack bad, 2.2.1 result die, 2.3 result ok, "
      "3 result ok" },
    /* a substack inside a substack: the verdict goes up */
    { SUBSTACK("a.stack") YES("required"), YES("required") SUBSTACK("b.stack"),
      SAYS("required", "untrusted"), "untrusted", "1.2.1",
      "1 substack bad, 1.1 result ok, 1.2 substack bad, 1.2.1 result bad, 2 result ok" },
    /* the same file twice is no loop */
    { INCLUDE("a.stack") INCLUDE("a.stack") SUBSTACK("a.stack"), YES("required"), "", "success",
      "3.1", "1.1 result ok, 2.1 result ok, 3 substack ok, 3.1 result ok" },
};

static void open_with_plugins(fixture_t *fixture)
{
    fixture_open(fixture);
    fixture->linked = result_plugins;
    fixture->n_linked = N_RESULT_PLUGINS;
}

static void include_and_substack(void)
{
    fixture_t fixture;
    size_t i;

    open_with_plugins(&fixture);
    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        tap_row("%zu: %s", i, rows[i].trace);
        fixture_printf(&fixture, "p.conf", "allow_unverified = true;\nstack = (%s);",
                       rows[i].policy);
        fixture_printf(&fixture, "a.stack", "stack = (%s);", rows[i].a);
        fixture_printf(&fixture, "b.stack", "stack = (%s);", rows[i].b);
        engine = fixture_engine_ok(&fixture, "p.conf");
        request = new_request(engine);
        TAP_INT(ask(request, NULL), strcmp(rows[i].reason, "success") == 0);
        TAP_STR(reason_of(request), rows[i].reason);
        TAP_STR(mtlsauth_decision(request)->entry, rows[i].entry);
        TAP_STR(trace_of(request), rows[i].trace);
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    fixture_close(&fixture);
}

/* The trace names the file and line in which an entry really stands. */
static void rows_say_where_they_stand(void)
{
    fixture_t fixture;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    const mtlsauth_decision_t *decision;

    open_with_plugins(&fixture);
    fixture_write(&fixture, "p.conf", "allow_unverified = true;\n" STACK(SUBSTACK("a.stack")));
    fixture_write(&fixture, "a.stack", "# one\n# two\n" STACK(SAYS("optional", "weak")
                                                           YES("required")));
    engine = fixture_engine_ok(&fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(ask(request, NULL), 1);
    decision = mtlsauth_decision(request);
    if (TAP_INT(decision->n_trace, 3)) {
        TAP_STR(decision->trace[0]->file, fixture_path(&fixture, "p.conf"));
        TAP_INT(decision->trace[0]->line, 3);
        TAP_STR(decision->trace[0]->control, "substack");
        TAP_STR(decision->trace[2]->file, fixture_path(&fixture, "a.stack"));
        TAP_INT(decision->trace[2]->line, 5);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

/* Paths begin at the file they stand in, also those of an included file. */
static void relative_paths(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p/api.conf",
                  "trust = { anchors = [ \"../ca.pem\" ]; };\n" STACK(INCLUDE("../s/a.stack")));
    fixture_write(&scene.fixture, "s/a.stack", STACK(VALIDITY INCLUDE("deep/b.stack")));
    fixture_write(&scene.fixture, "s/deep/b.stack",
                  STACK(ENTRY("required", "cn", "allow_file = \"names\";")));
    fixture_write(&scene.fixture, "s/deep/names", "John Doe\n");
    fixture_write(&scene.fixture, "names", "Jane Roe\n");   /* not this one */
    fixture_write(&scene.fixture, "p/names", "Jane Roe\n"); /* nor this */
    engine = fixture_engine_ok(&scene.fixture, "p/api.conf");
    request = new_request(engine);
    TAP_INT(ask(request, &scene.john), 1);
    TAP_STR(trace_of(request), "1.1 validity ignore, 1.2.1 cn ok");
    TAP_INT(ask(request, &scene.jane), 0);
    TAP_STR(reason_of(request), "no_match");
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture_write(&scene.fixture, "s/a.stack", STACK(VALIDITY INCLUDE("b.stack")));
    TAP_HAS(fixture_error(&scene.fixture, "p/api.conf"), "cannot open DIR/p/../s/b.stack");
    scene_close(&scene);
}

/* A chain of files, each including the next: p.conf, 1.stack, ... */
static const char *chain_error(fixture_t *fixture, const char *control, unsigned files)
{
    unsigned i;
    char name[32];

    fixture_printf(fixture, "p.conf",
                   "allow_unverified = true; stack = ({ control = \"%s\"; file = \"1.stack\"; });",
                   control);
    for (i = 1; i <= files; i++) {
        snprintf(name, sizeof(name), "%u.stack", i);
        if (i == files)
            fixture_write(fixture, name, STACK(YES("required")));
        else
            fixture_printf(fixture, name,
                           "stack = ({ control = \"%s\"; file = \"%u.stack\"; });", control,
                           i + 1);
    }
    return fixture_error(fixture, "p.conf");
}

static void depth_and_loops(void)
{
    static const char *const controls[] = { "include", "substack" };
    fixture_t fixture;
    size_t i;

    open_with_plugins(&fixture);
    for (i = 0; i < COUNT(controls); i++) {
        tap_row("%s", controls[i]);
        TAP_STR(chain_error(&fixture, controls[i], 15), "");
        TAP_HAS(chain_error(&fixture, controls[i], 16), "more than 16 deep");
        /* a file that includes itself, and two that include each other */
        (void)chain_error(&fixture, controls[i], 2);
        fixture_printf(&fixture, "2.stack", "stack = ({ control = \"%s\"; file = \"2.stack\"; });",
                       controls[i]);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "include loop");
        fixture_printf(&fixture, "2.stack", "stack = ({ control = \"%s\"; file = \"1.stack\"; });",
                       controls[i]);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "include loop");
        /* the same file under another name is the same file */
        TAP_INT(fixture_run(&fixture, "ln -sf 1.stack alias.stack"), 0);
        fixture_printf(&fixture, "2.stack",
                       "stack = ({ control = \"%s\"; file = \"alias.stack\"; });", controls[i]);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "include loop");
    }
    fixture_close(&fixture);
}

/* What is included holds a stack alone, and including takes nothing but a file. */
static void included_files(void)
{
    static const struct {
        const char *policy, *a, *error;
    } cases[] = {
        /* settings of a policy */
        { INCLUDE("a.stack"), "mode = \"monitor\";\n" STACK(YES("required")),
          "DIR/a.stack:1:1: unknown setting \"mode\"" },
        { INCLUDE("a.stack"), TRUST STACK(YES("required")), "unknown setting \"trust\"" },
        { SUBSTACK("a.stack"), "allow_unverified = true;\n" STACK(YES("required")),
          "unknown setting \"allow_unverified\"" },
        /* no stack */
        { INCLUDE("a.stack"), "", "DIR/a.stack:1:1: no stack" },
        /* no file, no such file, a directory */
        { "{ control = \"include\"; },", "", "without a file" },
        { INCLUDE("none.stack"), "", "cannot open DIR/none.stack" },
        { INCLUDE("plugins"), "", "is not a regular file" },
        { "{ control = \"include\"; file = \"\"; },", "", "the path is empty" },
        /* more than a file */
        { "{ control = \"substack\"; file = \"a.stack\"; plugin = \"result\"; },",
          STACK(YES("required")), "unknown setting \"plugin\"" },
        /* an included stack cannot be told from one that stands there: nothing grants */
        { INCLUDE("a.stack"), STACK(ENTRY("required", "gate", "")),
          "nothing in this stack can let anyone in" },
        { SUBSTACK("a.stack"), STACK(ENTRY("required", "gate", "")),
          "nothing in this stack can let anyone in" },
    };
    fixture_t fixture;
    size_t i;

    open_with_plugins(&fixture);
    for (i = 0; i < COUNT(cases); i++) {
        tap_row("%zu: %s", i, cases[i].error);
        fixture_printf(&fixture, "p.conf", "allow_unverified = true;\nstack = (%s);",
                       cases[i].policy);
        fixture_write(&fixture, "a.stack", cases[i].a);
        TAP_HAS(fixture_error(&fixture, "p.conf"), cases[i].error);
    }
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "include and substack", include_and_substack },
        { "rows of the trace say where they stand", rows_say_where_they_stand },
        { "relative paths", relative_paths },
        { "depth and loops", depth_and_loops },
        { "included files", included_files },
    };

    return tap_main("stack", tests, COUNT(tests));
}
