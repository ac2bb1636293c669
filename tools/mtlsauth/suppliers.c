/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suppliers.c - see suppliers.h.
 *
 * A server is listed where its interface shows the attribute; the README of its adapter has the
 * last word. The certificate itself comes from all of them.
 */
#include "suppliers.h"

#include <string.h>

enum {
    APACHE = 1 << 0,
    NGINX = 1 << 1,
    HAPROXY = 1 << 2,
    POSTGRESQL = 1 << 3,
    MOSQUITTO = 1 << 4,
    OPENVPN = 1 << 5,
    EXIM = 1 << 6,
    WEB = APACHE | NGINX | HAPROXY
};

/* In the order of those bits. */
const char *const supplier_names[]
    = { "apache", "nginx", "haproxy", "postgresql", "mosquitto", "openvpn", "exim" };
const size_t n_suppliers = sizeof(supplier_names) / sizeof(supplier_names[0]);

static const struct {
    const char *attribute;
    unsigned suppliers;
} supplied[] = {
    { "tls.version", WEB | POSTGRESQL | EXIM },
    { "tls.cipher", WEB | POSTGRESQL | EXIM },
    { "tls.sni", WEB | EXIM },
    { "tls.alpn", NGINX | HAPROXY },
    { "tls.resumed", WEB },
    { "http.host", WEB },
    { "http.request.method", WEB },
    { "http.request.uri.path", WEB },
    { "http.request.headers", WEB },
    { "ip.src", WEB | POSTGRESQL | MOSQUITTO | OPENVPN | EXIM },
    { "ip.dst", WEB | POSTGRESQL | EXIM },
    { "tcp.srcport", WEB | POSTGRESQL | EXIM },
    { "tcp.dstport", WEB | POSTGRESQL | EXIM },
    { "app.user", POSTGRESQL | MOSQUITTO },
    { "app.resource", POSTGRESQL | MOSQUITTO },
    { "app.action", POSTGRESQL | MOSQUITTO },
};

bool supplier_has(size_t supplier, const char *attribute)
{
    size_t i;

    for (i = 0; i < sizeof(supplied) / sizeof(supplied[0]); i++)
        if (strcmp(supplied[i].attribute, attribute) == 0)
            return (supplied[i].suppliers >> supplier & 1u) != 0;
    return false;
}
