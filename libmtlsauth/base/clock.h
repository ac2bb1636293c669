/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.h - the wall clock, read in one place only, and times as text. */
#ifndef MA_BASE_CLOCK_H
#define MA_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/** Seconds since 1970 UTC now; false if the clock cannot be read. */
bool ma_clock_now(int64_t *seconds);

/** A time in UTC, proleptic Gregorian. */
typedef struct ma_date {
    int year;  /**< 0 to 9999 */
    int month; /**< 1 to 12 */
    int day;
    int hour;
    int minute;
    int second;
} ma_date_t;

/** Years 0 to 9999; false outside of them. */
bool ma_date_of(int64_t seconds, ma_date_t *out);
/** The same as "2026-11-21T10:00:00", without a NUL. */
bool ma_date_text(int64_t seconds, char text[19]);

/** Appends RFC 3339 in UTC, "2026-11-21T10:00:00Z", for years 0 to 9999; else the bare number. */
void ma_time_text(int64_t seconds, ma_buf_t *out);

#endif
