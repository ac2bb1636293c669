/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.c - the policy is asked for every request, also of one connection, and denies.
 *
 * nginx takes a request in at the phase POST_READ. But when it is not content with the request by
 * itself, it may go straight to the page that error_page names, in at one of the rewrite phases; so
 * these ask too, if nobody has yet. Handlers run the last added first, and a module that is loaded
 * adds its own behind those that are built in: before `return`, `rewrite` and `if`, and before
 * realip has put another address in the place of the peer's.
 *
 * The answer hangs on the request's pool, where internal redirects and subrequests find it.
 */
#include "mtlsauth_nginx.h"

#include "common/decision_line.h"
#include "common/decision_log.h"
#include "common/ends.h"

/* ---- the answer ---- */

/* Nothing is to be freed; the function tells which of the pool's cleanups is this module's. */
static void mark(void *data)
{
    (void)data;
}

const mtlsauth_ngx_answer_t *mtlsauth_ngx_answer(const ngx_http_request_t *r)
{
    const ngx_pool_cleanup_t *cleanup;

    for (cleanup = r->pool->cleanup; cleanup != NULL; cleanup = cleanup->next) {
        if (cleanup->handler == mark)
            return cleanup->data;
    }
    return NULL;
}

static mtlsauth_ngx_answer_t *add_answer(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(r->pool, sizeof(mtlsauth_ngx_answer_t));

    if (cleanup == NULL)
        return NULL;
    ngx_memzero(cleanup->data, sizeof(mtlsauth_ngx_answer_t));
    cleanup->handler = mark;
    return cleanup->data;
}

static ngx_int_t copy_text(ngx_pool_t *pool, const char *text, ngx_str_t *out)
{
    ngx_str_t from = { ngx_strlen(text), (u_char *)(uintptr_t)text };

    out->data = ngx_pstrdup(pool, &from);
    out->len = out->data != NULL ? from.len : 0;
    return out->data != NULL || from.len == 0 ? NGX_OK : NGX_ERROR;
}

static ngx_int_t copy_decision(ngx_pool_t *pool, const mtlsauth_decision_t *decision,
                               mtlsauth_ngx_answer_t *answer)
{
    if (copy_text(pool, decision_verdict(decision), &answer->verdict) == NGX_OK
        && copy_text(pool, decision->reason, &answer->reason) == NGX_OK
        && copy_text(pool, decision->id, &answer->id) == NGX_OK
        && copy_text(pool, decision->policy, &answer->policy) == NGX_OK
        && copy_text(pool, decision->message, &answer->message) == NGX_OK)
        return NGX_OK;
    return NGX_ERROR;
}

/* ---- the question ---- */

static void pass_text(mtlsauth_request_t *request, enum web_attribute attribute,
                      const ngx_str_t *text)
{
    if (text->len > 0)
        mtlsauth_request_string(request, attribute, (const char *)text->data, text->len);
}

static void pass_tls(mtlsauth_request_t *request, const SSL *ssl, mtlsauth_openssl_t *kept)
{
    const char *version = SSL_get_version(ssl), *cipher = SSL_get_cipher_name(ssl);
    const char *sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const unsigned char *alpn = NULL;
    unsigned alpn_size = 0;

    mtlsauth_openssl_certificates(mtlsauth_get_api(MTLSAUTH_API_VERSION), request, ssl, kept);
    mtlsauth_request_string(request, TLS_VERSION, version, ngx_strlen(version));
    if (cipher != NULL)
        mtlsauth_request_string(request, TLS_CIPHER, cipher, ngx_strlen(cipher));
    if (sni != NULL)
        mtlsauth_request_string(request, TLS_SNI, sni, ngx_strlen(sni));
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_size);
    if (alpn_size > 0)
        mtlsauth_request_string(request, TLS_ALPN, (const char *)alpn, alpn_size);
    mtlsauth_request_bool(request, TLS_RESUMED, SSL_session_reused(ssl));
}

static void pass_http(mtlsauth_request_t *request, const ngx_http_request_t *r)
{
    const ngx_list_part_t *part;
    ngx_uint_t i;

    pass_text(request, HTTP_HOST, &r->headers_in.server);
    pass_text(request, HTTP_METHOD, &r->method_name);
    pass_text(request, HTTP_PATH, &r->uri);
    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        for (i = 0; i < part->nelts; i++) {
            const ngx_table_elt_t *field = (const ngx_table_elt_t *)part->elts + i;
            mtlsauth_request_header(request, HTTP_HEADERS, (const char *)field->key.data,
                                    field->key.len, (const char *)field->value.data,
                                    field->value.len);
        }
    }
}

