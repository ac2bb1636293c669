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

void job_flush(job_pipe_t *pipe)
{
    if (pipe->block.size == 0 && !pipe->block.failed)
        return;
    if (pipe->block.failed || !write_all(pipe->descriptor, pipe->block.data, pipe->block.size))
        pipe->failed = true;
    ma_buf_clear(&pipe->block);
}

void job_send(job_pipe_t *pipe, const frame_header_t *header, const void *octets)
{
    ma_buf_add(&pipe->block, header, sizeof(*header));
    ma_buf_add(&pipe->block, octets, header->size);
    if (pipe->block.size >= BLOCK)
        job_flush(pipe);
}

int job_pipe_close(job_pipe_t *pipe)
{
    job_flush(pipe);
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

static void hand_on(feed_t *feed, unsigned number, const jobs_sink_t *sink)
{
    job_totals_t totals;
    job_step_t step;

    switch (feed->header.kind) {
    case FRAME_ROW:
        sink->row(sink->context, feed->octets, feed->header.size, feed->header.flag != 0);
        break;
    case FRAME_STEP:
        if (feed->header.size != sizeof(step))
            break;
        memcpy(&step, feed->octets, sizeof(step));
        sink->step(sink->context, number, &step);
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

static bool is_before(const frame_header_t *one, const frame_header_t *other)
{
    if (one->key != other->key)
        return one->key < other->key;
    if (one->time != other->time)
        return one->time < other->time;
    if (one->file != other->file)
        return one->file < other->file;
    return one->packet < other->packet;
}

/* The feed whose frame goes first, the first of them in a draw; NULL: all are over. */
static feed_t *first_of(feed_t *feeds, unsigned count)
{
    feed_t *first = NULL;
    unsigned i;

    for (i = 0; i < count; i++)
        if (!feeds[i].over && (first == NULL || is_before(&feeds[i].header, &first->header)))
            first = &feeds[i];
    return first;
}

struct jobs {
    unsigned started;
    feed_t *feeds;
};

static int start(jobs_t *jobs, job_fn *job, void *context)
{
    feed_t *feed = &jobs->feeds[jobs->started];
    int ends[2];
    unsigned i;

    feed->block = malloc(BLOCK);
    if (feed->block == NULL || pipe(ends) != 0)
        return -1;
    feed->process = fork();
    if (feed->process == 0) {
        for (i = 0; i < jobs->started; i++)
            (void)close(jobs->feeds[i].descriptor);
        (void)close(ends[0]);
        _exit(job(context, jobs->started, ends[1]));
    }
    (void)close(ends[1]);
    if (feed->process < 0) {
        (void)close(ends[0]);
        return -1;
    }
    feed->descriptor = ends[0];
    jobs->started++;
    return 0;
}

/* Waits for a job; its pipe is closed, so that it ends if it is not over. */
static int finish(feed_t *feed)
{
    int status = -1;

    (void)close(feed->descriptor);
    while (waitpid(feed->process, &status, 0) < 0 && errno == EINTR) {
        /* once more */
    }
    feed->process = 0;
    return status;
}

static void say_why(unsigned number, int status, ma_buf_t *why)
{
    ma_buf_printf(why, "--jobs: job %u ", number + 1);
    if (WIFSIGNALED(status))
        ma_buf_printf(why, "was ended by signal %d (%s)", WTERMSIG(status),
                      strsignal(WTERMSIG(status)));
    else
        ma_buf_text(why, "did not come to its end");
    ma_buf_text(why, "; what is written is not whole: run it again, or with fewer jobs");
}

int jobs_start(unsigned count, job_fn *job, void *context, jobs_t **out, ma_buf_t *why)
{
    jobs_t *jobs = calloc(1, sizeof(*jobs));
    int ret = -1;

    if (jobs != NULL)
        jobs->feeds = calloc(count, sizeof(*jobs->feeds));
    if (jobs != NULL && jobs->feeds != NULL)
        ret = 0;
    while (ret == 0 && jobs->started < count)
        ret = start(jobs, job, context);
    if (ret == 0) {
        *out = jobs;
        return 0;
    }
    ma_buf_printf(why, "--jobs: a job cannot be started: %s; try fewer", strerror(errno));
    jobs_free(jobs);
    return -1;
}

/* The first that is over and did not send all it should; NULL: none. */
static feed_t *broken(jobs_t *jobs)
{
    unsigned i;

    for (i = 0; i < jobs->started; i++)
        if (jobs->feeds[i].over && !jobs->feeds[i].complete)
            return &jobs->feeds[i];
    return NULL;
}

static int check_end(jobs_t *jobs, feed_t *feed, ma_buf_t *why)
{
    const int status = finish(feed);

    if (feed->complete && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    say_why((unsigned)(feed - jobs->feeds), status, why);
    return -1;
}

int jobs_gather(jobs_t *jobs, const jobs_sink_t *sink, ma_buf_t *why)
{
    feed_t *feed;
    unsigned i;
    int ret = 0;

    for (i = 0; i < jobs->started; i++)
        next(&jobs->feeds[i]);
    while (broken(jobs) == NULL && (feed = first_of(jobs->feeds, jobs->started)) != NULL) {
        hand_on(feed, (unsigned)(feed - jobs->feeds), sink);
        next(feed);
    }
    if ((feed = broken(jobs)) != NULL)
        return check_end(jobs, feed, why);
    for (i = 0; ret == 0 && i < jobs->started; i++)
        ret = check_end(jobs, &jobs->feeds[i], why);
    return ret;
}

void jobs_free(jobs_t *jobs)
{
    unsigned i;

    if (jobs == NULL)
        return;
    for (i = 0; i < jobs->started; i++) {
        if (jobs->feeds[i].process > 0)
            (void)finish(&jobs->feeds[i]);
        free(jobs->feeds[i].octets);
        free(jobs->feeds[i].block);
    }
    free(jobs->feeds);
    free(jobs);
}
