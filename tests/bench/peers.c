/* SPDX-License-Identifier: BSD-2-Clause */
/* peers.c - see peers.h. */
#include "bench/peers.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

static X509 *openssl_cert(const issued_t *issued)
{
    const unsigned char *at = issued->der.data;

    return d2i_X509(NULL, &at, (long)issued->der.size);
}

void peers_open(peers_t *peers, const issued_t *root)
{
    X509 *openssl_root = openssl_cert(root);
    gnutls_x509_crt_t anchor;

    peers->openssl = X509_STORE_new();
    X509_STORE_add_cert(peers->openssl, openssl_root);
    X509_free(openssl_root);
    gnutls_x509_trust_list_init(&peers->gnutls, 0);
    gnutls_x509_crt_init(&anchor);
    gnutls_x509_crt_import(anchor, &root->der, GNUTLS_X509_FMT_DER);
    gnutls_x509_trust_list_add_cas(peers->gnutls, &anchor, 1, 0);
}

void peers_close(peers_t *peers)
{
    X509_STORE_free(peers->openssl);
    gnutls_x509_trust_list_deinit(peers->gnutls, 1);
}

int peers_openssl(const peers_t *peers, const issued_t *client, const issued_t *intermediate)
{
    X509 *leaf = openssl_cert(client);
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509_STORE_CTX *verify = X509_STORE_CTX_new();
    int wrong;

    sk_X509_push(chain, openssl_cert(intermediate));
    X509_STORE_CTX_init(verify, peers->openssl, leaf, chain);
    X509_STORE_CTX_set_purpose(verify, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(verify), (time_t)CERTS_NOW);
    wrong = X509_verify_cert(verify) != 1;
    X509_STORE_CTX_free(verify);
    sk_X509_pop_free(chain, X509_free);
    X509_free(leaf);
    return wrong;
}

int peers_gnutls(const peers_t *peers, const issued_t *client, const issued_t *intermediate)
{
    gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID,
                                      (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT, 0 };
    gnutls_x509_crt_t chain[2];
    unsigned status = 0;
    int wrong;

    gnutls_x509_crt_init(&chain[0]);
    gnutls_x509_crt_init(&chain[1]);
    gnutls_x509_crt_import(chain[0], &client->der, GNUTLS_X509_FMT_DER);
    gnutls_x509_crt_import(chain[1], &intermediate->der, GNUTLS_X509_FMT_DER);
    wrong = gnutls_x509_trust_list_verify_crt2(
                peers->gnutls, chain, 2, &purpose, 1,
                GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS,
                &status, NULL)
            < 0
        || status != 0;
    gnutls_x509_crt_deinit(chain[0]);
    gnutls_x509_crt_deinit(chain[1]);
    return wrong;
}
