/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation_scene.h - for tests: a root, an intermediate and clients that openssl made, with lists
 * of fixed dates; the judged time is what moves. Header only.
 *
 * Every list is of 1 January 2026 until 1 February, unless it says otherwise.
 */
#ifndef TESTS_UNIT_REVOCATION_SCENE_H
#define TESTS_UNIT_REVOCATION_SCENE_H

#include "tap.h"

#include "crl/revocation.h"

#include "crl_pki.h"

static scratch_t scratch;
static const ma_safety_t safe = { .insecure = false };

enum { ROOT, CA, JOHN, EARLY, LATE, N_CERTS };
static mtlsauth_cert_t *certs[N_CERTS];

/* "early" is listed since June 2025, "late" from June 2026 on, John is not. */
#define LISTED "250601000000Z 0E;260601000000Z 0F"

#define STRICT MTLSAUTH_FRESHNESS_STRICT
#define IF_PRESENT MTLSAUTH_FRESHNESS_IF_PRESENT
#define RELAXED MTLSAUTH_FRESHNESS_RELAXED

static inline mtlsauth_revocation_t *new_set(mtlsauth_freshness_t freshness, mtlsauth_scope_t scope)
{
    const ma_revocation_how_t how
        = { .freshness = freshness, .scope = scope, .remembered = N_CERTS };
    mtlsauth_revocation_t *set = NULL;

    TAP_INT(ma_revocation_new(&how, &set), 0);
    return set;
}

static inline int add(mtlsauth_revocation_t *set, const char *name, char *text, size_t size)
{
    const ma_pos_t pos = { "api.conf", 3, 7 };
    mtlsauth_error_t *err = NULL;
    int ret = ma_revocation_add(set, scratch_path(&scratch, name), &safe, &pos, &err);

    snprintf(text, size, "%s", err != NULL ? mtlsauth_error_text(err) : "");
    if (err != NULL) {
        TAP_STR(mtlsauth_error_file(err), "api.conf");
        TAP_INT(mtlsauth_error_line(err), 3);
        TAP_INT(mtlsauth_error_code(err), ret);
    }
    mtlsauth_error_free(err);
    return ret;
}

/* Adds those files, whose names are separated by blanks. */
static inline void add_good(mtlsauth_revocation_t *set, const char *names)
{
    char list[256], text[512], *name, *rest = list;

    snprintf(list, sizeof(list), "%s", names);
    while ((name = strtok_r(rest, " ", &rest)) != NULL)
        if (!TAP_INT(add(set, name, text, sizeof(text)), 0))
            printf("#   %s\n", text);
}

/* A path that is known gets the same answer, before it is remembered and after. */
static inline void judge_known(const mtlsauth_revocation_t *set, ma_revocation_query_t query,
                               int client, mtlsauth_result_t expected)
{
    ma_buf_t text;
    int i;

    query.known = &certs[client];
    ma_buf_init(&text, 0);
    for (i = 0; i < 2; i++)
        TAP_INT(ma_revocation_check(set, &query, &text), expected);
    ma_buf_free(&text);
}

/* Asks about the path of a client; the sentence is left in `why`. */
static char why[1024];

static inline mtlsauth_result_t judge(const mtlsauth_revocation_t *set, int client, int64_t now,
                               bool replay, bool explain)
{
    const mtlsauth_cert_t *path[] = { certs[client], certs[CA], certs[ROOT] };
    const ma_strength_t strength = ma_strength_default();
    const ma_revocation_query_t query = { .path = path, .path_length = 3, .strength = &strength,
                                          .now = now, .replay = replay, .explain = explain };
    mtlsauth_result_t result;
    ma_buf_t text;

    ma_buf_init(&text, 0);
    result = ma_revocation_check(set, &query, &text);
    snprintf(why, sizeof(why), "%s", ma_buf_string(&text));
    ma_buf_free(&text);
    judge_known(set, query, client, result);
    return result;
}

