/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-link.c - frames of any link type: what is handed on lies in memory, and each packet is counted
 * once.
 *
 * Input: link type (two octets), then frames: their size (two octets), octets that the capture cut
 * off (one), seconds since the one before (one), bytes.
 */
#include <string.h>

#include "audit/link/link.h"
#include "fuzz.h"

typedef struct seen {
    uint64_t segments;
    unsigned sum;
} seen_t;

static void on_segment(void *context, const segment_t *segment)
{
    seen_t *seen = context;
    uint32_t i;

    FUZZ_CHECK(segment->size <= segment->length);
    FUZZ_CHECK(segment->ip_version == 4 || segment->ip_version == 6);
    FUZZ_CHECK(segment->transport == TRANSPORT_TCP || segment->transport == TRANSPORT_UDP);
    for (i = 0; i < segment->size; i++)
        seen->sum += segment->payload[i];
    seen->segments++;
}

static void check_counts(const link_counts_t *counts, const seen_t *seen)
{
    FUZZ_CHECK(counts->segments == seen->segments);
    FUZZ_CHECK(counts->evicted + counts->waiting <= counts->fragments);
    FUZZ_CHECK(counts->segments + counts->not_ip + counts->other + counts->malformed + counts->cut
                   + counts->unknown_link
               <= counts->packets);
    FUZZ_CHECK(counts->packets
               <= counts->segments + counts->not_ip + counts->other + counts->malformed
                      + counts->cut + counts->unknown_link + counts->fragments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seen_t seen = { 0 };
    links_t *links = NULL;
    packet_t packet = { 0 };
    uint8_t *frame;
    size_t at = 2;

    if (size < 2 || links_new(on_segment, &seen, 1 << 17, &links) < 0)
        return 0;
    packet.link_type = (uint32_t)(data[0] << 8 | data[1]);
    while (size - at >= 4) {
        packet.captured = (uint32_t)(data[at] << 8 | data[at + 1]);
        packet.time += data[at + 3] * INT64_C(1000000000);
        at += 4;
        if (packet.captured > size - at)
            packet.captured = (uint32_t)(size - at);
        packet.length = packet.captured + data[at - 2];
        packet.number++;
        frame = malloc(packet.captured > 0 ? packet.captured : 1);
        if (frame == NULL)
            break;
        memcpy(frame, data + at, packet.captured);
        packet.data = frame;
        links_push(links, &packet);
        free(frame);
        at += packet.captured;
    }
    check_counts(links_counts(links), &seen);
    links_free(links);
    return 0;
}
