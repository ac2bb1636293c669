/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.h - one packet of a capture, as the readers of all formats hand it on.
 *
 * Names are libpcap's. The bytes are borrowed until the next packet is asked for.
 */
#ifndef AUDIT_CAPTURE_PACKET_H
#define AUDIT_CAPTURE_PACKET_H

#include <stdint.h>

typedef struct packet {
    int64_t time;       /**< nanoseconds since 1970 UTC */
    uint64_t number;    /**< in its file, counted from 1 */
    uint32_t file;      /**< index of its file, in the order of the command line */
    uint32_t link_type; /**< LINKTYPE_*, as in the file */
    uint32_t captured;  /**< octets in `data` */
    uint32_t length;    /**< octets on the wire; more than `captured` if the capture cut it off */
    const uint8_t *data;
} packet_t;

#endif
