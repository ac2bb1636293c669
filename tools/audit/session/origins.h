/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origins.h - handshakes that others may resume: what is known of the client, and its certificates.
 *
 * Origins are counted references; a certificate is kept once, whatever number of origins has it. What
 * all of them take is in `used`; who makes more sees to the limit.
 */
#ifndef AUDIT_SESSION_ORIGINS_H
#define AUDIT_SESSION_ORIGINS_H

#include "audit/tls/handshake.h"

typedef struct certificate {
    struct certificate *next, **back; /**< of its bucket; back NULL: in none */
    uint64_t hash;
    uint32_t references;
    uint32_t size;
    uint8_t data[];
} certificate_t;

typedef struct origin {
    place_t place;
    visibility_t visibility;
    size_t n_left_out;
    uint32_t references;
    uint32_t n_certificates;
    certificate_t *certificates[];
} origin_t;

typedef struct origins {
    certificate_t **buckets;
    size_t n_buckets; /**< a power of two */
    uint64_t key[2];
    size_t used;
} origins_t;

/** Zeroed `origins` before; origins_clear() also after a failure. */
int origins_init(origins_t *origins, size_t n_buckets) MTLSAUTH_MUST_CHECK;
/** Only the table: each origin must have been dropped. */
void origins_clear(origins_t *origins);
/** Octets that an origin of this handshake takes, if none of its certificates is there yet. */
size_t origins_cost(const handshake_t *handshake);
/** One reference; NULL: no memory. */
origin_t *origins_make(origins_t *origins, const handshake_t *handshake);
void origins_drop(origins_t *origins, origin_t *origin);

#endif
