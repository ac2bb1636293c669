/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tunnel.c - GRE (RFC 2784, 2890; PPTP's, RFC 2637) with what it carries, and tunnels in UDP: VXLAN
 * (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380).
 *
 * A port alone makes no tunnel: where the header is not as it must be, the datagram is what it is.
 *
 * The number that tells tunnels apart must be the same in both directions. VXLAN's and Geneve's own
 * numbers are; GRE's keys and GTP's endpoint identifiers need not be, and so the ends make it there.
 */
#include "audit/link/walk.h"

#include <string.h>

enum { KIND_GRE = 1, KIND_VXLAN, KIND_GENEVE, KIND_GTP };

enum {
    PORT_GTP = 2152,
    PORT_TEREDO = 3544,
    PORT_VXLAN = 4789,
    PORT_GENEVE = 6081,
    PORT_VXLAN_LINUX = 8472
};

static void enter(walk_t *walk, unsigned kind, uint32_t number)
{
    uint32_t inner = (uint32_t)kind << 24 | (number & 0xffffff);

    walk->segment.tunnel = walk->segment.tunnel == 0
                               ? inner
                               : ((walk->segment.tunnel * 2654435761u) ^ inner) | 1;
}

static uint32_t fold(const uint8_t address[16])
{
    uint32_t sum = 2166136261u;
    unsigned i;

    for (i = 0; i < 16; i++)
        sum = (sum ^ address[i]) * 16777619u;
    return sum ^ sum >> 15;
}

/* Both ends, whichever sends. Nobody gains by a collision, but two tunnels for one. */
static uint32_t ends(const walk_t *walk)
{
    return fold(walk->segment.source.address) + fold(walk->segment.destination.address);
}

/* ERSPAN: type I has no header, II and III announce one; those of GRE without sequence are I. */
static layer_t erspan(walk_t *walk, unsigned type, bool sequenced)
{
    size_t size = 0;
    unsigned frame = 0;

    if (type == 0x88be)
        size = sequenced ? 8 : 0;
    else
        size = 12;
    if (walk->size < size)
        return walk_short(walk, size);
    if (size == 12) {
        frame = walk->at[10] >> 2 & 0x1f;
        if ((walk->at[11] & 1) != 0) /* a sub-header of the platform */
            size = 20;
        if (walk->size < size)
            return walk_short(walk, size);
    }
    walk_skip(walk, size);
    return frame == 0 ? LAYER_ETHERNET : frame == 2 ? LAYER_IP : END_OTHER;
}

/* What GRE says it carries; WCCP has a word of its own before IP, in its second version. */
static layer_t gre_payload(walk_t *walk, unsigned type, bool sequenced)
{
    switch (type) {
    case 0x88be:
    case 0x22eb:
        return erspan(walk, type, sequenced);
    case 0x883e:
        if (walk->size < 4)
            return walk_short(walk, 4);
        if (walk->at[0] >> 4 != 4)
            walk_skip(walk, 4);
        return LAYER_IPV4;
    default:
        return walk_ethertype(type);
    }
}

layer_t walk_gre(walk_t *walk)
{
    unsigned flags, version, type;
    size_t size = 4;

    if (walk->size < 4)
        return walk_short(walk, 4);
    flags = walk_16(walk->at);
    type = walk_16(walk->at + 2);
    version = flags & 7;
    if (version > 1 || (flags & 0x4000) != 0) /* source routes are history (RFC 2784) */
        return END_OTHER;
    if ((flags & 0x8000) != 0)
        size += 4; /* checksum */
    if ((flags & 0x2000) != 0)
        size += 4; /* key */
    if ((flags & 0x1000) != 0)
        size += 4; /* sequence */
    if (version == 1 && (flags & 0x0080) != 0)
        size += 4; /* acknowledgement */
    if (walk->size < size)
        return walk_short(walk, size);
    walk_skip(walk, size);
    if (walk->length == 0)
        return END_OTHER; /* a keepalive */
    enter(walk, KIND_GRE, ends(walk));
    return gre_payload(walk, type, (flags & 0x1000) != 0);
}

/* A frame of Ethernet with something in it that is known, ARP included. */
static bool is_ethernet(const uint8_t *at, size_t size)
{
    unsigned type = size >= 14 ? walk_16(at + 12) : 0;

    if (type == 0x0800)
        return size >= 15 && at[14] >> 4 == 4;
    if (type == 0x86dd)
        return size >= 15 && at[14] >> 4 == 6;
    return type == 0x0806 || walk_ethertype(type) >= LAYER_LINK;
}

static bool is_ip(const uint8_t *at, size_t size)
{
    return size >= 20 && (at[0] >> 4 == 6 || (at[0] >> 4 == 4 && (at[0] & 0xf) >= 5));
}

static bool vxlan(walk_t *walk, layer_t *next)
{
    const uint8_t *at = walk->at;

    /* The number is valid; it may have a group's policy. The last octet is reserved. */
    if (walk->size < 8 || (at[0] & 0x7f) != 0x08 || at[7] != 0
        || !is_ethernet(at + 8, walk->size - 8))
        return false;
    enter(walk, KIND_VXLAN, walk_32(at + 4) >> 8);
    walk_skip(walk, 8);
    *next = LAYER_ETHERNET;
    return true;
}

static bool geneve(walk_t *walk, layer_t *next)
{
    const uint8_t *at = walk->at;
    size_t header;
    layer_t inner;

    if (walk->size < 8 || at[0] >> 6 != 0 || (at[1] & 0x3f) != 0 || at[7] != 0)
        return false;
    header = 8 + (size_t)(at[0] & 0x3f) * 4;
    inner = walk_ethertype(walk_16(at + 2));
    if (inner < LAYER_LINK || walk->size < header
        || (inner == LAYER_ETHERNET && !is_ethernet(at + header, walk->size - header))
        || ((inner == LAYER_IPV4 || inner == LAYER_IPV6)
            && !is_ip(at + header, walk->size - header)))
        return false;
    enter(walk, KIND_GENEVE, walk_32(at + 4) >> 8);
    walk_skip(walk, header);
    *next = inner;
    return true;
}

/* Octets of GTP-U's header with its extensions; 0: it is none. */
static size_t gtp_header(const walk_t *walk)
{
    const uint8_t *at = walk->at;
    size_t header = 8, extension;

    /* Version 1, GTP rather than GTP', a user's packet, and the length as it must be. */
    if (walk->size < 8 || at[0] >> 4 != 3 || at[1] != 0xff
        || walk_16(at + 2) != walk->length - 8)
        return 0;
    if ((at[0] & 7) == 0)
        return header;
    header = 12;
    if (walk->size < header)
        return 0;
    if ((at[0] & 4) == 0)
        return header;
    while (at[header - 1] != 0) {
        if (walk->size <= header)
            return 0;
        extension = (size_t)at[header] * 4;
        if (extension == 0 || extension > walk->size - header)
            return 0;
        header += extension;
    }
    return header;
}

static bool gtp(walk_t *walk, layer_t *next)
{
    size_t header = gtp_header(walk);

    if (header == 0 || !is_ip(walk->at + header, walk->size - header))
        return false;
    enter(walk, KIND_GTP, ends(walk));
    walk_skip(walk, header);
    *next = LAYER_IP;
    return true;
}

/* IPv6 behind an authentication (0001) and an origin (0000) that may be there. */
static bool teredo(walk_t *walk, layer_t *next)
{
    static const uint8_t prefix[4] = { 0x20, 0x01, 0, 0 };
    const uint8_t *at = walk->at;
    size_t skip = 0;

    if (walk->size >= 4 && at[0] == 0 && at[1] == 1)
        skip = 13 + (size_t)at[2] + at[3];
    if (walk->size >= skip + 2 && at[skip] == 0 && at[skip + 1] == 0)
        skip += 8;
    if (walk->size < skip + 40 || at[skip] >> 4 != 6
        || walk_16(at + skip + 4) + (size_t)40 > walk->length - skip
        || (memcmp(at + skip + 8, prefix, 4) != 0 && memcmp(at + skip + 24, prefix, 4) != 0))
        return false;
    walk_skip(walk, skip);
    *next = LAYER_IPV6;
    return true;
}

bool walk_udp_tunnel(walk_t *walk, layer_t *next)
{
    const unsigned source = walk->segment.source.port;

    switch (walk->segment.destination.port) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return vxlan(walk, next);
    case PORT_GENEVE:
        return geneve(walk, next);
    case PORT_GTP:
        return gtp(walk, next);
    case PORT_TEREDO:
        return teredo(walk, next);
    default:
        return (source == PORT_GTP && gtp(walk, next))
               || (source == PORT_TEREDO && teredo(walk, next));
    }
}
