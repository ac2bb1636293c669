/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origins.h - what handshakes that others may resume said of the client: its certificates, or none.
 *
 * References are counted. Handshakes that say the same share an origin, and origins share certificates,
 * so that a client takes the memory of one handshake. What all of them take is in `used`; who makes
 * more sees to the limit.
 */
#ifndef AUDIT_SESSION_ORIGINS_H
#define AUDIT_SESSION_ORIGINS_H

#include "audit/tls/handshake.h"

typedef struct certificate {
    struct certificate *next, **back; /**< of its bucket; back NULL: in none */
    struct origin *origins;           /**< whose leaf it is */
    uint64_t hash;
    uint32_t references;
    uint32_t size;
    uint8_t data[];
} certificate_t;

typedef struct origin {
    struct origin *next; /**< with the same leaf */
    visibility_t visibility;
    bool listed;         /**< it can be shared */
    size_t n_left_out;
    uint32_t references;
    uint32_t n_certificates;
    certificate_t *certificates[];
} origin_t;

typedef struct origins {
    certificate_t **buckets;
    size_t n_buckets; /**< a power of two */
    origin_t *none;   /**< without certificates */
    uint64_t key[2];
    size_t used;
} origins_t;

/** Zeroed `origins` before; origins_clear() also after a failure. */
int origins_init(origins_t *origins, size_t n_buckets) MTLSAUTH_MUST_CHECK;
/** Only the table: each origin must have been dropped. */
void origins_clear(origins_t *origins);
/** Octets that an origin of this handshake takes, if none of its certificates is there yet. */
size_t origins_cost(const handshake_t *handshake);
/** A reference, to one that is there or a new one; NULL: no memory. */
origin_t *origins_make(origins_t *origins, const handshake_t *handshake);
void origins_drop(origins_t *origins, origin_t *origin);

#endif
