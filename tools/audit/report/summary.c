/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.c - see summary.h. */
#include "audit/report/summary.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report/row.h"

#define NANOSECONDS 1000000000

int summary_new(summary_t **out)
{
    static const size_t limits[SUMMARY_LISTS] = {
        [SUMMARY_REASONS] = 64,      [SUMMARY_VISIBILITY] = 16, [SUMMARY_VERSIONS] = 32,
        [SUMMARY_UNKNOWN] = 128,     [SUMMARY_CLIENTS] = 16384, [SUMMARY_CHANGES] = 4096,
        [SUMMARY_PROBLEMS] = 256,    [SUMMARY_COUNTS] = 256,
    };
    summary_t *self = calloc(1, sizeof(*self));
    uint64_t key[2];
    size_t i;

    if (self == NULL || gnutls_rnd(GNUTLS_RND_NONCE, key, sizeof(key)) < 0) {
        free(self);
        return MTLSAUTH_E_NO_MEMORY;
    }
    self->first = INT64_MAX;
    self->last = INT64_MIN;
    self->judged = INT64_MIN;
    for (i = 0; i < SUMMARY_LISTS; i++)
        tally_init(&self->lists[i], limits[i], key);
    *out = self;
    return 0;
}

void summary_free(summary_t *summary)
{
    size_t i;

    if (summary == NULL)
        return;
    for (i = 0; i < SUMMARY_LISTS; i++)
        tally_free(&summary->lists[i]);
    free(summary);
}

static const char *subject_of(const judgement_t *judgement)
{
    if (judgement->client == NULL)
        return "(no certificate)";
    return judgement->client->json != NULL ? judgement->client->subject
                                           : "(certificate that cannot be read)";
}

static const char *key_of(const judgement_t *judgement)
{
    return judgement->client != NULL ? judgement->client->sha256 : "-";
}

static void count_client(summary_t *self, const judgement_t *judgement, int64_t time)
{
    int would = judgement->verdict.would;
    tally_row_t *row = tally_count(&self->lists[SUMMARY_CLIENTS], key_of(judgement),
                                   subject_of(judgement), would, 1);

    if (row == NULL)
        return;
    if (judgement->client != NULL)
        row->not_after = judgement->client->not_after;
    if (time >= row->last_time) {
        row->last_time = time;
        row->last = would;
        snprintf(row->last_reason, sizeof(row->last_reason), "%s", judgement->verdict.reason);
    }
}

static void count_change(summary_t *self, const judgement_t *judgement)
{
    const verdict_t *new = &judgement->verdict, *old = judgement->baseline;
    char key[256];

    self->changed++;
    snprintf(key, sizeof(key), "%s %s %s %s %s", key_of(judgement), row_verdict(old->would),
             old->reason, row_verdict(new->would), new->reason);
    (void)tally_count(&self->lists[SUMMARY_CHANGES], key, subject_of(judgement), new->would, 1);
}

void summary_judgement(summary_t *summary, const judgement_t *judgement)
{
    const handshake_t *handshake = judgement->handshake;
    const char *version = handshake_version_name(handshake);
    int would = judgement->verdict.would;
    int64_t time = handshake->end.time / NANOSECONDS;

    summary->rows++;
    summary->handshakes += judgement->row <= 1;
    summary->verdicts[would]++;
    summary->first = time < summary->first ? time : summary->first;
    summary->last = time > summary->last ? time : summary->last;
    summary->judged = judgement->time > summary->judged ? judgement->time : summary->judged;
    timeline_add(&summary->timeline, time, would, 1);
    (void)tally_count(&summary->lists[SUMMARY_REASONS], judgement->verdict.reason, "", would, 1);
    (void)tally_count(&summary->lists[SUMMARY_VISIBILITY], visibility_name(handshake->visibility),
                      "", would, 1);
    (void)tally_count(&summary->lists[SUMMARY_VERSIONS], version[0] != '\0' ? version : "unknown",
                      "", would, 1);
    if (would == MTLSAUTH_UNDETERMINED)
        (void)tally_count(&summary->lists[SUMMARY_UNKNOWN], judgement->verdict.message, "", would,
                          1);
    if (judgement->verdict.judged || judgement->client != NULL)
        count_client(summary, judgement, time);
    if (judgement->baseline != NULL) {
        summary->baseline = true;
        if (judgement->changed)
            count_change(summary, judgement);
    }
}

void summary_problem(summary_t *summary, const char *path, const char *why)
{
    char key[TALLY_MAX_TEXT + 1];

    snprintf(key, sizeof(key), "%s: %s", path, why);
    (void)tally_count(&summary->lists[SUMMARY_PROBLEMS], key, "", 0, 1);
}

void summary_count(summary_t *summary, const char *name, uint64_t count)
{
    if (count > 0)
        (void)tally_count(&summary->lists[SUMMARY_COUNTS], name, "", 0, count);
}

void summary_add(summary_t *into, const summary_t *from)
{
    size_t i;

    into->handshakes += from->handshakes;
    into->rows += from->rows;
    into->changed += from->changed;
    into->baseline = into->baseline || from->baseline;
    into->first = from->first < into->first ? from->first : into->first;
    into->last = from->last > into->last ? from->last : into->last;
    into->judged = from->judged > into->judged ? from->judged : into->judged;
    for (i = 0; i < 3; i++)
        into->verdicts[i] += from->verdicts[i];
    for (i = 0; i < SUMMARY_LISTS; i++)
        tally_add(&into->lists[i], &from->lists[i]);
    timeline_merge(&into->timeline, &from->timeline);
}

int summary_exit_status(const summary_t *summary)
{
    const uint64_t told = summary->baseline ? summary->changed : summary->verdicts[MTLSAUTH_DENY];

    if (told > 0)
        return 1;
    return summary->verdicts[MTLSAUTH_UNDETERMINED] > 0
                   || summary->lists[SUMMARY_PROBLEMS].count > 0
               ? 3
               : 0;
}
