/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - see verify.h.
 *
 * Every candidate is judged in the same order: what it is (a leaf, CAs), signatures and name
 * constraints by GnuTLS with its clock switched off, then dates against the judged time, last, so
 * that a failure of dates alone is known as such.
 */
#include "path/verify.h"

#include <string.h>

#include "base/clock.h"
#include "cred/signature.h"

/* A failure with the certificate it concerns. `cert` NULL: the path as a whole. */
typedef struct failure {
    mtlsauth_result_t result;
    const mtlsauth_cert_t *cert;
    const char *rule; /* static */
    int64_t date;     /* for failures of dates */
    bool dates_only;
} failure_t;

typedef struct judging {
    const mtlsauth_verify_t *parameters;
    const ma_verify_query_t *query;
    ma_verify_answer_t *answer;
    failure_t failure; /* the one to tell */
} judging_t;

/* How far a candidate came before it failed; the furthest is told. */
static int progress(mtlsauth_result_t result)
{
    switch (result) {
    case MTLSAUTH_BAD_SIGNATURE:
        return 1;
    case MTLSAUTH_WEAK:
        return 2;
    case MTLSAUTH_CONSTRAINT:
        return 3;
    case MTLSAUTH_WRONG_PURPOSE:
        return 4;
    case MTLSAUTH_EXPIRED:
    case MTLSAUTH_NOT_YET_VALID:
        return 5;
    default:
        return 0;
    }
}

static bool fail(failure_t *failure, mtlsauth_result_t result, const mtlsauth_cert_t *cert,
                 const char *rule)
{
    *failure = (failure_t) { .result = result, .cert = cert, .rule = rule };
    return false;
}

/* Extended key usage (RFC 5280 4.2.1.12): absent allows all, as does anyExtendedKeyUsage. */
static bool purpose_allows(const mtlsauth_verify_t *parameters, const mtlsauth_cert_t *cert)
{
    const ma_bytes_t wanted = parameters->purpose == MTLSAUTH_PURPOSE_SERVER
        ? MA_OID("\x2b\x06\x01\x05\x05\x07\x03\x01")
        : MA_OID("\x2b\x06\x01\x05\x05\x07\x03\x02");
    ma_der_t list = ma_der(cert->eku);

    if (parameters->purpose == MTLSAUTH_PURPOSE_ANY || !cert->has_eku)
        return true;
    while (ma_der_more(&list)) {
        ma_bytes_t oid = ma_der_want(&list, MA_DER_OID).value;
        if (ma_bytes_equal(oid, wanted) || ma_bytes_equal(oid, MA_OID("\x55\x1d\x25\x00")))
            return true;
    }
    return false;
}

/* Bits a TLS client's or server's key needs one of: digitalSignature, keyEncipherment (RSA key
   exchange, servers), keyAgreement. */
static bool leaf_key_usage(const mtlsauth_verify_t *parameters, const mtlsauth_cert_t *leaf)
{
    unsigned wanted = 1u << 0 | 1u << 4;

    if (parameters->purpose == MTLSAUTH_PURPOSE_ANY || !leaf->has_key_usage)
        return true;
    if (parameters->purpose == MTLSAUTH_PURPOSE_SERVER)
        wanted |= 1u << 2;
    return (leaf->key_usage & wanted) != 0;
}

static bool judge_leaf(const mtlsauth_verify_t *parameters, const mtlsauth_cert_t *leaf,
                       failure_t *failure)
{
    if (leaf->is_ca)
        return fail(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                    "is a CA's certificate, not a client's (RFC 5280 4.2.1.9)");
    if (!leaf_key_usage(parameters, leaf))
        return fail(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                    "has a key usage that does not allow it to sign (RFC 5280 4.2.1.3)");
    if (!purpose_allows(parameters, leaf))
        return fail(failure, MTLSAUTH_WRONG_PURPOSE, leaf,
                    "has an extended key usage without the purpose asked for (RFC 5280 4.2.1.12)");
    return true;
}

