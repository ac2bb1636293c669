/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.h - the one engine of a HAProxy process.
 *
 * With `lua-load-per-thread` HAProxy runs the script once for every thread, each in a Lua state of
 * its own. All of them use the same policies: the first state opens the engine, before HAProxy
 * chroots, drops privileges and forks; the others, with the same settings, get it too.
 */
#ifndef ADAPTERS_HAPROXY_SHARED_H
#define ADAPTERS_HAPROXY_SHARED_H

#include <mtlsauth/mtlsauth.h>

/** NULL stands for what is built in, and for no decision log. */
typedef struct settings {
    const char *policy;
    const char *plugin_dir;
    const char *decision_log;
    int insecure_files;
} settings_t;

typedef struct shared {
    mtlsauth_engine_t *engine;
    int log_fd; /**< of the decision log, or -1 */
} shared_t;

/** Room for what is wrong and how to mend it; what is longer is cut. */
#define WHY_SIZE 4096

/**
 * Gives the process's engine, which this call may open. Each call needs a shared_release().
 * Returns 0, or -1 with the reason in `why`.
 */
int shared_open(shared_t **out, const settings_t *settings, char why[WHY_SIZE]) MTLSAUTH_MUST_CHECK;

/** The last release closes the engine. Its requests must have been freed before. */
void shared_release(shared_t *shared);

#endif
