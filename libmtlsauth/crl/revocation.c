/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation.c - see revocation.h: the judgement, certificate by certificate.
 *
 * For each, the list that counts is found among those that its issuer signed; what it says, how
 * fresh it is and what the set demands to know make the result. Revoked beats everything; what
 * broke beats what is not known; both beat "not revoked". Loading is in revocation_set.c, the
 * sentences are in revocation_text.c.
 */
#include "crl/revocation_finding.h"

#include <string.h>

#include "cred/name.h"

/* Is a the greater number? They are minimal INTEGERs that are not negative. */
static bool greater(ma_bytes_t a, ma_bytes_t b)
{
    if (a.size != b.size)
        return a.size > b.size;
    return a.size > 0 && memcmp(a.data, b.data, a.size) > 0;
}

/* Is `a` to be asked rather than `b`? The most recent one that had been issued by then. */
static bool rather(const ma_crl_info_t *a, const ma_crl_info_t *b, int64_t now)
{
    bool a_later = a->this_update > now, b_later = b->this_update > now;

    if (a_later != b_later)
        return b_later;
    if (a->this_update != b->this_update)
        return a->this_update > b->this_update;
    return greater(a->number, b->number);
}

/* Takes one list into account, if it is one of the issuer. */
static void consider(ma_finding_t *finding, const ma_crl_t *list,
                     const ma_revocation_query_t *query)
{
    const ma_crl_info_t *info = ma_crl_info(list);
    mtlsauth_result_t result;

    if (!ma_name_equal(info->issuer, finding->cert->issuer))
        return;
    result = ma_crl_signed_by(list, finding->issuer, query->strength);
    if (result == MTLSAUTH_ERROR)
        finding->broken = true;
    else if (result != MTLSAUTH_SUCCESS)
        finding->refused = result;
    else if (info->unusable != NULL)
        finding->unusable = info->unusable;
    else if (finding->list == NULL || rather(info, ma_crl_info(finding->list), query->now))
        finding->list = list;
}

static ma_list_state_t state_of(const ma_crl_t *list, int64_t now)
{
    const ma_crl_info_t *info;

    if (list == NULL)
        return MA_LIST_NONE;
    info = ma_crl_info(list);
    if (info->this_update > now)
        return MA_LIST_LATER;
    return !info->has_next_update || info->next_update < now ? MA_LIST_PAST : MA_LIST_CURRENT;
}

/* What is made of a certificate that no list has as revoked. */
static mtlsauth_result_t not_listed(const ma_finding_t *finding, mtlsauth_freshness_t freshness,
                                    bool replay)
{
    static const bool enough[][3] = {
        /*                   strict, if_present, relaxed */
        [MA_LIST_NONE] = { false, true, true },
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

static ma_finding_t judge(const mtlsauth_revocation_t *set, const ma_revocation_query_t *query,
                          size_t position)
{
    ma_finding_t finding = { .cert = query->path[position], .issuer = query->path[position + 1],
                             .refused = MTLSAUTH_SUCCESS };
    bool revoked;
    size_t i;

    for (i = 0; i < set->n_lists; i++)
        consider(&finding, set->lists[i], query);
    finding.state = state_of(finding.list, query->now);
    finding.listed = finding.list != NULL
        && ma_crl_find(finding.list, finding.cert->serial, &finding.revoked_at);
    revoked = finding.listed && (!query->replay || finding.revoked_at <= query->now);
    /* A list that cannot be judged by may say otherwise: beside it only a current one counts. */
    if (finding.unusable != NULL && finding.state != MA_LIST_CURRENT)
        revoked = false;
    if (revoked)
        finding.result = MTLSAUTH_REVOKED;
    else if (finding.broken)
        finding.result = MTLSAUTH_ERROR;
    else
        finding.result = not_listed(&finding, set->how.freshness, query->replay);
    return finding;
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

mtlsauth_result_t ma_revocation_check(const mtlsauth_revocation_t *set,
                                      const ma_revocation_query_t *query, ma_buf_t *why)
{
    ma_finding_t worst, finding;
    size_t i, n;

    if (query->path_length < 2) {
        ma_buf_text(why, "there is no path of which revocation could be judged");
        return MTLSAUTH_ERROR;
    }
    n = set->how.scope == MTLSAUTH_SCOPE_LEAF ? 1 : query->path_length - 1;
    worst = judge(set, query, 0);
    for (i = 1; i < n && worst.result != MTLSAUTH_REVOKED; i++) {
        finding = judge(set, query, i);
        if (weight(finding.result) > weight(worst.result))
            worst = finding;
    }
    if (worst.result != MTLSAUTH_SUCCESS) {
        ma_finding_text(&worst, query->now, why);
        return worst.result;
    }
    for (i = 0; i < n && query->explain; i++) {
        finding = judge(set, query, i);
        ma_buf_text(why, i == 0 ? "not revoked: " : "; ");
        ma_finding_text(&finding, query->now, why);
    }
    return MTLSAUTH_SUCCESS;
}
