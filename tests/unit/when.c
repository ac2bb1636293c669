/* SPDX-License-Identifier: BSD-2-Clause */
/* when.c - times on a command line. The seconds are those that `date -u -d TEXT +%s` prints. */
#include "common/when.h"

#include <stdio.h>

#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void reads(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-03-01T12:00:00Z", 1772366400 },
        { "2026-03-01t12:00:00z", 1772366400 },      /* RFC 3339 5.6: case does not matter */
        { "2026-03-01 12:00:00Z", 1772366400 },      /* and a blank may stand for the T */
        { "2026-03-01T12:00:00.999Z", 1772366400 },  /* fractions are dropped */
        { "2026-03-01T13:30:00+01:30", 1772366400 }, /* east */
        { "2026-03-01T04:00:00-08:00", 1772366400 }, /* west */
        { "2026-02-28T23:00:00-01:00", 1772323200 }, /* into the next month */
        { "2024-02-29T00:00:00Z", 1709164800 },      /* a leap day */
        { "2000-02-29T00:00:00Z", 951782400 },       /* every 400 years */
        { "1969-12-31T23:59:59Z", -1 },
        { "2016-12-31T23:59:60Z", 1483228800 },      /* a leap second is the next one */
        { "2038-01-19T03:14:08Z", 2147483648 },      /* past 32 bits */
        { "0000-01-01T00:00:00Z", -62167219200 },    /* the first */
        { "9999-12-31T23:59:59Z", 253402300799 },    /* the last */
        { "2026-03-01", 1772323200 },                /* a date is its midnight */
        { "0", 0 },
        { "1772366400", 1772366400 },
        { "-1", -1 },
        { "20260301", 20260301 },                    /* digits alone are seconds */
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 42;

        tap_row("\"%s\"", rows[i].text);
        TAP_TRUE(when_parse(rows[i].text, &seconds));
        TAP_INT(seconds, rows[i].seconds);
    }
}

static void refuses(void)
{
    static const char *const rows[] = {
        "",
        "now", /* the caller's */
        "-",
        "+1",
        " 1",
        "1 ",
        "1.5",
        "0x10",
        "99999999999999999999",           /* over 64 bits */
        "253402300800",                   /* the year 10000 */
        "2026-3-1",                       /* two digits each */
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-04-31",
        "2026-02-29",                     /* no leap year */
        "1900-02-29",                     /* nor is a century */
        "2026-03-01T",
        "2026-03-01T12:00Z",              /* seconds are not optional */
        "2026-03-01T12:00:00",            /* nor is the offset */
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:60:00Z",
        "2026-03-01T12:00:61Z",
        "2026-03-01T12:00:00.Z",
        "2026-03-01T12:00:00+0100",
        "2026-03-01T12:00:00+24:00",
        "2026-03-01T12:00:00+01:60",
        "2026-03-01T12:00:00Zx",
        "2026-03-01x",
        "0000-01-01T00:00:00+00:01",      /* before the first */
        "9999-12-31T23:59:59-00:01",      /* after the last */
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 42;

        tap_row("\"%s\"", rows[i]);
        TAP_TRUE(!when_parse(rows[i], &seconds));
        TAP_INT(seconds, 42);
    }
}

/* Every day of 400 years, one after the other. */
static void counts_days(void)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t want = INT64_C(946684800); /* 2000-01-01 */
    unsigned year, month, day;
    char text[32];

    for (year = 2000; year < 2400; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year == 2000);

        for (month = 0; month < 12; month++) {
            unsigned last = (unsigned)days[month] + (month == 1 && leap ? 1u : 0u);

            for (day = 1; day <= last; day++, want += 86400) {
                int64_t seconds = 42;

                snprintf(text, sizeof(text), "%04u-%02u-%02u", year, month + 1, day);
                if (!when_parse(text, &seconds) || seconds != want) {
                    tap_row("%s", text);
                    TAP_INT(seconds, want);
                    return;
                }
            }
        }
    }
    TAP_INT(want, INT64_C(13569465600)); /* 2400-01-01 */
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads", reads },
        { "refuses", refuses },
        { "counts days", counts_days },
    };

    return tap_main("when", tests, COUNT(tests));
}