/* An intermediate with `below` intermediates that are not self-issued under it. */
static bool judge_ca(const mtlsauth_verify_t *parameters, const mtlsauth_cert_t *ca, size_t below,
                     failure_t *failure)
{
    if (ca->version != 3 || !ca->has_basic_constraints || !ca->is_ca)
        return fail(failure, MTLSAUTH_CONSTRAINT, ca,
                    "issued a certificate and is no CA (RFC 5280 6.1.4 (k))");
    if (ca->has_key_usage && (ca->key_usage & MA_KU_CERT_SIGN) == 0)
        return fail(failure, MTLSAUTH_CONSTRAINT, ca,
                    "has a key usage without keyCertSign (RFC 5280 6.1.4 (n))");
    if (ca->path_len >= 0 && (uint64_t)ca->path_len < below)
        return fail(failure, MTLSAUTH_CONSTRAINT, ca,
                    "has a path length constraint that this path exceeds (RFC 5280 6.1.4 (m))");
    if (!purpose_allows(parameters, ca))
        return fail(failure, MTLSAUTH_WRONG_PURPOSE, ca,
                    "is a CA whose extended key usage lacks the purpose asked for");
    return true;
}

/* The roles on the path, from the leaf up. The anchor's own limits hold as well. */
static bool judge_roles(const mtlsauth_verify_t *parameters, const ma_path_t *path,
                        failure_t *failure)
{
    size_t i, below = 0;

    if (!judge_leaf(parameters, path->certs[0], failure))
        return false;
    if (path->length - 2 > parameters->max_depth)
        return fail(failure, MTLSAUTH_CONSTRAINT, NULL, "the path is longer than max_depth allows");
    for (i = 1; i < path->length; i++) {
        bool anchor = i + 1 == path->length;
        if (!anchor || path->certs[i]->version == 3) {
            if (!judge_ca(parameters, path->certs[i], below, failure))
                return false;
        }
        if (!ma_cert_self_issued(path->certs[i]))
            below++;
    }
    return true;
}

/* GnuTLS's status bits as results, the most telling first. */
static const struct {
    unsigned bit;
    mtlsauth_result_t result;
    const char *rule;
} statuses[] = {
    { GNUTLS_CERT_INSECURE_ALGORITHM, MTLSAUTH_WEAK,
      "the path has a signature algorithm or key that is too weak" },
    { GNUTLS_CERT_SIGNATURE_FAILURE, MTLSAUTH_BAD_SIGNATURE,
      "a signature on the path is wrong (RFC 5280 6.1.3 (a))" },
    { GNUTLS_CERT_SIGNER_NOT_CA, MTLSAUTH_CONSTRAINT,
      "an issuer on the path is no CA (RFC 5280 6.1.4)" },
    { GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, MTLSAUTH_CONSTRAINT,
      "a name on the path is outside what its CA may certify (RFC 5280 4.2.1.10)" },
    { GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, MTLSAUTH_CONSTRAINT,
      "a critical extension on the path is not known (RFC 5280 4.2)" },
    { GNUTLS_CERT_PURPOSE_MISMATCH, MTLSAUTH_WRONG_PURPOSE,
      "the path is not for the purpose asked for" },
    { GNUTLS_CERT_SIGNER_NOT_FOUND, MTLSAUTH_BAD_SIGNATURE,
      "a certificate on the path was not signed by the next one" },
};

