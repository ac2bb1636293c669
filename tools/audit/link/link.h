/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - from packets to TCP segments and UDP datagrams: link layers, tunnels, IP and fragments.
 *
 * Frames nest at most LINK_MAX_DEPTH headers deep. A packet that is not understood is counted by why.
 * What it does not check: checksums, which captures of the sending host have wrong.
 */
#ifndef AUDIT_LINK_LINK_H
#define AUDIT_LINK_LINK_H

#include "audit/link/segment.h"
#include "base/buf.h"

#define LINK_MAX_DEPTH 32u

/** What became of packets; all counts are of this links_t's life. */
typedef struct link_counts {
    uint64_t packets;       /**< all of them */
    uint64_t segments;      /**< TCP and UDP handed on */
    uint64_t not_ip;        /**< ARP and the like */
    uint64_t other;         /**< IP, neither TCP nor UDP, nor a tunnel */
    uint64_t malformed;     /**< lengths that cannot be */
    uint64_t cut;           /**< cut by the capture before its payload */
    uint64_t unknown_link;  /**< of a link type that is not read */
    uint64_t fragments;     /**< IP fragments */
    uint64_t evicted;       /**< fragments given up for lack of memory or the rest */
    uint64_t waiting;       /**< fragments that still wait for the rest */
} link_counts_t;

typedef struct links links_t;

/** `memory`: octets that fragments may take. Each segment is pushed to `next`, during links_push(). */
int links_new(segment_fn *next, void *context, size_t memory, links_t **out) MTLSAUTH_MUST_CHECK;
void links_push(links_t *links, const packet_t *packet);
const link_counts_t *links_counts(const links_t *links);
void links_free(links_t *links);

#endif
