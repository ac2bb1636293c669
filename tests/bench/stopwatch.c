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

double bench_median(const char *what, bench_fn *work, void *context, size_t count, unsigned runs)
{
    double times[MAX_RUNS];
    unsigned i;

    if (runs == 0 || runs > MAX_RUNS)
        runs = MAX_RUNS;
    for (i = 0; i <= runs; i++) {
        double before = cpu_now();
        if (work(context, count) != 0) {
            fprintf(stderr, "bench: %s gives a wrong answer\n", what);
            exit(1);
        }
        if (i > 0)
            times[i - 1] = (cpu_now() - before) / (double)count;
    }
    qsort(times, runs, sizeof(times[0]), by_size);
    return times[runs / 2];
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
