/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin_bench.h - for tests of bad plugins: builds them with $CC from plugins/, and asks an engine
 * that uses one. Functions end the program with a "Bail out!" when the machine fails them.
 */
#ifndef TESTS_GOLDEN_PLUGIN_BENCH_H
#define TESTS_GOLDEN_PLUGIN_BENCH_H

#include <mtlsauth/plugin.h>

#include "fixture.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Anyone comes in for whom the plugin says success. Its name is a %s. */
#define BENCH_POLICY                                                                               \
    "allow_unverified = true;\n"                                                                   \
    "stack = (\n"                                                                                  \
    "  { control = \"required\"; plugin = \"%s\"; }\n"                                             \
    ");\n"

/** Where errors of a policy bad.conf over the plugin "bad" stand, and what they begin with. */
#define AT_PLUGIN "DIR/bad.conf:3:36: "
#define AT_ENTRY "DIR/bad.conf:3:3: "
#define BAD "plugin DIR/plugins/bad.so"
#define REBUILD "; rebuild or replace the plugin"

/** What one request without a certificate comes to: the verdict, and one row of the trace. */
typedef struct answer {
    int allowed; /**< -1: there was no engine to ask */
    char result[32];
    char message[64];
} answer_t;

/** A fixture with that policy bad.conf; its plugin is still to be made. */
void bench_open(fixture_t *fixture);
/** Builds DIR/`out` from plugins/`source`; `flags` may hold -D options and files to link. */
void bench_build(const fixture_t *fixture, const char *out, const char *source, const char *flags);
/** The same to another place, then renamed over plugins/bad.so, as package managers do. */
void bench_replace(const fixture_t *fixture, const char *flags);
answer_t bench_ask_entry(mtlsauth_engine_t *engine, size_t entry);
answer_t bench_ask(mtlsauth_engine_t *engine);

#endif
