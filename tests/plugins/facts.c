/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts: what one plugin sets and another reads, what servers supply, and who may write what. */
#include <mtlsauth/plugin.h>

#include "judge.h"

static fixture_t fixture;
static issued_t root, leaf;

static const char app_user[] = "app.user";

/* ---- the plugins ----------------------------------------------------------------------------- */

static const mtlsauth_fact_t score_facts[] = {
    { .name = "acme.score", .type = MTLSAUTH_TYPE_INT, .help = "a number" },
    { .name = "acme.name", .type = MTLSAUTH_TYPE_STRING, .help = "a text" },
};

/* Sets a number and a string; the string is in memory that is gone afterwards. */
static int set_both(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    char name[] = "J\0hn"; /* a fact is octets: NUL is no end */

    self->core->set_number(request, 0, INT64_MIN + 7);
    self->core->set_string(request, 1, name, sizeof(name) - 1);
    memset(name, 'x', sizeof(name));
    return MTLSAUTH_SUCCESS;
}

static const mtlsauth_plugin_t score = {
    MTLSAUTH_PLUGIN_HEAD, .name = "score", .summary = "sets facts", .writes = score_facts,
    .n_writes = MTLSAUTH_COUNT(score_facts), .check = set_both,
};

static const char *const score_names[] = { "acme.score", "acme.name" };

static int read_both(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;
    const char *bytes = NULL;
    int64_t number = 0;
    size_t size = 0;

    if (!core->get_number(request, 0, &number) || number != INT64_MIN + 7)
        return MTLSAUTH_NO_MATCH;
    if (!core->get_string(request, 1, &bytes, &size) || size != 4 || memcmp(bytes, "J\0hn", 4) != 0)
        return MTLSAUTH_NO_MATCH;
    /* neither reads as the other, and what was not declared does not read at all */
    if (core->get_string(request, 0, &bytes, &size) || core->get_number(request, 1, &number)
        || core->get_number(request, 2, &number) || core->get_number(request, ~0u, &number))
        return MTLSAUTH_RULE;
    return MTLSAUTH_SUCCESS;
}

static const mtlsauth_plugin_t reader = {
    MTLSAUTH_PLUGIN_HEAD, .name = "reader", .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "reads facts",
    .reads = score_names, .n_reads = MTLSAUTH_COUNT(score_names), .check = read_both,
};

/* Says yes, and breaks the contract in one way each. */
static int write_undeclared(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->set_number(request, 1, 1);
    return MTLSAUTH_SUCCESS;
}

static int write_another_type(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->set_string(request, 0, "7", 1);
    return MTLSAUTH_SUCCESS;
}

static int write_first(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->set_number(request, 0, 1);
    return MTLSAUTH_SUCCESS;
}

static int say_yes(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    (void)self;
    (void)request;
    return MTLSAUTH_SUCCESS;
}

static const mtlsauth_fact_t verified_fact[] = {
    { .name = "cert_verified", .type = MTLSAUTH_TYPE_BOOL, .help = "a lie" },
};
static const mtlsauth_fact_t revoked_fact[] = {
    { .name = "cert_revoked", .type = MTLSAUTH_TYPE_BOOL, .help = "a lie" },
};
static const mtlsauth_fact_t plain_fact[] = {
    { .name = "score", .type = MTLSAUTH_TYPE_INT, .help = "a name without a prefix" },
};
static const mtlsauth_fact_t reserved_fact[] = {
    { .name = "tls.version", .type = MTLSAUTH_TYPE_STRING, .help = "a server's" },
};
static const mtlsauth_fact_t text_score_fact[] = {
    { .name = "acme.score", .type = MTLSAUTH_TYPE_STRING, .help = "of another type" },
};

#define GRANT(id, facts, function)                                                                 \
    {                                                                                              \
        MTLSAUTH_PLUGIN_HEAD, .name = (id), .flags = MTLSAUTH_PLUGIN_GRANT, .summary = "",         \
        .writes = (facts), .n_writes = MTLSAUTH_COUNT(facts), .check = (function),                 \
    }

