/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plugin crl: lists of other kinds than the plain one. What they do not speak about they do not
 * answer, and those that cannot be judged by are never read as something else.
 */
#include "openssl-crl.h"

static fixture_t fixture;
static issued_t root, leaf, stranger;

#define UNKNOWN "revocation_unknown"

static const struct {
    const char *what;
    const char *section; /* of the list's extensions */
    const char *reason;  /* of the entry */
    const char *listed[2]; /* the result if the certificate is in it: strict, else */
    const char *not_listed[2];
    const char *beside; /* the result if it is in neither this one nor a plain one */
    const char *says;
} kinds[] = {
    { "a plain list", NULL, "", { "revoked", "revoked" }, { "success", "success" }, "success", "" },
    { "with a number", "number", "", { "revoked", "revoked" }, { "success", "success" }, "success",
      "" },
    { "with a reason", NULL, ",keyCompromise", { "revoked", "revoked" }, { "success", "success" },
      "success", "" },
    { "on hold", NULL, ",certificateHold", { "revoked", "revoked" }, { "success", "success" },
      "success", "" },
    { "a delta", "delta", "", { UNKNOWN, UNKNOWN }, { UNKNOWN, UNKNOWN }, UNKNOWN, "delta" },
    { "a delta that releases", "delta", ",removeFromCRL", { UNKNOWN, UNKNOWN },
      { UNKNOWN, UNKNOWN }, UNKNOWN, "delta" },
    { "for clients alone", "user", "", { "revoked", "revoked" }, { "success", "success" },
      "success", "" },
    /* not about a client: as if there were none */
    { "for CAs alone", "ca_only", "", { UNKNOWN, "success" }, { UNKNOWN, "success" }, "success",
      "" },
    { "for some reasons", "reasons", "", { "revoked", "revoked" }, { UNKNOWN, "success" },
      "success", "" },
    { "indirect", "indirect", "", { "revoked", "revoked" }, { "success", "success" }, "success",
      "" },
    { "with an unknown critical extension", "unknown", "", { UNKNOWN, UNKNOWN },
      { UNKNOWN, UNKNOWN }, UNKNOWN, "critical extension" },
};

static void put_crl_policy(const char *files, const char *freshness)
{
    char entries[512];

    format_text(entries, sizeof(entries),
                "{ control = \"requisite\"; plugin = \"crl\"; files = [ %s ];"
                " freshness = \"%s\"; }, "
                PERMIT, files, freshness);
    put_policy(&fixture, "p.conf", NULL, NULL, entries);
}

static void write_database(const char *reason)
{
    char line[256];

    openssl_line(line, sizeof(line), "0A1B2C", reason);
    fixture_write(&fixture, "db.txt", line);
}

static void knows_kinds(void)
{
    static const char *const freshness[] = { "strict", "if_present", "relaxed" };
    const char *command = openssl_ca(&fixture, &root);
    size_t i, j;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 0; i < COUNT(kinds); i++) {
        write_database(kinds[i].reason);
        openssl_crl(&fixture, command, "kind.crl", kinds[i].section);
        for (j = 0; j < COUNT(freshness); j++) {
            answer_t answer;
            put_crl_policy("\"kind.crl\"", freshness[j]);
            tap_row("%s, %s, listed", kinds[i].what, freshness[j]);
            answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &leaf });
            TAP_STR(answer.reason, kinds[i].listed[j > 0]);
            TAP_HAS(answer.message, kinds[i].says);
            tap_row("%s, %s, not listed", kinds[i].what, freshness[j]);
            TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &stranger }),
                    kinds[i].not_listed[j > 0]);
        }
    }
}

/* A plain current list beside one of another kind. */
static void knows_kinds_beside_others(void)
{
    const char *command = openssl_ca(&fixture, &root);
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 4; i < COUNT(kinds); i++) {
        write_database("");
        openssl_crl(&fixture, command, "plain.crl", NULL);
        write_database(kinds[i].reason);
        openssl_crl(&fixture, command, "kind.crl", kinds[i].section);
        put_crl_policy("\"plain.crl\", \"kind.crl\"", "strict");
        tap_row("%s, in both", kinds[i].what);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &leaf }), "revoked");
        tap_row("%s, in neither", kinds[i].what);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &stranger }),
                kinds[i].beside);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "deltas, distribution points and indirect lists are not misread", knows_kinds },
        { "the same beside a plain list", knows_kinds_beside_others },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client", .serial = "0a1b2c" }, &root);
    cert_issue(&stranger, &(const cert_spec_t) { .cn = "client" }, &root);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/crl-kinds", tests, COUNT(tests));
    cert_free(&stranger);
    cert_free(&leaf);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
