/* SPDX-License-Identifier: BSD-2-Clause */
/* tap.c - see tap.h. CUnit keeps the tests and the counts; its handlers print. */
#include "tap.h"

#include <CUnit/TestRun.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    char row[512];
    const char *skipped;
    unsigned number;
    unsigned failed;
} state;

void tap_row(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(state.row, sizeof(state.row), format, args);
    va_end(args);
}

void tap_skip(const char *reason)
{
    state.skipped = reason;
}

/* Prints text as TAP comment lines. */
static void comment(const char *label, const char *text)
{
    const char *end;

    do {
        end = strchr(text, '\n');
        printf("#   %s%.*s\n", label, end ? (int)(end - text) : (int)strlen(text), text);
        text = end ? end + 1 : NULL;
    } while (text != NULL && *text != '\0');
}

static int report(const char *file, int line, const char *what, int holds)
{
    CU_assertImplementation(holds ? CU_TRUE : CU_FALSE, (unsigned)line, what, file, "", CU_FALSE);
    if (!holds && state.row[0] != '\0')
        printf("# in row: %s\n", state.row);
    return holds;
}

int tap_true(const char *file, int line, const char *what, int holds)
{
    return report(file, line, what, holds);
}

int tap_int(const char *file, int line, const char *what, long long actual, long long expected)
{
    if (!report(file, line, what, actual == expected))
        printf("#   actual %lld, expected %lld\n", actual, expected);
    return actual == expected;
}

static int two_texts(const char *actual, const char *expected, int holds)
{
    if (!holds) {
        comment("actual:   ", actual ? actual : "(null)");
        comment("expected: ", expected ? expected : "(null)");
    }
    return holds;
}

int tap_str(const char *file, int line, const char *what, const char *actual,
            const char *expected)
{
    int same = actual == expected
        || (actual != NULL && expected != NULL && strcmp(actual, expected) == 0);

    report(file, line, what, same);
    return two_texts(actual, expected, same);
}

int tap_has(const char *file, int line, const char *what, const char *actual, const char *part)
{
    int has = actual != NULL && strstr(actual, part) != NULL;

    report(file, line, what, has);
    return two_texts(actual, part, has);
}

static void test_complete(const CU_pTest test, const CU_pSuite suite,
                          const CU_pFailureRecord failure)
{
    CU_pFailureRecord f;
    const char *word = failure != NULL ? "not ok" : "ok";

    printf("%s %u - %s: %s%s%s\n", word, ++state.number, suite->pName, test->pName,
           state.skipped ? " # SKIP " : "", state.skipped ? state.skipped : "");
    for (f = failure; f != NULL; f = f->pNext)
        printf("# %s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
    if (failure != NULL)
        state.failed++;
    state.skipped = NULL;
    state.row[0] = '\0';
    fflush(stdout);
}

int tap_main(const char *suite_name, const tap_test_t *tests, size_t count)
{
    CU_pSuite suite;
    size_t i;

    if (CU_initialize_registry() != CUE_SUCCESS)
        return 99;
    suite = CU_add_suite(suite_name, NULL, NULL);
    for (i = 0; suite != NULL && i < count; i++)
        if (CU_add_test(suite, tests[i].name, tests[i].run) == NULL)
            suite = NULL;
    if (suite == NULL) {
        printf("Bail out! CUnit: %s\n", CU_get_error_msg());
        CU_cleanup_registry();
        return 99;
    }
    printf("1..%zu\n", count);
    CU_set_test_complete_handler(test_complete);
    if (CU_run_all_tests() != CUE_SUCCESS && state.number != count) {
        printf("Bail out! CUnit: %s\n", CU_get_error_msg());
        state.failed++;
    }
    CU_cleanup_registry();
    return state.failed == 0 ? 0 : 1;
}
