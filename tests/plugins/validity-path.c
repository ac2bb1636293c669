/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin validity: where a path may come from, and which of several is taken. */
#include "judge.h"

static fixture_t fixture;

/* Root -> Issuing -> client, and two roots that have nothing to do with them. */
static issued_t root, issuing, leaf, other, other_ca;

/* ---- where the intermediate comes from ------------------------------------------------------- */

static const struct {
    const char *what;
    const char *trust;
    const issued_t *chain[5];
    const char *expected;
} sources[] = {
    { "from the client", "anchors = [ \"root.pem\" ];", { &issuing }, "success" },
    { "from nowhere", "anchors = [ \"root.pem\" ];", { NULL }, "untrusted" },
    { "from trust.intermediates", "anchors = [ \"root.pem\" ]; intermediates = [ \"ca.pem\" ];",
      { NULL }, "success" },
    { "in DER", "anchors = [ \"root.der\" ]; intermediates = [ \"ca.der\" ];", { NULL },
      "success" },
    { "from the file of anchors", "anchors = [ \"ca-chain.pem\" ];", { NULL }, "success" },
    { "from a directory of anchors", "anchors = [ \"anchors/\" ];", { NULL }, "success" },
    /* what is sent beside it, and in which order, does not matter (RFC 8446 4.4.2) */
    { "with the root behind it", "anchors = [ \"root.pem\" ];", { &issuing, &root }, "success" },
    { "with the root before it", "anchors = [ \"root.pem\" ];", { &root, &issuing }, "success" },
    { "with the leaf again", "anchors = [ \"root.pem\" ];", { &leaf, &issuing }, "success" },
    { "twice", "anchors = [ \"root.pem\" ];", { &issuing, &issuing }, "success" },
    { "among others", "anchors = [ \"root.pem\" ];", { &other_ca, &other, &issuing }, "success" },
    /* a root is trusted because the policy names it, never because the client sends it */
    { "with a root of its own", "anchors = [ \"other.pem\" ];", { &issuing, &root }, "untrusted" },
    { "another CA's", "anchors = [ \"root.pem\" ];", { &other_ca }, "untrusted" },
    /* an intermediate helps, and is trusted for nothing */
    { "without its root", "anchors = [ \"other.pem\" ]; intermediates = [ \"ca.pem\" ];",
      { NULL }, "untrusted" },
    { "a root among intermediates",
      "anchors = [ \"other.pem\" ]; intermediates = [ \"ca-chain.pem\" ];",
      { NULL }, "untrusted" },
    { "an anchor of its own", "anchors = [ \"ca.pem\" ]; partial_chain = true;", { NULL },
      "success" },
    { "beside its root, both anchors", "anchors = [ \"ca-chain.pem\" ]; partial_chain = true;",
      { NULL }, "success" },
};

static void finds_intermediates(void)
{
    size_t i, j;

    for (i = 0; i < COUNT(sources); i++) {
        question_t question = { .leaf = &leaf };
        tap_row("%s", sources[i].what);
        for (j = 0; j < COUNT(sources[i].chain); j++)
            question.chain[j] = sources[i].chain[j];
        put_policy(&fixture, "p.conf", sources[i].trust, NULL, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), sources[i].expected);
    }
}

/* ---- trust that does not load ---------------------------------------------------------------- */

static const struct {
    const char *what;
    const char *trust;
    const char *error;
} mistakes[] = {
    { "an intermediate alone", "anchors = [ \"ca.pem\" ];", "anchors: none of these certificates" },
    /* nothing takes its place: no system roots, no empty set that lets nobody in unnoticed */
    { "a missing file", "anchors = [ \"gone.pem\" ];", "cannot open DIR/gone.pem" },
    { "a missing file beside a good one", "anchors = [ \"root.pem\", \"gone.pem\" ];",
      "cannot open DIR/gone.pem" },
    { "a missing intermediate", "anchors = [ \"root.pem\" ]; intermediates = [ \"gone.pem\" ];",
      "cannot open DIR/gone.pem" },
    { "no anchors", "", "trusts no CA" },
    { "an empty list", "anchors = [ ];", "anchors" },
    { "an empty file", "anchors = [ \"empty.pem\" ];", "DIR/empty.pem" },
    { "an empty directory", "anchors = [ \"nothing/\" ];", "DIR/nothing" },
    { "a file of text", "anchors = [ \"text.pem\" ];", "DIR/text.pem" },
};

static void refuses_bad_trust(void)
{
    size_t i;

    for (i = 0; i < COUNT(mistakes); i++) {
        tap_row("%s", mistakes[i].what);
        put_policy(&fixture, "p.conf", mistakes[i].trust, NULL, NULL);
        TAP_HAS(fixture_error(&fixture, "p.conf"), mistakes[i].error);
    }
}

