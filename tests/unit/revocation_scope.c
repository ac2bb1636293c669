/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which lists speak about a certificate, and who may have signed them (RFC 5280 6.3.3):
 * distribution points, reasons, deltas, indirect lists, other signers; each with a certificate that
 * is revoked and one that is not.
 */
#include "tap.h"

#include "crl/revocation.h"

#include "crl_pki.h"

static scratch_t scratch;
static const ma_safety_t safe = { .insecure = false };

#define OK MTLSAUTH_SUCCESS
#define REVOKED MTLSAUTH_REVOKED
#define UNKNOWN MTLSAUTH_REVOCATION_UNKNOWN

/* The certificates: file, issuer, subject, serial, extensions. */
enum { ROOT, CA, CA2, SIGNER, PLAIN, OTHER, POINT, RELATIVE, INDIRECT, NEXT, N_CERTS };
static const struct {
    const char *name, *issuer, *subject, *serial, *extensions;
} made[N_CERTS] = {
    [ROOT] = { "root", NULL, "/CN=Root CA", NULL, "ca_ext" },
    [CA] = { "ca", "root", "/CN=Intermediate CA", "2", "ca_ext" },
    /* the same CA with another key, for lists */
    [CA2] = { "ca2", "root", "/CN=Intermediate CA", "3", "signs_lists" },
    [SIGNER] = { "signer", "root", "/CN=CRL Issuer", "4", "signs_lists" },
    [PLAIN] = { "plain", "ca", "/CN=Plain", "0x30", "none" },
    [OTHER] = { "other", "ca", "/CN=Other", "0x31", "none" },
    [POINT] = { "point", "ca", "/CN=Point", "0x32", "has_point" },
    [RELATIVE] = { "relative", "ca", "/CN=Relative", "0x33", "has_relative" },
    [INDIRECT] = { "indirect", "ca", "/CN=Indirect", "0x34", "has_issuer" },
    [NEXT] = { "next", "ca", "/CN=Next", "0x36", "has_issuer" },
};
static mtlsauth_cert_t *certs[N_CERTS];

static const char cnf[] =
    "[signs_lists]\nkeyUsage=critical,cRLSign\n"
    "[has_point]\ncrlDistributionPoints=URI:http://ca.example/1\n"
    "[has_relative]\ncrlDistributionPoints=r\n[r]\nrelativename=part\n[part]\nCN=Part 1\n"
    "[has_issuer]\ncrlDistributionPoints=s\n[s]\nCRLissuer=dirName:s_dn\n[s_dn]\nCN=CRL Issuer\n"
    "[p1]\nissuingDistributionPoint=critical,@i1\n[i1]\nfullname=URI:http://ca.example/1\n"
    "[p2]\nissuingDistributionPoint=critical,@i2\n[i2]\nfullname=URI:http://ca.example/2\n"
    "[rel]\nissuingDistributionPoint=critical,@i3\n[i3]\nrelativename=part\n"
    "[full]\nissuingDistributionPoint=critical,@i4\n[i4]\nfullname=dirName:i4_dn\n"
    "[i4_dn]\n0.CN=intermediate  ca\n1.CN=Part 1\n"
    "[own]\nissuingDistributionPoint=critical,@i5\n[i5]\nfullname=dirName:i5_dn\n"
    "[i5_dn]\nCN=Intermediate CA\n"
    "[cas]\nissuingDistributionPoint=critical,@i6\n[i6]\nonlyCA=TRUE\n"
    "[attributes]\nissuingDistributionPoint=critical,@i7\n[i7]\nonlyAA=TRUE\n"
    "[keys]\nissuingDistributionPoint=critical,@i8\n"
    "[i8]\nonlysomereasons=keyCompromise,CACompromise\n"
    "[rest]\nissuingDistributionPoint=critical,@i9\n[i9]\nonlysomereasons=affiliationChanged,"
    "superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise\n"
    "[n5]\n2.5.29.20=DER:020105\n"
    "[d6]\n2.5.29.20=DER:020106\n2.5.29.27=critical,DER:020105\n" /* changes 5 */
    "[d8]\n2.5.29.20=DER:020108\n2.5.29.27=critical,DER:020106\n" /* changes 6, which is not here */
    "[d4]\n2.5.29.20=DER:020104\n2.5.29.27=critical,DER:020103\n" /* 5 has it all */
    "[d6user]\n2.5.29.20=DER:020106\n2.5.29.27=critical,DER:020105\n"
    "issuingDistributionPoint=critical,@i\n";

/* ---- the scene ------------------------------------------------------------------------------ */

