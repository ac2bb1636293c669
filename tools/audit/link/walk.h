/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.h - the way through one packet, a header at a time; internal to link/.
 *
 * A step reads the header at the cursor, moves behind it and says which header is next, or what became
 * of the packet. links_push() loops over the steps: nothing recurses, and the loop has a bound.
 */
#ifndef AUDIT_LINK_WALK_H
#define AUDIT_LINK_WALK_H

#include "audit/link/fragment.h"
#include "audit/link/link.h"

typedef enum layer {
    /* What became of the packet. */
    END_HANDED_ON,
    END_WAITS, /**< a fragment whose companions are missing, or that was given up; counted there */
    END_NOT_IP,
    END_OTHER,
    END_MALFORMED,
    END_CUT,
    END_UNKNOWN_LINK,
    /* What stands at the cursor. */
    LAYER_LINK,      /**< of `link_type` */
    LAYER_ETHERNET,
    LAYER_VLAN,
    LAYER_MPLS,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_HDLC,      /**< PPP in HDLC's framing, or Cisco's HDLC */
    LAYER_METADATA,  /**< Cisco's: security group tags */
    LAYER_TAG_4,     /**< VN-Tag: four octets before an ethertype */
    LAYER_TAG_6,     /**< E-Tag: six of them */
    LAYER_PBB,       /**< I-Tag (802.1ah): four octets before a whole frame */
    LAYER_LLC,
    LAYER_WIFI,
    LAYER_IP,        /**< of the version it says */
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_EXTENSION, /**< IPv6: hop-by-hop, routing, destination, mobility ... */
    LAYER_FRAGMENT,  /**< IPv6's fragment header */
    LAYER_AH,
    LAYER_GRE,
    LAYER_ETHER_IP,
    LAYER_TCP,
    LAYER_UDP
} layer_t;

typedef struct walk {
    links_t *links;
    const uint8_t *at;
    size_t size;         /**< octets at the cursor that were captured */
    size_t length;       /**< octets there were on the wire, never less */
    uint32_t link_type;  /**< of LAYER_LINK */
    bool padded;         /**< 802.11: the header is filled up to a multiple of four */
    segment_t segment;   /**< as far as it is known */
    fragment_t *whole;   /**< datagrams put together that the cursor may point into */
} walk_t;

/** Why a header of `need` octets is not there. */
static inline layer_t walk_short(const walk_t *walk, size_t need)
{
    return walk->length < need ? END_MALFORMED : END_CUT;
}

/** Moves on; there must be as many octets in the capture. */
static inline void walk_skip(walk_t *walk, size_t octets)
{
    walk->at += octets;
    walk->size -= octets;
    walk->length -= octets;
}

/** What is at the cursor has at most this length, whatever the layer below had: padding goes. */
static inline void walk_limit(walk_t *walk, size_t length)
{
    if (length < walk->length)
        walk->length = length;
    if (length < walk->size)
        walk->size = length;
}

static inline uint16_t walk_16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t walk_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint32_t walk_32_little(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static inline uint16_t walk_16_little(const uint8_t *at)
{
    return (uint16_t)(at[1] << 8 | at[0]);
}

/** What an ethertype announces. */
static inline layer_t walk_ethertype(unsigned type)
{
    switch (type) {
    case 0x0800:
        return LAYER_IPV4;
    case 0x86dd:
        return LAYER_IPV6;
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
    case 0x9300:
        return LAYER_VLAN;
    case 0x8847:
    case 0x8848:
        return LAYER_MPLS;
    case 0x8864:
        return LAYER_PPPOE;
    case 0x880b:
        return LAYER_PPP;
    case 0x8909:
        return LAYER_METADATA;
    case 0x8926:
        return LAYER_TAG_4;
    case 0x893f:
        return LAYER_TAG_6;
    case 0x88e7:
        return LAYER_PBB;
    case 0x6558:
        return LAYER_ETHERNET;
    default:
        return END_NOT_IP;
    }
}

/** What an IP protocol number, or an IPv6 next header, announces. */
static inline layer_t walk_protocol(unsigned protocol, unsigned version)
{
    switch (protocol) {
    case 6:
        return LAYER_TCP;
    case 17:
        return LAYER_UDP;
    case 4:
        return LAYER_IPV4;
    case 41:
        return LAYER_IPV6;
    case 47:
        return LAYER_GRE;
    case 51:
        return LAYER_AH;
    case 97:
        return LAYER_ETHER_IP;
    case 137:
        return LAYER_MPLS;
    case 0:   /* hop-by-hop options */
    case 43:  /* routing */
    case 60:  /* destination options */
    case 135: /* mobility */
    case 139: /* host identity */
    case 140: /* shim6 */
        return version == 6 ? LAYER_EXTENSION : END_OTHER;
    case 44:
        return version == 6 ? LAYER_FRAGMENT : END_OTHER;
    default:
        return END_OTHER;
    }
}

/** The steps, by file. */
layer_t walk_link(walk_t *walk);                      /* linktype.c */
layer_t walk_ethernet(walk_t *walk);                  /* ethernet.c */
layer_t walk_shim(walk_t *walk, layer_t layer);       /* ethernet.c: VLAN and other tags */
layer_t walk_mpls(walk_t *walk);                      /* ethernet.c */
layer_t walk_llc(walk_t *walk);                       /* ethernet.c */
layer_t walk_pppoe(walk_t *walk);                     /* ppp.c */
layer_t walk_ppp(walk_t *walk);                       /* ppp.c */
layer_t walk_hdlc(walk_t *walk);                      /* ppp.c */
layer_t walk_radio(walk_t *walk);                     /* wifi.c: what comes before 802.11 */
layer_t walk_wifi(walk_t *walk);                      /* wifi.c */
layer_t walk_ip(walk_t *walk);                        /* ip.c */
layer_t walk_ipv4(walk_t *walk);                      /* ip.c */
layer_t walk_ipv6(walk_t *walk);                      /* ip.c */
layer_t walk_ipv6_header(walk_t *walk, layer_t layer); /* ip.c: extensions, fragments, AH */
layer_t walk_gre(walk_t *walk);                       /* tunnel.c */
/** Is this UDP payload, of these ports, a tunnel's? Then the cursor moves in. */
bool walk_udp_tunnel(walk_t *walk, layer_t *next);    /* tunnel.c */
layer_t walk_tcp(walk_t *walk);                       /* transport.c */
layer_t walk_udp(walk_t *walk);                       /* transport.c */
/** A fragment: at the cursor is its part of the datagram. */
layer_t walk_fragment(walk_t *walk, uint32_t id, uint8_t protocol, size_t offset, bool more);

/** Shared by all walks. */
struct links {
    segment_fn *next;
    void *context;
    link_counts_t counts;
    fragments_t *fragments;
};

#endif
