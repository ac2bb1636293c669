/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.c - the client's end of a TLS connection.
 *
 * mod_ssl shows the OpenSSL connection and context to other modules by two optional hooks. Their
 * header, mod_ssl_openssl.h, is not among those that distributions install; a hook is found by its
 * name, and its arguments are as there.
 *
 * HTTP/2 serves the requests of one connection on threads of their own, each with a secondary
 * conn_rec. So what is known of the client is copied once the handshake is over, before there are
 * such threads, and only read after that. On a connection that serves one request after the other
 * it is copied anew if mod_ssl has made the client present another certificate meanwhile.
 */
#include "apache/mod_mtlsauth.h"

#include "common/web_attributes.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_connection.h>
#include <http_log.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

/* The library looks at 16; with one more it says "limit". */
#define MOST 17

typedef struct der {
    const unsigned char *bytes;
    size_t size;
} der_t;

typedef struct peer {
    SSL *ssl;   /* a reference of its own; NULL on a secondary connection */
    X509 *x509; /* the client's, as copied below; a reference, NULL: none */
    int taken;
    der_t leaf;
    der_t chain[MOST];
    int n_chain;
    const char *version;
    const char *cipher;
    const char *sni;  /* or NULL */
    const char *alpn; /* or NULL */
    int resumed;
    mtlsauth_request_t *request;
} peer_t;

static apr_status_t forget(void *data)
{
    peer_t *peer = data;

    mtlsauth_request_free(peer->request);
    X509_free(peer->x509);
    SSL_free(peer->ssl);
    return APR_SUCCESS;
}

static peer_t *peer_of(conn_rec *connection)
{
    peer_t *peer = ap_get_module_config(connection->conn_config, &mtlsauth_module);

    if (peer != NULL)
        return peer;
    peer = apr_pcalloc(connection->pool, sizeof(*peer));
    ap_set_module_config(connection->conn_config, &mtlsauth_module, peer);
    apr_pool_cleanup_register(connection->pool, peer, forget, apr_pool_cleanup_null);
    return peer;
}

/* ---- not verified ------------------------------------------------------------------------- */

/* mod_ssl forgives it where SSLVerifyClient is optional_no_ca, and nowhere else. */
#define UNVERIFIED X509_V_ERR_CERT_UNTRUSTED

/*
 * In place of OpenSSL's own verification: any certificate passes the handshake, and the policy
 * judges it. mod_ssl is told, in its own verify callback, that the certificate is not verified, so
 * that SSL_CLIENT_VERIFY never says SUCCESS; the error stays with the session.
 */
static int pass_unverified(X509_STORE_CTX *store, void *context)
{
    const X509_STORE_CTX_verify_cb tell = X509_STORE_CTX_get_verify_cb(store);
    int pass;

    (void)context;
    X509_STORE_CTX_set_current_cert(store, X509_STORE_CTX_get0_cert(store));
    X509_STORE_CTX_set_error_depth(store, 0);
    X509_STORE_CTX_set_error(store, UNVERIFIED);
    pass = tell(0, store);
    X509_STORE_CTX_set_error(store, UNVERIFIED);
    return pass;
}

/*
 * After a resumption nothing is verified, mod_ssl knows nothing, and would say SUCCESS. Returns
 * whether it was told.
 */
static int tell_resumed(SSL *ssl, X509 *x509)
{
    const SSL_verify_cb tell = SSL_get_verify_callback(ssl);
    X509_STORE_CTX *store = X509_STORE_CTX_new();
    int told = 0;

    if (store != NULL && tell != NULL && X509_STORE_CTX_init(store, NULL, x509, NULL) == 1
        && X509_STORE_CTX_set_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx(), ssl) == 1) {
        X509_STORE_CTX_set_verify_cb(store, tell);
        told = pass_unverified(store, NULL);
    }
    X509_STORE_CTX_free(store);
    return told;
}

/* ---- copying ------------------------------------------------------------------------------ */

/* What cannot be encoded becomes one octet that is not there, which denies. */
static der_t der_of(apr_pool_t *pool, const X509 *x509)
{
    const int size = i2d_X509(x509, NULL);
    unsigned char *bytes, *end;

    if (size <= 0)
        return (der_t) { NULL, 1 };
    bytes = end = apr_palloc(pool, (apr_size_t)size);
    if (i2d_X509(x509, &end) != size)
        return (der_t) { NULL, 1 };
    return (der_t) { bytes, (size_t)size };
}

static void take_certificates(peer_t *peer, apr_pool_t *pool, X509 *x509)
{
    const STACK_OF(X509) *chain = x509 != NULL ? SSL_get_peer_cert_chain(peer->ssl) : NULL;
    const int n = chain != NULL ? sk_X509_num(chain) : 0; /* without the client's own */

    X509_free(peer->x509);
    peer->x509 = x509;
    peer->leaf = x509 != NULL ? der_of(pool, x509) : (der_t) { NULL, 0 };
    for (peer->n_chain = 0; peer->n_chain < n && peer->n_chain < MOST; peer->n_chain++)
        peer->chain[peer->n_chain] = der_of(pool, sk_X509_value(chain, peer->n_chain));
}

