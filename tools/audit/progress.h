/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.h - a line on a terminal that says how far a long work is. Nothing is drawn for short ones. */
#ifndef AUDIT_PROGRESS_H
#define AUDIT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    bool on, drawn;
    int64_t begin, last; /**< monotonic, nanoseconds */
    unsigned countdown;  /**< packets until the clock is looked at again */
} progress_t;

/** `wanted`: 1, 0, or -1: if standard error is a terminal and standard output is none. */
void progress_begin(progress_t *progress, int wanted);
/** To be called for each packet; size 0: not known. */
void progress_step(progress_t *progress, uint64_t position, uint64_t size, uint64_t handshakes);
/** True once in a while, when it is time to work out the position for progress_step(). */
static inline bool progress_due(progress_t *progress)
{
    return progress->on && progress->countdown-- == 0;
}
/** Wipes the line away. */
void progress_end(progress_t *progress);

#endif
