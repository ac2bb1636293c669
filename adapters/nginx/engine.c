/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.c - the policies of one cycle.
 *
 * The master opens them while it reads its configuration, so that its workers share one index by
 * fork. A reload reads a new configuration with policies of its own; if it fails, nginx keeps the
 * cycle that it has, and with it these.
 */
#include "mtlsauth_nginx.h"

/*
 * A log of one cycle is gone before its engine is: the log is the one in force at the moment.
 * Errors are those of opening, which say_why() logs.
 */
static void log_line(void *context, int level, const char *line)
{
    (void)context;
    if (level == MTLSAUTH_LOG_WARNING)
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0, "mtlsauth: %s", line);
}

static void close_engine(void *data)
{
    mtlsauth_ngx_main_t *conf = data;

    mtlsauth_request_free(conf->request);
    mtlsauth_openssl_release(&conf->kept);
    mtlsauth_engine_free(conf->engine);
}

static void say_why(ngx_log_t *log, const mtlsauth_ngx_main_t *conf, const mtlsauth_error_t *err)
{
    const char *text = err != NULL ? mtlsauth_error_text(err) : "out of memory";

    if (conf->file != NULL) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "mtlsauth: %s (mtlsauth_policy in %s:%ui)", text,
                      conf->file, conf->line);
    } else {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "mtlsauth: %s (the built-in directory: there is no mtlsauth_policy)", text);
    }
}

ngx_int_t mtlsauth_ngx_engine_open(ngx_conf_t *cf, mtlsauth_ngx_main_t *conf)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, 0);

    if (cleanup == NULL)
        return NGX_ERROR;
    how.policy = (const char *)conf->policy.data;
    how.plugin_dir = (const char *)conf->plugin_dir.data;
    how.flags = conf->insecure_files == 1 ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.log_level = MTLSAUTH_LOG_WARNING; /* decisions are logged with their request */
    how.server = "nginx";
    how.attributes = web_attributes;
    how.n_attributes = WEB_ATTRIBUTES;
    how.log = log_line;
    if (mtlsauth_engine_open(&conf->engine, &how, &err) != 0) {
        say_why(cf->log, conf, err);
        mtlsauth_error_free(err);
        return NGX_ERROR;
    }
    cleanup->handler = close_engine;
    cleanup->data = conf;
    return NGX_OK;
}
