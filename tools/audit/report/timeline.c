/* SPDX-License-Identifier: BSD-2-Clause */
/* timeline.c - see timeline.h. */
#include "audit/report/timeline.h"

#include <string.h>

/* The next width: steps that people know, up to a week; then fourfold. */
static int64_t wider(int64_t width)
{
    static const int64_t steps[] = { 1,    5,    10,   30,    60,    300,   900,
                                     1800, 3600, 7200, 21600, 43200, 86400, 604800 };
    size_t i;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (steps[i] > width)
            return steps[i];
    }
    return width * 4;
}

static int64_t floor_to(int64_t time, int64_t width)
{
    int64_t rest = time % width;

    return time - (rest < 0 ? rest + width : rest);
}

/* One step: buckets of the old width fall into those of the new. */
static void coarsen(timeline_t *timeline)
{
    timeline_t old = *timeline;
    size_t i;
    int verdict;

    timeline->width = wider(old.width);
    timeline->first = floor_to(old.first, timeline->width);
    timeline->count = 0;
    memset(timeline->buckets, 0, sizeof(timeline->buckets));
    for (i = 0; i < old.count; i++) {
        int64_t begin = old.first + (int64_t)i * old.width;
        size_t to = (size_t)((begin - timeline->first) / timeline->width);
        for (verdict = 0; verdict < 3; verdict++)
            timeline->buckets[to][verdict] += old.buckets[i][verdict];
        if (to >= timeline->count)
            timeline->count = to + 1;
    }
}

/* Moves all buckets so that the first one begins earlier; there is room. */
static void shift(timeline_t *timeline, int64_t first)
{
    size_t by = (size_t)((timeline->first - first) / timeline->width);

    memmove(timeline->buckets[by], timeline->buckets[0],
            timeline->count * sizeof(timeline->buckets[0]));
    memset(timeline->buckets[0], 0, by * sizeof(timeline->buckets[0]));
    timeline->count += by;
    timeline->first = first;
}

void timeline_widen(timeline_t *timeline, int64_t width)
{
    while (timeline->width > 0 && timeline->width < width)
        coarsen(timeline);
}

void timeline_add(timeline_t *timeline, int64_t time, int verdict, uint64_t count)
{
    int64_t begin, last;
    size_t at;

    if (time > TIMELINE_FAR)
        time = TIMELINE_FAR;
    if (time < -TIMELINE_FAR)
        time = -TIMELINE_FAR;
    if (timeline->width == 0) {
        timeline->width = 1;
        timeline->first = time;
        timeline->count = 1;
    }
    for (;;) {
        begin = floor_to(time, timeline->width);
        last = timeline->first + (int64_t)(timeline->count - 1) * timeline->width;
        last = begin > last ? begin : last;
        if ((last - (begin < timeline->first ? begin : timeline->first)) / timeline->width
            < (int64_t)TIMELINE_BUCKETS)
            break;
        coarsen(timeline);
    }
    if (begin < timeline->first)
        shift(timeline, begin);
    at = (size_t)((begin - timeline->first) / timeline->width);
    if (at >= timeline->count)
        timeline->count = at + 1;
    timeline->buckets[at][verdict] += count;
}

void timeline_merge(timeline_t *into, const timeline_t *from)
{
    size_t i;
    int verdict;

    for (i = 0; i < from->count; i++) {
        for (verdict = 0; verdict < 3; verdict++) {
            if (from->buckets[i][verdict] > 0)
                timeline_add(into, from->first + (int64_t)i * from->width, verdict,
                             from->buckets[i][verdict]);
        }
    }
    timeline_widen(into, from->width);
}
