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
    FRAME_STEP,     /**< how far the job is: job_step_t; so that nobody waits for one with few rows */
    FRAME_TOTALS,   /**< the last but one: job_totals_t */
    FRAME_SUMMARY   /**< the last one: JSON */
} frame_kind_t;

/** Frames of one job go up by `key`, and where that is the same by `time`, `file`, `packet`. */
typedef struct frame_header {
    uint64_t key;    /**< packets read so far */
    int64_t time;    /**< rows: where their flow begins */
    uint64_t packet;
    uint32_t file;
    uint32_t size;   /**< octets behind the header */
    uint16_t kind;
    uint16_t flag;   /**< rows: it is of something allowed */
    uint32_t unused;
} frame_header_t;

typedef struct job_step {
    uint64_t position, size, handshakes;
} job_step_t;

/** What a job counts besides its summary. */
typedef struct job_totals {
    uint64_t handshakes, rows, allowed, denied, undetermined, changed;
    uint64_t joined;         /**< decisions of the server's log */
    uint64_t page_left_out;  /**< rows that the job did not send, since no page would hold them */
    uint64_t unreadable;     /**< not 0: something could not be read */
} job_totals_t;

/** In a job: appends frames to what goes down the pipe. `failed`: the parent is gone. */
typedef struct job_pipe {
    int descriptor;
    ma_buf_t block;
    bool failed;
} job_pipe_t;
void job_pipe_open(job_pipe_t *pipe, int descriptor);
void job_send(job_pipe_t *pipe, const frame_header_t *header, const void *octets);
/** Sends what was gathered so far. */
void job_flush(job_pipe_t *pipe);
/** Sends what is left. 0, or -1. */
int job_pipe_close(job_pipe_t *pipe) MTLSAUTH_MUST_CHECK;

/** What to do with the frames, in order. */
typedef struct jobs_sink {
    void (*row)(void *context, const char *row, size_t size, bool allowed);
    void (*step)(void *context, unsigned job, const job_step_t *step);
    void (*totals)(void *context, const job_totals_t *totals);
    /** 0, or -1: it is no summary. */
    int (*summary)(void *context, const char *json, size_t size);
    void *context;
} jobs_sink_t;

/** The body of job number `job`; its result is the exit status of the process. */
typedef int job_fn(void *context, unsigned job, int descriptor);

typedef struct jobs jobs_t;

/** Starts `count` jobs. 0, or -1 with the reason in `why`; those that were started are ended. */
int jobs_start(unsigned count, job_fn *job, void *context, jobs_t **out,
               ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/**
 * Hands on what they send, until all are over. 0, or -1 with the reason in `why`: one did not come to
 * its end. Needs no more than to read, and to wait for them.
 */
int jobs_gather(jobs_t *jobs, const jobs_sink_t *sink, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
void jobs_free(jobs_t *jobs);

#endif
