/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - a directory of the test's own with policies and plugins, and engines over it.
 *
 * The directory lies under TMPDIR with mode 0700, so that the library's file checks hold whatever
 * the checkout's modes are. Functions end the program with a "Bail out!" when the machine fails
 * them.
 */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <mtlsauth/mtlsauth.h>

typedef struct fixture {
    char dir[512];
    char plugins[544];      /**< DIR/plugins, with copies of the built plugins */
    char log[8192];         /**< what engines of this fixture logged, a line each */
    uint32_t flags;         /**< for fixture_engine(): MTLSAUTH_OPEN_* */
    const char *const *attributes;
    size_t n_attributes;
    const struct mtlsauth_plugin *const *linked;
    size_t n_linked;
    int log_level;
} fixture_t;

void fixture_open(fixture_t *fixture);
/** Removes the directory with all in it. */
void fixture_close(fixture_t *fixture);

/** DIR/name; one of four rotating static buffers. */
const char *fixture_path(const fixture_t *fixture, const char *name);
/** Writes DIR/name (directories are made), mode 0644. */
void fixture_write(const fixture_t *fixture, const char *name, const char *text);
void fixture_write_bytes(const fixture_t *fixture, const char *name, const void *bytes,
                         size_t size);
void fixture_printf(const fixture_t *fixture, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Opens an engine over DIR/name with the fixture's settings; NULL and *err on failure. */
mtlsauth_engine_t *fixture_engine(fixture_t *fixture, const char *name, mtlsauth_error_t **err);
/** Opens one that must open; ends the program with the error text if it does not. */
mtlsauth_engine_t *fixture_engine_ok(fixture_t *fixture, const char *name);
/** The error text of an engine that must not open: "" if it opened. Static buffer. The
    fixture's directory is replaced by "DIR" in it. */
const char *fixture_error(fixture_t *fixture, const char *name);

/** Runs a command line of printf form; returns its exit status. Output goes to DIR/out. */
int fixture_run(const fixture_t *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