/* A list without nextUpdate, which openssl does not make; it signs it, though. */
static inline bool make_endless(void)
{
    ma_arena_t *arena = &scratch.arena;
    ma_bytes_t tbs, algorithm = der_hex(arena, "300a06082a8648ce3d040302"), bits;
    static const uint8_t whole_octets[] = { 0 };

    tbs = DER(arena, MA_DER_SEQUENCE, der_hex(arena, "020101"), algorithm, certs[CA]->subject,
              der_text(arena, MA_DER_UTC_TIME, "260101000000Z"),
              DER(arena, MA_DER_SEQUENCE,
                  DER(arena, MA_DER_SEQUENCE, der_hex(arena, "02010e"),
                      der_text(arena, MA_DER_UTC_TIME, "250601000000Z")),
                  DER(arena, MA_DER_SEQUENCE, der_hex(arena, "02010f"),
                      der_text(arena, MA_DER_UTC_TIME, "260601000000Z"))));
    if (!scratch_write(&scratch, "tbs", tbs)
        || !scratch_run(&scratch, "openssl dgst -sha256 -sign ca.key -out signature tbs"))
        return false;
    bits = DER(arena, MA_DER_BIT_STRING, { whole_octets, 1 }, scratch_read(&scratch, "signature"));
    return scratch_write(&scratch, "endless.crl",
                         DER(arena, MA_DER_SEQUENCE, tbs, algorithm, bits));
}

/* A list of the intermediate CA, from 1 January; `until` as openssl has it. */
static inline bool list_of_ca(const char *name, const char *until, const char *entries,
                              const char *more)
{
    return make_crl(&scratch, name, "ca", "260101000000Z", until, entries, more);
}

static inline bool make_lists(void)
{
    return list_of_ca("ca", "260201000000Z", LISTED, "")
        && list_of_ca("delta", "260201000000Z", LISTED, "-crlexts delta")
        && list_of_ca("partition", "260201000000Z", LISTED, "-crlexts idp")
        && list_of_ca("number9", "260201000000Z", LISTED, "-crlexts number9")
        && list_of_ca("number10", "260201000000Z", "", "-crlexts number10")
        && make_crl(&scratch, "newer", "ca", "260110000000Z", "260201000000Z", "", "")
        && make_crl(&scratch, "short", "ca", "260110000000Z", "260112000000Z", "", "")
        && make_crl(&scratch, "forged", "forger", "260110000000Z", "260201000000Z", "", "")
        && make_crl(&scratch, "forged_delta", "forger", "260110000000Z", "260201000000Z", "",
                    "-crlexts delta")
        && make_crl(&scratch, "tiny", "root", "260101000000Z", "260201000000Z", "", "")
        && make_crl(&scratch, "root", "root", "260101000000Z", "260201000000Z", "", "")
        && make_crl(&scratch, "root_revokes", "root", "260101000000Z", "260201000000Z",
                    "251220000000Z 02", "")
        && make_crl(&scratch, "root_other", "root", "260101000000Z", "260201000000Z",
                    "251220000000Z 1A2B", "");
}

static inline bool make_scene(void)
{
    static const char *const names[N_CERTS] = { "root", "ca", "john", "early", "late" };
    const char *cnf = ma_arena_printf(&scratch.arena,
                                      "%s[number9]\n2.5.29.20=DER:020109\n"
                                      "[number10]\n2.5.29.20=DER:02020100\n",
                                      crl_cnf);
    size_t i;

    if (cnf == NULL || !scratch_text(&scratch, "crl.cnf", cnf)
        || !make_root(&scratch, "root", P256, "/CN=Root CA", "ca_ext")
        || !make_root(&scratch, "forger", P256, "/CN=Intermediate CA", "ca_ext")
        || !make_cert(&scratch, "ca", "root", "/CN=Intermediate CA", "2", "ca_ext")
        || !make_cert(&scratch, "john", "ca", "/CN=John Doe", "0x1A2B", "none")
        || !make_cert(&scratch, "early", "ca", "/CN=Early", "14", "none")
        || !make_cert(&scratch, "late", "ca", "/CN=Late", "15", "none"))
        return false;
    for (i = 0; i < N_CERTS; i++) {
        certs[i] = load_cert(&scratch, names[i]);
        if (certs[i] == NULL)
            return false;
    }
    return make_lists() && make_endless() && scratch_run(&scratch, "chmod go-w *");
}

static inline void end_scene(void)
{
    size_t i;

    for (i = 0; i < N_CERTS; i++)
        ma_cert_free(certs[i]);
    scratch_end(&scratch);
}

#endif
