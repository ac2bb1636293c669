/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_text.c - a summary for a person at a terminal: see summary.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "audit/report/put.h"
#include "audit/report/row.h"
#include "audit/report/summary.h"

#define DAY INT64_C(86400)
#define SOON (90 * DAY)       /* certificates that expire within are named */
#define TOP_CLIENTS 20u
#define TOP_EXPIRY 20u
#define TOP_CHANGES 100u

static void shown(ma_buf_t *out, const char *text)
{
    ma_encode_terminal(out, text, strlen(text));
}

static void left_out(ma_buf_t *out, uint64_t count, const char *what)
{
    if (count > 0)
        ma_buf_printf(out, "  %10" PRIu64 "  of %s that are not listed\n", count, what);
}

/* A list as "count  name", the most frequent first. */
static void put_list(ma_buf_t *out, const char *title, const tally_t *list)
{
    const tally_row_t **rows = tally_sorted(list);
    size_t i;

    if (rows == NULL)
        return;
    ma_buf_printf(out, "\n%s\n", title);
    for (i = 0; i < list->count; i++) {
        ma_buf_printf(out, "  %10" PRIu64 "  ", tally_total(rows[i]));
        shown(out, rows[i]->key);
        PUT(out, "\n");
    }
    left_out(out, list->left_out, "others");
    free(rows);
}

static void put_clients(ma_buf_t *out, const tally_t *list)
{
    const tally_row_t **rows = tally_sorted(list);
    uint64_t rest = list->left_out;
    size_t i;

    if (rows == NULL)
        return;
    ma_buf_printf(out, "\nClients: %zu%s\n", list->count, list->left_out > 0 ? " or more" : "");
    for (i = 0; i < list->count; i++) {
        if (i >= TOP_CLIENTS) {
            rest += tally_total(rows[i]);
            continue;
        }
        ma_buf_printf(out, "  %10" PRIu64 "  ", tally_total(rows[i]));
        shown(out, rows[i]->subject);
        ma_buf_printf(out, ", last: %s ", row_verdict(rows[i]->last));
        shown(out, rows[i]->last_reason);
        PUT(out, "\n");
    }
    left_out(out, rest, "clients");
    free(rows);
}

static int by_expiry(const void *a, const void *b)
{
    const tally_row_t *x = *(const tally_row_t *const *)a, *y = *(const tally_row_t *const *)b;

    if (x->not_after != y->not_after)
        return x->not_after < y->not_after ? -1 : 1;
    return strcmp(x->key, y->key);
}

static void put_expiry(ma_buf_t *out, const summary_t *summary)
{
    const tally_t *list = &summary->lists[SUMMARY_CLIENTS];
    const tally_row_t **rows = tally_sorted(list);
    size_t i, count = 0, named;

    for (i = 0; rows != NULL && i < list->count; i++) {
        if (rows[i]->not_after != INT64_MIN && rows[i]->not_after - SOON <= summary->judged)
            rows[count++] = rows[i];
    }
    if (count > 0) {
        qsort(rows, count, sizeof(const tally_row_t *), by_expiry);
        ma_buf_printf(out, "\nExpired or within 90 days: %zu\n", count);
    }
    named = count < TOP_EXPIRY ? count : TOP_EXPIRY;
    for (i = 0; i < named; i++) {
        PUT(out, "  ");
        put_time(out, rows[i]->not_after);
        PUT(out, "  ");
        shown(out, rows[i]->subject);
        if (rows[i]->not_after < summary->judged)
            PUT(out, " (expired)");
        PUT(out, "\n");
    }
    if (count > named)
        ma_buf_printf(out, "  and %zu more\n", count - named);
    free(rows);
}

/* "SHA old reason new reason": the key without the certificate, in words. */
static void put_change(ma_buf_t *out, const tally_row_t *row)
{
    const char *at = strchr(row->key, ' ');
    unsigned word = 0;

    ma_buf_printf(out, "  %10" PRIu64 "  ", tally_total(row));
    shown(out, row->subject);
    PUT(out, ": was");
    for (; at != NULL; at = strchr(at + 1, ' '), word++) {
        size_t size = strcspn(at + 1, " ");
        put_text(out, word == 2 ? ", is now " : " ");
        ma_encode_terminal(out, at + 1, size);
    }
    PUT(out, "\n");
}

static void put_changes(ma_buf_t *out, const summary_t *summary)
{
    const tally_t *list = &summary->lists[SUMMARY_CHANGES];
    const tally_row_t **rows = tally_sorted(list);
    uint64_t rest = list->left_out;
    size_t i;

    if (!summary->baseline)
        return;
    ma_buf_printf(out, "\nChanged: %" PRIu64 "\n", summary->changed);
    for (i = 0; rows != NULL && i < list->count; i++) {
        if (i < TOP_CHANGES)
            put_change(out, rows[i]);
        else
            rest += tally_total(rows[i]);
    }
    left_out(out, rest, "changes");
    free(rows);
}

void summary_text(const summary_t *summary, ma_buf_t *out)
{
    ma_buf_printf(out, "Handshakes: %" PRIu64, summary->handshakes);
    if (summary->rows != summary->handshakes)
        ma_buf_printf(out, ", decisions: %" PRIu64, summary->rows);
    if (summary->first <= summary->last) {
        PUT(out, ", from ");
        put_time(out, summary->first);
        PUT(out, " to ");
        put_time(out, summary->last);
    }
    ma_buf_printf(out,
                  "\n  %10" PRIu64 "  allow\n  %10" PRIu64 "  deny\n  %10" PRIu64
                  "  undetermined\n",
                  summary->verdicts[MTLSAUTH_ALLOW], summary->verdicts[MTLSAUTH_DENY],
                  summary->verdicts[MTLSAUTH_UNDETERMINED]);
    put_changes(out, summary);
    put_list(out, "Reasons", &summary->lists[SUMMARY_REASONS]);
    put_list(out, "What the capture shows", &summary->lists[SUMMARY_VISIBILITY]);
    put_list(out, "Why undetermined", &summary->lists[SUMMARY_UNKNOWN]);
    put_list(out, "TLS versions", &summary->lists[SUMMARY_VERSIONS]);
    put_clients(out, &summary->lists[SUMMARY_CLIENTS]);
    put_expiry(out, summary);
    put_list(out, "Could not be read whole", &summary->lists[SUMMARY_PROBLEMS]);
    put_list(out, "Counted", &summary->lists[SUMMARY_COUNTS]);
}
