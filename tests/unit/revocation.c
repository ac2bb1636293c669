/* SPDX-License-Identifier: BSD-2-Clause */
/* Revocation: every cell of the table of freshness, which list counts, and what is said. */
#include "revocation_scene.h"

/* ---- the table of freshness ----------------------------------------------------------------- */

#define OK MTLSAUTH_SUCCESS
#define UNKNOWN MTLSAUTH_REVOCATION_UNKNOWN

static const struct {
    const char *what;
    const char *lists;
    int64_t now;
    bool lists_entries; /* false: there is no list that would have them */
    mtlsauth_result_t live[3]; /* strict, if_present, relaxed: of one that is not listed */
    mtlsauth_result_t replay[3];
} states[] = {
    { "no list", "root.crl", T_2026_01_15, false, { UNKNOWN, OK, OK }, { UNKNOWN, OK, OK } },
    { "a bad signature", "root.crl forged.crl", T_2026_01_15, false, { UNKNOWN, OK, OK },
      { UNKNOWN, OK, OK } },
    { "current", "ca.crl", T_2026_01_15, true, { OK, OK, OK }, { OK, OK, OK } },
    { "current in its first second", "ca.crl", T_2026_01, true, { OK, OK, OK }, { OK, OK, OK } },
    { "current in its last second", "ca.crl", T_2026_02, true, { OK, OK, OK }, { OK, OK, OK } },
    { "past in the second after", "ca.crl", T_2026_02 + 1, true, { UNKNOWN, UNKNOWN, OK },
      { UNKNOWN, UNKNOWN, OK } },
    { "past", "ca.crl", T_2026_03, true, { UNKNOWN, UNKNOWN, OK }, { UNKNOWN, UNKNOWN, OK } },
    { "without nextUpdate", "endless.crl", T_2026_01_15, true, { UNKNOWN, UNKNOWN, OK },
      { UNKNOWN, UNKNOWN, OK } },
    { "issued later", "ca.crl", T_2025_12, true, { UNKNOWN, UNKNOWN, OK }, { OK, OK, OK } },
    { "issued a second later", "ca.crl", T_2026_01 - 1, true, { UNKNOWN, UNKNOWN, OK },
      { OK, OK, OK } },
    { "issued later, without nextUpdate", "endless.crl", T_2025_12, true,
      { UNKNOWN, UNKNOWN, OK }, { OK, OK, OK } },
};

static void fills_the_table(void)
{
    static const char *const names[] = { "strict", "if_present", "relaxed" };
    size_t i;
    int freshness, replay;

    for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        for (freshness = 0; freshness < 3; freshness++) {
            mtlsauth_revocation_t *set
                = new_set((mtlsauth_freshness_t)freshness, MTLSAUTH_SCOPE_LEAF);

            add_good(set, states[i].lists);
            for (replay = 0; replay < 2; replay++) {
                mtlsauth_result_t expected
                    = replay ? states[i].replay[freshness] : states[i].live[freshness];
                bool lists = states[i].lists_entries;

                tap_row("%s, %s, %s", states[i].what, names[freshness], replay ? "replay" : "live");
                TAP_INT(judge(set, JOHN, states[i].now, replay, false), expected);
                TAP_TRUE((why[0] == '\0') == (expected == OK));
                /* revoked before the judged time: in every cell */
                TAP_INT(judge(set, EARLY, states[i].now, replay, false),
                        lists ? MTLSAUTH_REVOKED : expected);
                /* after it: a replay does not know yet */
                TAP_INT(judge(set, LATE, states[i].now, replay, false),
                        lists && !replay ? MTLSAUTH_REVOKED : expected);
            }
            ma_revocation_free(set);
        }
    }
}

static void revokes_from_the_date_on(void)
{
    mtlsauth_revocation_t *set = new_set(RELAXED, MTLSAUTH_SCOPE_LEAF);

    add_good(set, "ca.crl");
    TAP_INT(judge(set, LATE, T_2026_06 - 1, true, false), OK);
    TAP_INT(judge(set, LATE, T_2026_06, true, false), MTLSAUTH_REVOKED);
    TAP_INT(judge(set, LATE, T_2026_06 - 1, false, false), MTLSAUTH_REVOKED);
    ma_revocation_free(set);
}

/* ---- which list counts ---------------------------------------------------------------------- */

