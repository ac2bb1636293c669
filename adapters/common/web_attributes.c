/* SPDX-License-Identifier: BSD-2-Clause */
/* web_attributes.c - see web_attributes.h. */
#include "common/web_attributes.h"

const char *const web_attributes[WEB_ATTRIBUTES] = {
    [HTTP_HOST] = "http.host",
    [HTTP_METHOD] = "http.request.method",
    [HTTP_PATH] = "http.request.uri.path",
    [HTTP_HEADERS] = "http.request.headers",
    [IP_SRC] = "ip.src",
    [IP_DST] = "ip.dst",
    [TCP_SRCPORT] = "tcp.srcport",
    [TCP_DSTPORT] = "tcp.dstport",
    [TLS_VERSION] = "tls.version",
    [TLS_CIPHER] = "tls.cipher",
    [TLS_SNI] = "tls.sni",
    [TLS_ALPN] = "tls.alpn",
    [TLS_RESUMED] = "tls.resumed",
};
