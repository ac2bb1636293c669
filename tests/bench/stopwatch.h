/* SPDX-License-Identifier: BSD-2-Clause */
/* stopwatch.h - medians of repeated runs, and rows that compare them. */
#ifndef TESTS_BENCH_STOPWATCH_H
#define TESTS_BENCH_STOPWATCH_H

#include <stddef.h>

/** Does the work `count` times; the result is not zero if it went wrong. */
typedef int bench_fn(void *context, size_t count);

/**
 * Seconds of CPU for one piece of work: the median of `runs` runs of `count` each, after one that
 * is not counted. Ends the program if the work goes wrong: a wrong answer has no speed.
 */
double bench_median(const char *what, bench_fn *work, void *context, size_t count, unsigned runs);

/** The same for two kinds of work that take turns, so that what else the machine does hits both. */
void bench_medians(const char *what, bench_fn *work, void *const contexts[2], size_t count,
                   unsigned runs, double seconds[2]);

/** Bytes of this process that are resident. */
size_t bench_resident(void);

#endif
