/* SPDX-License-Identifier: BSD-2-Clause */
/* when.c - see when.h. The calendar is arithmetic, so that neither TZ nor libc has a say. */
#include "common/when.h"

#include <string.h>

#define DAY INT64_C(86400)
/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define FIRST INT64_C(-62167219200)
#define LAST INT64_C(253402300799)

static bool leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t month_days(int64_t year, int64_t month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

/* Days from 0000-01-01 to the first of January. */
static int64_t year_days(int64_t year)
{
    return year == 0 ? 0 : year * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1;
}

static int64_t days_before(int64_t year, int64_t month, int64_t day)
{
    int64_t m, days = year_days(year) + day - 1;

    for (m = 1; m < month; m++)
        days += month_days(year, m);
    return days;
}

/* Exactly `digits` digits, at least `low`, at most `high`; moves *at behind them. */
static bool number(const char **at, int digits, int64_t low, int64_t high, int64_t *out)
{
    int64_t value = 0;
    int i;

    for (i = 0; i < digits; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '9')
            return false;
        value = value * 10 + ((*at)[i] - '0');
    }
    *at += digits;
    *out = value;
    return value >= low && value <= high;
}

static bool skip(const char **at, const char *any_of)
{
    if (**at == '\0' || strchr(any_of, **at) == NULL)
        return false;
    (*at)++;
    return true;
}

static bool date(const char **at, int64_t *days)
{
    int64_t year, month, day;

    if (!number(at, 4, 0, 9999, &year) || !skip(at, "-") || !number(at, 2, 1, 12, &month)
        || !skip(at, "-") || !number(at, 2, 1, month_days(year, month), &day))
        return false;
    *days = days_before(year, month, day);
    return true;
}

/* Z, or hours and minutes east of it. */
static bool offset(const char **at, int64_t *seconds)
{
    int64_t hours, minutes;
    bool west = **at == '-';

    *seconds = 0;
    if (skip(at, "Zz"))
        return true;
    if (!skip(at, "+-") || !number(at, 2, 0, 23, &hours) || !skip(at, ":")
        || !number(at, 2, 0, 59, &minutes))
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

static bool time_of_day(const char **at, int64_t *seconds)
{
    int64_t hour, minute, second, fraction, east;

    if (!number(at, 2, 0, 23, &hour) || !skip(at, ":") || !number(at, 2, 0, 59, &minute)
        || !skip(at, ":") || !number(at, 2, 0, 60, &second)) /* 60: a leap second */
        return false;
    if (skip(at, ".")) {
        if (!number(at, 1, 0, 9, &fraction))
            return false;
        while (number(at, 1, 0, 9, &fraction))
            ;
    }
    if (!offset(at, &east))
        return false;
    *seconds = hour * 3600 + minute * 60 + second - east;
    return true;
}

static bool unix_seconds(const char *text, int64_t *seconds)
{
    bool negative = *text == '-';
    int64_t digit, value = 0;

    if (negative)
        text++;
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        if (!number(&text, 1, 0, 9, &digit) || value > LAST)
            return false;
        value = value * 10 + digit;
    }
    *seconds = negative ? -value : value;
    return true;
}

bool when_parse(const char *text, int64_t *seconds)
{
    const char *at = text;
    int64_t days, value = 0;

    if (date(&at, &days)) {
        if (*at != '\0' && (!skip(&at, "Tt ") || !time_of_day(&at, &value) || *at != '\0'))
            return false;
        value += days * DAY + FIRST;
    } else if (!unix_seconds(text, &value)) {
        return false;
    }
    if (value < FIRST || value > LAST)
        return false;
    *seconds = value;
    return true;
}
