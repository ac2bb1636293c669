/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.c - a server block asks its clients for a certificate, and takes any.
 *
 * nginx's own checks know two ends, a failed handshake and a page "400", and no reason in between.
 * So none of them runs: whatever the client proves the key of passes the handshake, and is judged
 * by the policy. What OpenSSL is left with is never "verified": $ssl_client_verify says FAILED, to
 * whoever reads it in place of the policy's answer. Settings are made on the SSL_CTX that nginx
 * made of the block, which its SNI callback puts in force with verify mode and all.
 */
#include "mtlsauth_nginx.h"

#include <ngx_http_ssl_module.h>

static int take_any(X509_STORE_CTX *store, void *context)
{
    (void)context;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 1;
}

/* Browsers offer their users the certificates of these issuers alone. */
static ngx_int_t offer_names(ngx_conf_t *cf, const ngx_http_core_srv_conf_t *block, SSL_CTX *ctx,
                             ngx_str_t file)
{
    char text[] = "mtlsauth_client_ca \"%V\" of the server block in %s:%ui has no certificate that "
                  "can be read";
    STACK_OF(X509_NAME) *names = NULL;

    if (ngx_conf_full_name(cf->cycle, &file, 1) == NGX_OK)
        names = SSL_load_client_CA_file((const char *)file.data);
    if (names == NULL) {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0, text, &file, block->file_name, block->line);
        return NGX_ERROR;
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    return NGX_OK;
}

ngx_int_t mtlsauth_ngx_ask_certificate(ngx_conf_t *cf, const ngx_http_core_srv_conf_t *block,
                                       const mtlsauth_ngx_server_t *server)
{
    const ngx_http_ssl_srv_conf_t *tls = block->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

    if (tls->verify != 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"ssl_verify_client\" and \"mtlsauth on\" in the server block in %s:%ui: "
                      "nginx would refuse clients before the policy is asked; write "
                      "\"ssl_verify_client off;\" there, mtlsauth asks for the certificate itself",
                      block->file_name, block->line);
        return NGX_ERROR;
    }
    if (tls->ssl.ctx == NULL) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"mtlsauth on\" in the server block in %s:%ui, which has no "
                      "ssl_certificate: its clients are not asked for theirs, and denied unless "
                      "the policy lets in who has none",
                      block->file_name, block->line);
        return NGX_OK;
    }
    SSL_CTX_set_verify(tls->ssl.ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(tls->ssl.ctx, take_any, NULL);
    if (server->client_ca.len > 0)
        return offer_names(cf, block, tls->ssl.ctx, server->client_ca);
    return NGX_OK;
}