static void asks_the_most_recent_list(void)
{
    static const struct {
        const char *what;
        const char *lists;
        int64_t now;
        bool replay;
        int client;
        mtlsauth_result_t expected;
    } rows[] = {
        /* "newer" is of 10 January and lists nobody; "ca" lists the early one */
        { "the newer one", "ca.crl newer.crl", T_2026_01_15, false, EARLY, OK },
        { "the newer one, in another order", "newer.crl ca.crl", T_2026_01_15, false, EARLY, OK },
        { "the older one, as the newer was not yet", "ca.crl newer.crl", T_2026_01, true, EARLY,
          MTLSAUTH_REVOKED },
        { "the newer one, in another order, not yet", "newer.crl ca.crl", T_2026_01, true, EARLY,
          MTLSAUTH_REVOKED },
        { "the most recent of those that are all later", "ca.crl newer.crl", T_2025_12, true, EARLY,
          OK },
        { "the newer one, though only the older is current", "ca.crl short.crl", T_2026_01_15,
          false, JOHN, UNKNOWN },
        /* the same thisUpdate: the number decides */
        { "the greater number", "number9.crl number10.crl", T_2026_01_15, false, EARLY, OK },
        { "the greater number, in another order", "number10.crl number9.crl", T_2026_01_15, false,
          EARLY, OK },
        { "a newer one of somebody else does not count", "ca.crl forged.crl", T_2026_01_15, false,
          EARLY, MTLSAUTH_REVOKED },
        { "a newer one of another CA does not count", "ca.crl root.crl", T_2026_01_15, false, EARLY,
          MTLSAUTH_REVOKED },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *set = new_set(STRICT, MTLSAUTH_SCOPE_LEAF);

        tap_row("%s", rows[i].what);
        add_good(set, rows[i].lists);
        TAP_INT(judge(set, rows[i].client, rows[i].now, rows[i].replay, false), rows[i].expected);
        ma_revocation_free(set);
    }
}

static void does_not_judge_by_what_it_cannot_read(void)
{
    static const struct {
        const char *what;
        const char *lists;
        int64_t now;
        int client;
        mtlsauth_result_t expected;
    } rows[] = {
        { "a delta alone", "delta.crl", T_2026_01_15, JOHN, UNKNOWN },
        { "a partition of users", "partition.crl", T_2026_01_15, JOHN, OK },
        { "a partition that lists it", "partition.crl", T_2026_01_15, EARLY, MTLSAUTH_REVOKED },
        { "a delta beside a current list", "delta.crl ca.crl", T_2026_01_15, JOHN, UNKNOWN },
        { "a current list that lists it", "ca.crl delta.crl", T_2026_01_15, EARLY,
          MTLSAUTH_REVOKED },
        { "a list that lists it, but is past", "ca.crl delta.crl", T_2026_03, EARLY, UNKNOWN },
        { "a delta that somebody else signed", "ca.crl forged_delta.crl", T_2026_01_15, JOHN, OK },
    };
    size_t i;
    int freshness;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (freshness = 0; freshness < 3; freshness++) {
            mtlsauth_revocation_t *set
                = new_set((mtlsauth_freshness_t)freshness, MTLSAUTH_SCOPE_LEAF);

            tap_row("%s, freshness %d", rows[i].what, freshness);
            add_good(set, rows[i].lists);
            TAP_INT(judge(set, rows[i].client, rows[i].now, false, false), rows[i].expected);
            ma_revocation_free(set);
        }
    }
}

/* ---- the path ------------------------------------------------------------------------------- */

static void judges_the_whole_path(void)
{
    static const struct {
        const char *what;
        const char *lists;
        mtlsauth_freshness_t freshness;
        int client;
        mtlsauth_result_t chain;
        mtlsauth_result_t leaf;
    } rows[] = {
        { "both lists", "ca.crl root.crl", STRICT, JOHN, OK, OK },
        { "no list of the root", "ca.crl", STRICT, JOHN, UNKNOWN, OK },
        { "no list of the root, if present", "ca.crl", IF_PRESENT, JOHN, OK, OK },
        { "no list of the intermediate", "root.crl", STRICT, JOHN, UNKNOWN, UNKNOWN },
        { "the client revoked", "ca.crl root.crl", STRICT, EARLY, MTLSAUTH_REVOKED,
          MTLSAUTH_REVOKED },
        { "the client revoked, no list of the root", "ca.crl", STRICT, EARLY, MTLSAUTH_REVOKED,
          MTLSAUTH_REVOKED },
        { "the intermediate revoked", "ca.crl root_revokes.crl", STRICT, JOHN, MTLSAUTH_REVOKED,
          OK },
        { "the intermediate revoked, no list of it", "root_revokes.crl", STRICT, JOHN,
          MTLSAUTH_REVOKED, UNKNOWN },
        { "the intermediate revoked, relaxed", "root_revokes.crl", RELAXED, JOHN, MTLSAUTH_REVOKED,
          OK },
        /* the serials of the root's list are not those of the intermediate's clients */
        { "a serial that another CA revoked", "ca.crl root_other.crl", STRICT, JOHN, OK, OK },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *chain = new_set(rows[i].freshness, MTLSAUTH_SCOPE_CHAIN);
        mtlsauth_revocation_t *leaf = new_set(rows[i].freshness, MTLSAUTH_SCOPE_LEAF);

        tap_row("%s", rows[i].what);
        add_good(chain, rows[i].lists);
        add_good(leaf, rows[i].lists);
        TAP_INT(judge(chain, rows[i].client, T_2026_01_15, false, false), rows[i].chain);
        TAP_INT(judge(leaf, rows[i].client, T_2026_01_15, false, false), rows[i].leaf);
        ma_revocation_free(chain);
        ma_revocation_free(leaf);
    }
}

