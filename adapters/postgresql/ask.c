/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.c - see ask.h.
 *
 * A backend asks once in its life, so that there is one request object a connection. A connection
 * without TLS is asked about like any other: it has no certificate.
 */
#include "postgres.h"

#include "replication/walsender.h"

#include <mtlsauth/mtlsauth-openssl.h>

#include "common/ends.h"
#include "postgresql/ask.h"
#include "postgresql/policies.h"
#include "postgresql/settings.h"

static void pass_text(mtlsauth_request_t *request, attribute_t attribute, const char *text)
{
    if (text != NULL)
        mtlsauth_request_string(request, attribute, text, strlen(text));
}

static void pass_tls(mtlsauth_request_t *request, SSL *ssl, mtlsauth_openssl_t *kept)
{
    const mtlsauth_api_t *api = mtlsauth_get_api(MTLSAUTH_API_VERSION);

    mtlsauth_openssl_certificates(api, request, ssl, kept);
    pass_text(request, TLS_VERSION, SSL_get_version(ssl));
    pass_text(request, TLS_CIPHER, SSL_get_cipher_name(ssl));
    pass_text(request, TLS_SNI, SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    mtlsauth_request_bool(request, TLS_RESUMED, SSL_session_reused(ssl));
}

static void pass_ends(mtlsauth_request_t *request, const Port *port)
{
    pass_end(request, IP_SRC, TCP_SRCPORT, (const void *)&port->raddr.addr);
    pass_end(request, IP_DST, TCP_DSTPORT, (const void *)&port->laddr.addr);
}

/* Physical replication is of all databases, and names none: "". */
static void pass_wishes(mtlsauth_request_t *request, const Port *port)
{
    pass_text(request, APP_USER, port->user_name);
    pass_text(request, APP_RESOURCE, port->database_name);
    pass_text(request, APP_ACTION, am_walsender ? "replicate" : "connect");
}

static void conclude(mtlsauth_request_t *request, answer_t *answer)
{
    const mtlsauth_decision_t *decision;

    answer->allowed = mtlsauth_authorize(request) == 1;
    decision = mtlsauth_decision(request);
    answer->matters = decision_matters(decision);
    decision_line(decision, answer->line);
    if (policies_record(decision) != 0)
        answer->not_recorded = errno;
}

void ask(const Port *port, answer_t *answer)
{
    mtlsauth_openssl_t kept = { .count = 0 };
    mtlsauth_request_t *request = NULL;

    *answer = (answer_t) { .allowed = false, .matters = true };
    if (policies_engine() == NULL || mtlsauth_request_new(policies_engine(), &request) != 0) {
        strlcpy(answer->line, "deny (error): nothing can be asked, or out of memory",
                sizeof(answer->line));
        return;
    }
    if (settings()->service[0] != '\0')
        mtlsauth_request_service(request, settings()->service);
    if (port->ssl_in_use)
        pass_tls(request, port->ssl, &kept);
    pass_ends(request, port);
    pass_wishes(request, port);
    conclude(request, answer);
    mtlsauth_request_free(request);
    mtlsauth_openssl_release(&kept);
}
