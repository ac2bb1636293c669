/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin crl: what is revoked, by whom, how fresh a list must be, and how lists come. */
#include "judge.h"

#define NOW CERTS_NOW
#define DAY CERTS_DAY

static fixture_t fixture;

/* Root -> Issuing -> two clients; and a CA that has the same name as Issuing and another key. */
static issued_t root, issuing, leaf, stranger, namesake, other;

static const question_t ours = { .leaf = &leaf, .chain = { &issuing } };
static const question_t another = { .leaf = &stranger, .chain = { &issuing } };

/* A list of `issuer` that revokes `revoked` (or nothing), as DIR/name. */
/* ---- what is revoked ------------------------------------------------------------------------- */

static const struct {
    const char *what;
    const issued_t *by_root;    /* what the root's list revokes */
    const issued_t *by_issuing; /* what the issuing CA's list revokes */
    const char *options;
    const char *expected;
} scopes[] = {
    { "nobody", NULL, NULL, "", "success" },
    { "the client", NULL, &leaf, "", "revoked" },
    { "another client", NULL, &stranger, "", "success" },
    { "the intermediate", &issuing, NULL, "", "revoked" },
    { "both", &issuing, &leaf, "", "revoked" },
    { "the client, whole path", NULL, &leaf, "scope = \"chain\";", "revoked" },
    { "the intermediate, whole path", &issuing, NULL, "scope = \"chain\";", "revoked" },
    { "the client, leaf alone", NULL, &leaf, "scope = \"leaf\";", "revoked" },
    /* asked for so: the intermediate is not looked at */
    { "the intermediate, leaf alone", &issuing, NULL, "scope = \"leaf\";", "success" },
    /* a CA revokes its own certificates, not what stands above or beside them */
    { "the client, by the root", &leaf, NULL, "", "success" },
    { "the intermediate, by itself", NULL, &issuing, "", "success" },
};

static void revokes(void)
{
    size_t i;

    for (i = 0; i < COUNT(scopes); i++) {
        char options[128];
        tap_row("%s", scopes[i].what);
        write_crl(&fixture, "root.crl", (crl_spec_t) { .number = 1 }, &root, scopes[i].by_root);
        write_crl(&fixture, "issuing.crl", (crl_spec_t) { .number = 1 }, &issuing,
                  scopes[i].by_issuing);
        format_text(options, sizeof(options), "files = [ \"root.crl\", \"issuing.crl\" ]; %s",
                    scopes[i].options);
        put_crl_stack(&fixture, options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), scopes[i].expected);
    }
}

/* ---- freshness ------------------------------------------------------------------------------- */

#define UNKNOWN "revocation_unknown"

static const struct {
    const char *what;
    const issued_t *issuer;
    crl_spec_t list;
    const char *not_listed[3]; /* strict, if_present, relaxed */
    const char *listed[3];
} freshness[] = {
    { "none", &other, { 0 }, { UNKNOWN, "success", "success" }, { UNKNOWN, "success", "success" } },
    { "bad signature", &namesake, { 0 }, { UNKNOWN, "success", "success" },
      { UNKNOWN, "success", "success" } },
    { "current", &issuing, { 0 }, { "success", "success", "success" },
      { "revoked", "revoked", "revoked" } },
    { "issued this second", &issuing, { .this_update = NOW }, { "success", "success", "success" },
      { "revoked", "revoked", "revoked" } },
    { "until this second", &issuing, { .next_update = NOW }, { "success", "success", "success" },
      { "revoked", "revoked", "revoked" } },
    { "until the second before", &issuing, { .next_update = NOW - 1 },
      { UNKNOWN, UNKNOWN, "success" }, { "revoked", "revoked", "revoked" } },
    { "long past nextUpdate", &issuing,
      { .this_update = NOW - 90 * DAY, .next_update = NOW - 60 * DAY },
      { UNKNOWN, UNKNOWN, "success" }, { "revoked", "revoked", "revoked" } },
    { "without nextUpdate", &issuing, { .next_update = -1 }, { UNKNOWN, UNKNOWN, "success" },
      { "revoked", "revoked", "revoked" } },
    { "of the next second", &issuing, { .this_update = NOW + 1 }, { UNKNOWN, UNKNOWN, "success" },
      { "revoked", "revoked", "revoked" } },
    { "of tomorrow", &issuing, { .this_update = NOW + DAY }, { UNKNOWN, UNKNOWN, "success" },
      { "revoked", "revoked", "revoked" } },
    /* listed with a date to come: "revoked in every cell", and a server does not judge the past */
    { "current, revoked from tomorrow on", &issuing, { .revoked_at = NOW + DAY },
      { "success", "success", "success" }, { "revoked", "revoked", "revoked" } },
};

