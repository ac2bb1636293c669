/* SPDX-License-Identifier: BSD-2-Clause */
/* row_said.c - see row_said.h. */
#include "audit/report/row_said.h"

#include <stdlib.h>

#include "audit/report/put.h"
#include "audit/report/row.h"

/* Words of a decision that are compared; one with more of them is written anew. */
#define MAX_WORDS 128u

struct row_memo {
    ma_buf_t json;
    ma_buf_t words; /**< that it was made of, each with its NUL */
    size_t sizes[MAX_WORDS];
    size_t n_words; /**< 0: nothing is remembered */
};

int row_memo_new(row_memo_t **out)
{
    row_memo_t *memo = calloc(1, sizeof(*memo));

    if (memo == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ma_buf_init(&memo->json, 0);
    ma_buf_init(&memo->words, 0);
    *out = memo;
    return 0;
}

void row_memo_free(row_memo_t *memo)
{
    if (memo == NULL)
        return;
    ma_buf_free(&memo->json);
    ma_buf_free(&memo->words);
    free(memo);
}

static void put_candidate(ma_buf_t *out, const mtlsauth_candidate_t *candidate)
{
    if (candidate == NULL) {
        PUT(out, ",\"candidate\":null");
        return;
    }
    PUT(out, ",\"candidate\":{\"policy\":");
    put_json_text(out, candidate->policy);
    PUT(out, ",\"verdict\":\"");
    put_text(out, row_verdict(candidate->verdict));
    PUT(out, "\",\"reason\":\"");
    put_text(out, candidate->reason);
    PUT(out, "\",\"message\":");
    put_json_text(out, candidate->message);
    PUT(out, "}");
}

static void put_trace(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    PUT(out, ",\"trace\":[");
    for (i = 0; decision != NULL && i < decision->n_trace; i++) {
        const mtlsauth_trace_t *row = decision->trace[i];
        if (i > 0)
            PUT(out, ",");
        PUT(out, "{\"entry\":\"");
        put_text(out, row->entry);
        PUT(out, "\",\"plugin\":");
        put_json_text(out, row->plugin);
        PUT(out, ",\"control\":");
        put_json_text(out, row->control);
        PUT(out, ",\"when\":");
        put_json_text(out, row->when);
        PUT(out, ",\"result\":\"");
        put_text(out, row->result);
        PUT(out, "\",\"action\":\"");
        put_text(out, row->action);
        PUT(out, "\",\"message\":");
        put_json_text(out, row->message);
        PUT(out, "}");
    }
    PUT(out, "]");
}

static void put_said(ma_buf_t *out, const verdict_t *verdict)
{
    const mtlsauth_decision_t *decision = verdict->decision;

    PUT(out, ",\"server\":");
    put_json_text(out, decision != NULL ? decision->server : "");
    PUT(out, ",\"policy\":");
    put_json_text(out, decision != NULL ? decision->policy : "");
    PUT(out, ",\"policy_digest\":\"");
    put_text(out, decision != NULL ? decision->policy_digest : "");
    PUT(out, "\",\"mode\":\"");
    put_text(out, decision != NULL ? decision->mode : "enforce");
    PUT(out, "\",\"verdict\":\"");
    put_text(out, row_verdict(decision != NULL ? decision->verdict : verdict->would));
    PUT(out, "\",\"would\":\"");
    put_text(out, row_verdict(verdict->would));
    PUT(out, "\"");
    put_candidate(out, decision != NULL ? decision->candidate : NULL);
    PUT(out, ",\"reason\":\"");
    put_text(out, verdict->reason);
    PUT(out, "\",\"message\":");
    put_json_text(out, verdict->message);
    PUT(out, ",\"entry\":\"");
    put_text(out, decision != NULL ? decision->entry : "");
    PUT(out, "\"");
    put_trace(out, decision);
}

/*
 * All words that put_said() writes; 0: too many. Their number tells where each belongs: a candidate
 * has four, a row of the trace seven.
 */
static size_t gather(const verdict_t *verdict, const char *words[MAX_WORDS])
{
    const mtlsauth_decision_t *decision = verdict->decision;
    size_t n = 0, i;

    if (decision->n_trace > (MAX_WORDS - 13) / 7)
        return 0;
    words[n++] = decision->server;
    words[n++] = decision->policy;
    words[n++] = decision->policy_digest;
    words[n++] = decision->mode;
    words[n++] = row_verdict(decision->verdict);
    words[n++] = row_verdict(verdict->would);
    words[n++] = verdict->reason;
    words[n++] = verdict->message;
    words[n++] = decision->entry;
    if (decision->candidate != NULL) {
        words[n++] = decision->candidate->policy;
        words[n++] = row_verdict(decision->candidate->verdict);
        words[n++] = decision->candidate->reason;
        words[n++] = decision->candidate->message;
    }
    for (i = 0; i < decision->n_trace; i++) {
        const mtlsauth_trace_t *row = decision->trace[i];
        words[n++] = row->entry;
        words[n++] = row->plugin;
        words[n++] = row->control;
        words[n++] = row->when;
        words[n++] = row->result;
        words[n++] = row->action;
        words[n++] = row->message;
    }
    return n;
}

static bool is_same(const row_memo_t *memo, const char *const *words, size_t n)
{
    const char *at = memo->words.data;
    size_t i;

    if (n != memo->n_words)
        return false;
    for (i = 0; i < n; at += memo->sizes[i++]) {
        if (strcmp(at, words[i]) != 0)
            return false;
    }
    return true;
}

static void remember(row_memo_t *memo, const verdict_t *verdict, const char *const *words, size_t n)
{
    size_t i;

    ma_buf_clear(&memo->json);
    ma_buf_clear(&memo->words);
    for (i = 0; i < n; i++) {
        memo->sizes[i] = strlen(words[i]) + 1;
        put_bytes(&memo->words, words[i], memo->sizes[i]);
    }
    put_said(&memo->json, verdict);
    memo->n_words = memo->json.failed || memo->words.failed ? 0 : n;
}

void row_said(ma_buf_t *out, const verdict_t *verdict, row_memo_t *memo)
{
    const char *words[MAX_WORDS];
    size_t n = memo != NULL && verdict->decision != NULL ? gather(verdict, words) : 0;

    if (n > 0 && !is_same(memo, words, n))
        remember(memo, verdict, words, n);
    if (n > 0 && memo->n_words > 0)
        put_bytes(out, memo->json.data, memo->json.size);
    else
        put_said(out, verdict);
}
