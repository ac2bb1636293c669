/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow_random.c - segments in any order, overlapping, repeated and lost, against the plain answer:
 * an array that says of each octet who brought it first. What is random comes from fixed seeds.
 */
#include <string.h>

#include "audit/flow/flow.h"
#include "tap.h"

#define OCTETS 4000u
#define SEGMENTS 400u
#define ROUNDS 400u

typedef struct trial {
    uint64_t random;
    uint32_t isn;
    uint8_t came[OCTETS]; /* the octets as they came first */
    bool seen[OCTETS];
    size_t at;      /* what was handed on, skipped or missed */
    unsigned skips; /* one in so many calls wants to skip; 0: none */
    size_t wrong;
} trial_t;

static uint32_t draw(trial_t *trial, uint32_t below)
{
    trial->random = trial->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(trial->random >> 33) % below;
}

static void *opens(void *context, const flow_t *flow)
{
    (void)flow;
    return context;
}

static uint64_t takes(void *state, unsigned from, const uint8_t *data, size_t size,
                      const packet_t *packet)
{
    trial_t *trial = state;
    uint64_t skip;
    size_t i;

    (void)packet;
    for (i = 0; i < size && from == 0; i++, trial->at++)
        if (trial->at >= OCTETS || !trial->seen[trial->at] || trial->came[trial->at] != data[i])
            trial->wrong++;
    if (trial->skips == 0 || draw(trial, trial->skips) != 0)
        return 0;
    skip = draw(trial, 300);
    trial->at += (size_t)skip;
    return skip;
}

/* All of a gap is missing. */
static uint64_t misses(void *state, unsigned from, uint64_t size, const packet_t *packet)
{
    trial_t *trial = state;
    uint64_t i;

    (void)packet;
    for (i = 0; i < size && from == 0; i++, trial->at++)
        if (trial->at >= OCTETS || trial->seen[trial->at])
            trial->wrong++;
    return 0;
}

static void ends(void *state, flow_end_t why)
{
    (void)state;
    (void)why;
}

static void push(trial_t *trial, flows_t *flows, unsigned flags, uint32_t start, uint32_t length,
                 uint32_t cut)
{
    packet_t packet = {.number = 1};
    uint8_t data[300];
    segment_t segment = {.packet = &packet,
                         .source = {{192, 0, 2, 1}, 40000},
                         .destination = {{192, 0, 2, 2}, 443},
                         .ip_version = 4,
                         .transport = TRANSPORT_TCP,
                         .tcp_flags = (uint8_t)flags,
                         .payload = data,
                         .size = length - cut,
                         .length = length};
    uint32_t i;

    segment.sequence = trial->isn + ((flags & TCP_SYN) != 0 ? 0 : 1 + start);
    for (i = 0; i < length - cut; i++) {
        data[i] = (uint8_t)draw(trial, 256); /* another content each time: the first one counts */
        if (!trial->seen[start + i])
            trial->came[start + i] = data[i];
        trial->seen[start + i] = true;
    }
    flows_push(flows, &segment);
}

static void run(trial_t *trial, bool syn)
{
    flow_consumer_t consumer = {opens, takes, misses, NULL, ends, trial, NULL};
    flows_t *flows = NULL;
    size_t last = 0, i;
    unsigned n;

    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, &flow_default_limits, &flows) == 0);
    trial->isn = draw(trial, 2) ? 0xffffff00u : draw(trial, 0x7fffffff);
    if (syn)
        push(trial, flows, TCP_SYN, 0, 0, 0);
    else
        push(trial, flows, 0, 0, 1, 0);
    for (n = 0; n < SEGMENTS; n++) {
        /* Roughly in order, so that there are few holes; one in ten is lost. */
        uint32_t window = 1 + draw(trial, 500), length = 1 + draw(trial, 80);
        uint32_t start = n * (OCTETS / SEGMENTS) + draw(trial, window);
        start = start > window ? start - window / 2 : 0;
        if (start + length > OCTETS || draw(trial, 10) == 0)
            continue;
        push(trial, flows, TCP_ACK, start, length, 0);
    }
    flows_finish(flows);
    for (i = 0; i < OCTETS; i++)
        if (trial->seen[i])
            last = i + 1;
    if (trial->at < last) /* or more, skipped */
        trial->wrong++;
    TAP_INT(trial->wrong, 0);
    TAP_INT(flows_counts(flows)->dropped, 0);
    flows_free(flows);
}

static void rounds(unsigned skips, bool syn)
{
    static trial_t trial;
    unsigned i;

    for (i = 0; i < ROUNDS; i++) {
        memset(&trial, 0, sizeof(trial));
        trial.random = i + 1;
        trial.skips = skips;
        tap_row("round %u", i);
        run(&trial, syn);
    }
}

static void any_order_is_put_right(void)
{
    rounds(0, true);
}

static void with_skips(void)
{
    rounds(7, true);
}

static void from_the_middle(void)
{
    rounds(0, false);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"any order is put right", any_order_is_put_right},
        {"also where octets are skipped", with_skips},
        {"also from the middle", from_the_middle},
    };

    return tap_main("flow-random", tests, sizeof(tests) / sizeof(tests[0]));
}
