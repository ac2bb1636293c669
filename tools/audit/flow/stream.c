/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - see stream.h. */
#include "audit/flow/stream.h"

void stream_start(stream_t *stream, uint32_t sequence)
{
    stream->base = sequence;
    stream->at = STREAM_ORIGIN;
    stream->high = STREAM_ORIGIN;
    stream->started = true;
}

uint64_t stream_position(const stream_t *stream, uint32_t sequence)
{
    uint32_t high = stream->base + (uint32_t)(stream->high - STREAM_ORIGIN);
    uint32_t ahead = sequence - high;

    if (ahead < UINT32_C(1) << 31)
        return stream->high + ahead;
    return stream->high - (UINT32_C(0) - ahead);
}

bool stream_is_far(const stream_t *stream, uint64_t position)
{
    return position > stream->high + STREAM_FAR || position + STREAM_FAR < stream->high;
}
