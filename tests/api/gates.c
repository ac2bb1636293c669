/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gates.c - gates and grants: stacks that look safe and are not do not load, and whatever does
 * load, nobody comes in on a path that was not verified.
 */
#include "scene.h"

#include <stdbool.h>

#define CRL(control) ENTRY(control, "crl", "files = [ \"ca.crl\" ];")
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GATE "is a gate here"
#define NO_GRANT "nothing in this stack can let anyone in"
#define UNVERIFIED "can let in a client whose certificate nothing has verified"
#define TWICE "a second time on one route"

/* With a.stack, where a row includes it. */
static const struct {
    const char *stack, *a, *error;
} refused[] = {
    /* gates alone let in nobody, and it is not for the operator to find out at night */
    { VALIDITY, "", NO_GRANT },
    { VALIDITY CRL("requisite"), "", NO_GRANT },
    { VALIDITY ENTRY("required", "cn", "deny = [ \"Jane Roe\" ];"), "", NO_GRANT },
    { "", "", NO_GRANT },
    /* a gate under sufficient would seem to let in all that it does not refuse */
    { ENTRY("sufficient", "validity", ""), "", GATE },
    { VALIDITY CRL("sufficient"), "", GATE },
    { VALIDITY ENTRY("sufficient", "cn", "deny = [ \"Jane Roe\" ];") PERMIT, "", GATE },
    { VALIDITY ENTRY("sufficient", "fingerprint", "deny = [ \"" DIGEST "\" ];") PERMIT, "", GATE },
    { VALIDITY ENTRY("sufficient", "deny", "") PERMIT, "", GATE },
    { VALIDITY ENTRY("[success=ok default=die]", "validity", ""), "", GATE },
    { VALIDITY CRL("[success=done default=die]") PERMIT, "", GATE },
    /* under optional, and under brackets that ignore, it keeps nobody out */
    { VALIDITY CRL("optional") PERMIT, "", "does not keep anyone out" },
    { VALIDITY ENTRY("optional", "deny", "") PERMIT, "", "does not keep anyone out" },
    { VALIDITY ENTRY("optional", "cn", "deny = [ \"Jane Roe\" ];") PERMIT, "",
      "does not keep anyone out" },
    { VALIDITY CRL("[default=ignore]") PERMIT, "", "does not keep anyone out" },
    /* what it has nothing to say of is not what it is there to refuse */
    { VALIDITY CRL("[ignore=bad default=ignore]") PERMIT, "", "does not keep anyone out" },
    { VALIDITY CRL("[success=bad default=ignore]") PERMIT, "", "does not keep anyone out" },
    /* nor does a deny list that stands beside an allow list there */
    { VALIDITY ENTRY("sufficient", "cn", "allow = [ \"J*\" ]; deny = [ \"Jane Roe\" ];"), "",
      "a deny list under \"sufficient\" does not keep anyone out" },
    { VALIDITY ENTRY("optional", "cn", "allow = [ \"J*\" ]; deny = [ \"Jane Roe\" ];"), "",
      "a deny list under \"optional\" does not keep anyone out" },
    { VALIDITY ENTRY("[success=ok rule=ignore default=bad]", "cn",
                     "allow = [ \"J*\" ]; deny = [ \"Jane Roe\" ];"), "",
      "does not keep anyone out" },
    /* only a success can let in */
    { VALIDITY ENTRY("[success=ok no_match=ok]", "cn", "allow = [ \"John Doe\" ];"), "",
      "no_match=ok would let in" },
    { VALIDITY ENTRY("[default=ok]", "cn", "allow = [ \"John Doe\" ];"), "",
      "default=ok would let in" },
    { VALIDITY ENTRY("[success=ok ignore=done]", "permit", ""), "", "ignore=done would let in" },
    /* the path is verified once on a route */
    { VALIDITY VALIDITY PERMIT, "", TWICE },
    { VALIDITY CN("optional", "John Doe") VALIDITY PERMIT, "", TWICE },
    { VALIDITY OTHER("substack", "a.stack") PERMIT, VALIDITY PERMIT, TWICE },
    { OTHER("include", "a.stack") VALIDITY PERMIT, VALIDITY, TWICE },
    { OTHER("substack", "a.stack") VALIDITY PERMIT, CN("sufficient", "John Doe") VALIDITY, TWICE },
    /* crl asks about the path that validity found */
    { CRL("requisite") VALIDITY PERMIT, "", "entry 1 (crl) reads cert_verified" },
    { CRL("requisite") PERMIT, "", "entry 1 (crl) reads cert_verified" },
    { OTHER("include", "a.stack") VALIDITY PERMIT, CRL("requisite"), "entry 1.1 (crl) reads" },
    /* every route to an allow passes validity */
    { PERMIT, "", UNVERIFIED },
    { CN("required", "John Doe"), "", UNVERIFIED },
    { CN("sufficient", "John Doe") VALIDITY PERMIT, "", UNVERIFIED },
    /* in a substack that a done may leave before validity */
    { OTHER("substack", "a.stack") PERMIT, CN("sufficient", "John Doe") VALIDITY PERMIT,
      UNVERIFIED },
    { OTHER("substack", "a.stack") CRL("requisite") PERMIT,
      CN("sufficient", "John Doe") VALIDITY PERMIT, "entry 2 (crl) reads cert_verified" },
};