/* Whom the callback of the query knows a path for, and how often it was asked. */
static unsigned trusted_set, asked;

static size_t trusted(void *context, const mtlsauth_cert_t *signer, const mtlsauth_cert_t *anchor,
                      const mtlsauth_cert_t *path[MA_SIGNER_PATH_MAX])
{
    int i;

    (void)context;
    asked++;
    for (i = 0; i < N_CERTS; i++) {
        if (anchor == certs[ROOT] && (trusted_set & 1u << i) != 0
            && ma_cert_same(certs[i], signer)) {
            path[0] = signer;
            path[1] = anchor;
            return 2;
        }
    }
    return 0;
}

/* A path that is known gets the same answer, before it is remembered and after. */
static void judge_known(const mtlsauth_revocation_t *set, ma_revocation_query_t *query,
                        mtlsauth_result_t expected)
{
    const unsigned before = asked;
    ma_buf_t why;
    int i;

    query->known = query;
    ma_buf_init(&why, 0);
    for (i = 0; i < 2; i++)
        TAP_INT(ma_revocation_check(set, query, &why), expected);
    ma_buf_free(&why);
    asked = before;
}

static mtlsauth_result_t ask(const char *names, mtlsauth_freshness_t freshness, int client,
                             const ma_cert_pool_t *pool)
{
    const mtlsauth_cert_t *path[] = { certs[client], certs[CA], certs[ROOT] };
    const ma_strength_t strength = ma_strength_default();
    const ma_signers_t signers = { pool, 1, trusted, NULL };
    ma_revocation_query_t query = { .path = path, .path_length = 3, .signers = &signers,
                                          .strength = &strength, .now = T_2026_01_15 };
    const ma_revocation_how_t how
        = { .freshness = freshness, .scope = MTLSAUTH_SCOPE_LEAF, .remembered = 1 };
    mtlsauth_revocation_t *set = NULL;
    mtlsauth_result_t result = MTLSAUTH_ERROR;
    char list[256], file[64], *name, *rest = list;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    snprintf(list, sizeof(list), "%s", names);
    TAP_INT(ma_revocation_new(&how, &set), 0);
    while ((name = strtok_r(rest, " ", &rest)) != NULL) {
        const ma_pos_t pos = { "api.conf", 1, 1 };
        mtlsauth_error_t *err = NULL;
        snprintf(file, sizeof(file), "%s.crl", name);
        if (!TAP_INT(ma_revocation_add(set, scratch_path(&scratch, file), &safe, &pos, &err), 0))
            printf("#   %s\n", mtlsauth_error_text(err));
        mtlsauth_error_free(err);
    }
    asked = 0;
    result = ma_revocation_check(set, &query, &why);
    if (result != OK)
        printf("#   %s\n", ma_buf_string(&why));
    ma_buf_free(&why);
    judge_known(set, &query, result);
    ma_revocation_free(set);
    return result;
}

static mtlsauth_result_t judge(const char *names, mtlsauth_freshness_t freshness, int client)
{
    const mtlsauth_cert_t *all[N_CERTS];
    const ma_cert_pool_t pool = { all, N_CERTS };
    int i;

    for (i = 0; i < N_CERTS; i++)
        all[i] = certs[i];
    return ask(names, freshness, client, &pool);
}

/* One row of a table: strict, and nobody is trusted beside the path unless it says so. */
typedef struct row {
    const char *what;
    const char *lists;
    int client;
    mtlsauth_result_t expected;
    unsigned trusts;
} row_t;

static void run(const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        tap_row("%s", rows[i].what);
        trusted_set = rows[i].trusts;
        TAP_INT(judge(rows[i].lists, MTLSAUTH_FRESHNESS_STRICT, rows[i].client),
                rows[i].expected);
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof((rows)[0]))

/* ---- distribution points -------------------------------------------------------------------- */

static void matches_names(void)
{
    static const row_t rows[] = {
        { "the certificate's address", "p1", POINT, OK, 0 },
        { "the certificate's address, listed", "p1_lists", POINT, REVOKED, 0 },
        { "another address", "p2", POINT, UNKNOWN, 0 },
        { "another address, listed: not about it", "p2_lists", POINT, UNKNOWN, 0 },
        { "an address, and a certificate without", "p1", PLAIN, UNKNOWN, 0 },
        { "no name in the list", "n5", POINT, OK, 0 },
        { "both addresses: its own counts", "p1 p2_lists", POINT, OK, 0 },
        { "relative to relative", "rel", RELATIVE, OK, 0 },
        { "relative to relative, listed", "rel_lists", RELATIVE, REVOKED, 0 },
        { "relative to full, in other words", "full", RELATIVE, OK, 0 },
        { "relative to full, listed", "full_lists", RELATIVE, REVOKED, 0 },
        { "relative to an address", "rel", POINT, UNKNOWN, 0 },
        { "the name of the issuer itself", "own", PLAIN, OK, 0 },
        { "the name of the issuer itself, beside a point", "own", POINT, OK, 0 },
    };

    RUN(rows);
}

