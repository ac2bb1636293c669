/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.c - times as text, with the C library's calendar as the oracle. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "tap.h"

static const char *text_of(int64_t seconds)
{
    static char room[64];
    ma_buf_t text;

    ma_buf_fixed(&text, room, sizeof(room));
    ma_time_text(seconds, &text);
    return room;
}

static void known_times(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        { 0, "1970-01-01T00:00:00Z" },                      /* the epoch */
        { -1, "1969-12-31T23:59:59Z" },                     /* before it */
        { 951782400, "2000-02-29T00:00:00Z" },              /* a leap day of a century */
        { INT64_C(4107542400), "2100-03-01T00:00:00Z" },    /* a century without one */
        { INT64_C(2147483648), "2038-01-19T03:14:08Z" },    /* past 32 bits */
        { INT64_C(253402300799), "9999-12-31T23:59:59Z" },  /* the last second */
        { INT64_C(253402300800), "253402300800" },          /* past it: the bare number */
        { INT64_C(-62167219200), "0000-01-01T00:00:00Z" },  /* the first second */
        { INT64_C(-62167219201), "-62167219201" },          /* before it */
        { INT64_MAX, "9223372036854775807" },               /* nothing overflows */
        { INT64_MIN, "-9223372036854775808" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        TAP_STR(text_of(rows[i].seconds), rows[i].text);
}

static void whole_calendar(void)
{
    int64_t seconds;
    int same = 1;

    /* 37 days and some: every month, hour and leap rule comes by. */
    for (seconds = INT64_C(-62167219200); same && seconds < INT64_C(253402300800);
         seconds += INT64_C(86399) * 37 + 11) {
        time_t t = (time_t)seconds;
        struct tm tm;
        char expected[64];
        gmtime_r(&t, &tm);
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        same = TAP_STR(text_of(seconds), expected);
    }
}

static void reads_the_clock(void)
{
    int64_t now = 0, before = (int64_t)time(NULL);

    TAP_TRUE(ma_clock_now(&now));
    TAP_TRUE(now >= before && now <= (int64_t)time(NULL));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "known times", known_times },
        { "the whole calendar", whole_calendar },
        { "reads the clock", reads_the_clock },
    };

    return tap_main("clock", tests, sizeof(tests) / sizeof(tests[0]));
}
