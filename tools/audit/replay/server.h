/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h - what a server would have handed to the library: --as.
 *
 * Servers hand over less than the wire shows. What one does not supply is not set here either, and a
 * policy that reads it is undetermined.
 */
#ifndef AUDIT_REPLAY_SERVER_H
#define AUDIT_REPLAY_SERVER_H

#include <stdbool.h>

/** The attributes of a request, in the order of server_attributes. */
typedef enum attribute {
    ATTRIBUTE_TLS_VERSION,
    ATTRIBUTE_TLS_CIPHER,
    ATTRIBUTE_TLS_SNI,
    ATTRIBUTE_TLS_ALPN,
    ATTRIBUTE_TLS_RESUMED,
    ATTRIBUTE_IP_SRC,
    ATTRIBUTE_IP_DST,
    ATTRIBUTE_TCP_SRCPORT,
    ATTRIBUTE_TCP_DSTPORT,
    ATTRIBUTE_HTTP_HOST,
    ATTRIBUTE_HTTP_METHOD,
    ATTRIBUTE_HTTP_PATH,
    ATTRIBUTE_HTTP_HEADERS,
    ATTRIBUTE_APP_USER,
    ATTRIBUTE_APP_RESOURCE,
    ATTRIBUTE_APP_ACTION,
    ATTRIBUTES
} attribute_t;

/** Their names, as policies have them. */
extern const char *const server_attributes[ATTRIBUTES];

typedef struct server {
    const char *name;       /**< in decisions */
    bool chain;             /**< hands over what the client sent behind its certificate */
    bool chain_resumed;     /**< also when the session was resumed */
    unsigned supplies;      /**< a bit for each attribute_t */
} server_t;

/** The server of that name; NULL: there is none. For NULL, one that hands over all there is. */
const server_t *server_find(const char *name);
/** The names, NULL at the end. */
const char *const *server_names(void);
/** Does the server supply the attribute? */
bool server_supplies(const server_t *server, attribute_t attribute);

#endif
