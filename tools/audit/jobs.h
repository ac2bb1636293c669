/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.h - several processes that read the same captures, each its own part (--jobs).
 *
 * A job writes what it makes as frames to a pipe; the parent brings the rows of all jobs into the
 * order that one process alone would have written them in, and adds up what they counted.
 */
#ifndef AUDIT_JOBS_H
#define AUDIT_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define JOBS_MAX_FRAME (64u << 20) /**< octets of a row or a summary */

typedef enum frame_kind {
    FRAME_ROW = 1,  /**< `key` says when it was made */
    FRAME_TOTALS,   /**< the last but one: job_totals_t */
    FRAME_SUMMARY   /**< the last one: JSON */
} frame_kind_t;

typedef struct frame_header {
    uint64_t key;   /**< rows: packets read so far; they go up */
    uint32_t size;  /**< octets behind the header */
    uint16_t kind;
    uint16_t flag;  /**< rows: it is of something allowed */
} frame_header_t;

/** What a job counts besides its summary. */
typedef struct job_totals {
    uint64_t handshakes, rows, allowed, denied, undetermined, changed, joined;
    bool unreadable;
} job_totals_t;

/** In a job: appends a frame to what goes down the pipe. False: the parent is gone. */
typedef struct job_pipe {
    int descriptor;
    ma_buf_t block;
    bool failed;
} job_pipe_t;
void job_pipe_open(job_pipe_t *pipe, int descriptor);
void job_send(job_pipe_t *pipe, const frame_header_t *header, const void *octets);
/** Sends what is left. 0, or -1. */
int job_pipe_close(job_pipe_t *pipe) MTLSAUTH_MUST_CHECK;

/** What to do with the frames, in order. */
typedef struct jobs_sink {
    void (*row)(void *context, const char *row, size_t size, bool allowed);
    void (*totals)(void *context, const job_totals_t *totals);
    /** 0, or -1: it is no summary. */
    int (*summary)(void *context, const char *json, size_t size);
    void *context;
} jobs_sink_t;

/** The body of job number `job`; its result is the exit status of the process. */
typedef int job_fn(void *context, unsigned job, int descriptor);

/**
 * Runs `count` jobs and hands on what they send. 0, or -1 with the reason in `why`: one could not be
 * started, or did not come to its end.
 */
int jobs_run(unsigned count, job_fn *job, void *context, const jobs_sink_t *sink,
             ma_buf_t *why) MTLSAUTH_MUST_CHECK;

#endif
