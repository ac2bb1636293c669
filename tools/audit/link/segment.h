/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segment.h - what link/ finds in packets: a TCP segment or a UDP datagram with its addresses.
 */
#ifndef AUDIT_LINK_SEGMENT_H
#define AUDIT_LINK_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/capture/packet.h"

/** One end of a connection. IPv4 has four octets, and twelve of zero behind. */
typedef struct endpoint {
    uint8_t address[16];
    uint16_t port;
} endpoint_t;

enum { TRANSPORT_TCP = 6, TRANSPORT_UDP = 17 };

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_ACK = 0x10 };

typedef struct segment {
    const packet_t *packet;
    endpoint_t source, destination;
    uint8_t ip_version; /**< 4 or 6 */
    uint8_t transport;  /**< TRANSPORT_* */
    uint8_t tcp_flags;  /**< TCP_* */
    uint32_t sequence;  /**< TCP's, of the first octet of the payload (of SYN itself if it is set) */
    uint32_t acknowledgment; /**< TCP's, if TCP_ACK is set */
    /** Tells apart like addresses in different tunnels (VXLAN, Geneve, GRE, GTP-U); 0: none. */
    uint32_t tunnel;
    const uint8_t *payload;
    uint32_t size;      /**< octets of it in the capture */
    uint32_t length;    /**< octets of it on the wire: more than `size` where the capture cut it */
} segment_t;

typedef void segment_fn(void *context, const segment_t *segment);

#endif
