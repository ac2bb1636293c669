/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading the lists of a set: every form, from files and directories, and what is refused. */
#include "revocation_scene.h"

static void loads_every_form(void)
{
    static const struct {
        const char *what;
        const char *make;
        const char *name;
    } rows[] = {
        { "PEM", "true", "ca.crl" },
        { "DER", "true", "ca.crl.der" },
        { "bare base64", "openssl base64 -A -in ca.crl.der -out bare; echo >>bare", "bare" },
        { "base64 in lines", "openssl base64 -in ca.crl.der -out lines", "lines" },
        { "several, with text and other things", "cat ca.pem root.crl ca.crl >several", "several" },
        { "DER after DER", "cat root.crl.der ca.crl.der >both", "both" },
        { "a directory",
          "mkdir -p dir/sub && cp ca.crl dir && echo no >dir/.hidden && echo no >dir/sub/no",
          "dir" },
        { "a directory with a slash", "true", "dir/" },
        { "a link", "ln -sf ca.crl link", "link" },
    };
    char text[512];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *set = new_set(STRICT, MTLSAUTH_SCOPE_LEAF);

        tap_row("%s", rows[i].what);
        TAP_TRUE(scratch_run(&scratch, "umask 022; %s", rows[i].make));
        if (!TAP_INT(add(set, rows[i].name, text, sizeof(text)), 0))
            printf("#   %s\n", text);
        TAP_INT(judge(set, EARLY, T_2026_01_15, false, false), MTLSAUTH_REVOKED);
        ma_revocation_free(set);
    }
}

static void refuses_what_is_no_list(void)
{
    static const struct {
        const char *what;
        const char *make;
        const char *name;
        int expected;
        const char *says;
    } rows[] = {
        { "no file", "true", "nowhere", MTLSAUTH_E_IO, "nowhere" },
        { "an empty file", ": >empty", "empty", MTLSAUTH_E_MALFORMED, "empty\" holds no CRL" },
        { "a certificate", "true", "ca.pem", MTLSAUTH_E_MALFORMED, "ca.pem\" holds no CRL" },
        { "a certificate in DER", "true", "ca.der", MTLSAUTH_E_MALFORMED, "CRL 1 of " },
        { "text", "echo hello >text", "text", MTLSAUTH_E_MALFORMED, "neither DER nor PEM" },
        { "PEM cut short", "head -n 4 ca.crl >cut", "cut", MTLSAUTH_E_MALFORMED, "without an END" },
        { "DER cut short", "head -c 150 ca.crl.der >cut.der", "cut.der", MTLSAUTH_E_MALFORMED,
          "cut short" },
        { "a second list that is bad",
          "cat ca.crl >second; printf '%s\\nMAMCAQE=\\n%s\\n' '-----BEGIN X509 CRL-----'"
          " '-----END X509 CRL-----' >>second",
          "second", MTLSAUTH_E_MALFORMED, "CRL 2 of " },
        { "an empty directory", "mkdir -p void/sub && : >void/.hidden", "void",
          MTLSAUTH_E_MALFORMED, "holds no CRL" },
        { "a directory with something else", "mkdir -p mix && cp ca.crl ca.pem mix", "mix",
          MTLSAUTH_E_MALFORMED, "mix/ca.pem\" holds no CRL" },
        { "a dangling link in a directory", "mkdir -p dangle && ln -sf gone dangle/x", "dangle",
          MTLSAUTH_E_IO, "dangle/x" },
        { "a file that others may write", "cp ca.crl open && chmod 666 open", "open",
          MTLSAUTH_E_UNSAFE, "open" },
    };
    char text[1024];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *set = new_set(STRICT, MTLSAUTH_SCOPE_LEAF);

        tap_row("%s", rows[i].what);
        TAP_TRUE(scratch_run(&scratch, "umask 022; %s", rows[i].make));
        TAP_INT(add(set, rows[i].name, text, sizeof(text)), rows[i].expected);
        TAP_HAS(text, rows[i].says);
        ma_revocation_free(set);
    }
}

/* Seen by what it does: 4096 lists may be in a set, however often each is named. */
static void counts_a_file_once(void)
{
    mtlsauth_revocation_t *set = new_set(STRICT, MTLSAUTH_SCOPE_LEAF);
    char text[512] = "";
    size_t i;

    TAP_TRUE(scratch_run(&scratch, "for i in $(seq 4096); do cat tiny.crl; done >most &&"
                                   "ln -sf most again && ln most hard && cat tiny.crl >one_more"));
    TAP_INT(add(set, "most", text, sizeof(text)), 0);
    for (i = 0; i < 3; i++)
        TAP_INT(add(set, i == 0 ? "most" : i == 1 ? "again" : "hard", text, sizeof(text)), 0);
    TAP_INT(add(set, "one_more", text, sizeof(text)), MTLSAUTH_E_LIMIT);
    TAP_HAS(text, "4096");
    ma_revocation_free(set);
}

static void refuses_a_set_it_does_not_know(void)
{
    mtlsauth_revocation_t *set = NULL;
    const ma_revocation_how_t rows[]
        = { { .freshness = (mtlsauth_freshness_t)3 },
            { .freshness = STRICT, .scope = (mtlsauth_scope_t)2 } };

    TAP_INT(ma_revocation_new(&rows[0], &set), MTLSAUTH_E_ARGUMENT);
    TAP_INT(ma_revocation_new(&rows[1], &set), MTLSAUTH_E_ARGUMENT);
    ma_revocation_free(NULL);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "loads every form", loads_every_form },
        { "refuses what is no list", refuses_what_is_no_list },
        { "counts a file once", counts_a_file_once },
        { "refuses a set it does not know", refuses_a_set_it_does_not_know },
    };
    int ret;

    if (!scratch_begin(&scratch) || !make_scene()) {
        printf("Bail out! cannot make the certificates\n");
        end_scene();
        return 99;
    }
    ret = tap_main("revocation_set", tests, sizeof(tests) / sizeof(tests[0]));
    end_scene();
    return ret;
}
