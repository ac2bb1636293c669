/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-connection.h - one client: the handshake, then requests until one side ends it.
 *
 * Every wait has a deadline, so that a slow client holds nothing but its own thread, and that not
 * for long. The socket is non-blocking and stays the caller's.
 */
#ifndef EXAMPLES_HTTPS_CONNECTION_H
#define EXAMPLES_HTTPS_CONNECTION_H

#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "https-auth.h"

/** What all connections share; it does not change while any is open, save inside `auth`. */
typedef struct service {
    auth_t auth;
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t ticket_key;
} service_t;

void connection_serve(const service_t *service, int fd, const struct sockaddr_storage *address);

#endif
