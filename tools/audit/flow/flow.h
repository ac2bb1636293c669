/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow.h - connections: TCP segments as two streams of bytes, UDP datagrams by their ends.
 *
 * Out of order, overlapping, repeated and lost segments; captures that begin in the middle, see one
 * direction alone, or reuse a port. Of overlapping bytes the ones that came first are kept. Memory
 * is bounded: segments that wait, flows, and what their consumers keep; what was given up is counted.
 *
 * Each flow has a consumer, which says how many of the bytes that come next it wants to skip. They
 * are stepped over without being looked at or kept, and so a gap among them harms nobody. A consumer
 * that wants no more of either direction is at its end.
 */
#ifndef AUDIT_FLOW_FLOW_H
#define AUDIT_FLOW_FLOW_H

#include "audit/link/segment.h"
#include "base/buf.h"

/** What is known of a flow. The client is who sent SYN, or else who was seen first. */
typedef struct flow {
    endpoint_t ends[2]; /**< 0: who opened it, as far as seen */
    uint8_t ip_version;
    uint8_t transport;
    uint32_t tunnel;
    bool mid_stream;    /**< no SYN was seen */
    int64_t first_time; /**< of its first packet */
    uint64_t first_packet;
    uint32_t first_file;
} flow_t;

typedef enum flow_end {
    FLOW_END_CLOSED,   /**< FIN both ways, or RST; or nobody wants the rest */
    FLOW_END_REPLACED, /**< a new connection with the same ends */
    FLOW_END_EVICTED,  /**< the memory was wanted, or it was idle for long */
    FLOW_END_CAPTURE   /**< the capture is over */
} flow_end_t;

/** The rest of this direction. */
#define FLOW_SKIP_REST UINT64_MAX

/** Who takes the bytes. `from` is the end that sent them, 0 or 1; `packet` the one that completed
 * them. */
typedef struct flow_consumer {
    /** A new flow: returns its state, or NULL: it is not wanted. `flow` lives until end(). */
    void *(*open)(void *context, const flow_t *flow);
    /** Bytes of a stream, in order; a whole datagram. Returns how many to skip next in that
     * direction. */
    uint64_t (*bytes)(void *state, unsigned from, const uint8_t *data, size_t size,
                      const packet_t *packet);
    /** `size` octets of a stream that were not skipped are missing. Returns as bytes() does. */
    uint64_t (*gap)(void *state, unsigned from, uint64_t size, const packet_t *packet);
    /** FIN was seen and all before it was handed on; may be NULL. */
    void (*half_close)(void *state, unsigned from);
    void (*end)(void *state, flow_end_t why);
    void *context;
    /** Octets of memory that a state takes; may be NULL. Asked after each packet: be quick. */
    size_t (*memory)(const void *state);
} flow_consumer_t;

typedef struct flow_limits {
    size_t flows;       /**< at most at a time */
    size_t memory;      /**< octets of segments that wait, of all flows */
    size_t flow_memory; /**< of one direction of one flow; a gap is declared beyond */
    size_t states;      /**< octets that the consumers' states may take; 0: as many as they like */
    int64_t idle;       /**< nanoseconds after which a flow may be given up */
} flow_limits_t;
extern const flow_limits_t flow_default_limits;

typedef struct flow_counts {
    uint64_t tcp, udp; /**< flows */
    uint64_t segments, datagrams;
    uint64_t out_of_order, repeated, overlapping;
    uint64_t gaps, gap_octets;
    uint64_t evicted; /**< flows that were given up */
    uint64_t dropped; /**< segments that waited and were given up */
} flow_counts_t;

typedef struct flows flows_t;

int flows_new(const flow_consumer_t *tcp, const flow_consumer_t *udp, const flow_limits_t *limits,
              flows_t **out) MTLSAUTH_MUST_CHECK;
void flows_push(flows_t *flows, const segment_t *segment);
/** The capture is over: what waits behind a gap is handed on, and each flow ends, oldest first. */
void flows_finish(flows_t *flows);
const flow_counts_t *flows_counts(const flows_t *flows);
void flows_free(flows_t *flows);

#endif
