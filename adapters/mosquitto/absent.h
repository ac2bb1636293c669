/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * absent.h - clients that are not connected, of whom the broker asks nevertheless.
 *
 * A client that is gone has no certificate any more, but mosquitto asks about it: for its will,
 * for messages that are kept until it comes back, and at a reload. One that never presented a
 * certificate looks the same, so that nothing is believed here that was not seen when the client
 * left.
 *
 *     - The will: asked about right behind the end of the connection, before anything else happens.
 *       The certificate is kept until then, and no longer.
 *     - Kept messages: by the name of the client and its place in memory. Both must fit: a new
 *       client may take either, and is forgotten here when it connects.
 *
 * Bounded: who was forgotten for want of room is judged as a client without a certificate.
 */
#ifndef ADAPTERS_MOSQUITTO_ABSENT_H
#define ADAPTERS_MOSQUITTO_ABSENT_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "mosquitto/broker.h"

/** All zero at first. */
typedef struct absent {
    void *names;                     /* a tree of those below, by name */
    struct absent_client *first, *last;
    size_t count;
    const struct mosquitto *leaving; /* who just left, */
    X509 *certificate;               /* and what it had */
} absent_t;

/** The client leaves. `certificate`: what it has, NULL: none that is known. */
void absent_leaves(absent_t *absent, const struct mosquitto *client, X509 *certificate);
/** The certificate of the client that left just now, borrowed, or NULL. */
X509 *absent_certificate(const absent_t *absent, const struct mosquitto *client);
/** Something else happened since somebody left. */
void absent_moment_over(absent_t *absent);

/** Has that client left with a certificate, and not come back? */
bool absent_knows(const absent_t *absent, const struct mosquitto *client);
/** A client of that name is here. */
void absent_forget(absent_t *absent, const struct mosquitto *client);

void absent_free(absent_t *absent);

#endif
