/* SPDX-License-Identifier: BSD-2-Clause */
/* shared.c - see shared.h. */
#include "haproxy/shared.h"

#include "common/decision_log.h"
#include "common/errno_text.h"
#include "common/web_attributes.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The Lua states of a process share nothing but the process, so that this is the one place where
 * they can meet. The lock is taken when a state opens or closes, never for a request.
 */
static struct {
    pthread_mutex_t lock;
    shared_t shared;
    settings_t settings; /* own copies of the texts */
    size_t users;
} process = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* At load HAProxy still has its standard error. What fails the load comes back as the error. */
static void log_line(void *context, int level, const char *line)
{
    (void)context;
    if (level == MTLSAUTH_LOG_WARNING)
        fprintf(stderr, "mtlsauth: %s\n", line);
}

static int same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int same_settings(const settings_t *a, const settings_t *b)
{
    return same_text(a->policy, b->policy) && same_text(a->plugin_dir, b->plugin_dir)
        && same_text(a->decision_log, b->decision_log) && a->insecure_files == b->insecure_files;
}

static void free_settings(settings_t *settings)
{
    free((char *)(uintptr_t)settings->policy); /* our own copies */
    free((char *)(uintptr_t)settings->plugin_dir);
    free((char *)(uintptr_t)settings->decision_log);
    *settings = (settings_t) { 0 };
}

static int copy_text(const char **to, const char *from)
{
    *to = from != NULL ? strdup(from) : NULL;
    return from == NULL || *to != NULL ? 0 : -1;
}

static int copy_settings(settings_t *to, const settings_t *from)
{
    *to = (settings_t) { .insecure_files = from->insecure_files };
    if (copy_text(&to->policy, from->policy) == 0
        && copy_text(&to->plugin_dir, from->plugin_dir) == 0
        && copy_text(&to->decision_log, from->decision_log) == 0)
        return 0;
    free_settings(to);
    return -1;
}

static int open_engine(mtlsauth_engine_t **out, const settings_t *settings, char why[WHY_SIZE])
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;

    how.policy = settings->policy;
    how.plugin_dir = settings->plugin_dir;
    how.server = "haproxy";
    how.flags = settings->insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.log_level = MTLSAUTH_LOG_WARNING;
    how.log = log_line;
    how.attributes = web_attributes;
    how.n_attributes = WEB_ATTRIBUTES;
    if (mtlsauth_engine_open(out, &how, &err) == MTLSAUTH_OK)
        return 0;
    snprintf(why, WHY_SIZE, "%s", mtlsauth_error_text(err));
    mtlsauth_error_free(err);
    return -1;
}

static int open_process(const settings_t *settings, char why[WHY_SIZE])
{
    mtlsauth_engine_t *engine = NULL;
    char text[ERRNO_TEXT_SIZE];
    int log_fd = -1;

    if (copy_settings(&process.settings, settings) != 0) {
        snprintf(why, WHY_SIZE, "out of memory");
        return -1;
    }
    if (settings->decision_log != NULL) {
        log_fd = decision_log_open(settings->decision_log);
        if (log_fd < 0) {
            snprintf(why, WHY_SIZE, "decision_log \"%s\": %s", settings->decision_log,
                     errno_text(errno, text));
            goto fail;
        }
    }
    if (open_engine(&engine, settings, why) != 0)
        goto fail;
    process.shared = (shared_t) { engine, log_fd };
    return 0;
fail:
    if (log_fd >= 0)
        (void)close(log_fd);
    free_settings(&process.settings);
    return -1;
}

int shared_open(shared_t **out, const settings_t *settings, char why[WHY_SIZE])
{
    int ret = 0;

    pthread_mutex_lock(&process.lock);
    if (process.users == 0) {
        ret = open_process(settings, why);
    } else if (!same_settings(&process.settings, settings)) {
        snprintf(why, WHY_SIZE, "this HAProxy has loaded mtlsauth with other settings before; "
                                "load it once, and name all its services there");
        ret = -1;
    }
    if (ret == 0) {
        process.users++;
        *out = &process.shared;
    }
    pthread_mutex_unlock(&process.lock);
    return ret;
}

void shared_release(shared_t *shared)
{
    if (shared == NULL)
        return;
    pthread_mutex_lock(&process.lock);
    if (--process.users == 0) {
        mtlsauth_engine_free(shared->engine);
        if (shared->log_fd >= 0)
            (void)close(shared->log_fd);
        *shared = (shared_t) { NULL, -1 };
        free_settings(&process.settings);
    }
    pthread_mutex_unlock(&process.lock);
}
