/* SPDX-License-Identifier: BSD-2-Clause */
/* ends.h - the two ends of a connection, for ip.src, tcp.srcport, ip.dst and tcp.dstport. */
#ifndef ADAPTERS_ENDS_H
#define ADAPTERS_ENDS_H

#include <mtlsauth/mtlsauth.h>
#include <netinet/in.h>
#include <sys/socket.h>

/**
 * Passes an address and its port; nothing for a family without them, such as AF_UNIX. The octets
 * are borrowed until the request is reset.
 */
static inline void pass_end(mtlsauth_request_t *request, unsigned ip, unsigned port,
                            const struct sockaddr *end)
{
    if (end->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)end;
        mtlsauth_request_address(request, ip, &v4->sin_addr, sizeof(v4->sin_addr));
        mtlsauth_request_int(request, port, ntohs(v4->sin_port));
    } else if (end->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)end;
        mtlsauth_request_address(request, ip, &v6->sin6_addr, sizeof(v6->sin6_addr));
        mtlsauth_request_int(request, port, ntohs(v6->sin6_port));
    }
}

#endif