static void keeps_freshness(void)
{
    static const char *const names[] = { "strict", "if_present", "relaxed" };
    size_t i, j;

    for (i = 0; i < COUNT(freshness); i++) {
        for (j = 0; j < COUNT(names); j++) {
            char options[128];
            write_crl(&fixture, "issuing.crl", freshness[i].list, freshness[i].issuer, &leaf);
            format_text(options, sizeof(options),
                        "files = [ \"issuing.crl\" ]; scope = \"leaf\"; freshness = \"%s\";",
                        names[j]);
            put_crl_stack(&fixture, options);
            tap_row("%s, %s, listed", freshness[i].what, names[j]);
            TAP_STR(judge_reason(&fixture, "p.conf", &ours), freshness[i].listed[j]);
            tap_row("%s, %s, not listed", freshness[i].what, names[j]);
            TAP_STR(judge_reason(&fixture, "p.conf", &another), freshness[i].not_listed[j]);
        }
    }
}

/* The preset is strict and the whole path. */
static void is_strict_unless_told(void)
{
    answer_t answer;

    write_crl(&fixture, "issuing.crl", (crl_spec_t) { .number = 1 }, &issuing, NULL);
    put_crl_stack(&fixture, "files = [ \"issuing.crl\" ];");
    answer = judge_policy(&fixture, "p.conf", &ours);
    TAP_STR(answer.reason, UNKNOWN);
    TAP_STR(answer.trace, "validity=success crl=revocation_unknown");
    TAP_HAS(answer.message, "Root"); /* says whose list is missing */
}

/* Several lists of one CA: the newest of its time counts. */
static void takes_the_newest(void)
{
    static const crl_spec_t old = { .this_update = NOW - 3 * DAY, .number = 1 };
    static const crl_spec_t new = { .this_update = NOW - DAY, .number = 2 };

    write_crl(&fixture, "root.crl", new, &root, NULL);
    write_crl(&fixture, "a.crl", old, &issuing, NULL);
    write_crl(&fixture, "b.crl", new, &issuing, &leaf);
    put_crl_stack(&fixture, "files = [ \"root.crl\", \"a.crl\", \"b.crl\" ];");
    tap_row("revoked since");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
    put_crl_stack(&fixture, "files = [ \"b.crl\", \"a.crl\", \"root.crl\" ];");
    tap_row("in another order");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
    write_crl(&fixture, "a.crl", old, &issuing, &leaf);
    write_crl(&fixture, "b.crl", new, &issuing, NULL);
    tap_row("released since");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "success");
}

/* ---- who signs ------------------------------------------------------------------------------- */

/*
 * A list of Issuing that another certificate of that name signed (RFC 5280 6.3.3 (f)), as after a
 * change of keys: taken if that one has a path to the same anchor by the rules that the client is
 * held to. Each row revokes the client and asks for all that there is to know: a list that is not
 * taken leaves it unknown.
 */
typedef struct signer_row {
    const char *what;
    const issued_t *parent;
    cert_spec_t spec;
    const char *options; /* of validity */
    bool sent;           /* by the client; otherwise among the intermediates of the policy */
    const char *expected;
} signer_row_t;

#define SIGNS GNUTLS_KEY_CRL_SIGN

static const signer_row_t signer_rows[] = {
    { "a new key of the CA", &root, { .cn = "Issuing", .ca = true }, "", false, "revoked" },
    { "a new key of the CA, sent", &root, { .cn = "Issuing", .ca = true }, "", true, "revoked" },
    { "one for lists alone", &root, { .cn = "Issuing", .key_usage = SIGNS }, "", false, "revoked" },
    { "one with a purpose that is no client's", &root,
      { .cn = "Issuing", .key_usage = SIGNS, .eku = GNUTLS_KP_CODE_SIGNING }, "", false,
      "revoked" },
    { "one that may not sign lists", &root,
      { .cn = "Issuing", .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE }, "", false, UNKNOWN },
    { "one of another name", &root, { .cn = "Issuing 2", .key_usage = SIGNS }, "", false, UNKNOWN },
    /* whoever can make a certificate of that name must not make lists */
    { "one who signed it himself", NULL, { .cn = "Issuing", .ca = true }, "", true, UNKNOWN },
    { "one of another anchor", &other, { .cn = "Issuing", .ca = true }, "", true, UNKNOWN },
    { "one of a CA below", &issuing, { .cn = "Issuing", .key_usage = SIGNS }, "", true, UNKNOWN },
    { "one that has expired", &root, { .cn = "Issuing", .ca = true, .not_after = NOW - 1 }, "",
      false, UNKNOWN },
    { "one that has just not", &root, { .cn = "Issuing", .ca = true, .not_after = NOW }, "", false,
      "revoked" },
    { "one that has expired within the skew", &root,
      { .cn = "Issuing", .ca = true, .not_after = NOW - 60 }, "clock_skew = \"60s\";", false,
      "revoked" },
    { "one that is not valid yet", &root, { .cn = "Issuing", .ca = true, .not_before = NOW + 1 },
      "", false, UNKNOWN },
    /* what is asked of clients is not asked of those who sign lists */
    { "one that lives long", &root,
      { .cn = "Issuing", .ca = true, .not_after = NOW + 3000 * DAY }, "max_lifetime = \"400d\";",
      false, "revoked" },
};

