/* SPDX-License-Identifier: BSD-2-Clause */
/* stopwatch.c - see stopwatch.h. */
#include "bench/stopwatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNS 32u

static double cpu_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Seconds of CPU for one of `count`. */
static double run(const char *what, bench_fn *work, void *context, size_t count)
{
    double before = cpu_now();

    if (work(context, count) != 0) {
        fprintf(stderr, "bench: %s gives a wrong answer\n", what);
        exit(1);
    }
    return (cpu_now() - before) / (double)count;
}

static double median(double *times, unsigned runs)
{
    qsort(times, runs, sizeof(times[0]), by_size);
    return times[runs / 2];
}

double bench_median(const char *what, bench_fn *work, void *context, size_t count, unsigned runs)
{
    double times[MAX_RUNS];
    unsigned i;

    if (runs == 0 || runs > MAX_RUNS)
        runs = MAX_RUNS;
    (void)run(what, work, context, count);
    for (i = 0; i < runs; i++)
        times[i] = run(what, work, context, count);
    return median(times, runs);
}

void bench_medians(const char *what, bench_fn *work, void *const contexts[2], size_t count,
                   unsigned runs, double seconds[2])
{
    double times[2][MAX_RUNS];
    unsigned i, which;

    if (runs == 0 || runs > MAX_RUNS)
        runs = MAX_RUNS;
    for (which = 0; which < 2; which++)
        (void)run(what, work, contexts[which], count);
    for (i = 0; i < runs; i++)
        for (which = 0; which < 2; which++)
            times[which][i] = run(what, work, contexts[which], count);
    for (which = 0; which < 2; which++)
        seconds[which] = median(times[which], runs);
}

size_t bench_resident(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file != NULL) {
        if (fscanf(file, "%*u %lu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}