static const struct {
    const char *stack, *a;
} accepted[] = {
    /* what the rows above were meant to say */
    { VALIDITY PERMIT, "" },
    { VALIDITY CRL("requisite") CN("sufficient", "John Doe"), "" },
    { VALIDITY ENTRY("requisite", "cn", "deny = [ \"Jane Roe\" ];") PERMIT, "" },
    { VALIDITY ENTRY("required", "cn", "allow = [ \"J*\" ]; deny = [ \"Jane Roe\" ];"), "" },
    { VALIDITY ENTRY("[success=done rule=die default=ignore]", "cn",
                     "allow = [ \"J*\" ]; deny = [ \"Jane Roe\" ];"), "" },
    { ENTRY("optional", "validity", "") ENTRY("sufficient", "permit", ""), "" },
    { OTHER("substack", "a.stack") CRL("requisite") PERMIT, VALIDITY CN("optional", "John Doe") },
    { OTHER("include", "a.stack") PERMIT, VALIDITY CRL("requisite") },
    /* nobody at all, plainly */
    { DENY, "" },
    { ENTRY("required", "deny", ""), "" },
};

static void write_list(scene_t *scene)
{
    gnutls_datum_t list = crl_issue(&(crl_spec_t) { .number = 1 }, &scene->root);

    fixture_write_bytes(&scene->fixture, "ca.crl", list.data, list.size);
    gnutls_free(list.data);
}

static const char *error_of(scene_t *scene, const char *stack, const char *a)
{
    fixture_printf(&scene->fixture, "p.conf", TRUST "stack = (\n%s);\n", stack);
    fixture_printf(&scene->fixture, "a.stack", "stack = (\n%s);\n", a);
    return fixture_error(&scene->fixture, "p.conf");
}

static void stacks_that_do_not_load(void)
{
    scene_t scene;
    size_t i;

    scene_open(&scene);
    write_list(&scene);
    for (i = 0; i < COUNT(refused); i++) {
        const char *error = error_of(&scene, refused[i].stack, refused[i].a);
        tap_row("%zu: %s%s", i, refused[i].stack, refused[i].a);
        TAP_TRUE(error[0] != '\0');
        TAP_HAS(error, refused[i].error);
    }
    scene_close(&scene);
}

static void stacks_that_load(void)
{
    scene_t scene;
    size_t i;

    scene_open(&scene);
    write_list(&scene);
    for (i = 0; i < COUNT(accepted); i++) {
        tap_row("%zu: %s%s", i, accepted[i].stack, accepted[i].a);
        TAP_STR(error_of(&scene, accepted[i].stack, accepted[i].a), "");
    }
    scene_close(&scene);
}