static void take_attributes(peer_t *peer, apr_pool_t *pool)
{
    const unsigned char *alpn = NULL;
    unsigned alpn_size = 0;

    peer->version = SSL_get_version(peer->ssl);
    peer->cipher = SSL_get_cipher_name(peer->ssl);
    peer->sni = apr_pstrdup(pool, SSL_get_servername(peer->ssl, TLSEXT_NAMETYPE_host_name));
    SSL_get0_alpn_selected(peer->ssl, &alpn, &alpn_size);
    peer->alpn = alpn_size > 0 ? apr_pstrmemdup(pool, (const char *)alpn, alpn_size) : NULL;
    peer->resumed = SSL_session_reused(peer->ssl);
}

/* A connection's own thread alone calls this. */
static void take(peer_t *peer, apr_pool_t *pool)
{
    X509 *x509;

    if (peer->ssl == NULL || !SSL_is_init_finished(peer->ssl))
        return;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    x509 = SSL_get1_peer_certificate(peer->ssl);
#else
    x509 = SSL_get_peer_certificate(peer->ssl);
#endif
    if (peer->taken && x509 == peer->x509) {
        X509_free(x509);
        return;
    }
    if (x509 != NULL && !peer->taken && SSL_session_reused(peer->ssl)
        && SSL_get_verify_result(peer->ssl) == UNVERIFIED && !tell_resumed(peer->ssl, x509)) {
        X509_free(x509);
        return; /* as if there were none */
    }
    take_certificates(peer, pool, x509);
    take_attributes(peer, pool);
    peer->taken = 1;
}

int peer_process_connection(conn_rec *connection)
{
    peer_t *peer = ap_get_module_config(connection->conn_config, &mtlsauth_module);

    if (connection->master == NULL && peer != NULL && !peer->taken)
        take(peer, connection->pool);
    return DECLINED;
}

/* ---- passing ------------------------------------------------------------------------------ */

mtlsauth_request_t *peer_request(conn_rec *connection, mtlsauth_engine_t *engine)
{
    peer_t *peer = peer_of(connection);

    if (peer->request == NULL && mtlsauth_request_new(engine, &peer->request) != MTLSAUTH_OK)
        return NULL;
    mtlsauth_request_reset(peer->request);
    return peer->request;
}

static void pass_text(mtlsauth_request_t *request, unsigned attribute, const char *text)
{
    if (text != NULL)
        mtlsauth_request_string(request, attribute, text, strlen(text));
}

void peer_pass(conn_rec *connection, mtlsauth_request_t *request)
{
    conn_rec *primary = connection->master != NULL ? connection->master : connection;
    peer_t *peer = ap_get_module_config(primary->conn_config, &mtlsauth_module);
    int i;

    if (peer != NULL && connection->master == NULL)
        take(peer, connection->pool);
    if (peer == NULL || !peer->taken)
        return;
    mtlsauth_request_leaf(request, peer->leaf.bytes, peer->leaf.size);
    for (i = 0; i < peer->n_chain; i++)
        mtlsauth_request_chain(request, peer->chain[i].bytes, peer->chain[i].size);
    pass_text(request, TLS_VERSION, peer->version);
    pass_text(request, TLS_CIPHER, peer->cipher);
    pass_text(request, TLS_SNI, peer->sni);
    pass_text(request, TLS_ALPN, peer->alpn);
    mtlsauth_request_bool(request, TLS_RESUMED, peer->resumed);
}

/* ---- mod_ssl ------------------------------------------------------------------------------ */

static int init_server(server_rec *server, apr_pool_t *pool, int is_proxy, SSL_CTX *ctx)
{
    const site_t *site = settings_site(server);

    (void)pool;
    if (is_proxy || site->on != 1)
        return OK;
    if (site->verify == VERIFY_OPTIONAL_NO_CA)
        SSL_CTX_set_cert_verify_callback(ctx, pass_unverified, NULL);
    else if (site->verify != VERIFY_FIRST)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "mtlsauth: MTLSAuth is On for %s, where no client is asked for a certificate; "
                     "write SSLVerifyClient optional_no_ca",
                     server->server_hostname != NULL ? server->server_hostname : "a server");
    return OK;
}

static int pre_handshake(conn_rec *connection, SSL *ssl, int is_proxy)
{
    peer_t *peer;

    if (is_proxy || SSL_up_ref(ssl) != 1)
        return OK;
    peer = peer_of(connection);
    SSL_free(peer->ssl);
    peer->ssl = ssl;
    peer->taken = 0;
    return OK;
}

void peer_register_hooks(void)
{
    apr_optional_hook_add("init_server", (void (*)(void))init_server, NULL, NULL, APR_HOOK_MIDDLE);
    apr_optional_hook_add("pre_handshake", (void (*)(void))pre_handshake, NULL, NULL,
                          APR_HOOK_MIDDLE);
}
