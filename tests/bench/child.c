/* SPDX-License-Identifier: BSD-2-Clause */
/* child.c - see child.h. */
#include "bench/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNS = 16 };

/* A number of kibibytes in /proc/self/status, as bytes. */
static double status_bytes(const char *name)
{
    char line[256];
    double bytes = 0;
    FILE *file = fopen("/proc/self/status", "r");

    if (file == NULL)
        return 0;
    while (fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            bytes = strtod(line + strlen(name), NULL) * 1024;
    fclose(file);
    return bytes;
}

/* Makes the peak begin anew; where that is not allowed, it is that since the process began. */
static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file != NULL) {
        fputs("5", file);
        fclose(file);
    }
}

static double cpu_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* In the child. */
static int measure(const load_t *load, cost_t *cost)
{
    double before, start;
    unsigned i;

    if (load->warm != NULL && load->warm(load->context) != 0)
        return 1;
    forget_peak();
    before = status_bytes("VmRSS:");
    start = cpu_now();
    for (i = 0; i < load->rounds; i++)
        if (load->load(load->context) != 0)
            return 1;
    cost->seconds = (cpu_now() - start) / load->rounds;
    /* Everything that was loaded is still there: with many rounds the peak is mostly that. */
    cost->kept = (status_bytes("VmRSS:") - before) / load->rounds;
    cost->peak = (status_bytes("VmHWM:") - before) / load->rounds;
    return 0;
}

static void run(const load_t *load, cost_t *cost)
{
    int ends[2], status = 1;
    pid_t child;

    fflush(NULL);
    if (pipe(ends) != 0 || (child = fork()) < 0)
        exit(1);
    if (child == 0) {
        int wrong = measure(load, cost) != 0
            || write(ends[1], cost, sizeof(*cost)) != (ssize_t)sizeof(*cost);
        _exit(wrong);
    }
    close(ends[1]);
    if (read(ends[0], cost, sizeof(*cost)) != (ssize_t)sizeof(*cost)
        || waitpid(child, &status, 0) != child || status != 0) {
        fprintf(stderr, "bench: %s gives a wrong answer\n", load->what);
        exit(1);
    }
    close(ends[0]);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *numbers, unsigned count)
{
    qsort(numbers, count, sizeof(numbers[0]), by_size);
    return numbers[count / 2];
}

cost_t bench_load(const load_t *load)
{
    double seconds[MAX_RUNS], kept[MAX_RUNS], peak[MAX_RUNS];
    unsigned i, runs = load->runs < MAX_RUNS ? load->runs : MAX_RUNS;

    for (i = 0; i < runs; i++) {
        cost_t cost = { 0, 0, 0 };
        run(load, &cost);
        seconds[i] = cost.seconds;
        kept[i] = cost.kept;
        peak[i] = cost.peak;
    }
    return (cost_t) { median(seconds, runs), median(kept, runs), median(peak, runs) };
}