static const mtlsauth_plugin_t undeclared
    = { MTLSAUTH_PLUGIN_HEAD, .name = "undeclared", .flags = MTLSAUTH_PLUGIN_GRANT, .summary = "",
        .writes = score_facts, .n_writes = 1, .check = write_undeclared };
static const mtlsauth_plugin_t another_type
    = { MTLSAUTH_PLUGIN_HEAD, .name = "another_type", .flags = MTLSAUTH_PLUGIN_GRANT, .summary = "",
        .writes = score_facts, .n_writes = 1, .check = write_another_type };
static const mtlsauth_plugin_t verified_liar = GRANT("verified_liar", verified_fact, write_first);
static const mtlsauth_plugin_t revoked_liar = GRANT("revoked_liar", revoked_fact, write_first);
static const mtlsauth_plugin_t silent_liar = GRANT("silent_liar", verified_fact, say_yes);
static const mtlsauth_plugin_t no_prefix = GRANT("no_prefix", plain_fact, write_first);
static const mtlsauth_plugin_t reserved = GRANT("reserved", reserved_fact, say_yes);
static const mtlsauth_plugin_t text_score = GRANT("text_score", text_score_fact, say_yes);

static const char *const user_name[] = { app_user };

static int is_john(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const char *user;
    size_t size;

    if (!self->core->get_string(request, 0, &user, &size))
        return MTLSAUTH_UNAVAILABLE;
    return size == 4 && memcmp(user, "john", 4) == 0 ? MTLSAUTH_SUCCESS : MTLSAUTH_RULE;
}

static const mtlsauth_plugin_t john = {
    MTLSAUTH_PLUGIN_HEAD, .name = "john", .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "the user is john",
    .reads = user_name, .n_reads = 1, .check = is_john,
};

static const mtlsauth_plugin_t *const linked[] = {
    &score,        &reader,      &undeclared, &another_type, &verified_liar, &revoked_liar,
    &silent_liar, &no_prefix, &reserved,  &text_score,   &john,
};

/* ---- set and read ---------------------------------------------------------------------------- */

#define REQUIRED(plugin) "{ control = \"required\"; plugin = \"" plugin "\"; }"
#define SCORE_SKIPPED                                                                              \
    "{ control = \"sufficient\"; plugin = \"permit\"; }, " REQUIRED("score") ", "                  \
    REQUIRED("reader")

static void hands_facts_on(void)
{
    answer_t answer;

    put_policy(&fixture, "p.conf", NULL, NULL, REQUIRED("score") ", " REQUIRED("reader"));
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &leaf });
    TAP_STR(answer.trace, "validity=success score=success reader=success");
    TAP_TRUE(answer.allowed);
}

/* A second request on the same object finds nothing of the first. */
static void forgets_facts(void)
{
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    const question_t question = { .leaf = &leaf };
    int i;

    put_policy(&fixture, "p.conf", NULL, NULL, REQUIRED("score") ", " REQUIRED("reader"));
    engine = fixture_engine_ok(&fixture, "p.conf");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    for (i = 0; i < 3; i++) {
        TAP_STR(judge_request(request, &question).reason, "success");
        if (i == 1)
            mtlsauth_request_reset(request);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

static const struct {
    const char *what;
    const char *entries;
    const char *error;
} loads[] = {
    { "read, and nothing sets it", REQUIRED("reader"), "reads acme.score" },
    { "read before it is set", REQUIRED("reader") ", " REQUIRED("score"), "reads acme.score" },
    { "set in a branch that may end the stack first",
      "{ control = \"substack\"; file = \"skip.stack\"; }, " REQUIRED("reader"),
      "reads acme.score, which no entry may have set" },
    { "a name without a prefix", REQUIRED("no_prefix"), "\"score\"" },
    { "a name of the server's", REQUIRED("reserved"), "\"tls.version\"" },
    { "one fact of two types", REQUIRED("score") ", " REQUIRED("text_score"),
      "\"acme.score\" is already something else" },
    { "an attribute that the server does not supply", REQUIRED("john"),
      "reads app.user, which this server never supplies" },
};

static void refuses_at_load(void)
{
    size_t i;

    fixture_write(&fixture, "skip.stack",
                  "stack = ( { control = \"sufficient\"; plugin = \"permit\"; }, " REQUIRED("score")
                  " );\n");
    for (i = 0; i < COUNT(loads); i++) {
        tap_row("%s", loads[i].what);
        put_policy(&fixture, "p.conf", NULL, NULL, loads[i].entries);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
        TAP_HAS(fixture_error(&fixture, "p.conf"), loads[i].error);
    }
}

/* A route that never comes to the reader does not have to set anything. */
static void asks_routes_that_arrive(void)
{
    put_policy(&fixture, "p.conf", NULL, NULL, SCORE_SKIPPED);
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &leaf }), "success");
}

