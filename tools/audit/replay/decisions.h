/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decisions.h - a server's own log of decisions, to be joined with the handshakes of a capture.
 *
 * The log is JSON lines (decision.schema.json); what stands before the first { of a line, such as a
 * logger's prefix, is passed over. A line that is no decision is counted. Memory is bounded: decisions
 * past it are counted as left out.
 *
 * A decision belongs to a handshake with the same addresses and ports, at most an hour before it; where
 * the server knows no ports, to one with the same client address and certificate, at most ten seconds
 * before. Certificate, TLS version and resumption must agree where both sides know them. Each decision
 * is given once, in the order of time.
 */
#ifndef AUDIT_REPLAY_DECISIONS_H
#define AUDIT_REPLAY_DECISIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define DECISIONS_MAX_LINE (1u << 20)

/** One decision of the log. Strings are NULL where the log does not have them. */
typedef struct logged {
    char id[17];
    int64_t time;
    const char *host, *path, *method, *user, *resource, *action;
    const char *verdict, *reason;
    const char *where;        /**< the client's address and port, to name it */
} logged_t;

typedef struct decisions_counts {
    uint64_t lines, decisions, not_understood, left_out, joined;
} decisions_counts_t;

/** What is known of a handshake. Addresses of IPv4 are ::ffff:a.b.c.d. */
typedef struct decisions_query {
    uint8_t source[16], destination[16];
    uint16_t source_port, destination_port;
    int64_t time;
    const char *sha256;       /**< of the leaf, in hex; NULL: no certificate */
    const char *version;      /**< "": not known */
    bool resumed;
} decisions_query_t;

typedef struct decisions decisions_t;

/** Reads a log whole; `memory` bounds what is kept of it. 0, or -1 with the reason in `why`. */
int decisions_read(const char *path, size_t memory, decisions_t **out, ma_buf_t *why)
    MTLSAUTH_MUST_CHECK;
/** The next decision of that handshake, or NULL: no more. It is used up. Borrowed. */
const logged_t *decisions_take(decisions_t *decisions, const decisions_query_t *query);
/** Decisions without a handshake, those of one client in the order of time: the `index`-th of them, or NULL. */
const logged_t *decisions_unused(const decisions_t *decisions, size_t index);
const decisions_counts_t *decisions_counts(const decisions_t *decisions);
void decisions_free(decisions_t *decisions);

#endif
