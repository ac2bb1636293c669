/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * when.h - a point in time as people write it on a command line.
 *
 * Times are seconds since 1970 UTC, leap seconds not counted, in the years 0000 to 9999 of the
 * Gregorian calendar. The clock and the time zone of the machine are not looked at.
 */
#ifndef COMMON_WHEN_H
#define COMMON_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads an RFC 3339 time ("2026-03-01T12:00:00Z", "2026-03-01t12:00:00.5+01:00"; a blank may stand
 * for the T), an RFC 3339 date (midnight UTC), or seconds since 1970 ("1767225600", "-1").
 * Fractions of a second are dropped. False, and *seconds is untouched, for anything else.
 */
bool when_parse(const char *text, int64_t *seconds);

#endif
