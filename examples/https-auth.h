/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-auth.h - everything the example server has to do with mtlsauth.
 *
 * Read this and https-auth.c to see what it takes to put mtlsauth into a server. The library is
 * loaded when the server starts; the one symbol that is looked up is mtlsauth_get_api.
 */
#ifndef EXAMPLES_HTTPS_AUTH_H
#define EXAMPLES_HTTPS_AUTH_H

#include <gnutls/gnutls.h>
#include <mtlsauth/mtlsauth.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "https-head.h"

typedef struct auth_options {
    const char *library;    /**< the file of libmtlsauth, or NULL for the installed one */
    const char *policy;     /**< a policy file or a directory of them; NULL: the installed ones */
    const char *plugin_dir; /**< NULL: the installed ones */
    const char *service;    /**< the service to ask for; NULL: the policy is chosen by host */
    bool insecure_files;
    bool json;              /**< decisions as JSON lines, by decision.schema.json */
} auth_options_t;

typedef struct auth {
    void *library;
    const mtlsauth_api_t *api;
    mtlsauth_engine_t *engine;
    const char *service; /**< borrowed from the options */
    bool json;
} auth_t;

/** What is known of a client when it asks for something. */
typedef struct auth_client {
    gnutls_session_t session;
    const struct sockaddr_storage *address;
    const struct sockaddr_storage *server; /**< this end of the connection */
} auth_client_t;

/** Loads the library and the policies. Says on stderr what is wrong. Close it in either case. */
bool auth_open(auth_t *auth, const auth_options_t *options);
void auth_close(auth_t *auth);

/** Loads the policies anew. If they are not good, says so; those in force stay. */
void auth_reload(auth_t *auth);

/** Makes the object that a connection asks its questions with, or NULL. */
mtlsauth_request_t *auth_request_new(const auth_t *auth);
void auth_request_free(const auth_t *auth, mtlsauth_request_t *request);

/** May the client have this? Writes the decision to stderr, one line. */
bool auth_ask(const auth_t *auth, mtlsauth_request_t *request, const auth_client_t *client,
              const http_head_t *head);

/** The subject of the client's certificate in printable ASCII without quotes, or "-". */
void auth_subject(gnutls_session_t session, char *out, size_t size);

#endif
