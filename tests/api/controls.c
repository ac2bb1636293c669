/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * controls.c - what every control makes of every result, and how entries combine.
 *
 * The expected actions are written out, one letter a result. Verdict and reason follow from them by
 * the rules of the policy language, restated here: nothing is asked of the library but the answer.
 * The policies allow the unverified, so that only the stack decides.
 */
#include "result_plugins.h"
#include "scene.h"

#include <limits.h>
#include <stdbool.h>

#define N_NAMES (COUNT(result_names) - 1)

/*
 * Letters: o ok, d done, i ignore, b bad, x die. They stand for the results in this order:
 *
 *     error success ignore  no_certificate malformed untrusted bad_signature
 *     expired not_yet_valid wrong_purpose constraint  weak revoked revocation_unknown no_match
 *     rule host_mismatch no_policy no_grant  unverified limit unavailable rate_limited
 */
#define REST_BAD "bbbb bbbb bbbb bbbb bbbb"
#define REST_DIE "xxxx xxxx xxxx xxxx xxxx"
#define REST_IGNORE "iiii iiii iiii iiii iiii"

typedef struct control_row {
    const char *control;
    const char *grant;    /* actions of a plugin that grants */
    const char *gate;     /* of a gate; NULL: such an entry does not load, for this reason: */
    const char *gate_error;
} control_row_t;

static const control_row_t controls[] = {
    /* the four words; a gate's success is ignore */
    { "required", "boi " REST_BAD, "bii " REST_BAD, NULL },
    { "requisite", "xoi " REST_DIE, "xii " REST_DIE, NULL },
    { "sufficient", "idi " REST_IGNORE, NULL, "is a gate here" },
    { "optional", "ioi " REST_IGNORE, "iii " REST_IGNORE, NULL },
    /* the same four, spelled out */
    { "[success=ok ignore=ignore default=bad]", "boi " REST_BAD, NULL, "is a gate here" },
    { "[success=ok ignore=ignore default=die]", "xoi " REST_DIE, NULL, "is a gate here" },
    { "[success=done default=ignore]", "idi " REST_IGNORE, NULL, "is a gate here" },
    { "[success=ok default=ignore]", "ioi " REST_IGNORE, NULL, "is a gate here" },
    /* a gate's success may be named as what it is */
    { "[success=ignore ignore=ignore default=die]", "xii " REST_DIE, "xii " REST_DIE, NULL },
    /* what is not listed is bad, and a gate's success is ignore all the same */
    { "[success=ok]", "bob " REST_BAD, NULL, "is a gate here" },
    { "[success=done]", "bdb " REST_BAD, NULL, "is a gate here" },
    { "[ignore=ignore]", "bbi " REST_BAD, "bii " REST_BAD, NULL },
    { "[expired=ignore]", "bbb bbbb ibbb bbbb bbbb bbbb", "bib bbbb ibbb bbbb bbbb bbbb", NULL },
    /* single results among a default */
    { "[success=ok ignore=ignore expired=ignore default=die]", "xoi xxxx ixxx xxxx xxxx xxxx",
      NULL, "is a gate here" },
    { "[success=ok no_match=ignore revoked=die rate_limited=ignore]",
      "bob bbbb bbbb bxbi bbbb bbbi", NULL, "is a gate here" },
    { "[no_certificate=ignore untrusted=bad default=die]", "xxx ixbx xxxx xxxx xxxx xxxx",
      "xix ixbx xxxx xxxx xxxx xxxx", NULL },
    /* the order does not matter, nor does how much stands between */
    { "[ default=ignore   success=ok\\terror=die ]", "xoi " REST_IGNORE, NULL, "is a gate here" },
    /* a client for whom the entry holds can be kept out */
    { "[success=die default=ignore]", "ixi " REST_IGNORE, "ixi " REST_IGNORE, NULL },
    { "[success=bad ignore=bad default=ignore]", "ibb " REST_IGNORE, "ibb " REST_IGNORE, NULL },
};

/* Numbers that are no results count as error. */
static const int strange_numbers[] = { -1, 23, 24, 255, 256, 257, INT_MAX, INT_MIN };

/* The action a row expects of a result; blanks in the row are for the reader. */
static char letter_of(const char *letters, size_t result)
{
    for (;; letters++) {
        if (*letters == ' ')
            continue;
        if (*letters == '\0' || result == 0)
            return *letters;
        result--;
    }
}

