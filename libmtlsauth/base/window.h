/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - how long an answer that hangs on dates stays what it is.
 *
 * Whoever compares the judged time with a date narrows the window by that comparison; within what is
 * left at the end, every one of them comes out the same.
 */
#ifndef MA_BASE_WINDOW_H
#define MA_BASE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/** Times from `from` to `until`, both included. */
typedef struct ma_window {
    int64_t from;
    int64_t until;
} ma_window_t;

#define MA_WINDOW_ALL                                                                              \
    (ma_window_t)                                                                                  \
    {                                                                                              \
        INT64_MIN, INT64_MAX                                                                       \
    }

static inline bool ma_window_has(const ma_window_t *window, int64_t time)
{
    return time >= window->from && time <= window->until;
}

/** `now > date` was asked. No sum overflows: there is a time beyond the date on the side it goes. */
static inline void ma_window_after(ma_window_t *window, int64_t now, int64_t date)
{
    if (now > date && window->from <= date)
        window->from = date + 1;
    if (now <= date && window->until > date)
        window->until = date;
}

/** `now < date` was asked. */
static inline void ma_window_before(ma_window_t *window, int64_t now, int64_t date)
{
    if (now < date && window->until >= date)
        window->until = date - 1;
    if (now >= date && window->from < date)
        window->from = date;
}

#endif
