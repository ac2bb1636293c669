/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin validity: dates, purposes and the other options, on both sides of each boundary. */
#include "judge.h"

#define DAY CERTS_DAY
#define NOW CERTS_NOW

static fixture_t fixture;
static issued_t root;

/* ---- dates of the client's certificate ------------------------------------------------------- */

static const struct {
    const char *what;
    const char *options;
    int64_t from, to, at;
    const char *expected;
} dates[] = {
    { "in the middle", "", NOW - DAY, NOW + DAY, NOW, "success" },
    { "the last second", "", NOW - DAY, NOW + DAY, NOW + DAY, "success" },
    { "a second later", "", NOW - DAY, NOW + DAY, NOW + DAY + 1, "expired" },
    { "the first second", "", NOW - DAY, NOW + DAY, NOW - DAY, "success" },
    { "a second earlier", "", NOW - DAY, NOW + DAY, NOW - DAY - 1, "not_yet_valid" },
    /* the time is the request's: the machine's clock says neither of these */
    { "judged in 2001", "", INT64_C(978307200), INT64_C(978393600), INT64_C(978310000), "success" },
    { "judged in 2001, of today", "", NOW - DAY, NOW + DAY, INT64_C(978310000), "not_yet_valid" },
    { "judged in 2070", "", INT64_C(3155760000), INT64_C(3187296000), INT64_C(3160000000),
      "success" },
    { "one second long", "", NOW, NOW, NOW, "success" },

    { "as late as the skew", "clock_skew = \"60s\";", NOW - DAY, NOW, NOW + 60, "success" },
    { "later than the skew", "clock_skew = \"60s\";", NOW - DAY, NOW, NOW + 61, "expired" },
    { "as early as the skew", "clock_skew = \"1m\";", NOW, NOW + DAY, NOW - 60, "success" },
    { "earlier than the skew", "clock_skew = \"1m\";", NOW, NOW + DAY, NOW - 61, "not_yet_valid" },
    { "no skew", "clock_skew = \"0s\";", NOW - DAY, NOW, NOW + 1, "expired" },

    { "as much left as asked", "min_remaining = \"24h\";", NOW - DAY, NOW + DAY, NOW, "success" },
    { "a second less left", "min_remaining = \"24h\";", NOW - DAY, NOW + DAY, NOW + 1, "expired" },
    { "nothing asked to be left", "min_remaining = \"0s\";", NOW - DAY, NOW, NOW, "success" },
    /* the skew forgives wrong clocks, and does not make certificates live longer */
    { "less left, with a skew", "min_remaining = \"24h\"; clock_skew = \"60s\";", NOW - DAY,
      NOW + DAY, NOW + 1, "expired" },

    { "as long as allowed", "max_lifetime = \"14d\";", NOW - DAY, NOW + 13 * DAY, NOW, "success" },
    { "a second longer", "max_lifetime = \"14d\";", NOW - DAY, NOW + 13 * DAY + 1, NOW,
      "constraint" },
    { "any length", "", NOW - 3000 * DAY, NOW + 30000 * DAY, NOW, "success" },
};

static void keeps_dates(void)
{
    size_t i;

    for (i = 0; i < COUNT(dates); i++) {
        const cert_spec_t spec = { .cn = "client", .not_before = dates[i].from,
                                   .not_after = dates[i].to };
        question_t question = { .time = dates[i].at };
        issued_t leaf;

        tap_row("%s", dates[i].what);
        cert_issue(&leaf, &spec, &root);
        question.leaf = &leaf;
        put_policy(&fixture, "p.conf", NULL, dates[i].options, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), dates[i].expected);
        cert_free(&leaf);
    }
}

/* ---- dates along the path -------------------------------------------------------------------- */

static const struct {
    const char *what;
    const char *trust;
    int64_t root_from, root_to, ca_from, ca_to, leaf_from, leaf_to; /* days from now; 0: usual */
    const char *expected;
} chains[] = {
    { "all valid", "", 0, 0, 0, 0, 0, 0, "success" },
    { "expired leaf", "", 0, 0, 0, 0, -20, -1, "expired" },
    { "leaf of tomorrow", "", 0, 0, 0, 0, 1, 20, "not_yet_valid" },
    { "expired intermediate", "", 0, 0, -20, -1, 0, 0, "expired" },
    { "intermediate of tomorrow", "", 0, 0, 1, 20, 0, 0, "not_yet_valid" },
    { "expired anchor", "", -20, -1, 0, 0, 0, 0, "expired" },
    { "anchor of tomorrow", "", 1, 20, 0, 0, 0, 0, "not_yet_valid" },
    { "expired anchor, checked as said", "check_anchor_dates = true;", -20, -1, 0, 0, 0, 0,
      "expired" },
    { "expired anchor, not looked at", "check_anchor_dates = false;", -20, -1, 0, 0, 0, 0,
      "success" },
    { "anchor of tomorrow, not looked at", "check_anchor_dates = false;", 1, 20, 0, 0, 0, 0,
      "success" },
    /* the switch is for anchors alone */
    { "expired intermediate all the same", "check_anchor_dates = false;", 0, 0, -20, -1, 0, 0,
      "expired" },
    { "expired leaf all the same", "check_anchor_dates = false;", 0, 0, 0, 0, -20, -1, "expired" },
};

