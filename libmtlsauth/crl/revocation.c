/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation.c - see revocation.h: the judgement, certificate by certificate.
 *
 * For each, the lists that speak about it and count are collected (evidence.c, signer.c); what they
 * say, how fresh they are and what the set demands to know make the result. Revoked beats
 * everything; what broke beats what is not known; both beat "not revoked". Loading is in
 * revocation_set.c, the sentences are in revocation_text.c.
 */
#include "crl/evidence.h"

/* What is made of a certificate that no list has as revoked. */
static mtlsauth_result_t not_listed(const ma_finding_t *finding, mtlsauth_freshness_t freshness,
                                    bool replay)
{
    static const bool enough[][3] = {
        /*                   strict, if_present, relaxed */
        [MA_LIST_NONE] = { false, true, true },
        [MA_LIST_SOME] = { false, true, true },
        [MA_LIST_CURRENT] = { true, true, true },
        [MA_LIST_PAST] = { false, false, true },
        [MA_LIST_LATER] = { false, false, true },
    };

    if (finding->unusable != NULL)
        return MTLSAUTH_REVOCATION_UNKNOWN;
    /* A list made later tells of the past what a list of then would have told. */
    if (finding->state == MA_LIST_LATER && replay)
        return MTLSAUTH_SUCCESS;
    return enough[finding->state][freshness] ? MTLSAUTH_SUCCESS : MTLSAUTH_REVOCATION_UNKNOWN;
}

ma_finding_t ma_inquiry_judge(ma_inquiry_t *inquiry, const ma_place_t *place,
                              mtlsauth_freshness_t freshness)
{
    const ma_revocation_query_t *query = inquiry->query;
    ma_finding_t finding = { .cert = place->path[place->position],
                             .issuer = place->path[place->position + 1],
                             .result = MTLSAUTH_REVOCATION_UNKNOWN, .refused = MTLSAUTH_SUCCESS };
    ma_evidence_t evidence;
    bool revoked;

    if (inquiry->n_open == MA_INQUIRY_DEPTH || inquiry->judged == MA_INQUIRY_BUDGET)
        return finding;
    inquiry->judged++;
    inquiry->open[inquiry->n_open++] = finding.cert;
    ma_evidence_collect(&evidence, inquiry, place, &finding);
    inquiry->n_open--;
    ma_evidence_weigh(&evidence, query, &finding);
    revoked = finding.listed && (!query->replay || finding.revoked_at <= query->now);
    /* A list that cannot be judged by may say otherwise: beside it only a current one counts. */
    if (finding.unusable != NULL && finding.state != MA_LIST_CURRENT)
        revoked = false;
    if (revoked)
        finding.result = MTLSAUTH_REVOKED;
    else if (finding.broken)
        finding.result = MTLSAUTH_ERROR;
    else
        finding.result = not_listed(&finding, freshness, query->replay);
    return finding;
}

static ma_finding_t judge(ma_inquiry_t *inquiry, size_t position)
{
    const ma_place_t place = { inquiry->query->path, inquiry->query->path_length, position };

    return ma_inquiry_judge(inquiry, &place, inquiry->set->how.freshness);
}

/* How much a result weighs against those of other certificates of the path. */
static int weight(mtlsauth_result_t result)
{
    switch (result) {
    case MTLSAUTH_SUCCESS:
        return 0;
    case MTLSAUTH_REVOCATION_UNKNOWN:
        return 1;
    case MTLSAUTH_REVOKED:
        return 3;
    default:
        return 2;
    }
}

/* The worst of the certificates that the set is to know of. */
static ma_finding_t judge_all(ma_inquiry_t *inquiry, size_t count)
{
    ma_finding_t worst = judge(inquiry, 0), finding;
    size_t i;

    for (i = 1; i < count && worst.result != MTLSAUTH_REVOKED; i++) {
        finding = judge(inquiry, i);
        if (weight(finding.result) > weight(worst.result))
            worst = finding;
    }
    return worst;
}

static void explain(ma_inquiry_t *inquiry, size_t count, ma_buf_t *why)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ma_finding_t finding = judge(inquiry, i);
        ma_buf_text(why, i == 0 ? "not revoked: " : "; ");
        ma_finding_text(&finding, inquiry->query->now, why);
    }
}

mtlsauth_result_t ma_revocation_check(const mtlsauth_revocation_t *set,
                                      const ma_revocation_query_t *query, ma_buf_t *why)
{
    const ma_course_for_t path = { query->known, query->replay, query->now };
    const bool known = query->known != NULL && set->courses != NULL;
    ma_course_draft_t draft;
    ma_inquiry_t inquiry;
    ma_finding_t worst;
    size_t count;

    if (query->path_length < 2) {
        ma_buf_text(why, "there is no path of which revocation could be judged");
        return MTLSAUTH_ERROR;
    }
    if (known && !query->explain && ma_course_holds(set->courses, &path))
        return MTLSAUTH_SUCCESS;
    inquiry.set = set;
    inquiry.query = query;
    inquiry.n_known = inquiry.n_open = 0;
    inquiry.judged = 0;
    inquiry.draft = known ? &draft : NULL;
    draft.period = MA_PERIOD_ALL;
    draft.count = 0;
    draft.lost = false;
    count = set->how.scope == MTLSAUTH_SCOPE_LEAF ? 1 : query->path_length - 1;
    worst = judge_all(&inquiry, count);
    if (worst.result != MTLSAUTH_SUCCESS) {
        ma_finding_text(&worst, query->now, why);
        return worst.result;
    }
    /* A signer beside the path has dates of its own, which nobody noted. */
    if (known && inquiry.n_known == 0)
        ma_course_keep(set->courses, &path, &draft);
    inquiry.draft = NULL;
    if (query->explain)
        explain(&inquiry, count, why);
    return MTLSAUTH_SUCCESS;
}
