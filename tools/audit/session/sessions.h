/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sessions.h - resumed handshakes and the ones they came from.
 *
 * A resumed handshake carries no certificate: it is linked by session id, ticket, or the identity of
 * a TLS 1.3 PSK, over any number of resumptions. Memory is bounded; the oldest go first, and are
 * counted. The same id or ticket is only believed of the same server (address and port), and of the
 * newest handshake that had it.
 */
#ifndef AUDIT_SESSION_SESSIONS_H
#define AUDIT_SESSION_SESSIONS_H

#include "audit/tls/handshake.h"

typedef struct sessions sessions_t;

typedef struct sessions_counts {
    uint64_t remembered; /**< ids and tickets, and connections that tickets may come for */
    uint64_t linked, unlinked;
    uint64_t evicted;    /**< of what was remembered, or was too large to be */
} sessions_counts_t;

/** `memory`: octets it may take. Handshakes go on to `next`, completed. */
int sessions_new(const handshake_sink_t *next, size_t memory, sessions_t **out) MTLSAUTH_MUST_CHECK;
/** What to give to the stages that read. Lives as long as the sessions. */
const handshake_sink_t *sessions_sink(sessions_t *sessions);
const sessions_counts_t *sessions_counts(const sessions_t *sessions);
void sessions_free(sessions_t *sessions);

#endif
