/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-flow.c - fuzz target: segments of two ends in any order. Octets are told in order, skips
 * are kept, and no segment's octets are read past its end.
 */
#include "audit/flow/flow.h"

#include "fuzz.h"

typedef struct watch {
    unsigned *open; /* counts flows */
    uint64_t skipped[2];
} watch_t;

static void *opens(void *context, const flow_t *flow)
{
    watch_t *watch = calloc(1, sizeof(*watch));

    (void)flow;
    FUZZ_CHECK(watch != NULL);
    watch->open = context;
    ++*watch->open;
    return watch;
}

static uint64_t takes(void *state, unsigned from, const uint8_t *data, size_t size,
                      const packet_t *packet)
{
    watch_t *watch = state;
    unsigned sum = 0;
    size_t i;

    FUZZ_CHECK(from < 2 && packet != NULL && watch->skipped[from] != FLOW_SKIP_REST);
    for (i = 0; i < size; i++)
        sum += data[i];
    watch->skipped[from] = sum % 16 == 7 ? FLOW_SKIP_REST : sum % 4 == 3 ? sum : 0;
    return watch->skipped[from];
}

static uint64_t misses(void *state, unsigned from, uint64_t size, const packet_t *packet)
{
    watch_t *watch = state;

    FUZZ_CHECK(from < 2 && size > 0 && packet != NULL && watch->skipped[from] != FLOW_SKIP_REST);
    return size % 4;
}

static void half_closes(void *state, unsigned from)
{
    FUZZ_CHECK(state != NULL && from < 2);
}

static void ends(void *state, flow_end_t why)
{
    watch_t *watch = state;

    FUZZ_CHECK(why <= FLOW_END_CAPTURE);
    --*watch->open;
    free(watch);
}

/* Each segment: 8 octets of what it is, then its payload. */
static size_t push(flows_t *flows, packet_t *packet, const uint8_t *data, size_t size)
{
    segment_t segment = {.packet = packet, .ip_version = 4};
    unsigned from = data[0] & 1;

    segment.source.port = (uint16_t)(1 + (from ? 0 : data[0] >> 6));
    segment.destination.port = (uint16_t)(1 + (from ? data[0] >> 6 : 0));
    segment.source.address[0] = (uint8_t)from;
    segment.destination.address[0] = (uint8_t)!from;
    segment.transport = data[0] & 0x02 ? TRANSPORT_UDP : TRANSPORT_TCP;
    segment.tcp_flags = data[1] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
    segment.sequence = (uint32_t)(int8_t)data[2] + (data[1] & 0x20 ? UINT32_C(1) << 20 : 0);
    segment.acknowledgment = (uint32_t)(int8_t)data[3];
    segment.size = data[4] % 64;
    segment.length = segment.size + data[5] % 8;
    packet->time += (int64_t)data[6] * 1000000000 * (data[1] & 0x40 ? -1 : 1);
    packet->number++;
    segment.payload = data + 8;
    if (segment.size > size - 8)
        segment.size = (uint32_t)(size - 8);
    if (segment.length < segment.size)
        segment.length = segment.size;
    flows_push(flows, &segment);
    return 8 + (size_t)segment.size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned open = 0;
    flow_consumer_t consumer = {opens, takes, misses, half_closes, ends, &open, NULL};
    flow_limits_t limits = {.flows = 4, .memory = 900, .flow_memory = 500, .idle = 300000000000};
    packet_t packet = {.number = 0};
    flows_t *flows = NULL;

    if (flows_new(&consumer, &consumer, &limits, &flows) < 0)
        return 0;
    while (size >= 8) {
        size_t n = push(flows, &packet, data, size);
        FUZZ_CHECK(open <= limits.flows);
        data += n;
        size -= n;
    }
    flows_finish(flows);
    FUZZ_CHECK(open == 0);
    flows_free(flows);
    return 0;
}