static void takes_lists_of_other_signers(void)
{
    size_t i;

    write_crl(&fixture, "root.crl", (crl_spec_t) { .number = 1 }, &root, NULL);
    PUT_PEM(&fixture, "anchors.pem", &root, &other);
    for (i = 0; i < COUNT(signer_rows); i++) {
        const signer_row_t *row = &signer_rows[i];
        question_t question = ours;
        issued_t signer;
        cert_issue(&signer, &row->spec, row->parent);
        write_crl(&fixture, "other.crl", (crl_spec_t) { .number = 1 }, &signer, &leaf);
        PUT_PEM(&fixture, "pool.pem", row->sent ? &issuing : &signer);
        if (row->sent)
            question.chain[1] = &signer;
        put_policy(&fixture, "p.conf",
                   "anchors = [ \"anchors.pem\" ]; intermediates = [ \"pool.pem\" ];", row->options,
                   "{ control = \"requisite\"; plugin = \"crl\"; "
                   "files = [ \"root.crl\", \"other.crl\" ]; }, " PERMIT);
        tap_row("%s", row->what);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), row->expected);
        cert_free(&signer);
    }
}

/* ---- how lists come -------------------------------------------------------------------------- */

static void reads_every_form(void)
{
    const issued_t *revoked = &leaf;
    const crl_spec_t spec = { .revoked = &revoked, .n_revoked = 1 };
    gnutls_datum_t der = crl_issue(&spec, &issuing), pem = crl_issue_pem(&spec, &issuing);
    gnutls_datum_t base64 = { NULL, 0 };
    const struct {
        const char *what;
        const gnutls_datum_t *bytes;
    } forms[] = { { "PEM", &pem }, { "DER", &der }, { "base64, as cfssl gencrl prints", &base64 } };
    size_t i;

    judge_must(gnutls_base64_encode2(&der, &base64) >= 0, "no base64");
    write_crl(&fixture, "root.crl", (crl_spec_t) { .number = 1 }, &root, NULL);
    for (i = 0; i < COUNT(forms); i++) {
        tap_row("%s", forms[i].what);
        fixture_write_bytes(&fixture, "form.crl", forms[i].bytes->data, forms[i].bytes->size);
        put_crl_stack(&fixture, "files = [ \"root.crl\", \"form.crl\" ];");
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
        TAP_STR(judge_reason(&fixture, "p.conf", &another), "success");
    }
    tap_row("a directory, other files beside");
    write_crl(&fixture, "lists/root.crl", (crl_spec_t) { .number = 1 }, &root, NULL);
    fixture_write_bytes(&fixture, "lists/issuing.der", der.data, der.size);
    fixture_write(&fixture, "lists/.hidden", "not a list");
    put_crl_stack(&fixture, "files = [ \"lists/\" ];");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
    TAP_STR(judge_reason(&fixture, "p.conf", &another), "success");
    tap_row("a file of names");
    fixture_write(&fixture, "crls.list", "lists/root.crl # the root's\nlists/issuing.der\n");
    put_crl_stack(&fixture, "files_file = \"crls.list\";");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "revoked");
    gnutls_free(der.data);
    gnutls_free(pem.data);
    gnutls_free(base64.data);
}

static const struct {
    const char *what;
    const char *options;
    const char *error;
} mistakes[] = {
    { "a missing file", "files = [ \"gone.crl\" ];", "cannot open DIR/gone.crl" },
    { "a missing file beside a good one", "files = [ \"root.crl\", \"gone.crl\" ];",
      "cannot open DIR/gone.crl" },
    { "an empty directory", "files = [ \"none/\" ];", "holds no CRL" },
    { "an empty file", "files = [ \"empty.crl\" ];", "DIR/empty.crl" },
    { "a certificate", "files = [ \"root.pem\" ];", "DIR/root.pem" },
    { "a list cut short", "files = [ \"cut.crl\" ];", "DIR/cut.crl" },
    { "no files", "", "option \"files\" is missing" },
    { "an empty list of files", "files = [ ];", "files: the list is empty" },
    { "an unknown freshness", "files = [ \"root.crl\" ]; freshness = \"Strict\";",
      "freshness: unknown value" },
};

