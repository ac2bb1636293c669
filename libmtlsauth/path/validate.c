/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * validate.c - see validate.h.
 *
 * What costs little comes first: roles and hygiene, then signatures from the anchor down, then
 * names and policies, and dates last, so that a failure of dates alone is known as such.
 */
#include "path/validate.h"

#include "cred/key.h"
#include "path/name_constraints.h"
#include "path/profile.h"

/* ---- purpose ------------------------------------------------------------------------------- */

/* Extended key usage (4.2.1.12): absent allows all, as does anyExtendedKeyUsage. */
static bool purpose_allows(mtlsauth_purpose_t purpose, const mtlsauth_cert_t *cert)
{
    const ma_bytes_t wanted = purpose == MTLSAUTH_PURPOSE_SERVER
        ? MA_OID("\x2b\x06\x01\x05\x05\x07\x03\x01")
        : MA_OID("\x2b\x06\x01\x05\x05\x07\x03\x02");
    ma_der_t list = ma_der(cert->eku);

    if (purpose == MTLSAUTH_PURPOSE_ANY || (cert->present & MA_EXT_EKU) == 0)
        return true;
    while (ma_der_more(&list)) {
        ma_bytes_t oid = ma_der_want(&list, MA_DER_OID).value;
        if (ma_bytes_equal(oid, wanted) || ma_bytes_equal(oid, MA_OID("\x55\x1d\x25\x00")))
            return true;
    }
    return false;
}

/* A client's key signs, or agrees on a secret; a server's may also be encrypted to. */
static bool key_usage_allows(mtlsauth_purpose_t purpose, const mtlsauth_cert_t *leaf)
{
    unsigned wanted = MA_KU_DIGITAL_SIGNATURE | MA_KU_KEY_AGREEMENT;

    if (purpose == MTLSAUTH_PURPOSE_ANY || (leaf->present & MA_EXT_KEY_USAGE) == 0)
        return true;
    if (purpose == MTLSAUTH_PURPOSE_SERVER)
        wanted |= MA_KU_KEY_ENCIPHERMENT;
    return (leaf->key_usage & wanted) != 0;
}

/* ---- roles --------------------------------------------------------------------------------- */

/* The key of every certificate: also a leaf's must be such as nobody else can come by. */
static bool check_key(const ma_verify_how_t *how, const mtlsauth_cert_t *cert,
                      ma_failure_t *failure)
{
    ma_key_t key;

    if (!ma_key_read(cert->spki, &key))
        return ma_failure(failure, MTLSAUTH_MALFORMED, cert, "has a malformed public key");
    if (key.kind == MA_KEY_EC && !key.named_curve)
        return ma_failure(failure, MTLSAUTH_WEAK, cert,
                          "has a key on a curve without a name (RFC 5480 2.1.1)");
    if (key.bits != 0 && key.bits < how->strength.min_bits)
        return ma_failure(failure, MTLSAUTH_WEAK, cert, "has a key shorter than min_key_bits");
    if (key.bits > how->strength.max_bits)
        return ma_failure(failure, MTLSAUTH_WEAK, cert, "has a key longer than max_key_bits");
    return true;
}

static bool check_leaf(const ma_verify_how_t *how, const mtlsauth_cert_t *leaf,
                       ma_failure_t *failure)
{
    if (!ma_profile_any(leaf, failure) || !ma_profile_leaf(leaf, failure)
        || !check_key(how, leaf, failure))
        return false;
    if (leaf->is_ca && how->purpose != MTLSAUTH_PURPOSE_ANY)
        return ma_failure(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                          "is a CA's certificate, not a client's (RFC 5280 4.2.1.9)");
    if (!key_usage_allows(how->purpose, leaf))
        return ma_failure(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                          "has a key usage that does not allow it to sign (RFC 5280 4.2.1.3)");
    if (!purpose_allows(how->purpose, leaf))
        return ma_failure(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                          "has an extended key usage without the purpose asked for "
                          "(RFC 5280 4.2.1.12)");
    /* Both dates lie between the years 0 and 9999, so the difference cannot overflow. */
    if (how->max_lifetime > 0 && leaf->not_after - leaf->not_before > how->max_lifetime)
        return ma_failure(failure, MTLSAUTH_CONSTRAINT, leaf,
                          "lives longer than max_lifetime allows");
    return true;
}

/* A CA with `below` intermediates under it that are not self-issued. */
static bool check_ca(const ma_verify_how_t *how, const mtlsauth_cert_t *ca, size_t below,
                     ma_failure_t *failure)
{
    if (!ma_profile_any(ca, failure) || !ma_profile_ca(ca, failure)
        || !check_key(how, ca, failure))
        return false;
    if (ca->path_len >= 0 && (uint64_t)ca->path_len < below)
        return ma_failure(failure, MTLSAUTH_CONSTRAINT, ca,
                          "has a path length constraint that this path exceeds "
                          "(RFC 5280 6.1.4 (l), (m))");
    if (!purpose_allows(how->purpose, ca))
        return ma_failure(failure, MTLSAUTH_WRONG_PURPOSE, ca,
                          "is a CA whose extended key usage lacks the purpose asked for");
    return true;
}

static bool check_roles(const ma_verify_how_t *how, const ma_path_t *path, ma_failure_t *failure)
{
    size_t i, below = 0;

    if (!check_leaf(how, path->certs[0], failure))
        return false;
    if (path->length - 2 > how->max_depth)
        return ma_failure(failure, MTLSAUTH_CONSTRAINT, NULL,
                          "the path is longer than max_depth allows");
    for (i = 1; i < path->length; i++) {
        if (!check_ca(how, path->certs[i], below, failure))
            return false;
        if (!ma_cert_self_issued(path->certs[i]))
            below++;
    }
    return true;
}

