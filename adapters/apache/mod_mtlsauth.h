/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mod_mtlsauth.h - what the files of the Apache module share.
 *
 *     settings.c   directives, and what they come to for a virtual host or a <Location>
 *     policies.c   the engine and the decision log: opened by the parent, kept over restarts
 *     peer.c       what the TLS connection says of the client
 *     judge.c      one request asked of one service, and what follows from the answer
 *     guard.c      where in Apache's course requests are asked and refused
 */
#ifndef MOD_MTLSAUTH_H
#define MOD_MTLSAUTH_H

#include <httpd.h>
/* It needs httpd.h before it. */
#include <http_config.h>
#include <mtlsauth/mtlsauth.h>

/* Apache finds the module by this name. */
extern MTLSAUTH_EXPORT module mtlsauth_module;
APLOG_USE_MODULE(mtlsauth);

/* ---- settings.c --------------------------------------------------------------------------- */

/** SSLVerifyClient, as mod_ssl has it. */
typedef enum verify {
    VERIFY_UNSET,
    VERIFY_NONE,
    VERIFY_OPTIONAL_NO_CA,
    VERIFY_FIRST /**< optional or require: Apache itself refuses what it cannot verify */
} verify_t;

/** What is set once for the whole server. */
typedef struct whole {
    const char *policy;     /**< NULL: the built-in directory */
    const char *plugin_dir; /**< NULL: the built-in directory */
    const char *log;        /**< NULL: none */
    int insecure_files;
} whole_t;

/** A place in the configuration that asks a policy. */
typedef struct mention {
    const char *service; /**< NULL: chosen by host */
    const char *file;
    int line;
} mention_t;

/** What outlives a restart of the server: policies.c. */
typedef struct policies policies_t;

/** What is set for one virtual host. */
typedef struct site {
    whole_t whole; /**< of the main server; all zero elsewhere */
    int on;        /**< -1: not set */
    const char *service;
    verify_t verify;
    apr_array_header_t *mentions; /**< of mention_t: its own, not those of the main server */
    policies_t *policies;         /**< NULL before they are open */
} site_t;

/** What is set for a <Location>, <Directory> and the like. */
typedef struct place {
    const char *service; /**< NULL: none is asked for it */
} place_t;

extern const command_rec settings_directives[];

void *settings_make_site(apr_pool_t *pool, server_rec *server);
void *settings_merge_site(apr_pool_t *pool, void *outer, void *inner);
void *settings_make_place(apr_pool_t *pool, char *path);
void *settings_merge_place(apr_pool_t *pool, void *outer, void *inner);

site_t *settings_site(const server_rec *server);
const place_t *settings_place(const request_rec *request);
/** Remembers that a policy is asked, unless by .htaccess, which is read with every request. */
void settings_mention(cmd_parms *cmd, const char *service);

/* ---- policies.c --------------------------------------------------------------------------- */

/** For the hooks of these names. Opens when the server starts, reads anew when it restarts. */
int policies_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main);
int policies_open_logs(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main);
int policies_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main);

/** NULL: there is none, and everybody is refused. */
mtlsauth_engine_t *policies_engine(const server_rec *server);
/** Writes to the decision log, if there is one. 0, or -1 with errno. */
int policies_log(const server_rec *server, const mtlsauth_decision_t *decision);

/* ---- peer.c ------------------------------------------------------------------------------- */

void peer_register_hooks(void);

/** Takes what is known of the client once the handshake is over. For process_connection. */
int peer_process_connection(conn_rec *connection);
/** The connection's own request object, reset; NULL if there is none to be had. */
mtlsauth_request_t *peer_request(conn_rec *connection, mtlsauth_engine_t *engine);
/** Passes certificate and TLS attributes. A connection without TLS has none of them. */
void peer_pass(conn_rec *connection, mtlsauth_request_t *request);

/* ---- judge.c ------------------------------------------------------------------------------ */

/**
 * Asks the service (NULL: chosen by host) about a request; once for each service and client's
 * request, however often it is redirected inside the server. Returns 1 (allow) or 0; everything
 * else is 0. Sets variables and the headers for the application.
 */
int judge(request_rec *request, const char *service);

/* ---- guard.c ------------------------------------------------------------------------------ */

void guard_register_hooks(apr_pool_t *pool);

#endif
