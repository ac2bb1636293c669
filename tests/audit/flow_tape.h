/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow_tape.h - for tests: segments written as text, and what a consumer was told as text.
 *
 * A segment: who (A or B), flags (S F R, . for an acknowledgment), its place and what it
 * acknowledges (SYN stands at 0, the first octet at 1), its text, and +n: octets that the capture
 * cut off. @n: so many seconds pass before it. A consumer whose last octet is a digit wants to skip
 * as many, after * all.
 */
#ifndef TESTS_AUDIT_FLOW_TAPE_H
#define TESTS_AUDIT_FLOW_TAPE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/flow/flow.h"

typedef struct tape {
    char text[8192];
    size_t size;
    flows_t *flows;
    uint32_t isn[2];
    packet_t packet;
    bool unwanted;
} tape_t;

static inline void tape_say(tape_t *tape, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void tape_say(tape_t *tape, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(tape->text + tape->size, sizeof(tape->text) - tape->size, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof(tape->text) - tape->size)
        tape->size += (size_t)n;
}

static inline void *tape_open(void *context, const flow_t *flow)
{
    tape_t *tape = context;

    tape_say(tape, "%s%s", tape->size > 0 ? " " : "", flow->mid_stream ? "open-mid" : "open");
    return tape->unwanted ? NULL : tape;
}

static inline uint64_t tape_bytes(void *state, unsigned from, const uint8_t *data, size_t size,
                                  const packet_t *packet)
{
    (void)packet;
    tape_say(state, " %c<%.*s>", "AB"[from], (int)size, (const char *)data);
    if (size > 0 && data[size - 1] == '*')
        return FLOW_SKIP_REST;
    return size > 0 && data[size - 1] >= '0' && data[size - 1] <= '9'
               ? (uint64_t)(data[size - 1] - '0')
               : 0;
}

static inline uint64_t tape_gap(void *state, unsigned from, uint64_t size, const packet_t *packet)
{
    (void)packet;
    tape_say(state, " %c[%llu]", "AB"[from], (unsigned long long)size);
    return 0;
}

static inline void tape_half_close(void *state, unsigned from)
{
    tape_say(state, " %cF", "AB"[from]);
}

static inline void tape_end(void *state, flow_end_t why)
{
    static const char *const names[] = {"closed", "replaced", "evicted", "capture"};

    tape_say(state, " %s", names[why]);
}

/* Each flow takes that much. */
#define TAPE_MEMORY ((size_t)100)

static inline size_t tape_memory(const void *state)
{
    (void)state;
    return TAPE_MEMORY;
}

static inline flow_consumer_t tape_consumer(tape_t *tape)
{
    return (flow_consumer_t){tape_open, tape_bytes, tape_gap,   tape_half_close,
                             tape_end,  tape,       tape_memory};
}

static inline segment_t tape_segment(const tape_t *tape, unsigned from, unsigned transport)
{
    static const endpoint_t ends[2] = {{{192, 0, 2, 1}, 40000}, {{192, 0, 2, 2}, 443}};

    return (segment_t){.packet = &tape->packet,
                       .source = ends[from],
                       .destination = ends[1 - from],
                       .ip_version = 4,
                       .transport = (uint8_t)transport};
}

/* One segment, as the head of this file has it. Returns false if it cannot be read. */
static inline bool tape_push(tape_t *tape, const char *line)
{
    char who, flags[8], text[256] = "";
    unsigned sequence, acknowledgment, cut = 0, seconds = 0;
    segment_t segment;
    int at = 0;

    if (sscanf(line, " @%u%n", &seconds, &at) == 1) {
        line += at;
        tape->packet.time += (int64_t)seconds * 1000000000;
    }
    if (sscanf(line, " %c %7s %u %u %255s +%u", &who, flags, &sequence, &acknowledgment, text,
               &cut) < 4)
        return false;
    segment = tape_segment(tape, who == 'B', TRANSPORT_TCP);
    segment.tcp_flags =
        (uint8_t)((strchr(flags, 'S') ? TCP_SYN : 0) | (strchr(flags, 'F') ? TCP_FIN : 0) |
                  (strchr(flags, 'R') ? TCP_RST : 0) | (strchr(flags, '.') ? TCP_ACK : 0));
    segment.sequence = tape->isn[who == 'B'] + sequence;
    segment.acknowledgment = tape->isn[who != 'B'] + acknowledgment;
    segment.payload = (const uint8_t *)text;
    segment.size = (uint32_t)strlen(text);
    segment.length = segment.size + cut;
    tape->packet.number++;
    flows_push(tape->flows, &segment);
    return true;
}

/* All segments, between which there are semicolons. */
static inline bool tape_play(tape_t *tape, const char *script)
{
    char line[512];

    while (*script != '\0') {
        size_t n = strcspn(script, ";");
        snprintf(line, sizeof(line), "%.*s", (int)n, script);
        if (!tape_push(tape, line))
            return false;
        script += n + (script[n] == ';');
    }
    return true;
}

#endif
