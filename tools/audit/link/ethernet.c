/* SPDX-License-Identifier: BSD-2-Clause */
/* ethernet.c - Ethernet, what stands between it and IP, and LLC. */
#include "audit/link/walk.h"

layer_t walk_ethernet(walk_t *walk)
{
    unsigned type;

    if (walk->size < 14)
        return walk_short(walk, 14);
    type = walk_16(walk->at + 12);
    walk_skip(walk, 14);
    if (type >= 0x0600)
        return walk_ethertype(type);
    if (type <= 1500)
        walk_limit(walk, type); /* 802.3: a length */
    return LAYER_LLC;
}

/* 802.2, with SNAP or without; 802.11 and ATM have it too. */
layer_t walk_llc(walk_t *walk)
{
    uint32_t organization;
    unsigned type;

    if (walk->size < 3)
        return walk->length < 3 ? END_NOT_IP : END_CUT;
    if (walk->at[0] == 0x06 && walk->at[1] == 0x06 && walk->at[2] == 0x03) {
        walk_skip(walk, 3);
        return LAYER_IPV4;
    }
    if (walk->at[0] != 0xaa || walk->at[1] != 0xaa || walk->at[2] != 0x03)
        return END_NOT_IP;
    if (walk->size < 8)
        return walk_short(walk, 8);
    organization = walk_32(walk->at + 2) & 0xffffff;
    type = walk_16(walk->at + 6);
    walk_skip(walk, 8);
    if (organization == 0x000000 || organization == 0x0000f8)
        return walk_ethertype(type);
    if (organization == 0x0080c2 && (type == 1 || type == 7)) { /* RFC 2684: a bridged frame */
        if (walk->size < 2)
            return walk_short(walk, 2);
        walk_skip(walk, 2);
        return LAYER_ETHERNET;
    }
    return END_NOT_IP;
}

/* Octets of a tag of fixed length, the ethertype at its end included. */
static size_t tag_size(const walk_t *walk, layer_t layer)
{
    switch (layer) {
    case LAYER_METADATA: /* version, length in words, the words */
        return 4 + 4 * (size_t)walk->at[1];
    case LAYER_TAG_4:
        return 6;
    case LAYER_TAG_6:
        return 8;
    default:
        return 4;
    }
}

layer_t walk_shim(walk_t *walk, layer_t layer)
{
    size_t size;
    unsigned type;

    if (layer == LAYER_PBB || layer == LAYER_ETHER_IP) {
        size = layer == LAYER_PBB ? 4 : 2;
        if (walk->size < size)
            return walk_short(walk, size);
        if (layer == LAYER_ETHER_IP && walk->at[0] >> 4 != 3)
            return END_OTHER;
        walk_skip(walk, size);
        return LAYER_ETHERNET;
    }
    if (walk->size < 4)
        return walk_short(walk, 4);
    size = tag_size(walk, layer);
    if (walk->size < size)
        return walk_short(walk, size);
    type = walk_16(walk->at + size - 2);
    walk_skip(walk, size);
    if (type >= 0x0600)
        return walk_ethertype(type);
    if (type <= 1500)
        walk_limit(walk, type);
    return LAYER_LLC;
}

/* What the labels stand before is not said: IP says its version, pseudowires have a word of zeros. */
layer_t walk_mpls(walk_t *walk)
{
    bool last = false;
    unsigned version;

    while (!last) {
        if (walk->size < 4)
            return walk_short(walk, 4);
        last = (walk->at[2] & 1) != 0;
        walk_skip(walk, 4);
    }
    if (walk->size < 20)
        return walk_short(walk, 20);
    version = walk->at[0] >> 4;
    /* Addresses of Ethernet may begin with 4 or 6 as well. */
    if (version == 4 && (walk->at[0] & 0xf) >= 5 && walk_16(walk->at + 2) <= walk->length)
        return LAYER_IPV4;
    if (version == 6 && walk_16(walk->at + 4) + (size_t)40 <= walk->length)
        return LAYER_IPV6;
    if (walk_32(walk->at) >> 28 == 0 && walk_ethertype(walk_16(walk->at + 16)) >= LAYER_LINK) {
        walk_skip(walk, 4);
        return LAYER_ETHERNET;
    }
    return walk_ethertype(walk_16(walk->at + 12)) >= LAYER_LINK ? LAYER_ETHERNET : END_NOT_IP;
}