/* ---- several ways up ------------------------------------------------------------------------- */

/* One key below two roots: the everyday cross-sign. */
static void takes_cross_signs(void)
{
    static const cert_spec_t ca = { .cn = "Crossed", .ca = true };
    static const cert_spec_t old = { .cn = "Crossed", .ca = true,
                                     .not_before = CERTS_NOW - 9 * CERTS_DAY,
                                     .not_after = CERTS_NOW - CERTS_DAY };
    issued_t by_root, by_other, by_root_old, client;
    const struct {
        const char *what;
        const char *trust;
        const issued_t *chain[4];
        const char *expected;
    } rows[] = {
        { "the one of our root", "anchors = [ \"root.pem\" ];", { &by_root }, "success" },
        { "the other one alone", "anchors = [ \"root.pem\" ];", { &by_other }, "untrusted" },
        { "both, ours last", "anchors = [ \"root.pem\" ];", { &by_other, &by_root }, "success" },
        { "both, ours first", "anchors = [ \"root.pem\" ];", { &by_root, &by_other }, "success" },
        { "both roots, one way expired", "anchors = [ \"root.pem\", \"other.pem\" ];",
          { &by_root_old, &by_other }, "success" },
        { "both roots, the other order", "anchors = [ \"root.pem\", \"other.pem\" ];",
          { &by_other, &by_root_old }, "success" },
        { "an expired twin before a good one", "anchors = [ \"root.pem\" ];",
          { &by_root_old, &by_root }, "success" },
        { "only expired ways", "anchors = [ \"root.pem\" ];", { &by_root_old, &by_other },
          "expired" },
    };
    size_t i, j;

    cert_issue(&by_root, &ca, &root);
    cert_issue_for(&by_other, &ca, &other, by_root.key);
    cert_issue_for(&by_root_old, &old, &root, by_root.key);
    cert_issue(&client, &(const cert_spec_t) { .cn = "client" }, &by_root);
    for (i = 0; i < COUNT(rows); i++) {
        question_t question = { .leaf = &client };
        tap_row("%s", rows[i].what);
        for (j = 0; j < COUNT(rows[i].chain); j++)
            question.chain[j] = rows[i].chain[j];
        put_policy(&fixture, "p.conf", rows[i].trust, NULL, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), rows[i].expected);
    }
    by_other.key = by_root_old.key = NULL; /* they share by_root's */
    cert_free(&client);
    cert_free(&by_other);
    cert_free(&by_root_old);
    cert_free(&by_root);
}

/* A CA that changed its key and kept its name. */
static void takes_the_right_key_of_a_name(void)
{
    static const cert_spec_t spec = { .cn = "Rolled", .ca = true };
    issued_t roots[2], clients[2];
    size_t i, order;

    for (i = 0; i < 2; i++) {
        cert_issue(&roots[i], &spec, NULL);
        cert_issue(&clients[i], &(const cert_spec_t) { .cn = "client" }, &roots[i]);
    }
    for (order = 0; order < 2; order++) {
        PUT_PEM(&fixture, "rolled.pem", &roots[order], &roots[1 - order]);
        put_policy(&fixture, "p.conf", "anchors = [ \"rolled.pem\" ];", NULL, NULL);
        for (i = 0; i < 2; i++) {
            tap_row("both anchors, order %zu, client of key %zu", order, i);
            TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &clients[i] }),
                    "success");
        }
    }
    /* The name alone is nothing. */
    PUT_PEM(&fixture, "rolled.pem", &roots[0]);
    tap_row("one anchor, a client of the other key");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &clients[1] }),
            "bad_signature");
    for (i = 0; i < 2; i++) {
        cert_free(&clients[i]);
        cert_free(&roots[i]);
    }
}

/* Two CAs that certify each other. */
static void survives_loops(void)
{
    static const cert_spec_t a = { .cn = "Loop A", .ca = true };
    static const cert_spec_t b = { .cn = "Loop B", .ca = true };
    issued_t self_a, self_b, a_by_b, b_by_a, client;
    question_t question = { .leaf = &client };

    cert_issue(&self_a, &a, NULL);
    cert_issue(&self_b, &b, NULL);
    cert_issue_for(&a_by_b, &a, &self_b, self_a.key);
    cert_issue_for(&b_by_a, &b, &self_a, self_b.key);
    cert_issue(&client, &(const cert_spec_t) { .cn = "client" }, &self_b);
    PUT_PEM(&fixture, "loop.pem", &self_a);
    question.chain[0] = &a_by_b;
    question.chain[1] = &b_by_a;

    tap_row("round and round");
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    TAP_STR(judge_reason(&fixture, "p.conf", &question), "untrusted");
    tap_row("with a way out");
    put_policy(&fixture, "p.conf", "anchors = [ \"loop.pem\" ];", NULL, NULL);
    TAP_STR(judge_reason(&fixture, "p.conf", &question), "success");

    a_by_b.key = b_by_a.key = NULL;
    cert_free(&client);
    cert_free(&a_by_b);
    cert_free(&b_by_a);
    cert_free(&self_a);
    cert_free(&self_b);
}

