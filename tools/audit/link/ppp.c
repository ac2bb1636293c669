/* SPDX-License-Identifier: BSD-2-Clause */
/* ppp.c - PPP (RFC 1661, 1662), over Ethernet (RFC 2516) and in HDLC's framing; Cisco's HDLC. */
#include "audit/link/walk.h"

layer_t walk_pppoe(walk_t *walk)
{
    unsigned code, length;

    if (walk->size < 6)
        return walk_short(walk, 6);
    if (walk->at[0] != 0x11)
        return END_MALFORMED;
    code = walk->at[1];
    length = walk_16(walk->at + 4);
    walk_skip(walk, 6);
    walk_limit(walk, length);
    return code == 0 ? LAYER_PPP : END_NOT_IP;
}

layer_t walk_ppp(walk_t *walk)
{
    unsigned protocol;

    if (walk->size >= 2 && walk->at[0] == 0xff && walk->at[1] == 0x03)
        walk_skip(walk, 2);
    if (walk->size < 2)
        return walk_short(walk, 2);
    if ((walk->at[0] & 1) != 0) { /* the first octet, of zero, was left out */
        protocol = walk->at[0];
        walk_skip(walk, 1);
    } else {
        protocol = walk_16(walk->at);
        walk_skip(walk, 2);
    }
    switch (protocol) {
    case 0x0021:
        return LAYER_IPV4;
    case 0x0057:
        return LAYER_IPV6;
    case 0x0281:
    case 0x0283:
        return LAYER_MPLS;
    default:
        return END_NOT_IP;
    }
}

layer_t walk_hdlc(walk_t *walk)
{
    unsigned type;

    if (walk->size < 4)
        return walk_short(walk, 4);
    if (walk->at[0] != 0x0f && walk->at[0] != 0x8f)
        return LAYER_PPP;
    type = walk_16(walk->at + 2);
    walk_skip(walk, 4);
    return walk_ethertype(type);
}
