/* SPDX-License-Identifier: BSD-2-Clause */
/* verify.c - see verify.h: candidates come, are validated, and the outcome is put into words. */
#include "path/verify.h"

#include "base/clock.h"
#include "path/inherited_key.h"

typedef struct judging {
    ma_validation_t validation;
    ma_verify_answer_t *answer;
    ma_failure_t failure; /* the one to tell */
    ma_period_t period;   /* in which all candidates fare as they do now */
    ma_inherited_t inherited;
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
    case MTLSAUTH_LIMIT:
    case MTLSAUTH_ERROR:
        return 6;
    default:
        return 0;
    }
}

/* Judges a candidate, once its keys are complete. */
static bool holds(judging_t *judging, ma_path_t *path, ma_failure_t *failure)
{
    if (ma_path_inherit_keys(&judging->inherited, judging->validation.arena, path) != 0)
        return ma_failure(failure, MTLSAUTH_ERROR, NULL, "out of memory");
    return ma_path_validate(&judging->validation, path, failure);
}

/* ma_candidate_fn */
static bool judge(void *context, const ma_path_t *candidate)
{
    judging_t *judging = context;
    ma_failure_t failure = { .result = MTLSAUTH_SUCCESS };
    ma_path_t path = *candidate;

    ma_path_period(judging->validation.how, &path, judging->validation.now, &judging->period);
    if (holds(judging, &path, &failure)) {
        judging->answer->path = path;
        judging->failure = failure;
        return true;
    }
    if (progress(failure.result) > progress(judging->failure.result)) {
        judging->failure = failure;
        if (failure.dates_only)
            judging->answer->path = path;
    }
    return failure.result == MTLSAUTH_LIMIT;
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

static void tell_failure(ma_buf_t *why, const ma_failure_t *failure)
{
    if (failure->cert != NULL) {
        ma_bytes_t subject = ma_cert_get(failure->cert, MTLSAUTH_CERT_SUBJECT_TEXT);
        ma_buf_add(why, subject.data, subject.size);
        ma_buf_byte(why, ' ');
    }
    ma_buf_text(why, failure->rule);
    if (failure->dates_only) {
        ma_buf_byte(why, ' ');
        ma_time_text(failure->date, why);
    }
}

/* True if the leaf is itself one of the policy's CAs: a path of one proves no issuer's consent. */
static bool is_own_ca(const mtlsauth_cert_t *leaf, const ma_trust_t *trust)
{
    size_t i;

    for (i = 0; i < trust->anchors.count; i++)
        if (ma_cert_same(trust->anchors.items[i], leaf))
            return true;
    return false;
}

static void search(judging_t *judging, const ma_verify_query_t *query)
{
    judging->failure = (ma_failure_t) { .result = MTLSAUTH_UNTRUSTED, .cert = query->leaf,
                                        .rule = "has no path to an anchor of this policy" };
    if (is_own_ca(query->leaf, query->sources.trust)) {
        judging->failure.rule = "is itself an anchor, and an anchor is no client";
        return;
    }
    if (query->sources.n_chain > MA_CHAIN_MAX) {
        (void)ma_failure(&judging->failure, MTLSAUTH_LIMIT, NULL,
                         "the client sent more certificates than are looked at");
        return;
    }
    if (ma_path_candidates(query->leaf, &query->sources, judging->validation.signatures, judge,
                           judging)
        == MA_SEARCH_LIMIT)
        (void)ma_failure(&judging->failure, MTLSAUTH_LIMIT, NULL,
                         "the chain allows more paths than are looked at");
}

/* ---- what is remembered -------------------------------------------------------------------- */

static bool recall(const ma_verify_query_t *query, ma_verify_answer_t *answer)
{
    const ma_known_path_t *known = NULL;

    if (query->cache != NULL)
        known = ma_path_cache_find(query->cache, query->leaf, &query->sources, query->now);
    if (known == NULL)
        return false;
    answer->result = MTLSAUTH_SUCCESS;
    answer->path = known->path;
    if (ma_known_path_is_all(known, &query->sources))
        answer->known = known;
    return true;
}

/*
 * A certificate is kept when it stands on a path that holds for the second time, which is when its
 * signature was recalled: clients that come once cost nothing but that.
 */
static void remember(const judging_t *judging, const ma_verify_query_t *query)
{
    ma_path_t path = judging->answer->path;
    size_t i;

    /* A CA with a key that it inherited is a copy of this request's. */
    if (query->cache == NULL || query->known == NULL || judging->inherited.count > 0)
        return;
    for (i = path.length - 1; i-- > 0;) {
        if (path.certs[i]->complete)
            continue;
        if (!ma_signatures_recalled(judging->validation.signatures,
                                    judging->answer->path.certs[i + 1], path.certs[i]))
            return;
        path.certs[i] = ma_known_keep(query->known, path.certs[i], i > 0);
        if (path.certs[i] == NULL)
            return;
    }
    (void)ma_path_cache_keep(query->cache, &path, &query->sources, &judging->period);
}

void ma_path_verify(const ma_verify_how_t *how, const ma_verify_query_t *query,
                    ma_verify_answer_t *answer, ma_buf_t *why)
{
    ma_signatures_t signatures;
    judging_t judging = {
        .validation = { .how = how, .now = query->now, .arena = query->arena,
                        .signatures = &signatures, .memory = query->sources.trust->memory },
        .answer = answer,
        .period = MA_PERIOD_ALL,
    };

    answer->path.length = 0;
    answer->known = NULL;
    if (!recall(query, answer)) {
        signatures.count = 0;
        search(&judging, query);
        answer->result = judging.failure.result;
        if (answer->result != MTLSAUTH_SUCCESS && !judging.failure.dates_only)
            answer->path.length = 0;
        if (answer->result == MTLSAUTH_SUCCESS)
            remember(&judging, query);
    }
    if (answer->result != MTLSAUTH_SUCCESS)
        tell_failure(why, &judging.failure);
    else if (query->explain)
        tell_path(why, &answer->path);
}
