/* SPDX-License-Identifier: BSD-2-Clause */
/* client.c - see client.h. */
#include "openvpn/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mtlsauth/mtlsauth-openssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/decision_line.h"
#include "common/decision_log.h"
#include "common/errno_text.h"

/* The value of NAME=value; NULL: it is of another name. */
static const char *value_of(const char *line, const char *name)
{
    const size_t length = strlen(name);

    return strncmp(line, name, length) == 0 ? line + length : NULL;
}

/* The client's end, as OpenVPN writes it; it is "untrusted" until the handshake is over. */
typedef struct end {
    const char *address, *port; /* NULL: not known */
    int family;
    unsigned char octets[sizeof(struct in6_addr)];
} end_t;

/* What was set last stands first: of one that moved from IPv4 to IPv6 both addresses are there. */
static void find_end(end_t *end, const char *const *env)
{
    const char *value;

    *end = (end_t) { 0 };
    for (; *env != NULL; env++) {
        if (end->address == NULL && (value = value_of(*env, "untrusted_ip=")) != NULL) {
            end->address = value;
            end->family = AF_INET;
        } else if (end->address == NULL && (value = value_of(*env, "untrusted_ip6=")) != NULL) {
            end->address = value;
            end->family = AF_INET6;
        } else if (end->port == NULL && (value = value_of(*env, "untrusted_port=")) != NULL) {
            end->port = value;
        }
    }
}

static void pass_end(mtlsauth_request_t *request, end_t *end)
{
    if (end->address != NULL && inet_pton(end->family, end->address, end->octets) == 1)
        mtlsauth_request_address(request, IP_SRC, end->octets,
                                 end->family == AF_INET ? sizeof(struct in_addr)
                                                        : sizeof(struct in6_addr));
    if (end->port != NULL)
        mtlsauth_request_int(request, TCP_SRCPORT, strtol(end->port, NULL, 10));
}

/* OpenVPN puts no client before the lines of a plugin. */
static void log_decision(const kept_t *kept, const mtlsauth_decision_t *decision, const end_t *end)
{
    char text[DECISION_LINE_SIZE], line[DECISION_LINE_SIZE + 80], why[ERRNO_TEXT_SIZE];
    int level = MTLSAUTH_LOG_INFO;

    if (decision->verdict != MTLSAUTH_ALLOW)
        level = MTLSAUTH_LOG_WARNING;
    else if (decision_matters(decision))
        level = MTLSAUTH_LOG_NOTICE;
    decision_line(decision, text);
    snprintf(line, sizeof(line), "%.45s port %.5s: %s", end->address != NULL ? end->address : "-",
             end->port != NULL ? end->port : "-", text);
    kept->say(kept->context, level, line);
    if (kept->log >= 0 && decision_log_write(kept->log, decision) != 0) {
        snprintf(line, sizeof(line), "decision-log: %s: id=%s is not in it",
                 errno_text(errno, why), decision->id);
        kept->say(kept->context, MTLSAUTH_LOG_ERROR, line);
    }
}

/* NULL: the client presented no certificate. */
static bool judge(kept_t *kept, const X509 *leaf, const STACK_OF(X509) * above,
                  const char *const *env)
{
    const mtlsauth_api_t *api = mtlsauth_get_api(MTLSAUTH_API_VERSION);
    mtlsauth_request_t *request = kept->request;
    mtlsauth_openssl_t der = { 0 };
    end_t end;
    bool allowed;

    if (api == NULL)
        return false;
    mtlsauth_request_reset(request);
    if (kept->settings.service != NULL)
        mtlsauth_request_service(request, kept->settings.service);
    mtlsauth_openssl_leaf(api, request, leaf, &der);
    mtlsauth_openssl_chain(api, request, above, &der);
    find_end(&end, env);
    pass_end(request, &end);
    allowed = mtlsauth_authorize(request) == 1;
    log_decision(kept, mtlsauth_decision(request), &end);
    mtlsauth_request_reset(request); /* what it borrowed goes away with this function */
    mtlsauth_openssl_release(&der);
    return allowed;
}

bool client_certificate(client_t *client, kept_t *kept, int depth, X509 *certificate,
                        const char *const *env)
{
    client->allowed = false;
    if (certificate == NULL)
        return false;
    if (depth != 0)
        return chain_add(&client->chain, depth, certificate) == 0;
    client->allowed = judge(kept, certificate, chain_above(&client->chain, certificate), env);
    chain_clear(&client->chain);
    return client->allowed;
}

bool client_final(client_t *client, kept_t *kept, const char *const *env)
{
    const bool allowed = client->allowed;

    client->allowed = false; /* for one handshake */
    return allowed || judge(kept, NULL, NULL, env);
}

void client_release(client_t *client)
{
    chain_clear(&client->chain);
}
