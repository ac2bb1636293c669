/* SPDX-License-Identifier: BSD-2-Clause */
/* visitors.h - kinds of client for a real server, and a PKI for them that is valid now. */
#ifndef TESTS_CAPTURES_VISITORS_H
#define TESTS_CAPTURES_VISITORS_H

#include <stdint.h>
#include <stdio.h>

#include "certs.h"

typedef struct visitor_kind {
    const char *name;
    const char *cn; /**< NULL: no certificate */
    const char *reason;
    int64_t from, until; /**< days from now; 0: as issued every day */
    bool revoked, self_signed, other_ca;
    bool deep;         /**< issued by the intermediate, which is sent */
    bool unlinked;     /**< issued by the intermediate, which is not sent */
    bool resumed;      /**< comes back with its session */
    unsigned requests; /**< on one connection; 0: leaves after the handshake */
    bool gone;         /**< leaves behind its ClientHello */
} visitor_kind_t;

#define VISITOR_KINDS 18u
extern const visitor_kind_t visitor_kinds[VISITOR_KINDS];

typedef struct visitors {
    issued_t ca, intermediate, other_ca, server;
    issued_t clients[VISITOR_KINDS];
} visitors_t;

/** Issues for all kinds, and writes ca.pem, crl.pem, crl-intermediate.pem, server.pem, server.key.
 */
void visitors_issue(const char *folder, visitors_t *out);
void visitors_free(visitors_t *visitors);

/** Ends the program if it is not so. */
void visitors_must(int good, const char *what);
/** Microseconds since 1970. */
int64_t visitors_now(void);
/** A file for writing, in a folder. */
FILE *visitors_create(const char *folder, const char *name, const char *suffix);

#endif
