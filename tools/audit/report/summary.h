/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.h - what many judgements come to; several summaries add up to one, from files too.
 *
 * Memory is bounded. Lists are exact up to their limits; what did not fit is counted and said.
 */
#ifndef AUDIT_REPORT_SUMMARY_H
#define AUDIT_REPORT_SUMMARY_H

#include "audit/replay/judgement.h"
#include "audit/report/tally.h"
#include "audit/report/timeline.h"
#include "base/buf.h"

typedef enum summary_list {
    SUMMARY_REASONS,
    SUMMARY_VISIBILITY,
    SUMMARY_VERSIONS,
    SUMMARY_UNKNOWN,   /**< why there was no verdict */
    SUMMARY_CLIENTS,   /**< by SHA-256 of the certificate; "-": without one */
    SUMMARY_CHANGES,   /**< key: SHA-256, old verdict, old reason, new verdict, new reason */
    SUMMARY_PROBLEMS,  /**< files that could not be read whole, and why */
    SUMMARY_COUNTS,    /**< what the stages counted, by name */
    SUMMARY_LISTS
} summary_list_t;

typedef struct summary {
    uint64_t handshakes, rows, changed;
    uint64_t verdicts[3];         /**< of rows, by `would` */
    bool baseline;                /**< there was one */
    int64_t first, last;          /**< of the capture, seconds; first > last: none */
    int64_t judged;               /**< the latest judged time: expiry is seen from there */
    tally_t lists[SUMMARY_LISTS];
    timeline_t timeline;
} summary_t;

int summary_new(summary_t **out) MTLSAUTH_MUST_CHECK;
void summary_free(summary_t *summary);
void summary_judgement(summary_t *summary, const judgement_t *judgement);
/** A file that could not be read to its end. */
void summary_problem(summary_t *summary, const char *path, const char *why);
/** What a stage counted, such as "packets that are not IP"; numbers of one name add up. */
void summary_count(summary_t *summary, const char *name, uint64_t count);
void summary_add(summary_t *into, const summary_t *from);

/** The exit status of a merge: 1 denied (with a baseline: changed); 3 in part not known; 0. */
int summary_exit_status(const summary_t *summary);

/** One line of JSON, which summary_read() takes. */
void summary_json(const summary_t *summary, ma_buf_t *out);
/** The same with at most `clients` clients, for a page. */
void summary_json_short(const summary_t *summary, size_t clients, ma_buf_t *out);
/** Adds a summary from a file ("-": standard input). 0, or -1 with the reason in `why`. */
int summary_read(summary_t *into, const char *path, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** The same of JSON in memory; `name` is what messages call it. */
int summary_parse(summary_t *into, const char *name, const char *json, size_t size,
                  ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** For a person. */
void summary_text(const summary_t *summary, ma_buf_t *out);

#endif
