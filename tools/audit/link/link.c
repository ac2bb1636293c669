/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - see link.h: the loop over the headers of a packet. */
#include "audit/link/link.h"

#include <stdlib.h>

#include "audit/link/walk.h"

int links_new(segment_fn *next, void *context, size_t memory, links_t **out)
{
    links_t *links = calloc(1, sizeof(*links));
    int status = MTLSAUTH_E_NO_MEMORY;

    if (links == NULL)
        return status;
    status = fragments_new(memory, &links->counts, &links->fragments);
    if (status < 0) {
        free(links);
        return status;
    }
    links->next = next;
    links->context = context;
    *out = links;
    return 0;
}

static layer_t step(walk_t *walk, layer_t layer)
{
    switch (layer) {
    case LAYER_ETHERNET:
        return walk_ethernet(walk);
    case LAYER_IPV4:
        return walk_ipv4(walk);
    case LAYER_TCP:
        return walk_tcp(walk);
    case LAYER_UDP:
        return walk_udp(walk);
    case LAYER_IPV6:
        return walk_ipv6(walk);
    case LAYER_LINK:
        return walk_link(walk);
    case LAYER_VLAN:
    case LAYER_METADATA:
    case LAYER_TAG_4:
    case LAYER_TAG_6:
    case LAYER_PBB:
    case LAYER_ETHER_IP:
        return walk_shim(walk, layer);
    case LAYER_MPLS:
        return walk_mpls(walk);
    case LAYER_PPPOE:
        return walk_pppoe(walk);
    case LAYER_PPP:
        return walk_ppp(walk);
    case LAYER_HDLC:
        return walk_hdlc(walk);
    case LAYER_LLC:
        return walk_llc(walk);
    case LAYER_WIFI:
        return walk_wifi(walk);
    case LAYER_IP:
        return walk_ip(walk);
    case LAYER_EXTENSION:
    case LAYER_FRAGMENT:
    case LAYER_AH:
        return walk_ipv6_header(walk, layer);
    case LAYER_GRE:
        return walk_gre(walk);
    default:
        return END_MALFORMED;
    }
}

static void count(link_counts_t *counts, layer_t end)
{
    switch (end) {
    case END_HANDED_ON:
        counts->segments++;
        break;
    case END_WAITS:
        break;
    case END_NOT_IP:
        counts->not_ip++;
        break;
    case END_OTHER:
        counts->other++;
        break;
    case END_CUT:
        counts->cut++;
        break;
    case END_UNKNOWN_LINK:
        counts->unknown_link++;
        break;
    default:
        counts->malformed++;
        break;
    }
}

void links_push(links_t *links, const packet_t *packet)
{
    walk_t walk;
    layer_t layer = packet->link_type == 1 ? LAYER_ETHERNET : LAYER_LINK;
    unsigned depth;

    walk.links = links;
    walk.at = packet->data;
    walk.size = packet->captured;
    walk.length = packet->length > packet->captured ? packet->length : packet->captured;
    walk.link_type = packet->link_type;
    walk.padded = false;
    walk.whole = NULL;
    walk.segment.packet = packet;
    walk.segment.tunnel = 0;
    walk.segment.ip_version = 0;
    links->counts.packets++;
    for (depth = 0; layer >= LAYER_LINK && depth < LINK_MAX_DEPTH; depth++)
        layer = step(&walk, layer);
    count(&links->counts, layer);
    if (walk.whole != NULL)
        fragments_release(links->fragments, walk.whole);
}

const link_counts_t *links_counts(const links_t *links)
{
    return &links->counts;
}

void links_free(links_t *links)
{
    if (links == NULL)
        return;
    fragments_free(links->fragments);
    free(links);
}
