/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_file.h - a file of tests for a policy, read whole: requests and what is expected of them.
 *
 * It is a policy file by grammar, and is read by the same reader, with the same rules for who may
 * write it. Paths in it are relative to it. The certificates it names are read here, so that all
 * that is wrong with a file is said, with its line, before a test of it runs.
 */
#ifndef MTLSAUTH_TOOL_TEST_FILE_H
#define MTLSAUTH_TOOL_TEST_FILE_H

#include "common/credential_file.h"
#include "setting.h"
#include "test_expect.h"

/** One test. Strings and lists live as long as the file. */
typedef struct test_case {
    const char *name;
    unsigned line;
    const char *service; /**< or NULL */
    credential_t leaf;   /**< of no certificates: the client sent none */
    credential_t *chain;
    size_t n_chain;
    setting_t *settings;
    size_t n_settings;
    int64_t time;
    bool has_time;
    test_expect_t expect;
} test_case_t;

typedef struct test_file {
    ma_arena_t arena;
    const char *path;
    const char *policy; /**< the path of the policy to ask */
    test_case_t *cases;
    size_t count;
} test_file_t;

/** Reads `path`. Returns 0, or a negative status with the reason in *err. */
int test_file_read(const char *path, bool insecure, test_file_t *out,
                   mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** A file of zeros is fine. */
void test_file_free(test_file_t *file);

#endif
