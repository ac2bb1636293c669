/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.c - the engine and the decision log.
 *
 * Apache reads its configuration twice when it starts, and once more at every restart; then it
 * forgets all of the last reading and unloads its modules. What must outlive that hangs on the
 * process's own pool; the module and the library are linked so that they stay where they are.
 * Everything here runs in the parent, with its privileges and before it forks. Children of before
 * a restart go on with their own copy.
 */
#include "apache/mod_mtlsauth.h"

#include "common/decision_log.h"
#include "common/web_attributes.h"

#include <apr_strings.h>
#include <errno.h>
#include <http_core.h>
#include <http_log.h>
#include <http_main.h>
#include <string.h>
#include <unistd.h>

struct policies {
    mtlsauth_engine_t *engine;
    apr_pool_t *pool; /**< of `how` */
    whole_t how;      /**< that the engine was opened with */
    int log;          /**< -1: none */
    int fresh;        /**< opened in the first of the two readings: the second need not repeat it */
};

/* ---- saying ------------------------------------------------------------------------------- */

/* Until the logs are open, the terminal. */
static const server_rec *where_to_say(void)
{
    return ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG ? NULL : ap_server_conf;
}

static void log_line(void *context, int level, const char *line)
{
    static const int levels[] = {
        [MTLSAUTH_LOG_WARNING] = APLOG_WARNING,
        [MTLSAUTH_LOG_NOTICE] = APLOG_INFO,
        [MTLSAUTH_LOG_INFO] = APLOG_INFO,
        [MTLSAUTH_LOG_DEBUG] = APLOG_DEBUG,
    };
    const int at = level > MTLSAUTH_LOG_ERROR && level <= MTLSAUTH_LOG_DEBUG ? level : 2;

    (void)context;
    if (level == MTLSAUTH_LOG_ERROR)
        return; /* a load that failed: who asked for it says so, and what it means */
    ap_log_error(APLOG_MARK, levels[at], 0, where_to_say(), "mtlsauth: %s", line);
}

/* ---- the engine --------------------------------------------------------------------------- */

static policies_t *policies_of(const server_rec *main)
{
    static const char key[] = "mtlsauth: policies";
    apr_pool_t *pool = main->process->pool;
    void *found = NULL;
    policies_t *policies;

    apr_pool_userdata_get(&found, key, pool);
    if (found != NULL)
        return found;
    policies = apr_pcalloc(pool, sizeof(*policies));
    policies->log = -1;
    apr_pool_userdata_setn(policies, key, NULL, pool);
    return policies;
}

static int open_engine(mtlsauth_engine_t **out, const whole_t *whole, mtlsauth_error_t **err)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;

    how.policy = whole->policy;
    how.plugin_dir = whole->plugin_dir;
    how.server = "apache";
    how.flags = whole->insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.attributes = web_attributes;
    how.n_attributes = WEB_ATTRIBUTES;
    how.log = log_line;
    return mtlsauth_engine_open(out, &how, err);
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Other paths make another engine; the old one goes once the new one is there. */
static int replace_engine(policies_t *policies, const whole_t *whole, apr_pool_t *parent,
                          mtlsauth_error_t **err)
{
    mtlsauth_engine_t *engine = NULL;
    const int status = open_engine(&engine, whole, err);

    if (status != MTLSAUTH_OK)
        return status;
    mtlsauth_engine_free(policies->engine);
    if (policies->pool != NULL)
        apr_pool_destroy(policies->pool);
    apr_pool_create(&policies->pool, parent);
    policies->engine = engine;
    policies->how = *whole;
    policies->how.policy = apr_pstrdup(policies->pool, whole->policy);
    policies->how.plugin_dir = apr_pstrdup(policies->pool, whole->plugin_dir);
    return MTLSAUTH_OK;
}

static int read_policies(policies_t *policies, const whole_t *whole, apr_pool_t *parent,
                         mtlsauth_error_t **err)
{
    const whole_t *old = &policies->how;

    if (policies->engine != NULL && same_text(old->policy, whole->policy)
        && same_text(old->plugin_dir, whole->plugin_dir)
        && old->insecure_files == whole->insecure_files)
        return mtlsauth_engine_reload(policies->engine, err);
    return replace_engine(policies, whole, parent, err);
}

/* ---- what the configuration asks for ------------------------------------------------------ */

static int is_used(const server_rec *main)
{
    const server_rec *server;

    for (server = main; server != NULL; server = server->next) {
        if (settings_site(server)->mentions->nelts > 0)
            return 1;
    }
    return 0;
}

