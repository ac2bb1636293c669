/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk.h - a real client and a real server of GnuTLS or OpenSSL that talk over memory. A talk that
 * fails where it should not ends the program: the tests that use it could not trust its captures.
 */
#ifndef TESTS_CAPTURES_TALK_H
#define TESTS_CAPTURES_TALK_H

#include <gnutls/gnutls.h>

#include "captures/transcript.h"
#include "certs.h"

/** Who is there. Certificates are of certs.h. */
typedef struct people {
    const issued_t *ca, *server;
    const issued_t *client;       /**< NULL: it has none */
    const issued_t *intermediate; /**< sent behind the client's; may be NULL */
    const issued_t *large;        /**< of a client with a large one */
} people_t;

/** What a server remembers from talk to talk, and a client. */
typedef struct memory_of_talks {
    gnutls_datum_t ticket_key; /**< empty: made at the first talk that wants tickets */
    gnutls_datum_t session;    /**< the client's */
    gnutls_datum_t keys[16], values[16]; /**< the server's, by session id */
    size_t n;
    char sha256[65];           /**< of the leaf of the first handshake */
} memory_of_talks_t;

typedef struct talk {
    const char *priority;   /**< GnuTLS's; OpenSSL's version as "TLSv1.2" */
    bool datagrams;         /**< DTLS */
    bool request;           /**< the server asks for a certificate */
    bool tickets;           /**< else session ids, up to TLS 1.2 */
    bool resume;            /**< with what the memory has */
    bool retry;             /**< the client's first key share does not suit (TLS 1.3) */
    bool renegotiate;       /**< once more, with the client's certificate asked for then */
    bool reauthenticate;    /**< TLS 1.3: asked for after the handshake */
    const char *sni;
    size_t up, down;        /**< octets of data behind the handshake, from the client, from the server */
    memory_of_talks_t *memory; /**< NULL: nothing is remembered */
} talk_t;

void talk_gnutls(const talk_t *how, const people_t *people, transcript_t *out);
void talk_openssl(const talk_t *how, const people_t *people, transcript_t *out);
void memory_of_talks_free(memory_of_talks_t *memory);

#endif
