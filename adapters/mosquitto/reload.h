/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.h - new policies without a pause: read on a thread, put in force by the broker's loop.
 *
 * Everything but the reading happens in the broker's only thread, which is the one that calls
 * these functions. The library's log lines of the thread are kept for it, since the broker's log
 * is not for threads.
 */
#ifndef ADAPTERS_MOSQUITTO_RELOAD_H
#define ADAPTERS_MOSQUITTO_RELOAD_H

#include <mtlsauth/mtlsauth.h>
#include <pthread.h>
#include <stdbool.h>

#define RELOAD_LINES 16384u

typedef struct reload {
    mtlsauth_engine_t *engine;
    pthread_t broker;             /* who calls */
    pthread_t reader;
    bool running, again;          /* again: asked for while one was running */
    pthread_mutex_t lock;         /* for what follows */
    bool done;
    mtlsauth_snapshot_t *ready;   /* NULL: there is nothing new */
    size_t used;
    char lines[RELOAD_LINES];     /* each a level and a text that ends with NUL */
} reload_t;

/** In the broker's thread. false: no memory. */
bool reload_init(reload_t *reload);
/** Reads the policies anew; while that is done already, once more behind it. */
void reload_begin(reload_t *reload);
/** Puts in force what has been read; costs next to nothing if there is none. */
void reload_finish(reload_t *reload);
/** Waits for the thread. Before the engine is freed. */
void reload_free(reload_t *reload);

/** A mtlsauth_log_fn; the context is a reload_t. */
void reload_log(void *context, int level, const char *line);

#endif
