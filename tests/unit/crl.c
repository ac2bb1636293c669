/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading one list that openssl made, and who signed it. Odd lists are in crl_odd.c. */
#include "tap.h"

#include <pthread.h>

#include "cred/name.h"
#include "crl/crl.h"

#include "crl_pki.h"

static scratch_t scratch;
static ma_strength_t strength; /* the default: see main() */
static ma_arena_t *const arena = &scratch.arena;

static bool finds(const ma_crl_t *crl, const char *hex, int64_t date)
{
    int64_t found = 0;

    return ma_crl_find(crl, der_hex(arena, hex), &found) && found == date;
}

static bool lacks(const ma_crl_t *crl, const char *hex)
{
    int64_t found;

    return !ma_crl_find(crl, der_hex(arena, hex), &found);
}

static ma_crl_t *load(const char *file)
{
    ma_crl_t *crl = NULL;
    const char *why = NULL;

    if (ma_crl_parse(scratch_read(&scratch, file), &crl, &why) != 0)
        printf("# %s: %s\n", file, why);
    return crl;
}

/* ---- lists that openssl makes --------------------------------------------------------------- */

#define ENTRIES                                                                                    \
    "250601000000Z 01;250602000000Z,keyCompromise 1A2B;250603000000Z,certificateHold 80;"          \
    "250604000000Z -01;"                                                                           \
    "250605000000Z 7F0102030405060708090A0B0C0D0E0F10111213;"                                      \
    "250606000000Z FF0102030405060708090A0B0C0D0E0F1011121314151617"

static void reads_what_openssl_makes(void)
{
    const int64_t day = 86400;
    mtlsauth_cert_t *ca = NULL;
    ma_crl_t *crl = NULL;

    if (TAP_TRUE(make_crl(&scratch, "list", "ca", "260101000000Z", "260201000000Z", ENTRIES,
                          "-crlexts aki"))) {
        ca = load_cert(&scratch, "ca");
        crl = load("list.crl.der");
    }
    if (TAP_TRUE(crl != NULL && ca != NULL)) {
        const ma_crl_info_t *info = ma_crl_info(crl);

        TAP_TRUE(ma_name_equal(info->issuer, ca->subject));
        TAP_INT(info->this_update, T_2026_01);
        TAP_TRUE(info->has_next_update);
        TAP_INT(info->next_update, T_2026_02);
        TAP_INT(info->entries, 6);
        TAP_INT(info->number.size, 0);
        TAP_TRUE(info->unusable == NULL);
        TAP_TRUE(finds(crl, "01", T_2025_06));
        TAP_TRUE(finds(crl, "1a2b", T_2025_06 + day));
        TAP_TRUE(finds(crl, "0080", T_2025_06 + 2 * day));
        TAP_TRUE(lacks(crl, "80"));
        TAP_TRUE(finds(crl, "ff", T_2025_06 + 3 * day));
        TAP_TRUE(lacks(crl, "00ff"));
        TAP_TRUE(finds(crl, "7f0102030405060708090a0b0c0d0e0f10111213", T_2025_06 + 4 * day));
        TAP_TRUE(finds(crl, "00ff0102030405060708090a0b0c0d0e0f1011121314151617",
                       T_2025_06 + 5 * day));
        TAP_TRUE(lacks(crl, "02"));
        TAP_INT(ma_crl_signed_by(crl, ca, &strength), MTLSAUTH_SUCCESS);
    }
    ma_crl_free(crl);
    ma_cert_free(ca);
}

static void reads_the_number(void)
{
    ma_crl_t *crl = NULL;

    if (TAP_TRUE(scratch_run(&scratch,
                             "echo 1234 >number && : >empty.txt &&"
                             "sed 's/^dir=.*/crlnumber=number/' crl.cnf >number.cnf &&"
                             "DB=empty.txt openssl ca -config number.cnf -gencrl -cert ca.pem"
                             " -keyfile ca.key -crldays 9 | openssl crl -outform DER"
                             " -out n.crl.der")))
        crl = load("n.crl.der");
    if (TAP_TRUE(crl != NULL)) {
        TAP_TRUE(ma_bytes_equal(ma_crl_info(crl)->number, MA_OID("\x12\x34")));
        TAP_INT(ma_crl_info(crl)->entries, 0);
    }
    ma_crl_free(crl);
}

