/* SPDX-License-Identifier: BSD-2-Clause */
/* decision_line.h - a decision as one line for a server's log. */
#ifndef ADAPTERS_DECISION_LINE_H
#define ADAPTERS_DECISION_LINE_H

#include <mtlsauth/mtlsauth.h>

/** Room that no line outgrows; what is longer is cut. */
#define DECISION_LINE_SIZE 1536

/**
 * Writes printable text without a line end, NUL-terminated:
 *
 *     deny (revoked) policy=api entry=2 id=0123456789abcdef: CN=John Doe was revoked on ...
 *     allow (success) policy=api entry=3 id=...: the policy lets this client in
 *     allow (monitor: would deny, revoked) policy=api ...
 *     allow (success) policy=api entry=3 id=... candidate=api-next would deny (no_match): ...; the ...
 *
 * It never goes to the client: it says why.
 */
void decision_line(const mtlsauth_decision_t *decision, char out[DECISION_LINE_SIZE]);

/**
 * 1 if a server that logs only what matters should log this one: a denial, what monitor mode let
 * pass, and a candidate that came to another verdict.
 */
int decision_matters(const mtlsauth_decision_t *decision);

/** "allow" or "deny", as the server has to act. */
const char *decision_verdict(const mtlsauth_decision_t *decision);

#endif