/* The path from its `first` certificate up, by GnuTLS. */
static bool judge_by_gnutls(const ma_path_t *path, size_t first, failure_t *failure)
{
    const unsigned flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS
        | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_CRL_CHECKS
        | GNUTLS_VERIFY_DO_NOT_ALLOW_SAME
        /* 112 bits, whatever the system's configuration: RSA-1024 would pass without */
        | GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM);
    gnutls_x509_crt_t chain[MA_PATH_MAX];
    gnutls_x509_crt_t anchor = path->certs[path->length - 1]->crt;
    unsigned status = 0, count = 0;
    size_t i;

    for (i = first; i + 1 < path->length; i++)
        chain[count++] = path->certs[i]->crt;
    if (count == 0)
        return true;
    if (gnutls_x509_crt_list_verify(chain, count, &anchor, 1, NULL, 0, flags, &status) < 0)
        return fail(failure, MTLSAUTH_ERROR, NULL, "the path could not be checked");
    if (status == 0)
        return true;
    for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if ((status & statuses[i].bit) != 0)
            return fail(failure, statuses[i].result, NULL, statuses[i].rule);
    return fail(failure, MTLSAUTH_UNTRUSTED, NULL, "the path does not verify");
}

/* A leaf that GnuTLS cannot read (see certificate.h): all that GnuTLS would look at, or a refusal. */
static bool judge_leaf_signature(const ma_path_t *path, failure_t *failure)
{
    const mtlsauth_cert_t *leaf = path->certs[0];
    mtlsauth_result_t result
        = ma_signature_check(path->certs[1], leaf->algorithm, leaf->tbs, leaf->signature);
    size_t i;

    if (result != MTLSAUTH_SUCCESS)
        return fail(failure, result, leaf, "was not signed by its issuer in a way that holds");
    if (leaf->has_unknown_critical)
        return fail(failure, MTLSAUTH_CONSTRAINT, leaf,
                    "has a critical extension that is not known (RFC 5280 4.2)");
    for (i = 1; i < path->length; i++)
        if (path->certs[i]->has_name_constraints)
            return fail(failure, MTLSAUTH_CONSTRAINT, leaf,
                        "has an empty name, below a CA that constrains names");
    return true;
}

static bool judge_signatures(const ma_path_t *path, failure_t *failure)
{
    size_t i, first = 0;

    for (i = 1; i < path->length; i++)
        if (path->certs[i]->crt == NULL)
            return fail(failure, MTLSAUTH_CONSTRAINT, path->certs[i],
                        "is a CA with an empty alternative name");
    if (path->certs[0]->crt == NULL) {
        if (!judge_leaf_signature(path, failure))
            return false;
        first = 1;
    }
    return judge_by_gnutls(path, first, failure);
}