static void names_what_it_cannot_judge(void)
{
    static const struct {
        const char *section;
        const char *entries;
        const char *unusable;
    } rows[] = {
        { "none", "", NULL },
        { "delta", "", "it is a delta CRL without a number of its own (RFC 5280 5.2.3)" },
        { "idp", "", NULL },
        { "unknown", "", "it has a critical extension that is not known" },
        { "none", "250601000000Z,removeFromCRL 01", "an entry has reason removeFromCRL, which is "
                                                    "for delta CRLs" },
        { "delta", "250601000000Z,removeFromCRL 01",
          "it is a delta CRL without a number of its own (RFC 5280 5.2.3)" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_crl_t *crl = NULL;
        char more[64];

        tap_row("%s %s", rows[i].section, rows[i].entries);
        snprintf(more, sizeof(more), "-crlexts %s", rows[i].section);
        if (TAP_TRUE(make_crl(&scratch, "odd", "ca", "260101000000Z", "260201000000Z",
                              rows[i].entries, more)))
            crl = load("odd.crl.der");
        if (TAP_TRUE(crl != NULL))
            TAP_STR(ma_crl_info(crl)->unusable, rows[i].unusable);
        ma_crl_free(crl);
    }
}

/* The bytes lie in memory of just that size, so that reading on is found. */
static int parse_exactly(ma_bytes_t bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    ma_crl_t *crl = NULL;
    const char *why = NULL;
    int ret;

    if (copy == NULL)
        return -100;
    memcpy(copy, bytes.data, size);
    ret = ma_crl_parse((ma_bytes_t) { copy, size }, &crl, &why);
    ma_crl_free(crl);
    free(copy);
    return ret;
}

static void refuses_what_is_cut_short(void)
{
    ma_bytes_t der;
    size_t i;

    if (!TAP_TRUE(make_crl(&scratch, "cut", "ca", "260101000000Z", "260201000000Z", ENTRIES,
                           "-crlexts aki")))
        return;
    der = scratch_read(&scratch, "cut.crl.der");
    TAP_TRUE(der.size > 300);
    TAP_INT(parse_exactly(der, der.size), 0);
    for (i = 0; i < der.size; i++) {
        tap_row("%zu bytes", i);
        TAP_INT(parse_exactly(der, i), MTLSAUTH_E_MALFORMED);
    }
}

/* ---- signatures ----------------------------------------------------------------------------- */

static void knows_its_signer(void)
{
    static const struct {
        const char *what;
        const char *cert;
        mtlsauth_result_t expected;
    } rows[] = {
        { "the issuer", "ca", MTLSAUTH_SUCCESS },
        { "the same key and name, without key usage", "ca_no_ku", MTLSAUTH_SUCCESS },
        { "the same key and name, without cRLSign", "ca_no_crl", MTLSAUTH_WRONG_PURPOSE },
        { "the same name, written otherwise", "ca_case", MTLSAUTH_SUCCESS },
        { "the same key, another name", "ca_other_name", MTLSAUTH_BAD_SIGNATURE },
        { "the same name, another key", "ca_other_key", MTLSAUTH_BAD_SIGNATURE },
        { "the same name, an RSA key", "ca_rsa", MTLSAUTH_BAD_SIGNATURE },
    };
    ma_crl_t *crl;
    size_t i, round;

    TAP_TRUE(make_crl(&scratch, "signed", "ca", "260101000000Z", "260201000000Z", "", ""));
    TAP_TRUE(scratch_run(&scratch,
                         "export DB=none\n"
                         "again() { openssl req -config crl.cnf -x509 -new -key ca.key"
                         " -subj \"$2\" -days 9 -extensions $3 -outform DER -out $1.der; }\n"
                         "again ca_no_ku '/CN=Intermediate CA' no_ku_ext &&"
                         "again ca_no_crl '/CN=Intermediate CA' no_crl_ext &&"
                         "again ca_case '/CN=intermediate  CA' ca_ext &&"
                         "again ca_other_name '/CN=Other CA' ca_ext"));
    TAP_TRUE(make_root(&scratch, "ca_other_key", P256, "/CN=Intermediate CA", "ca_ext"));
    TAP_TRUE(make_root(&scratch, "ca_rsa", "-algorithm RSA", "/CN=Intermediate CA", "ca_ext"));
    crl = load("signed.crl.der");
    /* twice: the second answer may be one that is remembered */
    for (round = 0; crl != NULL && round < 2; round++) {
        for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            mtlsauth_cert_t *cert = load_cert(&scratch, rows[i].cert);

            tap_row("%s, round %zu", rows[i].what, round);
            if (TAP_TRUE(cert != NULL))
                TAP_INT(ma_crl_signed_by(crl, cert, &strength), rows[i].expected);
            ma_cert_free(cert);
        }
    }
    TAP_TRUE(crl != NULL);
    ma_crl_free(crl);
}