/* Days as seconds; 0 stays 0, which means the usual. */
static int64_t day(int64_t days)
{
    return days == 0 ? 0 : NOW + days * DAY;
}

static void keeps_dates_of_the_path(void)
{
    char trust[128];
    size_t i;

    for (i = 0; i < COUNT(chains); i++) {
        const cert_spec_t specs[] = {
            { .cn = "Old Root", .ca = true, .not_before = day(chains[i].root_from),
              .not_after = day(chains[i].root_to) },
            { .cn = "Issuing", .ca = true, .not_before = day(chains[i].ca_from),
              .not_after = day(chains[i].ca_to) },
            { .cn = "client", .not_before = day(chains[i].leaf_from),
              .not_after = day(chains[i].leaf_to) },
        };
        question_t question = { .time = NOW };
        issued_t top, ca, leaf;

        tap_row("%s", chains[i].what);
        cert_issue(&top, &specs[0], NULL);
        cert_issue(&ca, &specs[1], &top);
        cert_issue(&leaf, &specs[2], &ca);
        question.leaf = &leaf;
        question.chain[0] = &ca;
        PUT_PEM(&fixture, "old.pem", &top);
        format_text(trust, sizeof(trust), "anchors = [ \"old.pem\" ]; %s", chains[i].trust);
        put_policy(&fixture, "p.conf", trust, NULL, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), chains[i].expected);
        cert_free(&top);
        cert_free(&ca);
        cert_free(&leaf);
    }
}

/* ---- purpose --------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    const char *options;
    const char *eku;
    unsigned usage;
    const char *expected;
} purposes[] = {
    { "neither extension", "", NULL, 0, "success" },
    { "clientAuth", "", GNUTLS_KP_TLS_WWW_CLIENT, 0, "success" },
    { "anyExtendedKeyUsage", "", GNUTLS_KP_ANY, 0, "success" },
    { "serverAuth for a client", "", GNUTLS_KP_TLS_WWW_SERVER, 0, "wrong_purpose" },
    { "codeSigning for a client", "", GNUTLS_KP_CODE_SIGNING, 0, "wrong_purpose" },
    { "serverAuth for a server", "purpose = \"server\";", GNUTLS_KP_TLS_WWW_SERVER, 0, "success" },
    { "clientAuth for a server", "purpose = \"server\";", GNUTLS_KP_TLS_WWW_CLIENT, 0,
      "wrong_purpose" },
    { "neither, for a server", "purpose = \"server\";", NULL, 0, "success" },
    { "codeSigning for any", "purpose = \"any\";", GNUTLS_KP_CODE_SIGNING, 0, "success" },
    { "said as it is by default", "purpose = \"client\";", GNUTLS_KP_TLS_WWW_SERVER, 0,
      "wrong_purpose" },
    { "digitalSignature", "", NULL, GNUTLS_KEY_DIGITAL_SIGNATURE, "success" },
    { "keyAgreement", "", NULL, GNUTLS_KEY_KEY_AGREEMENT, "success" },
    /* a client signs the handshake; a key that may only decrypt cannot */
    { "keyEncipherment alone", "", NULL, GNUTLS_KEY_KEY_ENCIPHERMENT, "wrong_purpose" },
    { "keyEncipherment and digitalSignature", "", NULL,
      GNUTLS_KEY_KEY_ENCIPHERMENT | GNUTLS_KEY_DIGITAL_SIGNATURE, "success" },
    { "keyEncipherment of a server", "purpose = \"server\";", NULL, GNUTLS_KEY_KEY_ENCIPHERMENT,
      "success" },
    { "keyCertSign alone", "", NULL, GNUTLS_KEY_KEY_CERT_SIGN, "wrong_purpose" },
    { "nonRepudiation alone", "", NULL, GNUTLS_KEY_NON_REPUDIATION, "wrong_purpose" },
};

static void keeps_purposes(void)
{
    size_t i;

    for (i = 0; i < COUNT(purposes); i++) {
        const cert_spec_t spec = { .cn = "client", .eku = purposes[i].eku,
                                   .key_usage = purposes[i].usage };
        question_t question = { .time = NOW };
        issued_t leaf;

        tap_row("%s", purposes[i].what);
        cert_issue(&leaf, &spec, &root);
        question.leaf = &leaf;
        put_policy(&fixture, "p.conf", NULL, purposes[i].options, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), purposes[i].expected);
        cert_free(&leaf);
    }
}

