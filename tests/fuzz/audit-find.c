/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-find.c - fuzz target: what two ends say, over TCP and UDP. Nothing stays held, and what is
 * found is handed on.
 */
#include "../audit/find_doubles.h"
#include "fuzz.h"

#define MAX_LOG (1u << 16)

typedef struct end_state {
    flow_consumer_t consumer;
    flow_t flow;
    void *state;
    uint64_t skip[2];
} end_state_t;

/* Octets as flow/ would hand them on, in memory of their size. */
static void say(end_state_t *end, unsigned from, const uint8_t *data, size_t size,
                const packet_t *packet)
{
    uint64_t *skip = &end->skip[from];
    uint8_t *copy;

    if (*skip >= size) {
        *skip -= *skip == FLOW_SKIP_REST ? 0 : size;
        return;
    }
    data += *skip;
    size -= (size_t)*skip;
    copy = malloc(size);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, size);
    *skip = end->consumer.bytes(end->state, from, copy, size, packet);
    free(copy);
}

static void miss(end_state_t *end, unsigned from, uint64_t size, const packet_t *packet)
{
    if (end->skip[from] == 0)
        end->skip[from] = end->consumer.gap(end->state, from, size, packet);
}

/* Each: 1 for the other end, 2 for UDP, 4 for a gap; a length; the octets. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_buf_t log;
    handshake_sink_t sink = {.context = &log};
    find_t find = {.sink = &sink};
    packet_t packet = {.number = 0};
    end_state_t ends[2] = {{.consumer = find_tcp(&find)}, {.consumer = find_udp(&find)}};
    unsigned i;

    ma_buf_init(&log, MAX_LOG);
    for (i = 0; i < 2; i++) {
        ends[i].flow.transport = i == 0 ? TRANSPORT_TCP : TRANSPORT_UDP;
        ends[i].state = ends[i].consumer.open(ends[i].consumer.context, &ends[i].flow);
        FUZZ_CHECK(ends[i].state != NULL);
    }
    while (size >= 2) {
        end_state_t *end = &ends[data[0] >> 1 & 1];
        size_t n = data[1] < size - 2 ? data[1] : size - 2;
        packet.number++;
        if ((data[0] & 4) != 0)
            miss(end, data[0] & 1, (uint64_t)data[1] + 1, &packet);
        else if (n > 0)
            say(end, data[0] & 1, data + 2, n, &packet);
        FUZZ_CHECK(find.held <= 4 * FIND_MAX_OCTETS);
        data += 2 + n;
        size -= 2 + n;
    }
    for (i = 0; i < 2; i++)
        ends[i].consumer.end(ends[i].state, FLOW_END_CAPTURE);
    FUZZ_CHECK(find.held == 0);
    ma_buf_free(&log);
    return 0;
}
