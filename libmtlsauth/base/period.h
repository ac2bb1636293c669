/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * period.h - how long an answer that hangs on dates stays what it is.
 *
 * Whoever compares the judged time with a date narrows the period by that comparison; within what
 * is left at the end, every one of them comes out the same.
 */
#ifndef MA_BASE_PERIOD_H
#define MA_BASE_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

/** Times from `from` to `until`, both included. */
typedef struct ma_period {
    int64_t from;
    int64_t until;
} ma_period_t;

#define MA_PERIOD_ALL                                                                              \
    (ma_period_t)                                                                                  \
    {                                                                                              \
        INT64_MIN, INT64_MAX                                                                       \
    }

static inline bool ma_period_has(const ma_period_t *period, int64_t time)
{
    return time >= period->from && time <= period->until;
}

/**
 * `now > date` was asked. No sum overflows: there is a time beyond the date on the side it goes.
 */
static inline void ma_period_after(ma_period_t *period, int64_t now, int64_t date)
{
    if (now > date && period->from <= date)
        period->from = date + 1;
    if (now <= date && period->until > date)
        period->until = date;
}

/** `now < date` was asked. */
static inline void ma_period_before(ma_period_t *period, int64_t now, int64_t date)
{
    if (now < date && period->until >= date)
        period->until = date - 1;
    if (now >= date && period->from < date)
        period->from = date;
}

#endif
