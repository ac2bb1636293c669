/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.c - see policies.h.
 *
 * ereport() may leave a function by longjmp, so that nothing is reported while the library is at
 * work: its log lines are kept and reported once it has returned.
 */
#include "postgres.h"

#include <unistd.h>

#include "common/decision_log.h"
#include "postgresql/policies.h"
#include "postgresql/settings.h"

static const char *const attributes[] = {
    [IP_SRC] = "ip.src",
    [IP_DST] = "ip.dst",
    [TCP_SRCPORT] = "tcp.srcport",
    [TCP_DSTPORT] = "tcp.dstport",
    [TLS_VERSION] = "tls.version",
    [TLS_CIPHER] = "tls.cipher",
    [TLS_SNI] = "tls.sni",
    [TLS_RESUMED] = "tls.resumed",
    [APP_USER] = "app.user",
    [APP_RESOURCE] = "app.resource",
    [APP_ACTION] = "app.action",
};

/* A policy with more to say than this should be linted. */
#define ROOM 16384u

/* Lines of the library, each with its end; what does not fit is dropped. */
typedef struct heard {
    bool listening;
    size_t used;
    char text[ROOM];
} heard_t;

/* A hook of PostgreSQL has no context, so what hooks share is static. */
static mtlsauth_engine_t *engine;
static int record = -1;
static heard_t heard;

/* Errors are told by whoever asked, and decisions by whoever asked for them. */
static void hear(void *context, int level, const char *line)
{
    heard_t *into = context;
    const size_t size = strlen(line);

    if (!into->listening || level == MTLSAUTH_LOG_ERROR || size >= ROOM - into->used)
        return;
    memcpy(into->text + into->used, line, size);
    into->used += size;
    into->text[into->used++] = '\n';
}

static void tell(void)
{
    const char *at = heard.text, *const end = heard.text + heard.used;

    heard.listening = false;
    heard.used = 0;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        ereport(LOG, (errmsg("mtlsauth: %.*s", (int)(stop - at), at)));
        at = stop + 1;
    }
}

/* Copies the reason, and frees the error: what is copied can be reported. */
static void take_reason(mtlsauth_error_t *err, char *out, size_t size)
{
    strlcpy(out, err != NULL ? mtlsauth_error_text(err) : "out of memory", size);
    mtlsauth_error_free(err);
}

static const char *given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static int open_engine(char *reason, size_t size)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;
    int ret;

    how.policy = given(settings()->policy);
    how.plugin_dir = given(settings()->plugin_dir);
    how.flags = settings()->insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.server = "postgresql";
    how.attributes = attributes;
    how.n_attributes = lengthof(attributes);
    how.log = hear;
    how.log_context = &heard;
    heard.listening = true;
    ret = mtlsauth_engine_open(&engine, &how, &err);
    if (ret != MTLSAUTH_OK)
        take_reason(err, reason, size);
    return ret;
}

static bool service_is_there(void)
{
    const char *service = given(settings()->service);

    return service == NULL || mtlsauth_engine_has_service(engine, service) == 1;
}

static void open_record(void)
{
    const char *path = given(settings()->decision_log);

    if (path == NULL)
        return;
    record = decision_log_open(path);
    if (record < 0)
        ereport(FATAL, (errcode_for_file_access(),
                        errmsg("mtlsauth.decision_log: could not open \"%s\": %m", path)));
}

void policies_open(void)
{
    char reason[2048];
    const int ret = open_engine(reason, sizeof(reason));

    tell();
    if (ret != MTLSAUTH_OK)
        ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("mtlsauth: %s", reason)));
    if (!service_is_there())
        ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR),
                        errmsg("mtlsauth.service: there is no policy for the service \"%s\"",
                               settings()->service),
                        errhint("A policy for it is a file of that name and \".conf\" in the "
                                "directory that mtlsauth.policy names.")));
    open_record();
}

/* So that the file can be rotated: whoever moves it away reloads the server. */
static void reopen_record(void)
{
    int fresh;

    if (record < 0)
        return;
    fresh = decision_log_open(settings()->decision_log);
    if (fresh < 0) {
        ereport(LOG, (errcode_for_file_access(),
                      errmsg("mtlsauth.decision_log: could not open \"%s\", the file that is open "
                             "stays in use: %m",
                             settings()->decision_log)));
        return;
    }
    (void)close(record);
    record = fresh;
}

void policies_reload(void)
{
    char reason[2048];
    mtlsauth_error_t *err = NULL;
    int ret;

    heard.listening = true;
    ret = mtlsauth_engine_reload(engine, &err);
    if (ret != MTLSAUTH_OK)
        take_reason(err, reason, sizeof(reason));
    tell();
    if (ret != MTLSAUTH_OK)
        ereport(LOG,
                (errcode(ERRCODE_CONFIG_FILE_ERROR),
                 errmsg("mtlsauth: not reloaded, the old policies stay in force: %s", reason)));
    else if (!service_is_there())
        ereport(LOG, (errmsg("mtlsauth.service: there is no policy for the service \"%s\" any more",
                             settings()->service)));
    reopen_record();
}

mtlsauth_engine_t *policies_engine(void)
{
    return engine;
}

int policies_record(const mtlsauth_decision_t *decision)
{
    return record >= 0 ? decision_log_write(record, decision) : 0;
}
