/* SPDX-License-Identifier: BSD-2-Clause */
/* evidence.c - see evidence.h. */
#include "crl/evidence.h"

#include <string.h>

#include "cred/name.h"

/* ---- which lists count --------------------------------------------------------------------- */

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

/* For which reasons the list speaks about the certificate. */
static unsigned reasons_of(ma_evidence_t *evidence, const ma_crl_info_t *info,
                           ma_finding_t *finding)
{
    const mtlsauth_cert_t *cert = finding->cert;

    /* Without a scope that can be read it may speak about all that its issuer issued. */
    if (info->scope.size == 0 || (info->unusable != NULL && info->point.reasons == 0))
        return ma_name_equal(info->issuer, cert->issuer) ? MA_REASONS_ALL : 0;
    if (!evidence->read_points) {
        evidence->read_points = true;
        evidence->bad_points = (cert->present & MA_EXT_CRL_POINTS) != 0
            && !ma_points_read(cert->crl_points, &evidence->points);
        if (evidence->bad_points)
            evidence->points.count = 0;
    }
    if (evidence->bad_points && ma_name_equal(info->issuer, cert->issuer))
        finding->unusable = "the certificate's cRLDistributionPoints are malformed";
    return ma_points_cover(&evidence->points, cert, info->issuer, &info->point);
}

static bool same_series(const ma_series_t *series, const ma_crl_info_t *info,
                        const mtlsauth_cert_t *signer)
{
    const ma_crl_t *one = series->list != NULL ? series->list : series->delta;
    const ma_crl_info_t *other = ma_crl_info(one);

    return ma_bytes_equal(other->scope, info->scope)
        && ma_bytes_equal(series->signer->spki, signer->spki)
        && ma_name_equal(other->issuer, info->issuer);
}

/* The series of a list, which may be a new one; NULL if there are too many. */
static ma_series_t *series_of(ma_evidence_t *evidence, const ma_crl_info_t *info,
                              const mtlsauth_cert_t *signer, unsigned reasons)
{
    size_t i;

    for (i = 0; i < evidence->count; i++)
        if (same_series(&evidence->series[i], info, signer))
            return &evidence->series[i];
    if (evidence->count == MA_SERIES_MAX)
        return NULL;
    evidence->series[i] = (ma_series_t) { .signer = signer, .reasons = reasons };
    evidence->count++;
    return &evidence->series[i];
}

/* Takes one list into account, if it speaks about the certificate and counts. */
static void consider(ma_evidence_t *evidence, const ma_crl_t *list, ma_inquiry_t *inquiry,
                     const ma_place_t *place, ma_finding_t *finding)
{
    const ma_crl_info_t *info = ma_crl_info(list);
    unsigned reasons = reasons_of(evidence, info, finding);
    const mtlsauth_cert_t *signer = NULL;
    const ma_crl_t **slot;
    mtlsauth_result_t result;
    ma_series_t *series;

    if (reasons == 0)
        return;
    if (inquiry->draft != NULL)
        ma_course_date(inquiry->draft, info, inquiry->query->now);
    result = ma_inquiry_signer(inquiry, place, list, &signer);
    if (result == MTLSAUTH_ERROR)
        finding->broken = true;
    else if (result != MTLSAUTH_SUCCESS)
        finding->refused = result;
    else if (info->unusable != NULL)
        finding->unusable = info->unusable;
    if (result != MTLSAUTH_SUCCESS || info->unusable != NULL)
        return;
    series = series_of(evidence, info, signer, reasons);
    if (series == NULL) {
        finding->unusable = "there are more lists about one certificate than are looked at";
        return;
    }
    slot = info->is_delta ? &series->delta : &series->list;
    if (*slot == NULL || rather(info, ma_crl_info(*slot), inquiry->query->now))
        *slot = list;
}

/*
 * A delta changes a base that is not older than the one it was made for (RFC 5280 5.2.4). One that
 * is not newer than the base has nothing to add. Any other tells that the base is not the last
 * word, but not what is.
 */
static void fit_delta(ma_series_t *series, ma_finding_t *finding)
{
    const ma_crl_info_t *base, *delta;

    if (series->delta == NULL)
        return;
    delta = ma_crl_info(series->delta);
    base = series->list != NULL ? ma_crl_info(series->list) : NULL;
    if (base == NULL || base->number.size == 0 || greater(delta->base_number, base->number)) {
        finding->unusable = "it is a delta CRL, and the list that it changes is not loaded";
        series->delta = NULL;
    } else if (!greater(delta->number, base->number)) {
        series->delta = NULL;
    }
}