/* Returns how many services that are named have no policy. */
static unsigned say_unknown_services(const server_rec *main, const mtlsauth_engine_t *engine)
{
    const whole_t *whole = &settings_site(main)->whole;
    const server_rec *server;
    unsigned unknown = 0;
    int i;

    for (server = main; server != NULL; server = server->next) {
        const apr_array_header_t *mentions = settings_site(server)->mentions;
        const mention_t *list = (const void *)mentions->elts;
        if (server != main && mentions == settings_site(main)->mentions)
            continue; /* a virtual host that sets nothing of its own */
        for (i = 0; i < mentions->nelts; i++) {
            const mention_t *mention = &list[i];
            if (mention->service == NULL || mtlsauth_engine_has_service(engine, mention->service))
                continue;
            unknown++;
            ap_log_error(APLOG_MARK, APLOG_CRIT, 0, where_to_say(),
                         "mtlsauth: %s:%d: there is no policy for the service \"%s\" in %s; it "
                         "would be %s.conf there",
                         mention->file, mention->line, mention->service,
                         whole->policy != NULL ? whole->policy : MTLSAUTH_POLICY_DIR,
                         mention->service);
        }
    }
    return unknown;
}

/* A new file takes the place of the old one only if it can be opened. */
static int open_log(policies_t *policies, const whole_t *whole)
{
    int log = -1;

    if (whole->log != NULL) {
        log = decision_log_open(whole->log);
        if (log < 0) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, errno, where_to_say(),
                         "mtlsauth: MTLSAuthDecisionLog %s cannot be opened", whole->log);
            return -1;
        }
    }
    if (policies->log >= 0)
        close(policies->log);
    policies->log = log;
    return 0;
}

static void give_to_sites(policies_t *policies, server_rec *main)
{
    server_rec *server;

    for (server = main; server != NULL; server = server->next)
        settings_site(server)->policies = policies;
}

/* ---- starting ----------------------------------------------------------------------------- */

static int start(policies_t *policies, const server_rec *main)
{
    const whole_t *whole = &settings_site(main)->whole;
    mtlsauth_error_t *err = NULL;

    if (!is_used(main))
        return OK;
    if (read_policies(policies, whole, main->process->pool, &err) != MTLSAUTH_OK) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, where_to_say(), "mtlsauth: %s",
                     mtlsauth_error_text(err));
        mtlsauth_error_free(err);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (say_unknown_services(main, policies->engine) > 0)
        return HTTP_INTERNAL_SERVER_ERROR;
    return OK;
}

/* `apachectl configtest`, which `apachectl graceful` begins with, tries the policies too. */
int policies_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST)
        return OK;
    return start(policies_of(main), main);
}

int policies_open_logs(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    policies_t *policies = policies_of(main);
    int status;

    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    status = start(policies, main);
    if (status == OK && open_log(policies, &settings_site(main)->whole) != 0)
        status = HTTP_INTERNAL_SERVER_ERROR;
    policies->fresh = 1;
    return status;
}

/* ---- restarting --------------------------------------------------------------------------- */

/* Nothing that is wrong here ends a server that runs. */
static void restart(policies_t *policies, const server_rec *main)
{
    const whole_t *whole = &settings_site(main)->whole;
    mtlsauth_error_t *err = NULL;

    (void)open_log(policies, whole);
    if (!is_used(main))
        return;
    if (read_policies(policies, whole, main->process->pool, &err) != MTLSAUTH_OK) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main, "mtlsauth: %s: %s",
                     policies->engine != NULL ? "not reloaded, the old policies stay in force"
                                              : "there is no policy, everybody is refused",
                     mtlsauth_error_text(err));
        mtlsauth_error_free(err);
    } else {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, main, "mtlsauth: policies reloaded");
    }
    if (policies->engine != NULL)
        (void)say_unknown_services(main, policies->engine);
}

int policies_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    policies_t *policies = policies_of(main);

    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    if (!policies->fresh)
        restart(policies, main);
    policies->fresh = 0;
    give_to_sites(policies, main);
    return OK;
}

/* ---- asking ------------------------------------------------------------------------------- */

mtlsauth_engine_t *policies_engine(const server_rec *server)
{
    const policies_t *policies = settings_site(server)->policies;

    return policies != NULL ? policies->engine : NULL;
}

int policies_log(const server_rec *server, const mtlsauth_decision_t *decision)
{
    const policies_t *policies = settings_site(server)->policies;

    return policies == NULL || policies->log < 0 ? 0 : decision_log_write(policies->log, decision);
}
