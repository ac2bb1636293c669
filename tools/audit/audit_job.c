/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_job.c - see audit_job.h. */
#include "audit/audit_job.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "audit/jobs.h"
#include "audit/progress.h"

int audit_jobs_check(const command_t *self, const audit_options_t *options)
{
    struct stat file;
    size_t i;

    for (i = 0; i < options->n_captures; i++)
        if (stat(options->captures[i], &file) == 0 && !S_ISREG(file.st_mode))
            return wrong_usage(self,
                               "--jobs: %s is no file: each job reads the captures, and this can "
                               "be read only once; leave out --jobs",
                               options->captures[i]);
    return STATUS_NONE;
}

/* ---- a job ------------------------------------------------------------------------------------- */

typedef struct job {
    audit_t audit; /**< what was opened is shared with the parent, what is read is not */
    job_pipe_t pipe;
} job_t;

static void send_row(void *context, const judgement_t *judgement, const char *row, size_t size,
                     bool allowed)
{
    job_t *job = context;
    const flow_t *flow = judgement->handshake->flow;
    const frame_header_t header = {.key = job->audit.packets,
                                   .time = flow->first_time,
                                   .file = flow->first_file,
                                   .packet = flow->first_packet,
                                   .size = (uint32_t)size,
                                   .kind = FRAME_ROW,
                                   .flag = allowed};

    if (size > JOBS_MAX_FRAME)
        job->pipe.failed = true;
    else
        job_send(&job->pipe, &header, row);
}

static void send_step(void *context, uint64_t position, uint64_t size, uint64_t handshakes)
{
    job_t *job = context;
    const job_step_t step = {.position = position, .size = size, .handshakes = handshakes};
    const frame_header_t header = {
        .key = job->audit.packets, .size = sizeof(step), .kind = FRAME_STEP};

    job_send(&job->pipe, &header, &step);
    job_flush(&job->pipe);
}

static void send_totals(job_t *job)
{
    const replay_counts_t *counts = replay_counts(job->audit.replay);
    const decisions_t *decisions = job->audit.decisions;
    const job_totals_t totals = {
        .handshakes = counts->handshakes,
        .rows = counts->rows,
        .allowed = counts->allowed,
        .denied = counts->denied,
        .undetermined = counts->undetermined,
        .changed = counts->changed,
        .joined = decisions != NULL ? decisions_counts(decisions)->joined : 0,
        .page_left_out = report_left_out(job->audit.report),
        .unreadable = job->audit.unreadable};
    const frame_header_t header = {
        .key = AUDIT_AT_END, .time = INT64_MAX, .size = sizeof(totals), .kind = FRAME_TOTALS};

    job_send(&job->pipe, &header, &totals);
}

static void send_summary(job_t *job)
{
    frame_header_t header = {.key = AUDIT_AT_END, .time = INT64_MAX, .kind = FRAME_SUMMARY};
    ma_buf_t text;

    ma_buf_init(&text, JOBS_MAX_FRAME);
    summary_json(report_summary(job->audit.report), &text);
    header.size = (uint32_t)text.size;
    if (text.failed)
        job->pipe.failed = true;
    else
        job_send(&job->pipe, &header, text.data);
    ma_buf_free(&text);
}

/* The body of a process; what it holds goes with it. */
static int run_job(void *context, unsigned number, int descriptor)
{
    const audit_t *whole = context;
    job_t job = {.audit = *whole};
    report_how_t how = audit_report(whole->options);

    job.audit.shard = number;
    job.audit.n_shards = whole->options->jobs;
    job.audit.quiet = number > 0;
    how.row = send_row;
    how.context = &job;
    replay_context(job.audit.replay, &job.audit);
    job_pipe_open(&job.pipe, descriptor);
    if (report_new(&how, stdout, &job.audit.report) != 0) {
        say("out of memory");
        return STATUS_ERROR;
    }
    audit_sandbox(whole->options, job.audit.quiet);
    if (audit_read(&job.audit, send_step, &job) != STATUS_NONE)
        return STATUS_ERROR;
    send_totals(&job);
    send_summary(&job);
    return job_pipe_close(&job.pipe) == 0 ? STATUS_OK : STATUS_ERROR;
}

/* ---- the parent -------------------------------------------------------------------------------- */

typedef struct gathering {
    audit_t *audit;
    replay_counts_t counts;
    uint64_t joined;
    progress_t progress;
    job_step_t *steps; /**< of each job, the last */
    ma_buf_t why;
} gathering_t;

static void take_row(void *context, const char *row, size_t size, bool allowed)
{
    report_row(((gathering_t *)context)->audit->report, row, size, allowed);
}

static void take_step(void *context, unsigned job, const job_step_t *step)
{
    gathering_t *gathering = context;
    const unsigned jobs = gathering->audit->options->jobs;
    uint64_t position = 0, handshakes = 0;
    unsigned i;

    gathering->steps[job] = *step;
    for (i = 0; i < jobs; i++) {
        position += gathering->steps[i].position / jobs;
        handshakes += gathering->steps[i].handshakes;
    }
    progress_step(&gathering->progress, position, step->size, handshakes);
}

static void take_totals(void *context, const job_totals_t *totals)
{
    gathering_t *gathering = context;
    replay_counts_t *counts = &gathering->counts;

    counts->handshakes += totals->handshakes;
    counts->rows += totals->rows;
    counts->allowed += totals->allowed;
    counts->denied += totals->denied;
    counts->undetermined += totals->undetermined;
    counts->changed += totals->changed;
    gathering->joined += totals->joined;
    report_leave_out(gathering->audit->report, totals->page_left_out);
    if (totals->unreadable != 0)
        gathering->audit->unreadable = true;
}

static int take_summary(void *context, const char *json, size_t size)
{
    gathering_t *gathering = context;

    return summary_parse(report_summary(gathering->audit->report), "--jobs", json, size,
                         &gathering->why);
}

static int gather(gathering_t *gathering)
{
    const audit_options_t *options = gathering->audit->options;
    const jobs_sink_t sink = {.row = take_row,
                              .step = take_step,
                              .totals = take_totals,
                              .summary = take_summary,
                              .context = gathering};
    jobs_t *jobs = NULL;
    int ret = jobs_start(options->jobs, run_job, gathering->audit, &jobs, &gathering->why);

    if (ret == 0) {
        audit_sandbox(options, true);
        progress_begin(&gathering->progress, options->progress);
        ret = jobs_gather(jobs, &sink, &gathering->why);
        progress_end(&gathering->progress);
    }
    jobs_free(jobs);
    return ret;
}

int audit_jobs(audit_t *audit)
{
    const report_how_t how = audit_report(audit->options);
    gathering_t gathering = {.audit = audit};
    int status = STATUS_ERROR;

    ma_buf_init(&gathering.why, 0);
    gathering.steps = calloc(audit->options->jobs, sizeof(*gathering.steps));
    if (gathering.steps == NULL || report_new(&how, stdout, &audit->report) != 0)
        say("out of memory");
    else if (gather(&gathering) != 0)
        say("%s", ma_buf_string(&gathering.why));
    else
        status = audit_finish(audit, &gathering.counts, gathering.joined);
    free(gathering.steps);
    ma_buf_free(&gathering.why);
    return status;
}
