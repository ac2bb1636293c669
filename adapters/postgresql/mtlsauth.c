/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtlsauth.c - the module that PostgreSQL loads: shared_preload_libraries = 'mtlsauth'.
 *
 * A client is asked about once PostgreSQL has authenticated it by pg_hba.conf, and before it is
 * told so. Whom PostgreSQL refuses is not asked about.
 *
 * Policies are read anew where PostgreSQL reads its own certificates anew: in the postmaster, on
 * every reload, while ssl is on. There is no hook for a reload itself, and the check hook of a
 * setting runs only where postgresql.conf names it. Without TLS no certificate can come.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/auth.h"
#include "libpq/libpq.h"
#include "miscadmin.h"
#include "postmaster/postmaster.h"

#include "postgresql/ask.h"
#include "postgresql/policies.h"
#include "postgresql/settings.h"

/* What PostgreSQL looks for; the rest of the module is hidden. */
#pragma GCC visibility push(default)
PG_MODULE_MAGIC;
void _PG_init(void);
#pragma GCC visibility pop

/* Those who were there before. */
static ClientAuthentication_hook_type earlier_authentication;
static openssl_tls_init_hook_typ earlier_tls_init;

/* The client learns that it is refused, and never why. */
static void refuse_client(const char *why)
{
    ereport(FATAL, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                    errmsg("client certificate refused by policy"), errdetail_log("%s", why)));
}

static void refuse_local(void)
{
    ereport(FATAL, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                    errmsg("connections through unix-domain sockets are refused"),
                    errdetail_log("mtlsauth.local is deny; skip leaves them to pg_hba.conf")));
}

static void judge(const Port *port)
{
    answer_t answer;

    ask(port, &answer);
    if (answer.not_recorded != 0) {
        errno = answer.not_recorded;
        ereport(LOG_SERVER_ONLY, (errcode_for_file_access(),
                                  errmsg("mtlsauth: a decision is not in the decision log: %m"),
                                  errdetail_log("%s", answer.line)));
    }
    if (!answer.allowed)
        refuse_client(answer.line);
    ereport(answer.matters || Log_connections ? LOG_SERVER_ONLY : DEBUG1,
            (errmsg("mtlsauth: %s", answer.line)));
}

static void authenticate(Port *port, int status)
{
    if (earlier_authentication != NULL)
        earlier_authentication(port, status);
    if (status != STATUS_OK)
        return; /* PostgreSQL refuses it by itself */
    if (port->raddr.addr.ss_family != AF_UNIX)
        judge(port);
    else if (settings()->local != SETTINGS_LOCAL_SKIP)
        refuse_local();
}

static void tls_init(SSL_CTX *context, bool is_start)
{
    earlier_tls_init(context, is_start);
    if (!is_start && !IsUnderPostmaster)
        policies_reload();
}

/* What surprises people who have just switched it on. */
static void say_what_follows(void)
{
    if (!EnableSSL)
        ereport(LOG,
                (errmsg("mtlsauth: ssl is off: no client can present a certificate, and a reload "
                        "does not read the policies")));
    else if (ssl_ca_file[0] == '\0')
        ereport(LOG, (errmsg("mtlsauth: ssl_ca_file is not set: PostgreSQL asks no client for a "
                             "certificate")));
    if (settings()->local == SETTINGS_LOCAL_DENY)
        ereport(LOG,
                (errmsg("mtlsauth: connections through unix-domain sockets are refused, also the "
                        "superuser's; mtlsauth.local = skip leaves them to pg_hba.conf")));
    else
        ereport(LOG, (errmsg("mtlsauth: connections through unix-domain sockets are not judged")));
}

void _PG_init(void)
{
    if (!process_shared_preload_libraries_in_progress)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("mtlsauth must be loaded by shared_preload_libraries")));
    settings_define();
    if (!IsPostmasterEnvironment)
        return; /* single-user mode has no clients, and mends what keeps the server from starting */
    policies_open();
    say_what_follows();
    earlier_authentication = ClientAuthentication_hook;
    ClientAuthentication_hook = authenticate;
    earlier_tls_init = openssl_tls_init_hook;
    openssl_tls_init_hook = tls_init;
}
