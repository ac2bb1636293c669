/* SPDX-License-Identifier: BSD-2-Clause */
/* ip.c - IPv4 (RFC 791) and IPv6 (RFC 8200) headers, IPv6's extensions, AH (RFC 4302), fragments. */
#include "audit/link/walk.h"

#include <string.h>

layer_t walk_ip(walk_t *walk)
{
    if (walk->size < 1)
        return walk_short(walk, 1);
    switch (walk->at[0] >> 4) {
    case 4:
        return LAYER_IPV4;
    case 6:
        return LAYER_IPV6;
    default:
        return END_NOT_IP;
    }
}

layer_t walk_fragment(walk_t *walk, uint32_t id, uint8_t protocol, size_t offset, bool more)
{
    const segment_t *segment = &walk->segment;
    fragment_key_t key = { .id = id, .tunnel = segment->tunnel, .version = segment->ip_version };
    fragment_part_t part = { segment->packet->time, walk->at, walk->size, offset, protocol, more };
    fragment_t *whole;

    if (walk->size < walk->length)
        return END_CUT;
    if (part.size == 0 || (more && part.size % 8 != 0) || offset + part.size > 65535)
        return END_MALFORMED;
    memcpy(key.source, segment->source.address, sizeof(key.source));
    memcpy(key.destination, segment->destination.address, sizeof(key.destination));
    key.protocol = segment->ip_version == 4 ? protocol : 0;
    whole = fragments_add(walk->links->fragments, &key, &part);
    if (whole == NULL)
        return END_WAITS;
    whole->next = walk->whole;
    walk->whole = whole;
    walk->at = whole->data;
    walk->size = walk->length = whole->total;
    return walk_protocol(whole->protocol, segment->ip_version);
}

layer_t walk_ipv4(walk_t *walk)
{
    const uint8_t *at = walk->at;
    segment_t *segment = &walk->segment;
    size_t header, total;
    unsigned fragment, protocol;

    if (walk->size < 20)
        return walk_short(walk, 20);
    header = (size_t)(at[0] & 0xf) * 4;
    total = walk_16(at + 2);
    fragment = walk_16(at + 6);
    protocol = at[9];
    if (at[0] >> 4 != 4 || header < 20 || (total != 0 && total < header))
        return END_MALFORMED;
    /* A length of 0 has what the sender's network card was to cut up (TSO). One beyond the frame
     * is damage, or of a tool that cut packets and forgot their length: what is there is taken, and
     * for TCP the next sequence number tells the rest. */
    if (total != 0)
        walk_limit(walk, total);
    if (walk->size < header)
        return walk_short(walk, header);
    segment->ip_version = 4;
    memcpy(segment->source.address, at + 12, 4);
    memset(segment->source.address + 4, 0, 12);
    memcpy(segment->destination.address, at + 16, 4);
    memset(segment->destination.address + 4, 0, 12);
    walk_skip(walk, header);
    if ((fragment & 0x3fff) != 0)
        return walk_fragment(walk, walk_16(at + 4), (uint8_t)protocol,
                             (size_t)(fragment & 0x1fff) * 8, (fragment & 0x2000) != 0);
    return walk_protocol(protocol, 4);
}

layer_t walk_ipv6(walk_t *walk)
{
    const uint8_t *at = walk->at;
    segment_t *segment = &walk->segment;
    size_t length;

    if (walk->size < 40)
        return walk_short(walk, 40);
    if (at[0] >> 4 != 6)
        return END_MALFORMED;
    length = walk_16(at + 4);
    walk_skip(walk, 40);
    /* A length of 0 is a jumbogram's, or TSO's: all that is there. */
    if (length != 0)
        walk_limit(walk, length);
    segment->ip_version = 6;
    memcpy(segment->source.address, at + 8, 16);
    memcpy(segment->destination.address, at + 24, 16);
    return walk_protocol(at[6], 6);
}

layer_t walk_ipv6_header(walk_t *walk, layer_t layer)
{
    const uint8_t *at = walk->at;
    const unsigned version = walk->segment.ip_version;
    size_t size = 8;
    unsigned offset;

    if (walk->size < 8)
        return walk_short(walk, 8);
    if (layer == LAYER_AH)
        size = ((size_t)at[1] + 2) * 4;
    else if (layer == LAYER_EXTENSION)
        size = ((size_t)at[1] + 1) * 8;
    if (walk->size < size)
        return walk_short(walk, size);
    walk_skip(walk, size);
    if (layer == LAYER_FRAGMENT) {
        offset = walk_16(at + 2);
        if ((offset & 0xfff9) != 0) /* else all of it is in this one (RFC 6946) */
            return walk_fragment(walk, walk_32(at + 4), at[0], offset & 0xfff8,
                                 (offset & 1) != 0);
    }
    return walk_protocol(at[0], version);
}