static bool fail_date(failure_t *failure, mtlsauth_result_t result, const mtlsauth_cert_t *cert,
                      const char *rule, int64_t date)
{
    *failure = (failure_t) { result, cert, rule, date, true };
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

static bool judge_dates(const judging_t *judging, const ma_path_t *path, failure_t *failure)
{
    const mtlsauth_verify_t *parameters = judging->parameters;
    int64_t now = judging->query->now;
    size_t i, count = path->length;

    if (!judging->query->sources.trust->check_anchor_dates)
        count--;
    for (i = 0; i < count; i++) {
        const mtlsauth_cert_t *cert = path->certs[i];
        if (now > later(cert->not_after, parameters->clock_skew))
            return fail_date(failure, MTLSAUTH_EXPIRED, cert, "expired", cert->not_after);
        if (now < earlier(cert->not_before, parameters->clock_skew))
            return fail_date(failure, MTLSAUTH_NOT_YET_VALID, cert, "is not valid before",
                             cert->not_before);
    }
    if (parameters->min_remaining > 0
        && later(now, parameters->min_remaining) > path->certs[0]->not_after)
        return fail_date(failure, MTLSAUTH_EXPIRED, path->certs[0],
                         "is valid for less than min_remaining: until", path->certs[0]->not_after);
    return true;
}

static bool judge_lifetime(const mtlsauth_verify_t *parameters, const mtlsauth_cert_t *leaf,
                           failure_t *failure)
{
    /* Both dates lie between the years 0 and 9999, so the difference cannot overflow. */
    if (parameters->max_lifetime > 0
        && leaf->not_after - leaf->not_before > parameters->max_lifetime)
        return fail(failure, MTLSAUTH_CONSTRAINT, leaf, "lives longer than max_lifetime allows");
    return true;
}

/* ma_candidate_fn */
static bool judge(void *context, const ma_path_t *path)
{
    judging_t *judging = context;
    failure_t failure = { .result = MTLSAUTH_SUCCESS };

    if (judge_roles(judging->parameters, path, &failure)
        && judge_lifetime(judging->parameters, path->certs[0], &failure)
        && judge_signatures(path, &failure))
        judge_dates(judging, path, &failure);
    if (failure.result == MTLSAUTH_SUCCESS) {
        judging->answer->path = *path;
        judging->failure = failure;
        return true;
    }
    if (progress(failure.result) > progress(judging->failure.result)) {
        judging->failure = failure;
        if (failure.dates_only)
            judging->answer->path = *path;
    }
    return false;
}

static void tell_path(ma_buf_t *why, const ma_path_t *path)
{
    size_t i;

    ma_buf_text(why, "path: ");
    for (i = 0; i < path->length; i++) {
        ma_bytes_t subject = ma_cert_get(path->certs[i], MTLSAUTH_CERT_SUBJECT_TEXT);
        if (i > 0)
            ma_buf_text(why, " <- ");
        ma_buf_add(why, subject.data, subject.size);
    }
}

static void tell_failure(ma_buf_t *why, const failure_t *failure)
{
    if (failure->cert != NULL) {
        ma_bytes_t subject = ma_cert_get(failure->cert, MTLSAUTH_CERT_SUBJECT_TEXT);
        ma_buf_add(why, subject.data, subject.size);
        ma_buf_byte(why, ' ');
    }
    ma_buf_text(why, failure->rule);
    if (failure->dates_only) {
        ma_buf_byte(why, ' ');
        if (failure->result == MTLSAUTH_EXPIRED && strcmp(failure->rule, "expired") == 0)
            ma_buf_text(why, "on ");
        ma_time_text(failure->date, why);
    }
}

static const char untrusted_rule[] = "has no path to an anchor of this policy";

/* True if the leaf is itself one of the policy's CAs: a path of one proves no issuer's consent. */
static bool is_own_ca(const mtlsauth_cert_t *leaf, const ma_trust_t *trust)
{
    size_t i;

    for (i = 0; i < trust->anchors.count; i++)
        if (ma_cert_same(trust->anchors.items[i], leaf))
            return true;
    return false;
}

static bool chain_too_long(size_t n_chain, failure_t *failure)
{
    if (n_chain <= MA_CHAIN_MAX)
        return false;
    fail(failure, MTLSAUTH_LIMIT, NULL, "the client sent more certificates than are looked at");
    return true;
}

void ma_path_verify(const mtlsauth_verify_t *parameters, const ma_verify_query_t *query,
                    ma_verify_answer_t *answer, ma_buf_t *why)
{
    judging_t judging = { parameters, query, answer, { .result = MTLSAUTH_UNTRUSTED } };

    judging.failure.cert = query->leaf;
    judging.failure.rule = untrusted_rule;
    answer->path.length = 0;
    if (is_own_ca(query->leaf, query->sources.trust))
        judging.failure.rule = "is itself an anchor, and an anchor is no client";
    else if (!chain_too_long(query->sources.n_chain, &judging.failure)
             && ma_path_candidates(query->leaf, &query->sources, judge, &judging)
                 == MA_SEARCH_LIMIT)
        fail(&judging.failure, MTLSAUTH_LIMIT, NULL,
             "the chain allows more paths than are looked at");
    answer->result = judging.failure.result;
    if (answer->result != MTLSAUTH_SUCCESS && !judging.failure.dates_only)
        answer->path.length = 0;
    if (answer->result != MTLSAUTH_SUCCESS)
        tell_failure(why, &judging.failure);
    else if (query->explain)
        tell_path(why, &answer->path);
}
