/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.c - see clock.h. The calendar is computed here: gmtime_r depends on the width of time_t. */
#include "base/clock.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

bool ma_clock_now(int64_t *seconds)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return false;
    *seconds = (int64_t)now.tv_sec;
    return true;
}

/* Seconds of 0000-01-01 and of 10000-01-01, proleptic Gregorian. */
#define FIRST_SECOND INT64_C(-62167219200)
#define END_SECOND INT64_C(253402300800)

bool ma_date_of(int64_t seconds, ma_date_t *out)
{
    int64_t days, rest, era, day_of_era, year_of_era, day_of_year, month;

    if (seconds < FIRST_SECOND || seconds >= END_SECOND)
        return false;
    seconds -= FIRST_SECOND;
    rest = seconds % 86400;
    /* Years that begin in March put the leap day last; eras are 400 years of 146097 days. */
    days = seconds / 86400 - 60 + 146097; /* days since 0000-03-01, one era ahead */
    era = days / 146097;
    day_of_era = days % 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    out->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    month += month < 10 ? 3 : -9;
    out->month = (int)month;
    out->year = (int)(year_of_era + (era - 1) * 400 + (month <= 2 ? 1 : 0));
    out->hour = (int)(rest / 3600);
    out->minute = (int)(rest / 60 % 60);
    out->second = (int)(rest % 60);
    return true;
}

static void two(char *at, int number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

bool ma_date_text(int64_t seconds, char text[19])
{
    ma_date_t date;

    if (!ma_date_of(seconds, &date))
        return false;
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): 19 characters, without a NUL */
    memcpy(text, "0000-00-00T00:00:00", 19);
    two(text, date.year / 100);
    two(text + 2, date.year % 100);
    two(text + 5, date.month);
    two(text + 8, date.day);
    two(text + 11, date.hour);
    two(text + 14, date.minute);
    two(text + 17, date.second);
    return true;
}

void ma_time_text(int64_t seconds, ma_buf_t *out)
{
    char text[20];

    if (!ma_date_text(seconds, text)) {
        ma_buf_printf(out, "%" PRId64, seconds);
        return;
    }
    text[19] = 'Z';
    ma_buf_add(out, text, sizeof(text));
}