static void knows_weak_and_broken_signatures(void)
{
    mtlsauth_cert_t *rsa = NULL, *ca = load_cert(&scratch, "ca");
    ma_crl_t *weak = NULL, *changed = NULL;
    ma_bytes_t der;
    uint8_t *copy;
    const char *why;
    size_t i;

    TAP_TRUE(make_root(&scratch, "rsa", "-algorithm RSA", "/CN=Old CA", "ca_ext"));
    TAP_TRUE(make_crl(&scratch, "weak", "rsa", "260101000000Z", "260201000000Z", "", "-md sha1"));
    rsa = load_cert(&scratch, "rsa");
    weak = load("weak.crl.der");
    if (TAP_TRUE(rsa != NULL && weak != NULL)) {
        TAP_INT(ma_crl_signed_by(weak, rsa, &strength), MTLSAUTH_WEAK);
        TAP_INT(ma_crl_signed_by(weak, rsa, &strength), MTLSAUTH_WEAK);
    }
    TAP_TRUE(make_crl(&scratch, "changed", "ca", "260101000000Z", "260201000000Z",
                      "250601000000Z 2A", ""));
    der = scratch_read(&scratch, "changed.crl.der");
    copy = der_copy(arena, der);
    for (i = 0; i + 15 < der.size && memcmp(copy + i, "250601000000Z", 13) != 0; i++)
        ;
    copy[i + 11] ^= 1; /* revoked a second later */
    if (ma_crl_parse((ma_bytes_t) { copy, der.size }, &changed, &why) != 0)
        printf("# %s\n", why);
    if (TAP_TRUE(changed != NULL && ca != NULL))
        TAP_INT(ma_crl_signed_by(changed, ca, &strength), MTLSAUTH_BAD_SIGNATURE);
    ma_crl_free(weak);
    ma_crl_free(changed);
    ma_cert_free(rsa);
    ma_cert_free(ca);
}

/* More keys than are remembered, asked for by several threads at once. */
enum { N_KEYS = 12, N_THREADS = 4, N_ROUNDS = 50 };

typedef struct asking {
    const ma_crl_t *crl;
    mtlsauth_cert_t **certs; /* the first is the signer */
    unsigned wrong;
} asking_t;

static void *ask(void *context)
{
    asking_t *asking = context;
    size_t i, round;

    for (round = 0; round < N_ROUNDS; round++)
        for (i = 0; i < N_KEYS; i++)
            if (ma_crl_signed_by(asking->crl, asking->certs[i], &strength)
                != (i == 0 ? MTLSAUTH_SUCCESS : MTLSAUTH_BAD_SIGNATURE))
                asking->wrong++;
    return NULL;
}

static void serves_threads(void)
{
    mtlsauth_cert_t *certs[N_KEYS] = { NULL };
    asking_t asking[N_THREADS];
    pthread_t threads[N_THREADS];
    ma_crl_t *crl = NULL;
    bool ready = make_crl(&scratch, "shared", "ca", "260101000000Z", "260201000000Z", "", "");
    size_t i;

    for (i = 0; ready && i < N_KEYS; i++) {
        char name[16];

        snprintf(name, sizeof(name), "key%zu", i);
        if (i > 0)
            ready = make_root(&scratch, name, P256, "/CN=Intermediate CA", "ca_ext");
        certs[i] = load_cert(&scratch, i == 0 ? "ca" : name);
        ready = ready && certs[i] != NULL && ma_cert_complete(certs[i]) == 0;
    }
    crl = load("shared.crl.der");
    if (TAP_TRUE(ready && crl != NULL)) {
        for (i = 0; i < N_THREADS; i++) {
            asking[i] = (asking_t) { crl, certs, 0 };
            TAP_INT(pthread_create(&threads[i], NULL, ask, &asking[i]), 0);
        }
        for (i = 0; i < N_THREADS; i++) {
            pthread_join(threads[i], NULL);
            TAP_INT(asking[i].wrong, 0);
        }
    }
    for (i = 0; i < N_KEYS; i++)
        ma_cert_free(certs[i]);
    ma_crl_free(crl);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads what openssl makes", reads_what_openssl_makes },
        { "reads the number", reads_the_number },
        { "names what it cannot judge", names_what_it_cannot_judge },
        { "refuses what is cut short", refuses_what_is_cut_short },
        { "knows its signer", knows_its_signer },
        { "knows weak and broken signatures", knows_weak_and_broken_signatures },
        { "serves threads", serves_threads },
    };
    int ret;

    strength = ma_strength_default();
    if (!scratch_begin(&scratch) || !scratch_text(&scratch, "crl.cnf", crl_cnf)
        || !make_root(&scratch, "ca", P256, "/CN=Intermediate CA", "ca_ext")) {
        printf("Bail out! cannot make a CA\n");
        scratch_end(&scratch);
        return 99;
    }
    ret = tap_main("crl", tests, sizeof(tests) / sizeof(tests[0]));
    scratch_end(&scratch);
    return ret;
}
