/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap.h - run CUnit tests and print TAP.
 *
 *     static void refuses_nul(void) { CU_ASSERT_EQUAL(f(""), 0); }
 *     int main(void)
 *     {
 *         static const tap_test_t tests[] = { { "refuses NUL", refuses_nul } };
 *         return tap_main("scan", tests, sizeof(tests) / sizeof(tests[0]));
 *     }
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <CUnit/CUnit.h>
#include <stddef.h>

typedef struct tap_test {
    const char *name;
    void (*run)(void);
} tap_test_t;

/** Runs the tests, prints a TAP line each with what failed as `#` lines. 0 if all passed. */
int tap_main(const char *suite, const tap_test_t *tests, size_t count);

/** For table tests: says which row a failure belongs to; prints it when the next check fails. */
void tap_row(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** Ends the running test as skipped, with a reason. Return from the test after it. */
void tap_skip(const char *reason);

/** A check that goes on after a failure and prints both values. */
#define TAP_STR(actual, expected) tap_str(__FILE__, __LINE__, #actual, (actual), (expected))
#define TAP_INT(actual, expected)                                                                  \
    tap_int(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
#define TAP_TRUE(condition) tap_true(__FILE__, __LINE__, #condition, !!(condition))
/** The actual text contains the expected one. */
#define TAP_HAS(actual, part) tap_has(__FILE__, __LINE__, #actual, (actual), (part))

int tap_str(const char *file, int line, const char *what, const char *actual,
            const char *expected);
int tap_int(const char *file, int line, const char *what, long long actual, long long expected);
int tap_true(const char *file, int line, const char *what, int holds);
int tap_has(const char *file, int line, const char *what, const char *actual, const char *part);

#endif
