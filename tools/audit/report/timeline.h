/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeline.h - verdicts over time, in at most TIMELINE_BUCKETS buckets whatever the span.
 *
 * Buckets widen as the span grows; each width is a multiple of the one before, and buckets begin at
 * multiples of it, so that two timelines add up.
 */
#ifndef AUDIT_REPORT_TIMELINE_H
#define AUDIT_REPORT_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#define TIMELINE_BUCKETS 240u
/** Times before and after are taken for these: beyond what nanoseconds in 64 bits can say. */
#define TIMELINE_FAR INT64_C(10000000000)

typedef struct timeline {
    int64_t width;  /**< seconds; 0: nothing was added */
    int64_t first;  /**< where the first bucket begins */
    size_t count;
    uint64_t buckets[TIMELINE_BUCKETS][3]; /**< by mtlsauth_verdict_t */
} timeline_t;

void timeline_add(timeline_t *timeline, int64_t time, int verdict, uint64_t count);
/** Buckets become at least that wide; `width` is one that a timeline had. */
void timeline_widen(timeline_t *timeline, int64_t width);
void timeline_merge(timeline_t *into, const timeline_t *from);

#endif