static void matches_kinds(void)
{
    static const row_t rows[] = {
        { "users", "users", PLAIN, OK, 0 },
        { "users, listed", "users_lists", PLAIN, REVOKED, 0 },
        { "CAs", "cas", PLAIN, UNKNOWN, 0 },
        { "CAs, listed: not about it", "cas_lists", PLAIN, UNKNOWN, 0 },
        { "attribute certificates", "attributes", PLAIN, UNKNOWN, 0 },
        { "CAs and users", "cas users", PLAIN, OK, 0 },
    };

    RUN(rows);
}

static void adds_up_reasons(void)
{
    static const row_t rows[] = {
        { "some reasons", "keys", PLAIN, UNKNOWN, 0 },
        { "the others", "rest", PLAIN, UNKNOWN, 0 },
        { "all of them", "keys rest", PLAIN, OK, 0 },
        { "all of them, listed in one", "keys_lists rest", PLAIN, REVOKED, 0 },
        { "some reasons, listed", "keys_lists", PLAIN, REVOKED, 0 },
        { "all of them, but one is past", "keys rest_past", PLAIN, UNKNOWN, 0 },
    };

    RUN(rows);
    /* of what is not covered nothing is present; of what is past there is */
    TAP_INT(judge("keys", MTLSAUTH_FRESHNESS_IF_PRESENT, PLAIN), OK);
    TAP_INT(judge("keys rest_past", MTLSAUTH_FRESHNESS_IF_PRESENT, PLAIN), UNKNOWN);
    TAP_INT(judge("keys rest_past", MTLSAUTH_FRESHNESS_RELAXED, PLAIN), OK);
}

/* ---- deltas --------------------------------------------------------------------------------- */

static void applies_deltas(void)
{
    static const row_t rows[] = {
        { "the base alone", "n5_lists", PLAIN, REVOKED, 0 },
        { "a delta that removes it", "n5_lists d6_removes", PLAIN, OK, 0 },
        { "a delta that removes it, first", "d6_removes n5_lists", PLAIN, OK, 0 },
        { "a delta that removes another", "n5_lists d6_other", PLAIN, REVOKED, 0 },
        { "a delta that adds it", "n5 d6_adds", PLAIN, REVOKED, 0 },
        { "a delta that adds another", "n5 d6_adds", OTHER, OK, 0 },
        { "a delta that is past: what it removes stays", "n5_lists d6_past", PLAIN, REVOKED, 0 },
        { "a delta for a newer base", "n5 d8", PLAIN, UNKNOWN, 0 },
        { "a delta for a newer base, listed", "n5_lists d8", PLAIN, REVOKED, 0 },
        { "a delta that is older than the base", "n5 d4_adds", PLAIN, OK, 0 },
        { "a delta that is older and removes", "n5_lists d4_removes", PLAIN, REVOKED, 0 },
        { "a delta alone", "d6_removes", PLAIN, UNKNOWN, 0 },
        { "a delta alone that lists it", "d6_adds", PLAIN, UNKNOWN, 0 },
        { "a delta of another scope", "n5_lists d6user_removes", PLAIN, REVOKED, 0 },
        { "a delta of another scope, not listed", "n5 d6user_removes", PLAIN, UNKNOWN, 0 },
        { "a base without a number", "plain d6_removes", PLAIN, UNKNOWN, 0 },
        { "a delta with another key", "n5_lists d6_key", PLAIN, REVOKED, 1u << CA2 },
    };

    RUN(rows);
}

/* ---- indirect lists ------------------------------------------------------------------------- */

static void reads_indirect_lists(void)
{
    static const row_t rows[] = {
        /* it has 34 of its own issuer, then 35 of the intermediate CA, then 36 */
        { "a serial of another issuer", "indirect", INDIRECT, OK, 1u << SIGNER },
        { "the issuer stays in force", "indirect", NEXT, REVOKED, 1u << SIGNER },
        { "a signer without a path", "indirect", INDIRECT, UNKNOWN, 0 },
        { "a signer without a path, listed", "indirect", NEXT, UNKNOWN, 0 },
        { "a certificate that does not name the signer", "indirect", PLAIN, UNKNOWN, 1u << SIGNER },
        { "a list that is not indirect", "direct", INDIRECT, UNKNOWN, 1u << SIGNER },
        { "a list of the issuer itself", "plain", INDIRECT, OK, 0 },
        { "a signer that is revoked", "indirect root_signer", INDIRECT, UNKNOWN, 1u << SIGNER },
        { "another that is revoked", "indirect root_ca2", INDIRECT, OK, 1u << SIGNER },
    };

    RUN(rows);
}

