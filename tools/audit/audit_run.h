/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_run.h - an audit: what is opened once, and the stages through which one process lets the
 * packets run. With jobs each has stages of its own (audit_job.h).
 */
#ifndef AUDIT_AUDIT_RUN_H
#define AUDIT_AUDIT_RUN_H

#include "audit/capture/merge.h"
#include "audit/options.h"
#include "audit/pipeline.h"
#include "audit/report/report.h"

#define AUDIT_AT_END UINT64_MAX

/** What an audit is made of, from the last stage to the first. */
typedef struct audit {
    const audit_options_t *options;
    keylog_t *keys;
    decisions_t *decisions;
    replay_t *replay;
    report_t *report;
    pipeline_t *pipeline;
    merge_t *merge;
    unsigned shard, n_shards; /**< what of the captures it reads */
    bool quiet;               /**< another process says what is wrong with the captures */
    bool unreadable;
    uint64_t packets;         /**< read so far; AUDIT_AT_END behind the last */
} audit_t;

/** Keys, decisions, policies. STATUS_NONE, or the exit status: it is said why. */
int audit_open(audit_t *audit) MTLSAUTH_MUST_CHECK;
void audit_close(audit_t *audit);
/** What a report of it is made with. */
report_how_t audit_report(const audit_options_t *options);

/** Gives up what it has no use for; says so if it cannot, unless `quiet`. */
void audit_sandbox(const audit_options_t *options, bool quiet);

/**
 * Reads the captures into the report; `step` is called once in a while. STATUS_NONE, or the exit
 * status.
 */
typedef void audit_step_fn(void *context, uint64_t position, uint64_t size, uint64_t handshakes);
int audit_read(audit_t *audit, audit_step_fn *step, void *context) MTLSAUTH_MUST_CHECK;

/** Writes what is left of the report; `joined`: decisions of the log that were used. Returns the exit status. */
int audit_finish(audit_t *audit, const replay_counts_t *counts, uint64_t joined)
    MTLSAUTH_MUST_CHECK;

#endif
