/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peers.h - what GnuTLS and OpenSSL do for one client: parse leaf and intermediate, and verify the
 * path to the root for a TLS client. They see no CRL.
 */
#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

#include <openssl/x509_vfy.h>

#include "certs.h"

typedef struct peers {
    X509_STORE *openssl;
    gnutls_x509_trust_list_t gnutls;
} peers_t;

void peers_open(peers_t *peers, const issued_t *root);
void peers_close(peers_t *peers);

/** 0 if the path verifies at CERTS_NOW. */
int peers_openssl(const peers_t *peers, const issued_t *client, const issued_t *intermediate);
/** 0 if the path verifies; whatever the dates, since GnuTLS judges at its own clock. */
int peers_gnutls(const peers_t *peers, const issued_t *client, const issued_t *intermediate);

#endif
