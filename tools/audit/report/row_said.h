/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_said.h - what a policy said, as members of a row: from "server" to "trace".
 *
 * Most rows of a capture have the same there, word for word. So the members that were written last
 * are remembered with the words that they were made of, which are compared one by one.
 */
#ifndef AUDIT_REPORT_ROW_SAID_H
#define AUDIT_REPORT_ROW_SAID_H

#include "audit/replay/judgement.h"
#include "base/buf.h"

typedef struct row_memo row_memo_t;

int row_memo_new(row_memo_t **out) MTLSAUTH_MUST_CHECK;
void row_memo_free(row_memo_t *memo);
/** Begins with a comma. `memo` may be NULL: nothing is remembered. */
void row_said(ma_buf_t *out, const verdict_t *verdict, row_memo_t *memo);

#endif