/* ---- signers -------------------------------------------------------------------------------- */

static void takes_other_signers(void)
{
    static const row_t rows[] = {
        { "another key of the CA", "key2", OTHER, OK, 1u << CA2 },
        { "another key of the CA, listed", "key2", PLAIN, REVOKED, 1u << CA2 },
        { "another key without a path", "key2", OTHER, UNKNOWN, 0 },
        { "another key without a path, listed", "key2", PLAIN, UNKNOWN, 0 },
        { "another key that is revoked", "key2 root_ca2", OTHER, UNKNOWN, 1u << CA2 },
        { "two keys: each list counts", "key2 plain", PLAIN, REVOKED, 1u << CA2 },
        { "two keys, not listed", "key2 plain", OTHER, OK, 1u << CA2 },
        { "one of another name", "direct", OTHER, UNKNOWN, 1u << SIGNER },
    };

    RUN(rows);
}

/* Whoever sends many certificates of one name has few of them verified. */
static void asks_within_a_budget(void)
{
    enum { MANY = 3 * MA_SIGNER_BUDGET };
    const mtlsauth_cert_t *many[MANY];
    const ma_cert_pool_t pool = { many, MANY };
    size_t i;

    for (i = 0; i < MANY; i++) {
        mtlsauth_cert_t *copy = load_cert(&scratch, "ca2");
        if (!TAP_TRUE(copy != NULL))
            return;
        many[i] = copy;
    }
    trusted_set = 0;
    TAP_INT(ask("key2", MTLSAUTH_FRESHNESS_STRICT, OTHER, &pool), UNKNOWN);
    TAP_INT(asked, MA_SIGNER_BUDGET);
    TAP_INT(ask("plain", MTLSAUTH_FRESHNESS_STRICT, OTHER, &pool), OK);
    TAP_INT(asked, 0);
}

