/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - what loading something costs: time and memory, each time in a process of its own.
 *
 * Memory that a process freed is used again, so that the second load of anything looks cheap. A
 * child begins where its parent stands, and ends after its load.
 */
#ifndef TESTS_BENCH_CHILD_H
#define TESTS_BENCH_CHILD_H

#include <stddef.h>

typedef struct cost {
    double seconds; /**< of CPU */
    double kept;    /**< bytes by which the process grew */
    double peak;    /**< bytes by which it grew at the worst moment */
} cost_t;

/** Loads something and does not free it; the result is not zero if it went wrong. */
typedef int load_fn(const void *context);

typedef struct load {
    const char *what;
    load_fn *warm; /**< NULL: nothing. Done before, and not counted */
    load_fn *load;
    const void *context;
    unsigned rounds; /**< loads in one child, if one is too little to measure */
    unsigned runs;   /**< children */
} load_t;

/** The medians over all children, for one load. Ends the program if one went wrong. */
cost_t bench_load(const load_t *load);

#endif