/* allow_unverified lifts the rule about routes, and no other. */
static void what_allow_unverified_permits(void)
{
    scene_t scene;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf", "allow_unverified = true;\n" STACK(PERMIT));
    TAP_STR(fixture_error(&scene.fixture, "p.conf"), "");
    fixture_write(&scene.fixture, "p.conf",
                  "allow_unverified = true;\n" TRUST STACK(VALIDITY VALIDITY PERMIT));
    TAP_HAS(fixture_error(&scene.fixture, "p.conf"), TWICE);
    fixture_write(&scene.fixture, "p.conf", "allow_unverified = true;\n" TRUST STACK(VALIDITY));
    TAP_HAS(fixture_error(&scene.fixture, "p.conf"), NO_GRANT);
    fixture_write(&scene.fixture, "p.conf", "allow_unverified = \"true\";\n" STACK(PERMIT));
    TAP_HAS(fixture_error(&scene.fixture, "p.conf"), "expected true or false");
    scene_close(&scene);
}

/* The invariant, at run time: the load cannot know how a path will verify. */
static void nobody_comes_in_unverified(void)
{
    static const struct {
        const char *settings, *stack;
        int allows[3]; /* John Doe; one who signed his own certificate; no certificate */
        const char *reasons[3];
    } cases[] = {
        /* validity may fail, and permit says yes to everyone */
        { "", ENTRY("optional", "validity", "") ENTRY("sufficient", "permit", ""), { 1, 0, 0 },
          { "success", "unverified", "unverified" } },
        { "", ENTRY("optional", "validity", "") ENTRY("required", "permit", ""), { 1, 0, 0 },
          { "success", "unverified", "unverified" } },
        /* by a bracket */
        { "", ENTRY("[untrusted=ignore no_certificate=bad]", "validity", "") PERMIT, { 1, 0, 0 },
          { "success", "unverified", "no_certificate" } },
        /* by name: cn holds for both */
        { "", ENTRY("optional", "validity", "") CN("required", "John Doe"), { 1, 0, 0 },
          { "success", "unverified", "no_certificate" } },
        /* the recipe for what no authority has signed */
        { "allow_unverified = true;\n", ENTRY("optional", "validity", "")
          ENTRY("sufficient", "permit", ""), { 1, 1, 1 }, { "success", "success", "success" } },
        { "allow_unverified = true;\n", CN("required", "John Doe"), { 1, 1, 0 },
          { "success", "success", "no_certificate" } },
        /* where validity refuses, the reason is its own */
        { "", VALIDITY PERMIT, { 1, 0, 0 }, { "success", "untrusted", "no_certificate" } },
        { "allow_unverified = false;\n", VALIDITY PERMIT, { 1, 0, 0 },
          { "success", "untrusted", "no_certificate" } },
    };
    scene_t scene;
    size_t i, j;

    scene_open(&scene);
    for (i = 0; i < COUNT(cases); i++) {
        const issued_t *clients[3] = { &scene.john, &scene.alone, NULL };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        fixture_printf(&scene.fixture, "p.conf", "%s" TRUST "stack = (\n%s);\n",
                       cases[i].settings, cases[i].stack);
        engine = fixture_engine_ok(&scene.fixture, "p.conf");
        request = new_request(engine);
        for (j = 0; j < 3; j++) {
            tap_row("%zu, client %zu: %s%s", i, j, cases[i].settings, cases[i].stack);
            TAP_INT(ask(request, clients[j]), cases[i].allows[j]);
            TAP_STR(reason_of(request), cases[i].reasons[j]);
            TAP_INT(mtlsauth_decision(request)->would, cases[i].allows[j]);
        }
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "stacks that do not load", stacks_that_do_not_load },
        { "stacks that load", stacks_that_load },
        { "what allow_unverified permits", what_allow_unverified_permits },
        { "nobody comes in unverified", nobody_comes_in_unverified },
    };

    return tap_main("gates", tests, COUNT(tests));
}
