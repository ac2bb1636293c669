/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtlsauth-gnutls.h - hand a GnuTLS session to a request. For servers that use GnuTLS.
 *
 * Header only: it calls the library through the table of mtlsauth_get_api(), and GnuTLS as the
 * server links it, so that it serves linked and loaded use alike. All bytes it hands over are
 * borrowed: the session and the mtlsauth_gnutls_t must stay until the request is reset.
 *
 * What it does not check: anything. The library judges; in particular call it for every request,
 * also on a resumed session.
 */
#ifndef MTLSAUTH_MTLSAUTH_GNUTLS_H
#define MTLSAUTH_MTLSAUTH_GNUTLS_H

#include <gnutls/gnutls.h>
#include <string.h>

#include <mtlsauth/mtlsauth.h>

#ifdef __cplusplus
extern "C" {
#endif

/** For an attribute that the server did not declare in mtlsauth_open_t. */
#define MTLSAUTH_GNUTLS_NONE (~0u)

/** Which declared attributes a session fills (indices, or MTLSAUTH_GNUTLS_NONE), and their room. */
typedef struct mtlsauth_gnutls {
    unsigned tls_version;
    unsigned tls_cipher;
    unsigned tls_sni;
    unsigned tls_alpn;
    unsigned tls_resumed;
    char sni[256];
} mtlsauth_gnutls_t;

/** Passes the client's certificate and, apart from it, the chain it sent. */
static inline void mtlsauth_gnutls_certificates(const mtlsauth_api_t *api,
                                                mtlsauth_request_t *request,
                                                gnutls_session_t session)
{
    unsigned i, n = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &n);

    if (list == NULL || n == 0) {
        api->request_leaf(request, NULL, 0);
        return;
    }
    api->request_leaf(request, list[0].data, list[0].size);
    for (i = 1; i < n; i++)
        api->request_chain(request, list[i].data, list[i].size);
}

/** The names that policies know: those of OpenSSL. NULL: not negotiated. */
static inline const char *mtlsauth_gnutls_version(gnutls_session_t session)
{
    switch (gnutls_protocol_get_version(session)) {
    case GNUTLS_SSL3:
        return "SSLv3";
    case GNUTLS_TLS1_0:
        return "TLSv1";
    case GNUTLS_TLS1_1:
        return "TLSv1.1";
    case GNUTLS_TLS1_2:
        return "TLSv1.2";
    case GNUTLS_TLS1_3:
        return "TLSv1.3";
    case GNUTLS_DTLS0_9:
        return "DTLSv0.9";
    case GNUTLS_DTLS1_0:
        return "DTLSv1";
    case GNUTLS_DTLS1_2:
        return "DTLSv1.2";
    default:
        return gnutls_protocol_get_name(gnutls_protocol_get_version(session));
    }
}

/** Passes protocol version, cipher suite, SNI, ALPN and whether the session was resumed. */
static inline void mtlsauth_gnutls_attributes(const mtlsauth_api_t *api,
                                              mtlsauth_request_t *request,
                                              gnutls_session_t session, mtlsauth_gnutls_t *with)
{
    const char *text;
    gnutls_datum_t alpn;
    size_t size = sizeof(with->sni);
    unsigned type = 0;

    text = mtlsauth_gnutls_version(session);
    if (with->tls_version != MTLSAUTH_GNUTLS_NONE && text != NULL)
        api->request_string(request, with->tls_version, text, strlen(text));
    text = gnutls_ciphersuite_get(session);
    if (with->tls_cipher != MTLSAUTH_GNUTLS_NONE && text != NULL)
        api->request_string(request, with->tls_cipher, text, strlen(text));
    if (with->tls_sni != MTLSAUTH_GNUTLS_NONE) {
        int ret = gnutls_server_name_get(session, with->sni, &size, &type, 0);
        if (ret == GNUTLS_E_SUCCESS && type == GNUTLS_NAME_DNS)
            api->request_string(request, with->tls_sni, with->sni, strlen(with->sni));
        else if (ret != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            api->request_string(request, with->tls_sni, NULL, 1); /* unreadable: deny */
    }
    if (with->tls_alpn != MTLSAUTH_GNUTLS_NONE
        && gnutls_alpn_get_selected_protocol(session, &alpn) == GNUTLS_E_SUCCESS)
        api->request_string(request, with->tls_alpn, (const char *)alpn.data, alpn.size);
    if (with->tls_resumed != MTLSAUTH_GNUTLS_NONE)
        api->request_bool(request, with->tls_resumed, gnutls_session_is_resumed(session));
}

#ifdef __cplusplus
}
#endif
#endif
