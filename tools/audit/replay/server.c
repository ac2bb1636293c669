/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.c - see server.h.
 *
 * nginx, Apache and HAProxy keep of a session only the client's own certificate, so that after a
 * resumption the chain is gone. PostgreSQL and OpenVPN do not resume. Mosquitto shows its plugins the
 * certificate alone. OpenVPN says the client's port as tcp.srcport, be it of UDP or TCP. The READMEs of
 * the adapters have the last word.
 */
#include "audit/replay/server.h"

#include <stddef.h>
#include <string.h>

const char *const server_attributes[ATTRIBUTES] = {
    [ATTRIBUTE_TLS_VERSION] = "tls.version",
    [ATTRIBUTE_TLS_CIPHER] = "tls.cipher",
    [ATTRIBUTE_TLS_SNI] = "tls.sni",
    [ATTRIBUTE_TLS_ALPN] = "tls.alpn",
    [ATTRIBUTE_TLS_RESUMED] = "tls.resumed",
    [ATTRIBUTE_IP_SRC] = "ip.src",
    [ATTRIBUTE_IP_DST] = "ip.dst",
    [ATTRIBUTE_TCP_SRCPORT] = "tcp.srcport",
    [ATTRIBUTE_TCP_DSTPORT] = "tcp.dstport",
    [ATTRIBUTE_HTTP_HOST] = "http.host",
    [ATTRIBUTE_HTTP_METHOD] = "http.request.method",
    [ATTRIBUTE_HTTP_PATH] = "http.request.uri.path",
    [ATTRIBUTE_HTTP_HEADERS] = "http.request.headers",
    [ATTRIBUTE_APP_USER] = "app.user",
    [ATTRIBUTE_APP_RESOURCE] = "app.resource",
    [ATTRIBUTE_APP_ACTION] = "app.action",
};

#define BIT(name) (1u << ATTRIBUTE_##name)
#define ENDS (BIT(IP_SRC) | BIT(IP_DST) | BIT(TCP_SRCPORT) | BIT(TCP_DSTPORT))
#define TLS (BIT(TLS_VERSION) | BIT(TLS_CIPHER))
#define HTTP (BIT(HTTP_HOST) | BIT(HTTP_METHOD) | BIT(HTTP_PATH) | BIT(HTTP_HEADERS))
#define APP (BIT(APP_USER) | BIT(APP_RESOURCE) | BIT(APP_ACTION))
#define WEB (ENDS | TLS | HTTP | BIT(TLS_SNI) | BIT(TLS_RESUMED))

static const server_t servers[] = {
    { "nginx", true, false, WEB | BIT(TLS_ALPN) },
    { "apache", true, false, WEB | BIT(TLS_ALPN) },
    { "haproxy", true, false, WEB | BIT(TLS_ALPN) },
    { "postgresql", true, true, ENDS | TLS | APP | BIT(TLS_SNI) | BIT(TLS_RESUMED) },
    { "openvpn", true, true, BIT(IP_SRC) | BIT(TCP_SRCPORT) },
    { "mosquitto", false, false, BIT(IP_SRC) | APP },
};
#define SERVERS (sizeof(servers) / sizeof(servers[0]))

static const server_t any = { "mtlsauth-audit", true, true, (1u << ATTRIBUTES) - 1u };

const server_t *server_find(const char *name)
{
    size_t i;

    if (name == NULL)
        return &any;
    for (i = 0; i < SERVERS; i++) {
        if (strcmp(servers[i].name, name) == 0)
            return &servers[i];
    }
    return NULL;
}

const char *const *server_names(void)
{
    static const char *const names[]
        = { "nginx", "apache", "haproxy", "postgresql", "openvpn", "mosquitto", NULL };

    return names;
}

bool server_supplies(const server_t *server, attribute_t attribute)
{
    return (server->supplies >> attribute & 1u) != 0;
}