static void refuses_what_does_not_load(void)
{
    const crl_spec_t spec = { .number = 1 };
    gnutls_datum_t der = crl_issue(&spec, &root);
    size_t i;

    write_crl(&fixture, "root.crl", spec, &root, NULL);
    fixture_write(&fixture, "none/.keep", "");
    fixture_write(&fixture, "empty.crl", "");
    fixture_write_bytes(&fixture, "cut.crl", der.data, der.size - 9);
    for (i = 0; i < COUNT(mistakes); i++) {
        tap_row("%s", mistakes[i].what);
        put_crl_stack(&fixture, mistakes[i].options);
        TAP_HAS(fixture_error(&fixture, "p.conf"), mistakes[i].error);
    }
    gnutls_free(der.data);
}

/* ---- beside validity ------------------------------------------------------------------------- */

/* An expired certificate's revocation is still answered, and both show in the trace. */
static void answers_for_expired_clients(void)
{
    static const char entries[]
        = "trust = { anchors = [ \"root.pem\" ]; };\n"
          "stack = (\n"
          "  { control = \"[success=ignore expired=bad default=die]\"; plugin = \"validity\"; },\n"
          "  { control = \"required\"; plugin = \"crl\"; files = [ \"root.crl\", \"issuing.crl\" ];"
          " freshness = \"relaxed\"; },\n"
          "  " PERMIT "\n"
          ");\n";
    question_t late = ours;
    answer_t answer;

    late.time = NOW + 336 * DAY;
    fixture_write(&fixture, "p.conf", entries);
    write_crl(&fixture, "root.crl", (crl_spec_t) { .number = 1 }, &root, NULL);
    write_crl(&fixture, "issuing.crl", (crl_spec_t) { .number = 1 }, &issuing, &leaf);
    tap_row("expired and revoked");
    answer = judge_policy(&fixture, "p.conf", &late);
    TAP_STR(answer.trace, "validity=expired crl=revoked permit=success");
    TAP_STR(answer.reason, "expired");
    tap_row("expired alone");
    late.leaf = &stranger;
    answer = judge_policy(&fixture, "p.conf", &late);
    TAP_STR(answer.trace, "validity=expired crl=success permit=success");
    TAP_STR(answer.reason, "expired");
    /* No path: nothing to ask about, and never "not revoked". */
    tap_row("untrusted");
    fixture_write(&fixture, "p.conf",
                  "trust = { anchors = [ \"root.pem\" ]; };\n"
                  "stack = ( { control = \"required\"; plugin = \"validity\"; },\n"
                  "  { control = \"required\"; plugin = \"crl\"; files = [ \"root.crl\" ];"
                  " freshness = \"relaxed\"; }, " PERMIT ");\n");
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &other });
    TAP_STR(answer.trace, "validity=untrusted crl=revocation_unknown permit=success");
    TAP_STR(answer.reason, "untrusted");
}

static void issue_all(void)
{
    static const cert_spec_t client = { .cn = "client" };
    static const cert_spec_t ca = { .cn = "Issuing", .ca = true };

    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true,
                                             .not_after = NOW + 4000 * DAY }, NULL);
    cert_issue(&issuing, &(const cert_spec_t) { .cn = "Issuing", .ca = true,
                                                .not_after = NOW + 4000 * DAY }, &root);
    cert_issue(&leaf, &client, &issuing);
    cert_issue(&stranger, &client, &issuing);
    cert_issue(&namesake, &ca, &root);
    cert_issue(&other, &(const cert_spec_t) { .cn = "Other", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "revoked clients and intermediates, by scope", revokes },
        { "every freshness with every state of a list", keeps_freshness },
        { "strict, for the whole path, unless told otherwise", is_strict_unless_told },
        { "of several lists the newest counts", takes_the_newest },
        { "lists that another certificate of the CA signed", takes_lists_of_other_signers },
        { "PEM, DER, base64, a directory, a file of names", reads_every_form },
        { "what does not load is an error", refuses_what_does_not_load },
        { "expired and revoked both show", answers_for_expired_clients },
    };
    int ret;

    fixture_open(&fixture);
    issue_all();
    ret = tap_main("plugins/crl", tests, COUNT(tests));
    cert_free(&leaf);
    cert_free(&stranger);
    cert_free(&namesake);
    cert_free(&issuing);
    cert_free(&root);
    cert_free(&other);
    fixture_close(&fixture);
    return ret;
}
