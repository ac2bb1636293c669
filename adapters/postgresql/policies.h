/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.h - the policies in force, and the decision log. Include postgres.h before.
 *
 * The postmaster reads them before it has a child, and reads them anew on every reload. Each
 * backend has what was in force when it was forked, without a copy: it asks once and never loads.
 */
#ifndef ADAPTERS_POSTGRESQL_POLICIES_H
#define ADAPTERS_POSTGRESQL_POLICIES_H

#include <mtlsauth/mtlsauth.h>

/** The attributes that this adapter supplies, and their indices for the setters. */
typedef enum attribute {
    IP_SRC,
    IP_DST,
    TCP_SRCPORT,
    TCP_DSTPORT,
    TLS_VERSION,
    TLS_CIPHER,
    TLS_SNI,
    TLS_RESUMED,
    APP_USER,
    APP_RESOURCE,
    APP_ACTION
} attribute_t;

/** Reads all that the settings name. Ends the start, with the reason, if that cannot be. */
void policies_open(void);
/** Reads it anew. What cannot be read stays as it was, and the log says why. Never ereports ERROR.
 */
void policies_reload(void);
/** NULL in a process that opened none. */
mtlsauth_engine_t *policies_engine(void);
/** Appends to the decision log, if there is one. Returns 0, or -1 with errno. */
int policies_record(const mtlsauth_decision_t *decision) MTLSAUTH_MUST_CHECK;

#endif
