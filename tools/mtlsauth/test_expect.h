/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_expect.h - what a test of a policy expects of the decision. For test_file.c and test.c.
 *
 * What is not given is not compared, with one exception: a decision that is itself an error
 * ("error") meets only a test that names that reason, so that no slip passes for a denial.
 */
#ifndef MTLSAUTH_TOOL_TEST_EXPECT_H
#define MTLSAUTH_TOOL_TEST_EXPECT_H

#include "policy/settings.h"

/** Absent strings are NULL. All of it lives in the loader's arena. */
typedef struct test_expect {
    const char *verdict;     /**< of enforcement, also in monitor mode */
    const char *mode;        /**< "enforce" or "monitor" */
    const char *reason;
    const char *entry;
    const char *message;     /**< a part of it */
    const char *candidate;   /**< the verdict of the candidate */
    ma_strings_t headers;    /**< "NAME: VALUE", or "NAME" for any value */
    ma_strings_t no_headers; /**< names that must not be forwarded */
    ma_strings_t strips;     /**< names that must be removed from what the client sent */
} test_expect_t;

/** Reads it from the group of a test; an expectation that nothing could ever meet is an error. */
int test_expect_read(const ma_group_t *group, test_expect_t *out) MTLSAUTH_MUST_CHECK;

/** True if all of it holds; else a line for each difference is appended to `why`. */
bool test_expect_met(const test_expect_t *expect, const mtlsauth_decision_t *decision,
                     ma_buf_t *why) MTLSAUTH_MUST_CHECK;

#endif
