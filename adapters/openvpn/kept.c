/* SPDX-License-Identifier: BSD-2-Clause */
/* kept.c - see kept.h. */
#include "openvpn/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/decision_log.h"
#include "common/errno_text.h"

#define MOST 8u /* that wait for being opened again: plugin lines of one configuration */

static kept_t *waiting; /* the last one closed first */

static const char *const attributes[] = { [IP_SRC] = "ip.src", [TCP_SRCPORT] = "tcp.srcport" };

static void say(const kept_t *kept, int level, const char *what, const char *more)
{
    char line[1024];

    snprintf(line, sizeof(line), "%s%s", what, more);
    kept->say(kept->context, level, line);
}

static void engine_says(void *context, int level, const char *line)
{
    say(context, level, line, "");
}

/* For what waits: there is no plugin whose log it could go to. */
static void say_nothing(void *context, int level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void kept_free(kept_t *kept)
{
    if (kept == NULL)
        return;
    mtlsauth_request_free(kept->request);
    mtlsauth_engine_free(kept->engine);
    if (kept->log >= 0)
        close(kept->log);
    settings_free(&kept->settings);
    free(kept);
}

/* The one that waits with these policies, taken out of the list; NULL: none. */
static kept_t *take(const settings_t *settings)
{
    kept_t **at = &waiting, *found;

    while (*at != NULL && !settings_same_policies(&(*at)->settings, settings))
        at = &(*at)->next;
    found = *at;
    if (found != NULL)
        *at = found->next;
    return found;
}

void kept_close(kept_t *kept)
{
    kept_t **at = &waiting;
    unsigned count = 0;

    if (kept == NULL)
        return;
    mtlsauth_request_reset(kept->request);
    kept->say = say_nothing;
    kept->context = NULL;
    kept->next = waiting;
    waiting = kept;
    while (*at != NULL && count++ < MOST)
        at = &(*at)->next;
    while (*at != NULL) {
        kept_t *oldest = *at;
        *at = oldest->next;
        kept_free(oldest);
    }
}

static bool has_service(const kept_t *kept)
{
    return kept->settings.service == NULL
        || mtlsauth_engine_has_service(kept->engine, kept->settings.service);
}

/* -1: it cannot be opened, and there is none from before. */
static int open_log(kept_t *kept, const settings_t *before)
{
    const char *path = kept->settings.decision_log;
    const bool same = path != NULL && before->decision_log != NULL && kept->log >= 0
        && strcmp(path, before->decision_log) == 0;
    const int fd = path != NULL ? decision_log_open(path) : -1;
    char why[256], text[ERRNO_TEXT_SIZE];

    if (path != NULL && fd < 0) {
        snprintf(why, sizeof(why), "decision-log: %s%s: ", errno_text(errno, text),
                 same ? ", the file that is open stays in use" : "");
        say(kept, same ? MTLSAUTH_LOG_WARNING : MTLSAUTH_LOG_ERROR, why, path);
        return same ? 0 : -1;
    }
    if (kept->log >= 0)
        close(kept->log);
    kept->log = fd;
    return 0;
}

static int open_first(kept_t *kept)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;

    how.policy = kept->settings.policy;
    how.plugin_dir = kept->settings.plugin_dir;
    how.server = "openvpn";
    how.flags = kept->settings.insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.attributes = attributes;
    how.n_attributes = sizeof(attributes) / sizeof(attributes[0]);
    how.log = engine_says;
    how.log_context = kept;
    if (mtlsauth_engine_open(&kept->engine, &how, &err) != MTLSAUTH_OK) {
        say(kept, MTLSAUTH_LOG_ERROR, "", err != NULL ? mtlsauth_error_text(err) : "out of memory");
        mtlsauth_error_free(err);
        return -1;
    }
    if (!has_service(kept)) {
        say(kept, MTLSAUTH_LOG_ERROR, "there is no policy for the service that service= names: ",
            kept->settings.service);
        return -1;
    }
    return mtlsauth_request_new(kept->engine, &kept->request) == MTLSAUTH_OK ? 0 : -1;
}

/*
 * What goes wrong here is said, by the library or here, and the VPN goes on: with the old policies,
 * or with nobody let in.
 */
static void open_again(kept_t *kept)
{
    (void)!mtlsauth_engine_reload(kept->engine, NULL);
    if (!has_service(kept))
        say(kept, MTLSAUTH_LOG_ERROR,
            "nobody is let in: there is no policy for the service that service= names: ",
            kept->settings.service);
}

kept_t *kept_open(settings_t *settings, say_fn *say_to, void *context)
{
    kept_t *kept = take(settings);
    settings_t before = { 0 };
    int ret = -1;

    if (kept != NULL)
        before = kept->settings;
    else
        kept = calloc(1, sizeof(*kept));
    if (kept == NULL) {
        settings_free(settings);
        say_to(context, MTLSAUTH_LOG_ERROR, "out of memory");
        return NULL;
    }
    if (kept->engine == NULL)
        kept->log = -1;
    kept->settings = *settings;
    *settings = (settings_t) { 0 };
    kept->say = say_to;
    kept->context = context;
    if (open_log(kept, &before) == 0) {
        ret = 0;
        if (kept->engine == NULL)
            ret = open_first(kept);
        else
            open_again(kept);
    }
    settings_free(&before);
    if (ret != 0) {
        kept_free(kept);
        kept = NULL;
    }
    return kept;
}