static const char *word_of(char letter)
{
    switch (letter) {
    case 'o':
        return "ok";
    case 'd':
        return "done";
    case 'i':
        return "ignore";
    case 'b':
        return "bad";
    default:
        return "die";
    }
}

/* Results that have no name are written as numbers. */
static bool is_number(const char *result)
{
    return result[0] == '-' || (result[0] >= '0' && result[0] <= '9');
}

/* One entry of a stack as text. */
static void put_entry(char *out, size_t room, const char *control, const char *plugin,
                      const char *result)
{
    snprintf(out, room,
             is_number(result) ? "  { control = \"%s\"; plugin = \"%s\"; number = %s; },\n"
                               : "  { control = \"%s\"; plugin = \"%s\"; returns = \"%s\"; },\n",
             control, plugin, result);
}

static void use_result_plugins(fixture_t *fixture)
{
    fixture->linked = result_plugins;
    fixture->n_linked = N_RESULT_PLUGINS;
}

typedef struct expected {
    bool allow;
    const char *reason;
    const char *entry; /* NULL: any */
    size_t n_trace;
} expected_t;

/* An entry alone in its stack. */
static expected_t expect_alone(char letter, const char *result)
{
    bool failed = strcmp(result, "success") != 0 && strcmp(result, "ignore") != 0;

    if (letter == 'o' || letter == 'd')
        return (expected_t) { true, "success", "1", 1 };
    if (letter == 'i' && !failed)
        return (expected_t) { false, "no_grant", "", 1 };
    return (expected_t) { false, result, "1", 1 };
}

/* The entry followed by a required one that holds. */
static expected_t expect_followed(char letter, const char *result)
{
    switch (letter) {
    case 'd':
        return (expected_t) { true, "success", "1", 1 };
    case 'b':
        return (expected_t) { false, result, "1", 2 };
    case 'x':
        return (expected_t) { false, result, "1", 1 };
    default:
        return (expected_t) { true, "success", "2", 2 };
    }
}