/* Sixteen CAs of one name: each may stand below each, so there are more ways than can be walked. */
static void gives_up_on_mazes(void)
{
    static const cert_spec_t spec = { .cn = "Maze", .ca = true };
    issued_t maze[16], client;
    question_t question = { .leaf = &client };
    const char *reason;
    size_t i;

    for (i = 0; i < COUNT(maze); i++) {
        cert_issue(&maze[i], &spec, NULL);
        question.chain[i] = &maze[i];
    }
    cert_issue(&client, &(const cert_spec_t) { .cn = "client" }, &maze[0]);
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    reason = judge_reason(&fixture, "p.conf", &question);
    TAP_STR(reason, "limit");
    cert_free(&client);
    for (i = 0; i < COUNT(maze); i++)
        cert_free(&maze[i]);
}

/* ---- anchors are no clients ------------------------------------------------------------------ */

static void refuses_anchors_as_clients(void)
{
    issued_t pinned;
    answer_t answer;

    /* No CA by its extensions: what refuses it is that the policy trusts it. */
    cert_issue(&pinned, &(const cert_spec_t) { .cn = "client" }, NULL);
    PUT_PEM(&fixture, "pinned.pem", &pinned, &root);
    put_policy(&fixture, "p.conf", "anchors = [ \"pinned.pem\" ];", NULL, NULL);
    tap_row("self-signed, and an anchor");
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &pinned });
    TAP_STR(answer.reason, "untrusted");
    TAP_HAS(answer.message, "anchor");

    put_policy(&fixture, "p.conf", "anchors = [ \"leaf.pem\" ]; partial_chain = true;", NULL, NULL);
    tap_row("of a CA, and an anchor");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &leaf }), "untrusted");

    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    tap_row("the root");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &root }), "untrusted");
    tap_row("self-signed, and unknown");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &pinned }), "untrusted");
    cert_free(&pinned);
}

static void write_files(void)
{
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    cert_issue(&issuing, &(const cert_spec_t) { .cn = "Issuing", .ca = true }, &root);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client" }, &issuing);
    cert_issue(&other, &(const cert_spec_t) { .cn = "Other Root", .ca = true }, NULL);
    cert_issue(&other_ca, &(const cert_spec_t) { .cn = "Other CA", .ca = true }, &other);
    PUT_PEM(&fixture, "root.pem", &root);
    PUT_PEM(&fixture, "ca.pem", &issuing);
    PUT_PEM(&fixture, "ca-chain.pem", &issuing, &root);
    PUT_PEM(&fixture, "anchors/1.pem", &issuing);
    PUT_PEM(&fixture, "anchors/2.pem", &root);
    PUT_PEM(&fixture, "other.pem", &other);
    PUT_PEM(&fixture, "leaf.pem", &leaf);
    fixture_write_bytes(&fixture, "root.der", root.der.data, root.der.size);
    fixture_write_bytes(&fixture, "ca.der", issuing.der.data, issuing.der.size);
    fixture_write(&fixture, "empty.pem", "");
    fixture_write(&fixture, "text.pem", "the root is in the other drawer\n");
    fixture_write(&fixture, "nothing/.keep", "");
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "intermediates of the client, of the policy and among the anchors", finds_intermediates },
        { "a trust that does not load stands in for nothing", refuses_bad_trust },
        { "cross-signs: one good way is enough", takes_cross_signs },
        { "two keys under one name", takes_the_right_key_of_a_name },
        { "loops end", survives_loops },
        { "a maze of CAs of one name ends as limit", gives_up_on_mazes },
        { "an anchor is no client", refuses_anchors_as_clients },
    };
    int ret;

    fixture_open(&fixture);
    write_files();
    ret = tap_main("plugins/validity-path", tests, COUNT(tests));
    cert_free(&leaf);
    cert_free(&issuing);
    cert_free(&root);
    cert_free(&other_ca);
    cert_free(&other);
    fixture_close(&fixture);
    return ret;
}
