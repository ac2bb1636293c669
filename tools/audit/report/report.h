/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - judgements written for people and programs.
 *
 * Rows go out in large blocks as they come; a summary and the page at the end. A failure to write
 * sticks, and report_finish() says so.
 */
#ifndef AUDIT_REPORT_REPORT_H
#define AUDIT_REPORT_REPORT_H

#include <stdio.h>

#include "audit/replay/judgement.h"
#include "audit/report/summary.h"

typedef enum report_kind { REPORT_TEXT, REPORT_JSON, REPORT_CSV, REPORT_HTML } report_kind_t;

/** Rows that the page holds, and octets of them; the rest is in the summary alone. */
#define REPORT_PAGE_ROWS 5000u
#define REPORT_PAGE_ALLOWED 1500u /* of them allowed: the other places are for what needs explaining */
#define REPORT_PAGE_OCTETS (12u << 20)

typedef struct report_how {
    report_kind_t kind;
    bool summary;                            /**< nothing but the summary; not with CSV */
    bool all;                                /**< text: a line for what is allowed, too */
    const char *const *files;                /**< of the capture, by place_t.file; borrowed */
    size_t n_files;
    const char *(*cipher_name)(uint16_t suite); /**< may be NULL */
    /** Takes rows that would be written, instead; `allowed`: nothing about it needs explaining. */
    void (*row)(void *context, const judgement_t *judgement, const char *row, size_t size,
                bool allowed);
    void *context;
} report_how_t;

typedef struct report report_t;

/** The stream is borrowed. */
int report_new(const report_how_t *how, FILE *stream, report_t **out) MTLSAUTH_MUST_CHECK;
/** A judgement_fn; the context is the report. */
void report_judgement(void *report, const judgement_t *judgement);
/** A row that another report, of the same kind, handed to its `row`. */
void report_row(report_t *report, const char *row, size_t size, bool allowed);
/** Rows that are too many for the page; and so many more that another report left out. */
uint64_t report_left_out(const report_t *report);
void report_leave_out(report_t *report, uint64_t count);
/** A merge_problem_fn; the context is the report. */
void report_problem(void *report, const char *path, const char *why);
/** What is counted so far; others' may be added before report_finish(). Of JSON lines and CSV it holds
 * nothing but problems and counts. */
summary_t *report_summary(report_t *report);
/** Writes what is left. 0, or -1: something could not be written, or memory ran out. */
int report_finish(report_t *report) MTLSAUTH_MUST_CHECK;
void report_free(report_t *report);

#endif