/* What ma_evidence_weigh() will look up. */
static void note_look_ups(const ma_evidence_t *evidence, ma_course_draft_t *draft,
                          const mtlsauth_cert_t *cert)
{
    size_t i;

    for (i = 0; i < evidence->count; i++) {
        if (evidence->series[i].list == NULL)
            continue;
        ma_course_look_up(draft, evidence->series[i].list, cert);
        if (evidence->series[i].delta != NULL)
            ma_course_look_up(draft, evidence->series[i].delta, cert);
    }
}

void ma_evidence_collect(ma_evidence_t *evidence, ma_inquiry_t *inquiry, const ma_place_t *place,
                         ma_finding_t *finding)
{
    size_t i;

    evidence->count = evidence->points.count = 0;
    evidence->read_points = evidence->bad_points = false;
    for (i = 0; i < inquiry->set->n_lists; i++)
        consider(evidence, inquiry->set->lists[i], inquiry, place, finding);
    for (i = 0; i < evidence->count; i++)
        fit_delta(&evidence->series[i], finding);
    if (inquiry->draft != NULL)
        note_look_ups(evidence, inquiry->draft, finding->cert);
}

/* ---- what they say together ---------------------------------------------------------------- */

static ma_list_state_t state_of(const ma_crl_t *list, int64_t now)
{
    const ma_crl_info_t *info = ma_crl_info(list);

    if (info->this_update > now)
        return MA_LIST_LATER;
    return !info->has_next_update || info->next_update < now ? MA_LIST_PAST : MA_LIST_CURRENT;
}

/* Does the series have the certificate as revoked? Only a current delta takes that back. */
static bool look_up(const ma_series_t *series, const mtlsauth_cert_t *cert, int64_t now,
                    ma_finding_t *found)
{
    ma_crl_entry_t base, delta;
    bool in_base = ma_crl_find_entry(series->list, cert, &base), in_delta;

    in_delta = series->delta != NULL && ma_crl_find_entry(series->delta, cert, &delta);
    if (in_delta && delta.removed && state_of(series->delta, now) == MA_LIST_CURRENT)
        return false;
    in_delta = in_delta && !delta.removed;
    if (!in_base && !in_delta)
        return false;
    found->list = in_base ? series->list : series->delta;
    found->revoked_at = in_base && (!in_delta || base.revoked_at <= delta.revoked_at)
        ? base.revoked_at
        : delta.revoked_at;
    return true;
}

/* The state of all, from the reasons that are covered by lists in each state. */
static ma_list_state_t state_of_all(const unsigned covered[], bool any, bool replay)
{
    unsigned current = covered[MA_LIST_CURRENT], later = current | covered[MA_LIST_LATER];

    if (!any)
        return MA_LIST_NONE;
    if (current == MA_REASONS_ALL)
        return MA_LIST_CURRENT;
    if (later == MA_REASONS_ALL)
        return MA_LIST_LATER;
    if ((later | covered[MA_LIST_PAST]) == MA_REASONS_ALL || covered[MA_LIST_PAST] != 0)
        return MA_LIST_PAST;
    /* Not all reasons. A list that is later is no better than none, but in a replay. */
    return covered[MA_LIST_LATER] != 0 && !replay ? MA_LIST_LATER : MA_LIST_SOME;
}

/* The list to tell of: one that is revoking at `now`, else one in the state of all. */
void ma_evidence_weigh(const ma_evidence_t *evidence, const ma_revocation_query_t *query,
                       ma_finding_t *finding)
{
    unsigned covered[MA_LIST_LATER + 1] = { 0 };
    bool any = false;
    size_t i;

    for (i = 0; i < evidence->count; i++) {
        const ma_series_t *series = &evidence->series[i];
        ma_finding_t found = { .list = NULL };
        if (series->list == NULL)
            continue;
        any = true;
        covered[state_of(series->list, query->now)] |= series->reasons;
        if (look_up(series, finding->cert, query->now, &found)
            && (!finding->listed || found.revoked_at < finding->revoked_at)) {
            finding->listed = true;
            finding->list = found.list;
            finding->revoked_at = found.revoked_at;
        }
    }
    finding->state = state_of_all(covered, any, query->replay);
    for (i = 0; i < evidence->count && !finding->listed; i++) {
        const ma_crl_t *list = evidence->series[i].list;
        if (list != NULL
            && (finding->list == NULL || state_of(list, query->now) == finding->state))
            finding->list = list;
    }
}
