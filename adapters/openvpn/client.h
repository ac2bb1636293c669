/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - one client, and whether it may come in.
 *
 * OpenVPN asks twice in a handshake: for each certificate while it verifies them, and once at the
 * end, when the client is about to be let in. The second question is there for the client that had
 * nothing to be verified: verify-client-cert optional or none.
 */
#ifndef OPENVPN_CLIENT_H
#define OPENVPN_CLIENT_H

#include <stdbool.h>

#include "openvpn/chain.h"
#include "openvpn/kept.h"

/** All zero at first. */
typedef struct client {
    chain_t chain;
    bool allowed; /**< by its certificate, in the handshake that has not come to its end yet */
} client_t;

/** A certificate at its depth, 0 is the client's own. `env`: what OpenVPN says of the connection. */
bool client_certificate(client_t *client, kept_t *kept, int depth, X509 *certificate,
                        const char *const *env);
/** The end of a handshake. */
bool client_final(client_t *client, kept_t *kept, const char *const *env);
void client_release(client_t *client);

#endif