/* ---- broken contracts ------------------------------------------------------------------------ */

static const struct {
    const char *what;
    const char *stack;
    const char *reason;
    const char *trace;
} broken[] = {
    { "an undeclared fact", REQUIRED("validity") ", " REQUIRED("undeclared"), "error",
      "validity=success undeclared=error" },
    { "another type", REQUIRED("validity") ", " REQUIRED("another_type"), "error",
      "validity=success another_type=error" },
    { "cert_revoked", REQUIRED("validity") ", " REQUIRED("revoked_liar"), "error",
      "validity=success revoked_liar=error" },
    /* saying that it verifies a path is believed by the load; the run knows better */
    { "cert_verified", REQUIRED("verified_liar"), "error", "verified_liar=error" },
    { "cert_verified, said and not set", REQUIRED("silent_liar"), "unverified",
      "silent_liar=success" },
};

static void refuses_at_run(void)
{
    size_t i;

    for (i = 0; i < COUNT(broken); i++) {
        answer_t answer;
        tap_row("%s", broken[i].what);
        fixture_printf(&fixture, "p.conf",
                       "trust = { anchors = [ \"root.pem\" ]; };\nstack = ( %s );\n",
                       broken[i].stack);
        answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &leaf });
        TAP_STR(answer.reason, broken[i].reason);
        TAP_STR(answer.trace, broken[i].trace);
        TAP_INT(answer.allowed, 0);
    }
}

/* ---- what servers supply --------------------------------------------------------------------- */

static void reads_attributes(void)
{
    static const char *const attributes[] = { app_user };
    static const struct {
        const char *user; /* NULL: not set */
        const char *expected;
    } users[] = { { "john", "success" }, { "jane", "rule" }, { "", "rule" },
                  { NULL, "unavailable" } };
    mtlsauth_request_t *request;
    mtlsauth_engine_t *engine;
    size_t i;

    fixture.attributes = attributes;
    fixture.n_attributes = 1;
    put_policy(&fixture, "p.conf", NULL, NULL, REQUIRED("john"));
    engine = fixture_engine_ok(&fixture, "p.conf");
    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    for (i = 0; i < COUNT(users); i++) {
        tap_row("user %s", users[i].user != NULL ? users[i].user : "(none)");
        if (users[i].user != NULL)
            mtlsauth_request_string(request, 0, users[i].user, strlen(users[i].user));
        TAP_STR(judge_request(request, &(question_t) { .leaf = &leaf }).reason, users[i].expected);
        mtlsauth_request_reset(request);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture.attributes = NULL;
    fixture.n_attributes = 0;
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "one plugin sets facts, another reads them", hands_facts_on },
        { "facts are of one decision", forgets_facts },
        { "reading what may not be set, and bad names, are load errors", refuses_at_load },
        { "only routes that arrive at a reader matter", asks_routes_that_arrive },
        { "writing what is not one's own is an error, and never an allow", refuses_at_run },
        { "a declared attribute is readable", reads_attributes },
    };
    int ret;

    fixture_open(&fixture);
    fixture.linked = linked;
    fixture.n_linked = COUNT(linked);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client" }, &root);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/facts", tests, COUNT(tests));
    cert_free(&leaf);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
