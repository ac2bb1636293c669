/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wifi.c - 802.11 data frames that are not encrypted, and what capturing drivers put before them:
 * radiotap, Prism, AVS, PPI. Aggregated frames (A-MSDU) are not read.
 */
#include "audit/link/walk.h"

enum { LINKTYPE_PRISM = 119, LINKTYPE_RADIOTAP = 127, LINKTYPE_AVS = 163, LINKTYPE_PPI_HERE = 192 };

/* Radiotap's flags say whether the header of 802.11 is padded; they stand behind a time stamp. */
static bool radiotap_padded(const uint8_t *at, size_t length)
{
    uint32_t present = walk_32_little(at + 4), more = present;
    size_t offset = 8;

    while ((more & 0x80000000u) != 0) { /* more words of what is present */
        if (length - offset < 4)
            return false;
        more = walk_32_little(at + offset);
        offset += 4;
    }
    if ((present & 2) == 0)
        return false;
    if ((present & 1) != 0)
        offset = ((offset + 7) & ~(size_t)7) + 8;
    return offset < length && (at[offset] & 0x20) != 0;
}

static layer_t radiotap(walk_t *walk)
{
    size_t length;

    if (walk->size < 8)
        return walk_short(walk, 8);
    length = walk_16_little(walk->at + 2);
    if (walk->at[0] != 0 || length < 8)
        return END_MALFORMED;
    if (walk->size < length)
        return walk_short(walk, length);
    walk->padded = radiotap_padded(walk->at, length);
    walk_skip(walk, length);
    return LAYER_WIFI;
}

/* Prism's header has its length in the driver's order of octets; AVS's came to stand in its place. */
static layer_t prism(walk_t *walk)
{
    uint32_t length;

    if (walk->size < 8)
        return walk_short(walk, 8);
    length = walk_32(walk->at + 4);
    if (length > 0xffff)
        length = walk_32_little(walk->at + 4);
    if (length < 8)
        return END_MALFORMED;
    if (walk->size < length)
        return walk_short(walk, length);
    walk_skip(walk, length);
    return LAYER_WIFI;
}

static layer_t ppi(walk_t *walk)
{
    size_t length;
    uint32_t type;

    if (walk->size < 8)
        return walk_short(walk, 8);
    length = walk_16_little(walk->at + 2);
    type = walk_32_little(walk->at + 4);
    if (walk->at[0] != 0 || length < 8)
        return END_MALFORMED;
    if (walk->size < length)
        return walk_short(walk, length);
    walk_skip(walk, length);
    walk->link_type = type;
    return LAYER_LINK;
}

layer_t walk_radio(walk_t *walk)
{
    switch (walk->link_type) {
    case LINKTYPE_RADIOTAP:
        return radiotap(walk);
    case LINKTYPE_PPI_HERE:
        return ppi(walk);
    default:
        return prism(walk);
    }
}

layer_t walk_wifi(walk_t *walk)
{
    unsigned control, flags;
    size_t header = 24;
    bool aggregated = false;

    if (walk->size < 2)
        return walk_short(walk, 2);
    control = walk->at[0];
    flags = walk->at[1];
    /* Data of version 0, neither empty nor encrypted. */
    if ((control & 0x0f) != 0x08 || (control & 0x40) != 0 || (flags & 0x40) != 0)
        return END_NOT_IP;
    if ((flags & 3) == 3)
        header += 6; /* a fourth address */
    if ((control & 0x80) != 0) {
        if (walk->size < header + 2)
            return walk_short(walk, header + 2);
        aggregated = (walk->at[header] & 0x80) != 0;
        header += (flags & 0x80) != 0 ? 6 : 2; /* QoS, and HT's control */
    }
    if (walk->padded)
        header = (header + 3) & ~(size_t)3;
    if (walk->size < header)
        return walk_short(walk, header);
    /* A part of a frame: these are not put together. */
    if (aggregated || (flags & 0x04) != 0 || (walk->at[22] & 0x0f) != 0)
        return END_OTHER;
    walk_skip(walk, header);
    return LAYER_LLC;
}
