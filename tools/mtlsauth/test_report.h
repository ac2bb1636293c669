/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report.h - what `mtlsauth test` prints: a line a test for people, or TAP 13.
 *
 * Nothing that a file says can end a line or read as a directive of TAP.
 */
#ifndef MTLSAUTH_TOOL_TEST_REPORT_H
#define MTLSAUTH_TOOL_TEST_REPORT_H

#include "test_file.h"

typedef struct test_report {
    ma_buf_t out;
    bool tap;
    size_t run;
    size_t failed; /**< of them */
    size_t broken; /**< files of which no test ran */
} test_report_t;

void test_report_begin(test_report_t *report, bool tap);
/** One test; `detail` is lines that belong to it, or "". */
void test_report_case(test_report_t *report, const test_file_t *file, const test_case_t *test,
                      bool passed, const char *detail);
/** A file that could not be tested, and the printable line that says why. */
void test_report_broken(test_report_t *report, const char *path, const char *why);
void test_report_end(test_report_t *report);

#endif
