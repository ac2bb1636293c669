/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.c - see progress.h. */
#include "audit/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000
#define FIRST_AFTER SECOND       /* before it, nobody waits */
#define EVERY (SECOND / 5)
#define PACKETS 4096u            /* between two looks at the clock */
#define BAR 24u

static int64_t now(void)
{
    struct timespec time;

    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        return 0;
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

void progress_begin(progress_t *progress, int wanted)
{
    *progress = (progress_t){.on = wanted > 0};
    if (wanted < 0)
        progress->on = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1;
    progress->begin = now();
    progress->last = progress->begin + FIRST_AFTER - EVERY;
    progress->countdown = PACKETS;
}

static void draw_bar(uint64_t position, uint64_t size, double seconds)
{
    const double part = position >= size ? 1 : (double)position / (double)size;
    const unsigned full = (unsigned)(part * BAR);
    unsigned i;

    (void)fputs("\r[", stderr);
    for (i = 0; i < BAR; i++)
        (void)fputc(i < full ? '=' : ' ', stderr);
    fprintf(stderr, "] %3.0f %%", part * 100);
    if (part > 0.02)
        fprintf(stderr, ", %.0f s left", seconds * (1 - part) / part);
}

void progress_step(progress_t *progress, uint64_t position, uint64_t size, uint64_t handshakes)
{
    const int64_t time = now();
    const double seconds = (double)(time - progress->begin) / SECOND;

    progress->countdown = PACKETS;
    if (!progress->on || time - progress->last < EVERY)
        return;
    progress->last = time;
    progress->drawn = true;
    if (size > 0)
        draw_bar(position, size, seconds);
    else
        (void)fputs("\r", stderr);
    fprintf(stderr, " %.1f MB, %.0f MB/s, %" PRIu64 " handshakes \033[K", (double)position / 1e6,
            seconds > 0 ? (double)position / 1e6 / seconds : 0, handshakes);
    (void)fflush(stderr);
}

void progress_end(progress_t *progress)
{
    if (progress->drawn)
        (void)fputs("\r\033[K", stderr);
    progress->on = progress->drawn = false;
}
