/* SPDX-License-Identifier: BSD-2-Clause */
/* module.c - directives and their values; when all are read, the other files carry them out. */
#include "mtlsauth_nginx.h"

#include "common/decision_log.h"

/* ---- directives ---- */

static char *refuse(ngx_conf_t *cf, const char *why)
{
    const ngx_str_t *words = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" %s", &words[0], why);
    return NGX_CONF_ERROR;
}

/* A path, relative to the folder of the configuration file. */
static char *take_path(ngx_conf_t *cf, ngx_str_t *to)
{
    const ngx_str_t *words = cf->args->elts;

    if (to->data != NULL)
        return refuse(cf, "is there twice");
    if (words[1].len == 0)
        return refuse(cf, "has an empty path");
    *to = words[1];
    return ngx_conf_full_name(cf->cycle, to, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static char *take_policy(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    mtlsauth_ngx_main_t *to = conf;
    u_char *file = cf->conf_file->file.name.data;

    (void)command;
    if (to->policy.data == NULL && file != NULL) { /* it is NULL for `nginx -g` */
        to->file = file;
        to->line = cf->conf_file->line;
    }
    return take_path(cf, &to->policy);
}

static char *take_plugin_dir(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    mtlsauth_ngx_main_t *to = conf;

    (void)command;
    return take_path(cf, &to->plugin_dir);
}

/*
 * nginx opens it with its other logs, before privileges drop, and anew when it is told to. It would
 * make a file that everyone may read; so it is made here, and nginx says what may have gone wrong.
 */
static char *take_decision_log(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    mtlsauth_ngx_main_t *to = conf;
    ngx_str_t *words = cf->args->elts;
    int made;

    (void)command;
    if (to->decision_log != NULL)
        return refuse(cf, "is there twice");
    if (words[1].len == 0)
        return refuse(cf, "has an empty path");
    to->decision_log = ngx_conf_open_file(cf->cycle, &words[1]);
    if (to->decision_log == NULL)
        return NGX_CONF_ERROR;
    made = decision_log_open((const char *)to->decision_log->name.data);
    if (made >= 0)
        (void)close(made);
    return NGX_CONF_OK;
}

#define IN_HTTP (NGX_HTTP_MAIN_CONF)
#define IN_SERVER (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF)
#define OF_HTTP(member) NGX_HTTP_MAIN_CONF_OFFSET, offsetof(mtlsauth_ngx_main_t, member), NULL
#define OF_SERVER(member) NGX_HTTP_SRV_CONF_OFFSET, offsetof(mtlsauth_ngx_server_t, member), NULL

static ngx_command_t commands[] = {
    { ngx_string("mtlsauth_policy"), IN_HTTP | NGX_CONF_TAKE1, take_policy, OF_HTTP(policy) },
    { ngx_string("mtlsauth_plugin_dir"), IN_HTTP | NGX_CONF_TAKE1, take_plugin_dir,
      OF_HTTP(plugin_dir) },
    { ngx_string("mtlsauth_decision_log"), IN_HTTP | NGX_CONF_TAKE1, take_decision_log,
      OF_HTTP(decision_log) },
    { ngx_string("mtlsauth_insecure_files"), IN_HTTP | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
      OF_HTTP(insecure_files) },
    { ngx_string("mtlsauth"), IN_SERVER | NGX_CONF_FLAG, ngx_conf_set_flag_slot, OF_SERVER(on) },
    { ngx_string("mtlsauth_service"), IN_SERVER | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
      OF_SERVER(service) },
    { ngx_string("mtlsauth_client_ca"), IN_SERVER | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
      OF_SERVER(client_ca) },
    ngx_null_command,
};

/* ---- their values ---- */

static void *create_main(ngx_conf_t *cf)
{
    mtlsauth_ngx_main_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf != NULL)
        conf->insecure_files = NGX_CONF_UNSET;
    return conf;
}

static void *create_server(ngx_conf_t *cf)
{
    mtlsauth_ngx_server_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf != NULL)
        conf->on = NGX_CONF_UNSET;
    return conf;
}

static char *merge_server(ngx_conf_t *cf, void *parent, void *child)
{
    const mtlsauth_ngx_server_t *from = parent;
    mtlsauth_ngx_server_t *conf = child;

    (void)cf;
    ngx_conf_merge_value(conf->on, from->on, 0);
    ngx_conf_merge_str_value(conf->service, from->service, "");
    ngx_conf_merge_str_value(conf->client_ca, from->client_ca, "");
    return NGX_CONF_OK;
}

/* ---- when all are read ---- */

static const mtlsauth_ngx_server_t *server_of(const ngx_http_core_srv_conf_t *block)
{
    return block->ctx->srv_conf[ngx_http_mtlsauth_module.ctx_index];
}

/* Counts the server blocks that ask. */
static ngx_int_t prepare_blocks(ngx_conf_t *cf, const ngx_array_t *blocks, ngx_uint_t *asking)
{
    ngx_http_core_srv_conf_t *const *all = blocks->elts;
    ngx_uint_t i;

    for (i = 0; i < blocks->nelts; i++) {
        if (!server_of(all[i])->on)
            continue;
        if (mtlsauth_ngx_ask_certificate(cf, all[i], server_of(all[i])) != NGX_OK)
            return NGX_ERROR;
        ++*asking;
    }
    return NGX_OK;
}

static ngx_int_t check_services(ngx_conf_t *cf, const ngx_array_t *blocks,
                                const mtlsauth_ngx_main_t *conf)
{
    ngx_http_core_srv_conf_t *const *all = blocks->elts;
    ngx_uint_t i;

    for (i = 0; i < blocks->nelts; i++) {
        const mtlsauth_ngx_server_t *server = server_of(all[i]);
        if (!server->on || server->service.len == 0
            || mtlsauth_engine_has_service(conf->engine, (const char *)server->service.data))
            continue;
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "mtlsauth_service \"%V\" of the server block in %s:%ui: there is no policy "
                      "of that name; that of NAME is \"NAME.conf\" in mtlsauth_policy's directory",
                      &server->service, all[i]->file_name, all[i]->line);
        return NGX_ERROR;
    }
    return NGX_OK;
}

static ngx_int_t start(ngx_conf_t *cf)
{
    mtlsauth_ngx_main_t *conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mtlsauth_module);
    const ngx_http_core_main_conf_t *core
        = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_uint_t asking = 0;

    if (prepare_blocks(cf, &core->servers, &asking) != NGX_OK)
        return NGX_ERROR;
    if (asking == 0) {
        if (conf->policy.data != NULL)
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "mtlsauth_policy in %s:%ui, and no server block that asks it; write "
                          "\"mtlsauth on;\" there",
                          conf->file, conf->line);
        return NGX_OK;
    }
    if (mtlsauth_ngx_engine_open(cf, conf) != NGX_OK
        || check_services(cf, &core->servers, conf) != NGX_OK)
        return NGX_ERROR;
    return mtlsauth_ngx_add_handlers(cf);
}

static ngx_http_module_t context = {
    .preconfiguration = mtlsauth_ngx_add_variables,
    .postconfiguration = start,
    .create_main_conf = create_main,
    .create_srv_conf = create_server,
    .merge_srv_conf = merge_server,
};

ngx_module_t ngx_http_mtlsauth_module = {
    NGX_MODULE_V1,
    .ctx = &context,
    .commands = commands,
    .type = NGX_HTTP_MODULE,
};
