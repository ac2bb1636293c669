/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtlsauth_nginx.h - what the files of the nginx module know of each other.
 *
 *     module.c    directives and their values; puts the others together
 *     tls.c       makes a server block ask its clients for a certificate, and take any
 *     engine.c    the policies of one cycle: opened by the master, shared by its workers
 *     request.c   asks for every request, and denies
 *     headers.c   of a request's header fields, those that the policy removes and sets
 *     variables.c $mtlsauth_*
 *
 * A worker is one thread, and nothing here waits: one request object serves all requests.
 */
#ifndef ADAPTERS_NGINX_MTLSAUTH_NGINX_H
#define ADAPTERS_NGINX_MTLSAUTH_NGINX_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <mtlsauth/mtlsauth-openssl.h>

#include "common/web_attributes.h"

/** Of http: one a cycle. */
typedef struct mtlsauth_ngx_main {
    ngx_str_t policy;     /**< data NULL: the built-in directory */
    ngx_str_t plugin_dir; /**< data NULL: the built-in directory */
    ngx_flag_t insecure_files;
    ngx_open_file_t *decision_log; /**< or NULL */
    u_char *file;                  /**< where mtlsauth_policy stands; NULL: nowhere */
    ngx_uint_t line;
    mtlsauth_engine_t *engine;   /**< NULL: no server block asks */
    mtlsauth_request_t *request; /**< of this worker, made when it first asks */
    mtlsauth_openssl_t kept;     /**< certificates of the request at hand */
} mtlsauth_ngx_main_t;

/** Of a server block. */
typedef struct mtlsauth_ngx_server {
    ngx_flag_t on;
    ngx_str_t service;   /**< empty: chosen by host */
    ngx_str_t client_ca; /**< empty: no names are offered */
} mtlsauth_ngx_server_t;

/** What was decided of a request. Lives in its pool. */
typedef struct mtlsauth_ngx_answer {
    ngx_uint_t allowed; /**< 1, or 0: denied, as it is until all has been done */
    ngx_str_t verdict, reason, id, policy, message;
} mtlsauth_ngx_answer_t;

extern ngx_module_t ngx_http_mtlsauth_module;

/** Makes the server block's TLS ask. NGX_ERROR: it was logged. */
ngx_int_t mtlsauth_ngx_ask_certificate(ngx_conf_t *cf, const ngx_http_core_srv_conf_t *block,
                                       const mtlsauth_ngx_server_t *server) MTLSAUTH_MUST_CHECK;

/** Opens the policies, to be freed with the cycle. NGX_ERROR: it was logged. */
ngx_int_t mtlsauth_ngx_engine_open(ngx_conf_t *cf, mtlsauth_ngx_main_t *conf) MTLSAUTH_MUST_CHECK;

/** Asks at every way that leads into a request's processing. */
ngx_int_t mtlsauth_ngx_add_handlers(ngx_conf_t *cf) MTLSAUTH_MUST_CHECK;

/** What was decided of the request; NULL: nothing was. */
const mtlsauth_ngx_answer_t *mtlsauth_ngx_answer(const ngx_http_request_t *r);

/** Removes what the decision strips, whatever the verdict, and sets its headers. */
ngx_int_t mtlsauth_ngx_replace_headers(ngx_http_request_t *r,
                                       const mtlsauth_decision_t *decision) MTLSAUTH_MUST_CHECK;

ngx_int_t mtlsauth_ngx_add_variables(ngx_conf_t *cf);

#endif
