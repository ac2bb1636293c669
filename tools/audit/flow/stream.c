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