static void pass_ends(mtlsauth_request_t *request, ngx_connection_t *c)
{
    pass_end(request, IP_SRC, TCP_SRCPORT, c->sockaddr);
    if (ngx_connection_local_sockaddr(c, NULL, 0) == NGX_OK)
        pass_end(request, IP_DST, TCP_DSTPORT, c->local_sockaddr);
}

/* ---- asking ---- */

static void log_decision(ngx_log_t *log, const ngx_open_file_t *file,
                         const mtlsauth_decision_t *decision)
{
    ngx_uint_t level = NGX_LOG_INFO;
    char line[DECISION_LINE_SIZE];

    if (decision->verdict != MTLSAUTH_ALLOW)
        level = NGX_LOG_ERR; /* as nginx says "access forbidden by rule": seen by default */
    else if (decision_matters(decision))
        level = NGX_LOG_NOTICE;

    if (log->log_level >= level) {
        decision_line(decision, line);
        ngx_log_error(level, log, 0, "mtlsauth: %s", line);
    }
    if (file != NULL && decision_log_write(file->fd, decision) != 0)
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno, "mtlsauth: decision %s is not in \"%V\"",
                      decision->id, &file->name);
}

/* Fills the answer; it is allowed only when all was done. */
static void ask(ngx_http_request_t *r, mtlsauth_ngx_main_t *conf,
                const mtlsauth_ngx_server_t *server, mtlsauth_ngx_answer_t *answer)
{
    mtlsauth_request_t *request = conf->request;
    ngx_connection_t *c = r->connection;
    const mtlsauth_decision_t *decision;
    int allowed;

    if (server->service.len > 0)
        mtlsauth_request_service(request, (const char *)server->service.data);
    if (c->ssl != NULL)
        pass_tls(request, c->ssl->connection, &conf->kept);
    pass_ends(request, c);
    pass_http(request, r);
    allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    log_decision(c->log, conf->decision_log, decision);
    if (mtlsauth_ngx_replace_headers(r, decision) == NGX_OK
        && copy_decision(r->pool, decision, answer) == NGX_OK && allowed == 1)
        answer->allowed = 1;
    mtlsauth_request_reset(request);
    mtlsauth_openssl_release(&conf->kept);
}

static const mtlsauth_ngx_answer_t *judge(ngx_http_request_t *r,
                                          const mtlsauth_ngx_server_t *server)
{
    mtlsauth_ngx_main_t *conf = ngx_http_get_module_main_conf(r, ngx_http_mtlsauth_module);
    mtlsauth_ngx_answer_t *answer = add_answer(r);

    if (answer == NULL)
        return NULL;
    /* Made by the worker, not before the fork: it numbers its decisions from where it is made. */
    if (conf->engine != NULL && conf->request == NULL
        && mtlsauth_request_new(conf->engine, &conf->request) != 0)
        conf->request = NULL;
    if (conf->request == NULL) {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0, "mtlsauth: denied, out of memory");
        return NULL;
    }
    ask(r, conf, server, answer);
    return answer;
}

static ngx_int_t handler(ngx_http_request_t *r)
{
    const mtlsauth_ngx_server_t *server
        = ngx_http_get_module_srv_conf(r, ngx_http_mtlsauth_module);
    const mtlsauth_ngx_answer_t *answer;

    if (!server->on)
        return NGX_DECLINED;
    answer = mtlsauth_ngx_answer(r);
    if (answer == NULL)
        answer = judge(r->main, server);
    if (answer != NULL && answer->allowed == 1)
        return NGX_DECLINED;
    r->error_page = 1; /* nginx's own page: one that error_page names could be the application */
    return NGX_HTTP_FORBIDDEN;
}

ngx_int_t mtlsauth_ngx_add_handlers(ngx_conf_t *cf)
{
    static const ngx_uint_t phases[]
        = { NGX_HTTP_POST_READ_PHASE, NGX_HTTP_SERVER_REWRITE_PHASE, NGX_HTTP_REWRITE_PHASE };
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    size_t i;

    for (i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
        ngx_http_handler_pt *at = ngx_array_push(&core->phases[phases[i]].handlers);
        if (at == NULL)
            return NGX_ERROR;
        *at = handler;
    }
    return NGX_OK;
}