static void check_answer(fixture_t *fixture, const char *entries, const char *result,
                         char letter, const expected_t *expected)
{
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    const mtlsauth_decision_t *decision;

    fixture_printf(fixture, "p.conf", "allow_unverified = true;\nstack = (\n%s);\n", entries);
    engine = fixture_engine_ok(fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(ask(request, NULL), expected->allow ? 1 : 0);
    decision = mtlsauth_decision(request);
    TAP_INT(decision->verdict, expected->allow ? MTLSAUTH_ALLOW : MTLSAUTH_DENY);
    TAP_INT(decision->would, decision->verdict);
    TAP_STR(decision->reason, expected->reason);
    TAP_STR(result_names[decision->result], expected->reason);
    TAP_STR(decision->entry, expected->entry);
    if (TAP_INT(decision->n_trace, expected->n_trace)) {
        TAP_STR(decision->trace[0]->result, result);
        TAP_STR(decision->trace[0]->action, word_of(letter));
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

/* One control, kind and result. `returns` is what the entry says, `result` what that counts as. */
static void check_cell(fixture_t *fixture, const control_row_t *row, bool grants,
                       const char *returns, size_t result)
{
    const char *letters = grants ? row->grant : row->gate;
    char letter = letter_of(letters, result);
    char yes = letter_of(letters, MTLSAUTH_SUCCESS);
    char entries[1024];
    expected_t expected;
    size_t used;

    tap_row("%s %s under %s", grants ? "granting" : "gate", returns, row->control);
    put_entry(entries, sizeof(entries), row->control, grants ? "result" : "gate", returns);
    if (yes == 'o' || yes == 'd') { /* else nothing grants, and the stack does not load */
        expected = expect_alone(letter, result_names[result]);
        check_answer(fixture, entries, result_names[result], letter, &expected);
    }
    used = strlen(entries);
    put_entry(entries + used, sizeof(entries) - used, "required", "result", "success");
    expected = expect_followed(letter, result_names[result]);
    check_answer(fixture, entries, result_names[result], letter, &expected);
}

static void check_control(bool grants)
{
    fixture_t fixture;
    char number[16];
    size_t i, j;

    fixture_open(&fixture);
    use_result_plugins(&fixture);
    for (i = 0; i < COUNT(controls); i++) {
        if (!grants && controls[i].gate == NULL)
            continue;
        for (j = 0; j < N_NAMES; j++)
            check_cell(&fixture, &controls[i], grants, result_names[j], j);
        for (j = 0; j < COUNT(strange_numbers); j++) {
            snprintf(number, sizeof(number), "%d", strange_numbers[j]);
            check_cell(&fixture, &controls[i], grants, number, MTLSAUTH_ERROR);
        }
    }
    fixture_close(&fixture);
}

static void every_control_and_result(void)
{
    check_control(true);
    check_control(false);
}

/* The table is whole: a letter for every result, and the names and numbers agree with types.h. */
static void table_is_whole(void)
{
    size_t i, j;

    TAP_INT(N_NAMES, MTLSAUTH_N_RESULTS);
    for (i = 0; i < COUNT(controls); i++) {
        tap_row("%s", controls[i].control);
        for (j = 0; j < N_NAMES; j++) {
            TAP_TRUE(letter_of(controls[i].grant, j) != '\0');
            TAP_TRUE(controls[i].gate == NULL || letter_of(controls[i].gate, j) != '\0');
        }
        TAP_INT(letter_of(controls[i].grant, N_NAMES), '\0');
        TAP_TRUE((controls[i].gate == NULL) == (controls[i].gate_error != NULL));
    }
    for (j = 0; j < N_NAMES; j++)
        TAP_STR(mtlsauth_result_name((int)j), result_names[j]);
    for (j = 0; j < COUNT(strange_numbers); j++)
        TAP_STR(mtlsauth_result_name(strange_numbers[j]), "error");
}

/* Controls under which a gate would seem to let in, or nobody could come in at all. */
static void stacks_that_do_not_load(void)
{
    fixture_t fixture;
    char entries[1024];
    size_t i, used;

    fixture_open(&fixture);
    use_result_plugins(&fixture);
    for (i = 0; i < COUNT(controls); i++) {
        char yes = letter_of(controls[i].grant, MTLSAUTH_SUCCESS);
        tap_row("%s", controls[i].control);
        if (controls[i].gate_error != NULL) {
            put_entry(entries, sizeof(entries), controls[i].control, "gate", "success");
            used = strlen(entries);
            put_entry(entries + used, sizeof(entries) - used, "required", "result", "success");
            fixture_printf(&fixture, "p.conf", "allow_unverified = true;\nstack = (%s);\n",
                           entries);
            TAP_HAS(fixture_error(&fixture, "p.conf"), controls[i].gate_error);
        }
        put_entry(entries, sizeof(entries), controls[i].control,
                  yes == 'o' || yes == 'd' ? "gate" : "result", "success");
        fixture_printf(&fixture, "p.conf", "allow_unverified = true;\nstack = (%s);\n", entries);
        TAP_HAS(fixture_error(&fixture, "p.conf"),
                controls[i].gate_error != NULL ? controls[i].gate_error
                                               : "nothing in this stack can let anyone in");
    }
    fixture_close(&fixture);
}

/* ---- several entries ----------------------------------------------------------------------- */

typedef struct combination {
    const char *entries[6][2]; /* control, result */
    const char *actions;       /* of the entries that were reached */
    const char *reason;        /* "success": allowed */
    const char *entry;         /* that decided */
} combination_t;

static const combination_t combinations[] = {
    /* done ends the stack: the refusal behind it is not reached */
    { { { "sufficient", "success" }, { "required", "revoked" } }, "d", "success", "1" },
    /* done after a bad neither ends the stack nor turns the bad back */
    { { { "required", "no_match" }, { "sufficient", "success" }, { "required", "success" } },
      "bdo", "no_match", "1" },
    /* bad does not end the stack, die does */
    { { { "required", "expired" }, { "requisite", "revoked" }, { "required", "success" } },
      "bx", "expired", "1" },
    { { { "requisite", "revoked" }, { "required", "success" } }, "x", "revoked", "1" },
    /* an ok before it does not help against a bad, nor against a die */
    { { { "required", "success" }, { "required", "no_match" } }, "ob", "no_match", "2" },
    { { { "optional", "success" }, { "requisite", "rule" } }, "ox", "rule", "2" },
    /* the first bad is the reason, not the last */
    { { { "required", "weak" }, { "required", "expired" }, { "required", "revoked" } }, "bbb",
      "weak", "1" },
    /* a failure that was ignored is not the reason where something was bad */
    { { { "optional", "untrusted" }, { "required", "rule" }, { "optional", "limit" } }, "ibi",
      "rule", "2" },
    /* an optional failure does not matter if another entry says yes */
    { { { "optional", "no_match" }, { "sufficient", "success" } }, "id", "success", "2" },
    { { { "sufficient", "success" }, { "optional", "no_match" } }, "d", "success", "1" },
    { { { "optional", "success" }, { "optional", "no_match" } }, "oi", "success", "1" },
    /* alternatives: the first that holds ends it, and if none does the last failure is why */
    { { { "sufficient", "no_match" }, { "sufficient", "success" }, { "sufficient", "error" } },
      "id", "success", "2" },
    { { { "sufficient", "expired" }, { "sufficient", "no_match" } }, "ii", "no_match", "2" },
    { { { "sufficient", "no_match" }, { "optional", "expired" }, { "optional", "ignore" } },
      "iii", "expired", "2" },
    /* nobody had an opinion: no entry to blame */
    { { { "required", "ignore" }, { "sufficient", "ignore" } }, "ii", "no_grant", "" },
    /* one yes is enough beside an entry without an opinion */
    { { { "required", "ignore" }, { "required", "success" } }, "io", "success", "2" },
    { { { "required", "success" }, { "required", "ignore" } }, "oi", "success", "1" },
    /* a broken plugin is a failure like others */
    { { { "required", "99" }, { "sufficient", "success" } }, "bd", "error", "1" },
    { { { "sufficient", "-7" }, { "required", "success" } }, "io", "success", "2" },
    /* a bracket that forgives one result */
    { { { "[success=ok expired=ignore default=die]", "expired" },
        { "[success=ok expired=ignore default=die]", "success" } },
      "io", "success", "2" },
};

static void entries_combine(void)
{
    fixture_t fixture;
    size_t i, j;

    fixture_open(&fixture);
    use_result_plugins(&fixture);
    for (i = 0; i < COUNT(combinations); i++) {
        const combination_t *row = &combinations[i];
        const char *first = row->entries[0][1];
        char entries[2048] = "";
        expected_t expected = { strcmp(row->reason, "success") == 0, row->reason, row->entry,
                                strlen(row->actions) };
        for (j = 0; j < COUNT(row->entries) && row->entries[j][0] != NULL; j++)
            put_entry(entries + strlen(entries), sizeof(entries) - strlen(entries),
                      row->entries[j][0], "result", row->entries[j][1]);
        tap_row("%zu: %s", i, entries);
        if (is_number(first))
            first = "error";
        check_answer(&fixture, entries, first, row->actions[0], &expected);
    }
    fixture_close(&fixture);
}

/* All rows of one trace, not the first alone. */
static void every_row_of_the_trace(void)
{
    fixture_t fixture;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    fixture_open(&fixture);
    use_result_plugins(&fixture);
    fixture_write(&fixture, "p.conf",
                  "allow_unverified = true;\n" STACK(
                      ENTRY("required", "gate", "says = \"a\\nb\";")
                      ENTRY("required", "result", "returns = \"weak\";")
                      ENTRY("sufficient", "result", "")
                      ENTRY("optional", "result", "returns = \"limit\";")
                      ENTRY("requisite", "gate", "returns = \"rule\";")
                      ENTRY("required", "result", "")));
    engine = fixture_engine_ok(&fixture, "p.conf");
    request = new_request(engine);
    TAP_INT(ask(request, NULL), 0);
    TAP_STR(trace_of(request),
            "1 gate ignore, 2 result bad, 3 result done, 4 result ignore, 5 gate die");
    TAP_STR(mtlsauth_decision(request)->trace[1]->control, "required");
    TAP_STR(mtlsauth_decision(request)->trace[1]->file, fixture_path(&fixture, "p.conf"));
    TAP_INT(mtlsauth_decision(request)->trace[1]->line, 4);
    TAP_TRUE(strchr(mtlsauth_decision(request)->trace[0]->message, '\n') == NULL);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "the table is whole", table_is_whole },
        { "every control and result, of grants and gates", every_control_and_result },
        { "controls that do not load", stacks_that_do_not_load },
        { "entries combine", entries_combine },
        { "every row of the trace", every_row_of_the_trace },
    };

    return tap_main("controls", tests, COUNT(tests));
}
