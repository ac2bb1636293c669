/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - one direction of a TCP connection: from segments to octets in order.
 *
 * Positions count octets in 64 bits, so that nothing after them has to think of numbers that wrap.
 * `at` is the next octet that somebody wants: what lies before it was handed on, or skipped.
 */
#ifndef AUDIT_FLOW_STREAM_H
#define AUDIT_FLOW_STREAM_H

#include "audit/flow/flow.h"
#include "audit/flow/waiting.h"

/** Where the octet that was first seen stands, so that there is room before it. */
#define STREAM_ORIGIN (UINT64_C(1) << 40)
/** No window is larger (RFC 7323): what is further off is not of this connection. */
#define STREAM_FAR (UINT64_C(1) << 30)

typedef struct stream {
    uint64_t at;    /**< FLOW_SKIP_REST: none is wanted */
    uint64_t high;  /**< one past the highest octet that was seen */
    uint64_t acked; /**< one past the highest octet that the peer acknowledged; 0: none */
    uint64_t fin;   /**< where FIN stands; 0: not seen */
    uint32_t base;  /**< sequence number at STREAM_ORIGIN */
    uint8_t late; /**< segments since a hole was acknowledged, or since a start that is not sure */
    bool started; /**< base is known */
    bool syn;     /**< and from SYN */
    bool tentative;   /**< the start is not sure yet: octets before it may come */
    bool half_closed; /**< the consumer knows of FIN */
    waiting_t waiting;
} stream_t;

/** Begins at a sequence number. */
void stream_start(stream_t *stream, uint32_t sequence);
/** The position of a sequence number, near the highest that was seen. */
static inline uint64_t stream_position(const stream_t *stream, uint32_t sequence)
{
    uint32_t high = stream->base + (uint32_t)(stream->high - STREAM_ORIGIN);
    uint32_t ahead = sequence - high;

    if (ahead < UINT32_C(1) << 31)
        return stream->high + ahead;
    return stream->high - (UINT32_C(0) - ahead);
}

/** A position so far from what was seen that it cannot be of this connection. */
static inline bool stream_is_far(const stream_t *stream, uint64_t position)
{
    return position > stream->high + STREAM_FAR || position + STREAM_FAR < stream->high;
}

#endif
