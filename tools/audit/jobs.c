/* SPDX-License-Identifier: BSD-2-Clause */
/* jobs.c - see jobs.h. A job is a process that was forked, so that frames are in the host's order. */
#include "audit/jobs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK (128u << 10)

/* ---- the job's end ----------------------------------------------------------------------------- */

void job_pipe_open(job_pipe_t *pipe, int descriptor)
{
    *pipe = (job_pipe_t){.descriptor = descriptor};
    ma_buf_init(&pipe->block, 0);
}

static bool write_all(int descriptor, const char *octets, size_t size)
{
    while (size > 0) {
        const ssize_t done = write(descriptor, octets, size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        octets += done;
        size -= (size_t)done;
    }
    return true;
}

static void flush(job_pipe_t *pipe)
{
    if (pipe->block.failed || !write_all(pipe->descriptor, pipe->block.data, pipe->block.size))
        pipe->failed = true;
    ma_buf_clear(&pipe->block);
}

void job_send(job_pipe_t *pipe, const frame_header_t *header, const void *octets)
{
    ma_buf_add(&pipe->block, header, sizeof(*header));
    ma_buf_add(&pipe->block, octets, header->size);
    if (pipe->block.size >= BLOCK)
        flush(pipe);
}

int job_pipe_close(job_pipe_t *pipe)
{
    if (pipe->block.size > 0 || pipe->block.failed)
        flush(pipe);
    ma_buf_free(&pipe->block);
    return pipe->failed ? -1 : 0;
}

/* ---- the parent's end -------------------------------------------------------------------------- */

/* A job, and the frame of it that is next. */
typedef struct feed {
    pid_t process;
    int descriptor;
    bool over;             /* nothing more will come */
    bool complete;         /* the summary came */
    frame_header_t header;
    char *octets;
    size_t room;
    char *block;           /* read ahead */
    size_t at, size;
} feed_t;

static bool fill(feed_t *feed)
{
    ssize_t got;

    do {
        got = read(feed->descriptor, feed->block, BLOCK);
    } while (got < 0 && errno == EINTR);
    feed->at = 0;
    feed->size = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static bool take(feed_t *feed, void *out, size_t size)
{
    char *to = out;

    while (size > 0) {
        size_t part = feed->size - feed->at;

        if (part == 0 && !fill(feed))
            return false;
        part = feed->size - feed->at;
        if (part > size)
            part = size;
        memcpy(to, feed->block + feed->at, part);
        feed->at += part;
        to += part;
        size -= part;
    }
    return true;
}

/* Reads the next frame; `over` if there is none. */
static void next(feed_t *feed)
{
    char *larger;

    feed->over = true;
    if (!take(feed, &feed->header, sizeof(feed->header)) || feed->header.size > JOBS_MAX_FRAME)
        return;
    if (feed->header.size > feed->room) {
        larger = realloc(feed->octets, feed->header.size);
        if (larger == NULL)
            return;
        feed->octets = larger;
        feed->room = feed->header.size;
    }
    feed->over = !take(feed, feed->octets, feed->header.size);
}

static void hand_on(feed_t *feed, const jobs_sink_t *sink)
{
    job_totals_t totals;

    switch (feed->header.kind) {
    case FRAME_ROW:
        sink->row(sink->context, feed->octets, feed->header.size, feed->header.flag != 0);
        break;
    case FRAME_TOTALS:
        if (feed->header.size != sizeof(totals))
            break;
        memcpy(&totals, feed->octets, sizeof(totals));
        sink->totals(sink->context, &totals);
        break;
    case FRAME_SUMMARY:
        feed->complete = sink->summary(sink->context, feed->octets, feed->header.size) == 0;
        break;
    default:
        break;
    }
}

/* The feed whose frame goes first, the first of them in a draw; NULL: all are over. */
static feed_t *first_of(feed_t *feeds, unsigned count)
{
    feed_t *first = NULL;
    unsigned i;

    for (i = 0; i < count; i++)
        if (!feeds[i].over && (first == NULL || feeds[i].header.key < first->header.key))
            first = &feeds[i];
    return first;
}

static int start(feed_t *feed, unsigned number, job_fn *job, void *context, feed_t *feeds)
{
    int ends[2];
    unsigned i;

    feed->block = malloc(BLOCK);
    if (feed->block == NULL || pipe(ends) != 0)
        return -1;
    feed->process = fork();
    if (feed->process == 0) {
        for (i = 0; i < number; i++)
            (void)close(feeds[i].descriptor);
        (void)close(ends[0]);
        _exit(job(context, number, ends[1]));
    }
    (void)close(ends[1]);
    if (feed->process < 0) {
        (void)close(ends[0]);
        return -1;
    }
    feed->descriptor = ends[0];
    return 0;
}

/* Waits for a job that was started; true if it did all it should. */
static bool finish(feed_t *feed)
{
    int status = 0;

    (void)close(feed->descriptor);
    while (waitpid(feed->process, &status, 0) < 0 && errno == EINTR) {
        /* once more */
    }
    return feed->complete && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int jobs_run(unsigned count, job_fn *job, void *context, const jobs_sink_t *sink, ma_buf_t *why)
{
    feed_t *feeds = calloc(count, sizeof(*feeds)), *feed;
    unsigned i, started = 0;
    int ret = feeds != NULL ? 0 : -1;

    while (ret == 0 && started < count) {
        ret = start(&feeds[started], started, job, context, feeds);
        started += ret == 0;
    }
    if (ret != 0)
        ma_buf_printf(why, "--jobs: a job cannot be started: %s", strerror(errno));
    for (i = 0; i < started; i++)
        next(&feeds[i]);
    while (ret == 0 && (feed = first_of(feeds, count)) != NULL) {
        hand_on(feed, sink);
        next(feed);
    }
    for (i = 0; i < started; i++) {
        if (!finish(&feeds[i]) && ret == 0) {
            ma_buf_printf(why, "--jobs: job %u did not come to its end", i + 1);
            ret = -1;
        }
    }
    for (i = 0; feeds != NULL && i < count; i++) {
        free(feeds[i].octets);
        free(feeds[i].block);
    }
    free(feeds);
    return ret;
}
