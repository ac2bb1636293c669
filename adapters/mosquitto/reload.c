/* SPDX-License-Identifier: BSD-2-Clause */
/* reload.c - see reload.h. */
#include "mosquitto/reload.h"

#include <signal.h>
#include <string.h>

#include "mosquitto/broker.h"

static void print(int level, const char *line)
{
    int to = level <= MTLSAUTH_LOG_ERROR ? BROKER_LOG_ERROR
        : level == MTLSAUTH_LOG_WARNING  ? BROKER_LOG_WARNING
        : level == MTLSAUTH_LOG_NOTICE   ? BROKER_LOG_NOTICE
                                         : BROKER_LOG_DEBUG;

    mosquitto_log_printf(to, "mtlsauth: %s", line);
}

/* What does not fit is left out: the first lines say what is wrong. */
static void keep(reload_t *reload, int level, const char *line)
{
    size_t size = strlen(line) + 1;

    pthread_mutex_lock(&reload->lock);
    if (size < RELOAD_LINES - reload->used) {
        reload->lines[reload->used++] = (char)level;
        memcpy(reload->lines + reload->used, line, size);
        reload->used += size;
    }
    pthread_mutex_unlock(&reload->lock);
}

void reload_log(void *context, int level, const char *line)
{
    reload_t *reload = context;

    if (pthread_equal(pthread_self(), reload->broker))
        print(level, line);
    else
        keep(reload, level, line);
}

bool reload_init(reload_t *reload)
{
    reload->broker = pthread_self();
    return pthread_mutex_init(&reload->lock, NULL) == 0;
}

static void *read_policies(void *argument)
{
    reload_t *reload = argument;
    mtlsauth_snapshot_t *ready = NULL;
    int ret = mtlsauth_engine_prepare(reload->engine, &ready, NULL); /* says itself what is wrong */

    pthread_mutex_lock(&reload->lock);
    reload->ready = ret == MTLSAUTH_OK ? ready : NULL;
    reload->done = true;
    pthread_mutex_unlock(&reload->lock);
    return NULL;
}

/* Signals are for the broker's thread: it is the one that they wake. */
static int start(reload_t *reload)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    failed = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failed == 0) {
        failed = pthread_create(&reload->reader, NULL, read_policies, reload);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return failed;
}

void reload_begin(reload_t *reload)
{
    reload_finish(reload);
    if (reload->running) {
        reload->again = true;
        return;
    }
    if (start(reload) == 0)
        reload->running = true;
    else
        print(MTLSAUTH_LOG_ERROR, "cannot load the policies, the old ones stay in force: "
                                  "there is no thread to be had");
}

static void print_kept(const char *lines, size_t used)
{
    size_t at = 0;

    while (at < used) {
        print(lines[at], lines + at + 1);
        at += 2 + strlen(lines + at + 1);
    }
}

void reload_finish(reload_t *reload)
{
    mtlsauth_snapshot_t *ready;
    size_t used;
    bool done;

    if (!reload->running)
        return;
    pthread_mutex_lock(&reload->lock);
    done = reload->done;
    pthread_mutex_unlock(&reload->lock);
    if (!done)
        return;
    (void)pthread_join(reload->reader, NULL);
    ready = reload->ready;
    used = reload->used;
    reload->ready = NULL;
    reload->used = 0;
    reload->running = reload->done = false;
    /* A line of the log may be a message to a subscriber, which leads here again: it may. */
    mtlsauth_engine_commit(reload->engine, ready);
    print_kept(reload->lines, used);
    if (reload->again) {
        reload->again = false;
        reload_begin(reload);
    }
}

void reload_free(reload_t *reload)
{
    if (reload->running)
        (void)pthread_join(reload->reader, NULL);
    mtlsauth_snapshot_free(reload->ready);
    pthread_mutex_destroy(&reload->lock);
}
