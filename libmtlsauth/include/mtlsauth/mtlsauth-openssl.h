/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtlsauth-openssl.h - hand the client's certificates of an OpenSSL connection to a request. For
 * servers that use OpenSSL 1.1.1 or later.
 *
 * Header only: it calls the library through the table of mtlsauth_get_api(), and OpenSSL as the
 * server links it, so that it serves linked and loaded use alike. OpenSSL keeps certificates
 * decoded; their DER is made for the request and kept in a mtlsauth_openssl_t, which must stay
 * until the request is reset. One belongs to one thread at a time.
 *
 * What it does not check: anything. The library judges; what SSL_get_verify_result() says plays no
 * part. Call it for every request, also on a resumed session: OpenSSL then has the client's own
 * certificate, and no chain.
 */
#ifndef MTLSAUTH_MTLSAUTH_OPENSSL_H
#define MTLSAUTH_MTLSAUTH_OPENSSL_H

#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <mtlsauth/mtlsauth.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The client's own and one more than the library looks at, so that it says "limit". */
#define MTLSAUTH_OPENSSL_MOST 18

/** Certificates in DER. All zero at first, and after mtlsauth_openssl_release(). */
typedef struct mtlsauth_openssl {
    unsigned char *der[MTLSAUTH_OPENSSL_MOST];
    unsigned count;
} mtlsauth_openssl_t;

/** Frees what was kept. Reset the request before, or free it. */
static inline void mtlsauth_openssl_release(mtlsauth_openssl_t *kept)
{
    while (kept->count > 0)
        OPENSSL_free(kept->der[--kept->count]);
}

/** Makes the DER of one; NULL: it cannot be made, or there is no more room. */
static inline const unsigned char *mtlsauth_openssl_der(mtlsauth_openssl_t *kept,
                                                        const X509 *certificate, size_t *size)
{
    unsigned char *der = NULL;
    int length = kept->count < MTLSAUTH_OPENSSL_MOST ? i2d_X509(certificate, &der) : -1;

    if (length <= 0)
        return NULL;
    kept->der[kept->count++] = der;
    *size = (size_t)length;
    return der;
}

/** Passes the client's own certificate. NULL: it presented none. What cannot be encoded denies. */
static inline void mtlsauth_openssl_leaf(const mtlsauth_api_t *api, mtlsauth_request_t *request,
                                         const X509 *certificate, mtlsauth_openssl_t *kept)
{
    size_t size = 1; /* one octet that is not there: an error */
    const unsigned char *der = NULL;

    if (certificate == NULL)
        size = 0;
    else
        der = mtlsauth_openssl_der(kept, certificate, &size);
    api->request_leaf(request, der, size);
}

/**
 * Passes the others. In a server SSL_get_peer_cert_chain() has them without the client's own; a
 * server that hands over a list with it must leave it out.
 */
static inline void mtlsauth_openssl_chain(const mtlsauth_api_t *api, mtlsauth_request_t *request,
                                          const STACK_OF(X509) * chain, mtlsauth_openssl_t *kept)
{
    int i, n = chain != NULL ? sk_X509_num(chain) : 0;

    for (i = 0; i < n && kept->count < MTLSAUTH_OPENSSL_MOST; i++) {
        size_t size = 1;
        const unsigned char *der = mtlsauth_openssl_der(kept, sk_X509_value(chain, i), &size);
        api->request_chain(request, der, size);
    }
}

/** Passes the client's certificate and, apart from it, the chain it sent. For servers. */
static inline void mtlsauth_openssl_certificates(const mtlsauth_api_t *api,
                                                 mtlsauth_request_t *request, const SSL *ssl,
                                                 mtlsauth_openssl_t *kept)
{
    X509 *leaf;

    mtlsauth_openssl_release(kept);
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    leaf = SSL_get1_peer_certificate(ssl);
#else
    leaf = SSL_get_peer_certificate(ssl);
#endif
    mtlsauth_openssl_leaf(api, request, leaf, kept);
    if (leaf != NULL)
        mtlsauth_openssl_chain(api, request, SSL_get_peer_cert_chain(ssl), kept);
    X509_free(leaf);
}

#ifdef __cplusplus
}
#endif
#endif