/* ---- making it ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *issuer, *until, *entries, *section;
} lists[] = {
    { "p1", "ca", "260201000000Z", "", "p1" },
    { "p1_lists", "ca", "260201000000Z", "250601000000Z 32", "p1" },
    { "p2", "ca", "260201000000Z", "", "p2" },
    { "p2_lists", "ca", "260201000000Z", "250601000000Z 32", "p2" },
    { "rel", "ca", "260201000000Z", "", "rel" },
    { "rel_lists", "ca", "260201000000Z", "250601000000Z 33", "rel" },
    { "full", "ca", "260201000000Z", "", "full" },
    { "full_lists", "ca", "260201000000Z", "250601000000Z 33", "full" },
    { "own", "ca", "260201000000Z", "", "own" },
    { "users", "ca", "260201000000Z", "", "idp" },
    { "users_lists", "ca", "260201000000Z", "250601000000Z 30", "idp" },
    { "cas", "ca", "260201000000Z", "", "cas" },
    { "cas_lists", "ca", "260201000000Z", "250601000000Z 30", "cas" },
    { "attributes", "ca", "260201000000Z", "", "attributes" },
    { "keys", "ca", "260201000000Z", "", "keys" },
    { "keys_lists", "ca", "260201000000Z", "250601000000Z 30", "keys" },
    { "rest", "ca", "260201000000Z", "", "rest" },
    { "rest_past", "ca", "260110000000Z", "", "rest" },
    { "plain", "ca", "260201000000Z", "", "none" },
    { "n5", "ca", "260201000000Z", "", "n5" },
    { "n5_lists", "ca", "260201000000Z", "250601000000Z,certificateHold 30", "n5" },
    { "d6_removes", "ca", "260201000000Z", "250701000000Z,removeFromCRL 30", "d6" },
    { "d6_other", "ca", "260201000000Z", "250701000000Z,removeFromCRL 31", "d6" },
    { "d6_adds", "ca", "260201000000Z", "250701000000Z 30", "d6" },
    { "d6_past", "ca", "260110000000Z", "250701000000Z,removeFromCRL 30", "d6" },
    { "d6_key", "ca2", "260201000000Z", "250701000000Z,removeFromCRL 30", "d6" },
    { "d6user_removes", "ca", "260201000000Z", "250701000000Z,removeFromCRL 30", "d6user" },
    { "d8", "ca", "260201000000Z", "250701000000Z,removeFromCRL 30", "d8" },
    { "d4_adds", "ca", "260201000000Z", "250401000000Z 30", "d4" },
    { "d4_removes", "ca", "260201000000Z", "250701000000Z,removeFromCRL 30", "d4" },
    { "direct", "signer", "260201000000Z", "", "none" },
    { "key2", "ca2", "260201000000Z", "250601000000Z 30", "none" },
    { "root_signer", "root", "260201000000Z", "250601000000Z 04", "none" },
    { "root_ca2", "root", "260201000000Z", "250601000000Z 03", "none" },
};

/* An indirect list, which openssl does not make; it signs it, though. */
static bool make_indirect(void)
{
    ma_arena_t *a = &scratch.arena;
    ma_bytes_t algorithm = der_hex(a, "300a06082a8648ce3d040302"), date, tbs, bits, of_ca;
    static const uint8_t whole_octets[] = { 0 };

    date = der_text(a, MA_DER_UTC_TIME, "250601000000Z");
    of_ca = DER(a, MA_DER_SEQUENCE, DER(a, MA_DER_CONTEXT_CONSTRUCTED(4), certs[CA]->subject));
    of_ca = DER(a, MA_DER_SEQUENCE,
                DER(a, MA_DER_SEQUENCE, der_hex(a, "0603551d1d0101ff"),
                    DER(a, MA_DER_OCTET_STRING, of_ca)));
    tbs = DER(a, MA_DER_SEQUENCE, der_hex(a, "020101"), algorithm, certs[SIGNER]->subject,
              der_text(a, MA_DER_UTC_TIME, "260101000000Z"),
              der_text(a, MA_DER_UTC_TIME, "260201000000Z"),
              DER(a, MA_DER_SEQUENCE, DER(a, MA_DER_SEQUENCE, der_hex(a, "020134"), date),
                  DER(a, MA_DER_SEQUENCE, der_hex(a, "020135"), date, of_ca),
                  DER(a, MA_DER_SEQUENCE, der_hex(a, "020136"), date)),
              DER(a, MA_DER_CONTEXT_CONSTRUCTED(0),
                  DER(a, MA_DER_SEQUENCE, der_hex(a, "300f0603551d1c0101ff040530038401ff"))));
    if (!scratch_write(&scratch, "tbs", tbs)
        || !scratch_run(&scratch, "openssl dgst -sha256 -sign signer.key -out signature tbs"))
        return false;
    bits = DER(a, MA_DER_BIT_STRING, { whole_octets, 1 }, scratch_read(&scratch, "signature"));
    return scratch_write(&scratch, "indirect.crl", DER(a, MA_DER_SEQUENCE, tbs, algorithm, bits));
}

static bool make_scene(void)
{
    const char *all = ma_arena_printf(&scratch.arena, "%s%s", crl_cnf, cnf);
    char more[64];
    size_t i;

    if (all == NULL || !scratch_text(&scratch, "crl.cnf", all))
        return false;
    for (i = 0; i < N_CERTS; i++) {
        if (made[i].issuer == NULL
                ? !make_root(&scratch, made[i].name, P256, made[i].subject, made[i].extensions)
                : !make_cert(&scratch, made[i].name, made[i].issuer, made[i].subject,
                             made[i].serial, made[i].extensions))
            return false;
        certs[i] = load_cert(&scratch, made[i].name);
        if (certs[i] == NULL)
            return false;
    }
    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        snprintf(more, sizeof(more), "-crlexts %s", lists[i].section);
        if (!make_crl(&scratch, lists[i].name, lists[i].issuer, "260101000000Z", lists[i].until,
                      lists[i].entries, strcmp(lists[i].section, "none") == 0 ? "" : more))
            return false;
    }
    return make_indirect() && scratch_run(&scratch, "chmod go-w *");
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "matches names", matches_names },
        { "matches kinds", matches_kinds },
        { "adds up reasons", adds_up_reasons },
        { "applies deltas", applies_deltas },
        { "reads indirect lists", reads_indirect_lists },
        { "takes other signers", takes_other_signers },
        { "asks within a budget", asks_within_a_budget },
    };
    int ret = 99;
    size_t i;

    if (!scratch_begin(&scratch) || !make_scene())
        printf("Bail out! cannot make the certificates\n");
    else
        ret = tap_main("revocation_scope", tests, sizeof(tests) / sizeof(tests[0]));
    for (i = 0; i < N_CERTS; i++)
        ma_cert_free(certs[i]);
    scratch_end(&scratch);
    return ret;
}
