/* SPDX-License-Identifier: BSD-2-Clause */
/* transport.c - the headers of TCP and UDP: a segment is handed on. */
#include "audit/link/walk.h"

static layer_t hand_on(walk_t *walk)
{
    segment_t *segment = &walk->segment;

    segment->payload = walk->at;
    segment->size = (uint32_t)walk->size;
    segment->length = (uint32_t)walk->length;
    walk->links->next(walk->links->context, segment);
    return END_HANDED_ON;
}

layer_t walk_tcp(walk_t *walk)
{
    enum { FLAGS = TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK, TO_FLAGS = 14 };
    const uint8_t *at = walk->at;
    segment_t *segment = &walk->segment;
    size_t header;

    if (walk->size < TO_FLAGS || walk->length < 20)
        return walk_short(walk, 20);
    header = (size_t)(at[12] >> 4) * 4;
    if (header < 20 || header > walk->length)
        return END_MALFORMED;
    segment->transport = TRANSPORT_TCP;
    segment->source.port = walk_16(at);
    segment->destination.port = walk_16(at + 2);
    segment->sequence = walk_32(at + 4);
    segment->acknowledgment = walk_32(at + 8);
    segment->tcp_flags = at[13] & FLAGS;
    if (walk->size < header) { /* cut in the options: the payload's length is known all the same */
        walk->at += walk->size;
        walk->length -= header;
        walk->size = 0;
    } else {
        walk_skip(walk, header);
    }
    return hand_on(walk);
}

layer_t walk_udp(walk_t *walk)
{
    const uint8_t *at = walk->at;
    segment_t *segment = &walk->segment;
    size_t length;
    layer_t next;

    if (walk->size < 8)
        return walk_short(walk, 8);
    length = walk_16(at + 4);
    if (length != 0 && (length < 8 || length > walk->length))
        return END_MALFORMED;
    if (length != 0) /* else IP's: a jumbogram, or not cut up yet */
        walk_limit(walk, length);
    segment->transport = TRANSPORT_UDP;
    segment->source.port = walk_16(at);
    segment->destination.port = walk_16(at + 2);
    segment->sequence = 0;
    segment->acknowledgment = 0;
    segment->tcp_flags = 0;
    walk_skip(walk, 8);
    if (walk_udp_tunnel(walk, &next))
        return next;
    return hand_on(walk);
}