/* ---- signatures ---------------------------------------------------------------------------- */

static bool check_signatures(const ma_validation_t *validation, const ma_path_t *path,
                             ma_failure_t *failure)
{
    static const char *const rules[MTLSAUTH_N_RESULTS] = {
        [MTLSAUTH_BAD_SIGNATURE] = "has a signature that its issuer did not make (RFC 5280 6.1.3 (a))",
        [MTLSAUTH_WEAK] = "has a signature algorithm, or an issuer with a key, that is too weak",
        [MTLSAUTH_LIMIT] = "is on a path with more signatures than are checked for one request",
    };
    size_t i;

    for (i = path->length - 1; i > 0; i--) {
        mtlsauth_result_t result
            = ma_signatures_check(validation->signatures, validation->memory,
                                  &validation->how->strength, path->certs[i], path->certs[i - 1]);
        if (result != MTLSAUTH_SUCCESS)
            return ma_failure(failure, result, path->certs[i - 1],
                              rules[result] != NULL ? rules[result]
                                                    : "has a signature that could not be checked");
    }
    return true;
}

/* ---- names and policies -------------------------------------------------------------------- */

/* 6.1.3 (b), (c): self-issued certificates are exempt, but for the leaf. */
static bool check_names(const ma_path_t *path, ma_failure_t *failure)
{
    unsigned budget = MA_CONSTRAINT_BUDGET;
    const char *rule = NULL;
    mtlsauth_result_t result;
    size_t i, j;

    for (i = path->length - 1; i > 0; i--) {
        const mtlsauth_cert_t *ca = path->certs[i];
        if ((ca->present & MA_EXT_NAME_CONSTRAINTS) == 0)
            continue;
        for (j = 0; j < i; j++) {
            if (j > 0 && ma_cert_self_issued(path->certs[j]))
                continue;
            result = ma_name_constraints_check(ca, path->certs[j], &budget, &rule);
            if (result != MTLSAUTH_SUCCESS)
                return ma_failure(failure, result, path->certs[j], rule);
        }
    }
    return true;
}

static bool check_policies(const ma_validation_t *validation, const ma_path_t *path,
                           ma_failure_t *failure)
{
    const char *rule = "the certificate policies could not be checked";
    mtlsauth_result_t result = ma_policy_graph_check(path, &validation->how->policies,
                                                     validation->arena, &rule);

    return result == MTLSAUTH_SUCCESS || ma_failure(failure, result, NULL, rule);
}

/* ---- dates --------------------------------------------------------------------------------- */

static bool fail_date(ma_failure_t *failure, mtlsauth_result_t result,
                      const mtlsauth_cert_t *cert, const char *rule, int64_t date)
{
    *failure = (ma_failure_t) { result, cert, rule, date, true };
    return false;
}

/* Sums that stay inside int64_t. */
static int64_t later(int64_t time, int64_t seconds)
{
    return seconds > 0 && time > INT64_MAX - seconds ? INT64_MAX : time + seconds;
}

static int64_t earlier(int64_t time, int64_t seconds)
{
    return seconds > 0 && time < INT64_MIN + seconds ? INT64_MIN : time - seconds;
}

/* How many certificates of the path are held to their dates. */
static size_t count_dated(const ma_verify_how_t *how, const ma_path_t *path)
{
    return how->check_anchor_dates ? path->length : path->length - 1;
}

static bool check_dates(const ma_validation_t *validation, const ma_path_t *path,
                        ma_failure_t *failure)
{
    const ma_verify_how_t *how = validation->how;
    const mtlsauth_cert_t *leaf = path->certs[0];
    size_t i, count = count_dated(how, path);

    for (i = 0; i < count; i++) {
        const mtlsauth_cert_t *cert = path->certs[i];
        if (validation->now > later(cert->not_after, how->clock_skew))
            return fail_date(failure, MTLSAUTH_EXPIRED, cert, "expired on", cert->not_after);
        if (validation->now < earlier(cert->not_before, how->clock_skew))
            return fail_date(failure, MTLSAUTH_NOT_YET_VALID, cert, "is not valid before",
                             cert->not_before);
    }
    if (how->min_remaining > 0
        && validation->now > earlier(leaf->not_after, how->min_remaining))
        return fail_date(failure, MTLSAUTH_EXPIRED, leaf,
                         "is valid for less than min_remaining: until", leaf->not_after);
    return true;
}

/* The same comparisons as in check_dates(). */
void ma_path_period(const ma_verify_how_t *how, const ma_path_t *path, int64_t now,
                    ma_period_t *period)
{
    size_t i, count = count_dated(how, path);

    for (i = 0; i < count; i++) {
        const mtlsauth_cert_t *cert = path->certs[i];
        ma_period_after(period, now, later(cert->not_after, how->clock_skew));
        ma_period_before(period, now, earlier(cert->not_before, how->clock_skew));
    }
    if (how->min_remaining > 0)
        ma_period_after(period, now, earlier(path->certs[0]->not_after, how->min_remaining));
}

bool ma_path_validate(const ma_validation_t *validation, const ma_path_t *path,
                      ma_failure_t *failure)
{
    return check_roles(validation->how, path, failure)
        && check_signatures(validation, path, failure) && check_names(path, failure)
        && check_policies(validation, path, failure) && check_dates(validation, path, failure);
}
