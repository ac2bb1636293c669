/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - see explain.h.
 *
 * Messages of a decision are printable already and are copied; everything else that a stranger, or
 * a policy, may have written goes through the terminal encoder.
 */
#include "explain.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "common/text.h"
#include "cred/certificate.h"

#define LABEL 13u      /* the column that values begin in */
#define MAX_COLUMN 24u /* a cell that is wider moves only its own row */
#define N_COLUMNS 5u

const char *explain_verdict(int verdict)
{
    switch (verdict) {
    case MTLSAUTH_ALLOW:
        return "allow";
    case MTLSAUTH_UNDETERMINED:
        return "undetermined";
    default:
        return "deny";
    }
}

static void add(ma_buf_t *out, const char *text)
{
    (void)text_add(out, text, strlen(text));
}

/* "allow", "deny (revoked)", "allow (monitor; enforcement would deny: revoked)". */
static void add_verdict(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    bool monitor = strcmp(decision->mode, "monitor") == 0;

    ma_buf_text(out, explain_verdict(decision->verdict));
    if (decision->verdict != decision->would) {
        ma_buf_printf(out, " (monitor; enforcement would %s: ",
                      decision->would == MTLSAUTH_UNDETERMINED ? "be undetermined"
                                                               : explain_verdict(decision->would));
        add(out, decision->reason);
        ma_buf_byte(out, ')');
    } else if (decision->verdict != MTLSAUTH_ALLOW) {
        ma_buf_text(out, " (");
        add(out, decision->reason);
        ma_buf_byte(out, ')');
    } else if (monitor) {
        ma_buf_text(out, " (monitor)");
    }
}

/* "  policy api, entry 2 (/etc/mtlsauth/policies/api.conf:12)", as far as they are known. */
static void add_place(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i = decision->n_trace;

    if (decision->policy[0] == '\0')
        return;
    ma_buf_text(out, "  policy ");
    add(out, decision->policy);
    if (decision->entry[0] == '\0')
        return;
    ma_buf_text(out, ", entry ");
    add(out, decision->entry);
    while (i > 0 && strcmp(decision->trace[i - 1]->entry, decision->entry) != 0)
        i--;
    if (i == 0 || decision->trace[i - 1]->file == NULL)
        return;
    ma_buf_text(out, " (");
    add(out, decision->trace[i - 1]->file);
    ma_buf_printf(out, ":%u)", decision->trace[i - 1]->line);
}

/* Subject, serial and end of the certificate; the library judges, this only names it. */
static void add_certificate(ma_buf_t *out, const gnutls_datum_t *leaf, int64_t now)
{
    mtlsauth_cert_t *cert = NULL;
    ma_bytes_t subject;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    if (ma_cert_parse((ma_bytes_t) { leaf->data, leaf->size }, &arena, &cert, NULL) != 0) {
        ma_buf_text(out, "cannot be read");
    } else {
        subject = ma_cert_get(cert, MTLSAUTH_CERT_SUBJECT_TEXT);
        (void)text_add(out, (const char *)subject.data, subject.size);
        ma_buf_text(out, "  serial ");
        ma_cert_serial_text(cert, out);
        ma_buf_text(out, cert->not_after < now ? "  expired " : "  expires ");
        ma_time_text(cert->not_after, out);
    }
    ma_cert_free(cert);
    ma_arena_free(&arena);
}

static void add_headers(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    text_cell(out, "forward", LABEL);
    for (i = 0; i < decision->n_headers; i++) {
        ma_buf_text(out, i > 0 ? ", " : "");
        add(out, decision->headers[i]->name);
    }
    ma_buf_byte(out, '\n');
}

static void add_candidate(ma_buf_t *out, const mtlsauth_candidate_t *candidate)
{
    text_cell(out, "candidate", LABEL);
    add(out, candidate->policy);
    ma_buf_printf(out, ": %s", explain_verdict(candidate->verdict));
    if (candidate->verdict != MTLSAUTH_ALLOW) {
        ma_buf_text(out, " (");
        add(out, candidate->reason);
        ma_buf_byte(out, ')');
    }
    if (candidate->message[0] != '\0')
        ma_buf_printf(out, ": %s", candidate->message);
    ma_buf_byte(out, '\n');
}

static void cells(const mtlsauth_trace_t *row, const char *texts[N_COLUMNS])
{
    texts[0] = row->entry;
    texts[1] = row->control;
    texts[2] = row->plugin;
    texts[3] = row->result;
    texts[4] = row->action;
}

static void add_row(ma_buf_t *out, const mtlsauth_trace_t *row, const size_t widths[N_COLUMNS])
{
    const char *texts[N_COLUMNS];
    size_t i;

    cells(row, texts);
    for (i = 0; i < N_COLUMNS; i++) {
        ma_buf_text(out, "  ");
        text_cell(out, texts[i], widths[i]);
    }
    if (row->message[0] != '\0')
        ma_buf_printf(out, "  %s", row->message);
    if (row->when[0] != '\0') {
        ma_buf_text(out, "  when ");
        add(out, row->when);
    }
    while (out->size > 0 && out->data[out->size - 1] == ' ')
        out->data[--out->size] = '\0';
    ma_buf_byte(out, '\n');
}

static void add_trace(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t widths[N_COLUMNS] = { 0 };
    const char *texts[N_COLUMNS];
    size_t i, column, width;

    for (i = 0; i < decision->n_trace; i++) {
        cells(decision->trace[i], texts);
        for (column = 0; column < N_COLUMNS; column++) {
            width = text_width(texts[column]);
            if (width > widths[column] && width <= MAX_COLUMN)
                widths[column] = width;
        }
    }
    ma_buf_text(out, "trace\n");
    for (i = 0; i < decision->n_trace; i++)
        add_row(out, decision->trace[i], widths);
}

void explain(ma_buf_t *out, const mtlsauth_decision_t *decision, const gnutls_datum_t *leaf)
{
    add_verdict(out, decision);
    add_place(out, decision);
    ma_buf_byte(out, '\n');
    if (decision->message[0] != '\0')
        ma_buf_printf(out, "  %s\n", decision->message);
    text_cell(out, "certificate", LABEL);
    if (leaf != NULL)
        add_certificate(out, leaf, decision->time);
    else
        ma_buf_text(out, "none");
    ma_buf_byte(out, '\n');
    text_cell(out, "judged at", LABEL);
    ma_time_text(decision->time, out);
    ma_buf_byte(out, '\n');
    if (decision->n_headers > 0)
        add_headers(out, decision);
    if (decision->candidate != NULL)
        add_candidate(out, decision->candidate);
    if (decision->n_trace > 0)
        add_trace(out, decision);
}
