/* SPDX-License-Identifier: BSD-2-Clause */
/* linktype.c - what a packet begins with, by its link type (https://www.tcpdump.org/linktypes.html). */
#include "audit/link/walk.h"

enum {
    LINKTYPE_NULL = 0,
    LINKTYPE_ETHERNET = 1,
    LINKTYPE_PPP = 9,
    LINKTYPE_RAW_BSD = 12,     /* as some systems' libpcap wrote raw IP */
    LINKTYPE_RAW_OPENBSD = 14,
    LINKTYPE_PPP_HDLC = 50,
    LINKTYPE_PPP_ETHER = 51,
    LINKTYPE_ATM_RFC1483 = 100,
    LINKTYPE_RAW = 101,
    LINKTYPE_C_HDLC = 104,
    LINKTYPE_IEEE802_11 = 105,
    LINKTYPE_LOOP = 108,
    LINKTYPE_LINUX_SLL = 113,
    LINKTYPE_IEEE802_11_PRISM = 119,
    LINKTYPE_IEEE802_11_RADIOTAP = 127,
    LINKTYPE_IEEE802_11_AVS = 163,
    LINKTYPE_PPP_PPPD = 166,
    LINKTYPE_PPI = 192,
    LINKTYPE_PPP_WITH_DIR = 204,
    LINKTYPE_IPV4 = 228,
    LINKTYPE_IPV6 = 229,
    LINKTYPE_NFLOG = 239,
    LINKTYPE_LINUX_SLL2 = 276
};

/* The sender's PF_ constant, in the order of its machine; IPv6's differs from system to system. */
static layer_t null_family(walk_t *walk)
{
    uint32_t family;

    if (walk->size < 4)
        return walk_short(walk, 4);
    family = walk_32(walk->at);
    if (family > 0xffff)
        family = walk_32_little(walk->at);
    walk_skip(walk, 4);
    switch (family) {
    case 2:
        return LAYER_IPV4;
    case 10: /* Linux */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* Darwin */
        return LAYER_IPV6;
    default:
        return END_NOT_IP;
    }
}

/* Linux's "any" interface; its protocol is an ethertype, or a number of its own below 0x0600. */
static layer_t cooked(walk_t *walk, size_t header, size_t at)
{
    unsigned protocol;

    if (walk->size < header)
        return walk_short(walk, header);
    protocol = walk_16(walk->at + at);
    walk_skip(walk, header);
    if (protocol == 0x0004)
        return LAYER_LLC;
    return walk_ethertype(protocol);
}

/* Linux's netfilter: a header of four octets and attributes, one of which is the packet. */
static layer_t nflog(walk_t *walk)
{
    bool little;
    unsigned length, type;

    if (walk->size < 8)
        return walk_short(walk, 8);
    walk_skip(walk, 4);
    /* Types are small, in the order of the machine that captured. */
    little = walk_16_little(walk->at + 2) <= 0xff;
    while (walk->size >= 4) {
        length = little ? walk_16_little(walk->at) : walk_16(walk->at);
        type = (little ? walk_16_little(walk->at + 2) : walk_16(walk->at + 2)) & 0x3fff;
        if (length < 4)
            return END_MALFORMED;
        if (type == 9) { /* NFULA_PAYLOAD */
            walk_limit(walk, length);
            walk_skip(walk, 4);
            return LAYER_IP;
        }
        length = (length + 3) & ~3u;
        if (length > walk->size)
            return walk_short(walk, length);
        walk_skip(walk, length);
    }
    return walk->length > walk->size ? END_CUT : END_NOT_IP;
}

/* PPP with an octet that says the direction before it, or in the place of its address. */
static layer_t directed_ppp(walk_t *walk)
{
    if (walk->size < 2)
        return walk_short(walk, 2);
    walk_skip(walk, walk->at[1] == 0x03 ? 2 : 1);
    return LAYER_PPP;
}

layer_t walk_link(walk_t *walk)
{
    switch (walk->link_type) {
    case LINKTYPE_ETHERNET:
        return LAYER_ETHERNET;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
        return null_family(walk);
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_BSD:
    case LINKTYPE_RAW_OPENBSD:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
        return LAYER_IP;
    case LINKTYPE_LINUX_SLL:
        return cooked(walk, 16, 14);
    case LINKTYPE_LINUX_SLL2:
        return cooked(walk, 20, 0);
    case LINKTYPE_PPP:
    case LINKTYPE_PPP_HDLC:
    case LINKTYPE_C_HDLC:
        return LAYER_HDLC;
    case LINKTYPE_PPP_PPPD:
    case LINKTYPE_PPP_WITH_DIR:
        return directed_ppp(walk);
    case LINKTYPE_PPP_ETHER:
        return LAYER_PPPOE;
    case LINKTYPE_ATM_RFC1483:
        return LAYER_LLC;
    case LINKTYPE_IEEE802_11:
        return LAYER_WIFI;
    case LINKTYPE_IEEE802_11_PRISM:
    case LINKTYPE_IEEE802_11_RADIOTAP:
    case LINKTYPE_IEEE802_11_AVS:
    case LINKTYPE_PPI:
        return walk_radio(walk);
    case LINKTYPE_NFLOG:
        return nflog(walk);
    default:
        return END_UNKNOWN_LINK;
    }
}