/* ---- depth ----------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    const char *options;
    size_t intermediates;
    const char *expected;
} depths[] = {
    { "none, none allowed", "max_depth = 0;", 0, "success" },
    { "one, none allowed", "max_depth = 0;", 1, "constraint" },
    { "one of one", "max_depth = 1;", 1, "success" },
    { "two of one", "max_depth = 1;", 2, "constraint" },
    { "as many as the preset", "", 8, "success" },
    { "one more than the preset", "", 9, "constraint" },
    { "as many as may be asked for", "max_depth = 16;", 16, "success" },
};

static void keeps_depth(void)
{
    issued_t cas[16], leaf;
    size_t i, j, n;

    for (i = 0; i < COUNT(depths); i++) {
        question_t question = { .time = NOW, .leaf = &leaf };
        n = depths[i].intermediates;
        tap_row("%s", depths[i].what);
        for (j = 0; j < n; j++) {
            char name[16];
            const cert_spec_t spec = { .cn = name, .ca = true };
            format_text(name, sizeof(name), "CA %zu", j);
            cert_issue(&cas[j], &spec, j > 0 ? &cas[j - 1] : &root);
            question.chain[j] = &cas[j];
        }
        cert_issue(&leaf, &(const cert_spec_t) { .cn = "client" }, n > 0 ? &cas[n - 1] : &root);
        put_policy(&fixture, "p.conf", NULL, depths[i].options, NULL);
        TAP_STR(judge_reason(&fixture, "p.conf", &question), depths[i].expected);
        for (j = 0; j < n; j++)
            cert_free(&cas[j]);
        cert_free(&leaf);
    }
}

/* ---- what is no certificate, and options that are none --------------------------------------- */

static void refuses_what_is_none(void)
{
    static unsigned char junk[] = "junk";
    question_t question = { .time = NOW };

    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    tap_row("no certificate");
    TAP_STR(judge_reason(&fixture, "p.conf", &question), "no_certificate");
    tap_row("bytes that are no certificate");
    question.bytes = (gnutls_datum_t) { junk, sizeof(junk) - 1 };
    TAP_STR(judge_reason(&fixture, "p.conf", &question), "malformed");
}

static const struct {
    const char *options;
    const char *error;
} mistakes[] = {
    { "max_depth = 17;", "max_depth: must be between 0 and 16" },
    { "max_depth = -1;", "max_depth: must be between 0 and 16" },
    { "clock_skew = 60;", "duration" },
    { "clock_skew = \"25h\";", "clock_skew: must be between" },
    { "max_lifetime = \"0s\";", "max_lifetime: must be between" },
    { "purpose = \"clients\";", "purpose: unknown value \"clients\"" },
    { "depth = 3;", "depth" },
    { "algorithms = [ \"ecdsa\" ];", "unknown algorithm \"ecdsa\"" },
    { "algorithms = [ \"rsa-sha25\" ];", "did you mean \"rsa-sha256\"?" },
    { "min_key_bits = 256;", "min_key_bits: must be between 512 and 16384" },
    { "max_key_bits = 32768;", "max_key_bits: must be between 512 and 16384" },
    { "required_policies = [ \"anything\" ];", "\"anything\" is no certificate policy" },
    { "required_policies = [ \"1.40.1\" ];", "\"1.40.1\" is no certificate policy" },
    { "required_policies = [ \"3.1\" ];", "\"3.1\" is no certificate policy" },
    { "required_policies = [ \"1.2.\" ];", "\"1.2.\" is no certificate policy" },
    { "required_policies = [ \"1.2\" ]; initial_policies = [ \"1.2\" ];", "two answers" },
};

static void refuses_options(void)
{
    size_t i;

    for (i = 0; i < COUNT(mistakes); i++) {
        const char *error;
        tap_row("%s", mistakes[i].options);
        put_policy(&fixture, "p.conf", NULL, mistakes[i].options, NULL);
        error = fixture_error(&fixture, "p.conf");
        TAP_HAS(error, "DIR/p.conf:3:");
        TAP_HAS(error, mistakes[i].error);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "dates, skew, remaining time and lifetime hold to the second", keeps_dates },
        { "dates hold along the path, and of anchors as the policy says", keeps_dates_of_the_path },
        { "extended key usage and key usage fit the purpose", keeps_purposes },
        { "max_depth counts intermediates", keeps_depth },
        { "no certificate and no DER", refuses_what_is_none },
        { "options out of range, or unknown", refuses_options },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true,
                                             .not_before = INT64_C(946684800),
                                             .not_after = INT64_C(4102444800) }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/validity", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