static void needs_a_path(void)
{
    const mtlsauth_cert_t *path[] = { certs[JOHN] };
    ma_strength_t strength = ma_strength_default();
    ma_revocation_query_t query = { .path = path, .path_length = 1, .strength = &strength,
                                    .now = T_2026_01_15 };
    mtlsauth_revocation_t *set = new_set(RELAXED, MTLSAUTH_SCOPE_LEAF);
    ma_buf_t text;

    ma_buf_init(&text, 0);
    TAP_INT(ma_revocation_check(set, &query, &text), MTLSAUTH_ERROR);
    query.path_length = 0;
    TAP_INT(ma_revocation_check(set, &query, &text), MTLSAUTH_ERROR);
    ma_buf_free(&text);
    ma_revocation_free(set);
}

/* ---- sentences ------------------------------------------------------------------------------ */

static void says_why(void)
{
    static const struct {
        const char *lists;
        mtlsauth_freshness_t freshness;
        int64_t now;
        bool replay;
        int client;
        const char *says;
    } rows[] = {
        { "ca.crl", STRICT, T_2026_01_15, false, EARLY,
          "CN=Early (serial 0E) was revoked on 2025-06-01T00:00:00Z by the CRL of "
          "CN=Intermediate CA" },
        { "ca.crl", STRICT, T_2026_01_15, false, LATE,
          "CN=Late (serial 0F) is listed already as revoked from 2026-06-01T00:00:00Z by the CRL "
          "of CN=Intermediate CA" },
        { "ca.crl", STRICT, T_2026_01_15, false, JOHN,
          "no CRL with a good signature is loaded for CN=Root CA, which issued "
          "CN=Intermediate CA; load one or set freshness or scope" },
        { "forged.crl root.crl", STRICT, T_2026_01_15, false, JOHN,
          "the CRL of CN=Intermediate CA is not signed by the key of the CA on the path; load one "
          "or set freshness or scope" },
        { "ca.crl root.crl", STRICT, T_2026_03, false, JOHN,
          "the CRL of CN=Intermediate CA is past its nextUpdate 2026-02-01T00:00:00Z; load a newer "
          "one" },
        { "endless.crl root.crl", STRICT, T_2026_01_15, false, JOHN,
          "the CRL of CN=Intermediate CA has no nextUpdate, so that nothing says how long it "
          "holds; load a newer one" },
        { "ca.crl root.crl", STRICT, T_2025_12, false, JOHN,
          "the CRL of CN=Intermediate CA was issued on 2026-01-01T00:00:00Z, after the judged time "
          "2025-12-01T00:00:00Z" },
        { "delta.crl root.crl", RELAXED, T_2026_01_15, false, JOHN,
          "a CRL of CN=Intermediate CA cannot be judged by: it is a delta CRL without a number of its "
          "own (RFC 5280 5.2.3)" },
        { "ca.crl root_other.crl", STRICT, T_2026_01_15, false, JOHN,
          "not revoked: the CRL of CN=Intermediate CA has 2 entries and serial 1A2B is not among "
          "them; the CRL of CN=Root CA has 1 entry and serial 02 is not among them" },
        { "ca.crl", IF_PRESENT, T_2026_01_15, false, JOHN,
          "not revoked: the CRL of CN=Intermediate CA has 2 entries and serial 1A2B is not among "
          "them; no CRL with a good signature is loaded for CN=Root CA, which issued "
          "CN=Intermediate CA" },
        { "ca.crl root.crl", RELAXED, T_2026_03, true, LATE,
          "not revoked: the CRL of CN=Intermediate CA revokes serial 0F only from "
          "2026-06-01T00:00:00Z on, but it is past its nextUpdate 2026-02-01T00:00:00Z; the CRL of "
          "CN=Root CA has 0 entries and serial 02 is not among them, but it is past its nextUpdate "
          "2026-02-01T00:00:00Z" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *set = new_set(rows[i].freshness, MTLSAUTH_SCOPE_CHAIN);

        tap_row("%s", rows[i].lists);
        add_good(set, rows[i].lists);
        judge(set, rows[i].client, rows[i].now, rows[i].replay, true);
        TAP_STR(why, rows[i].says);
        ma_revocation_free(set);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "fills the table of freshness", fills_the_table },
        { "revokes from the date on", revokes_from_the_date_on },
        { "asks the most recent list", asks_the_most_recent_list },
        { "does not judge by what it cannot read", does_not_judge_by_what_it_cannot_read },
        { "judges the whole path", judges_the_whole_path },
        { "needs a path", needs_a_path },
        { "says why", says_why },
    };
    int ret;

    if (!scratch_begin(&scratch) || !make_scene()) {
        printf("Bail out! cannot make the certificates\n");
        end_scene();
        return 99;
    }
    ret = tap_main("revocation", tests, sizeof(tests) / sizeof(tests[0]));
    end_scene();
    return ret;
}
