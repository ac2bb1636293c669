/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp.h - what a flows_t is made of, and its TCP part: connections that begin, run and end. */
#ifndef AUDIT_FLOW_TCP_H
#define AUDIT_FLOW_TCP_H

#include "audit/flow/table.h"

struct flows {
    flow_consumer_t tcp, udp;
    flow_limits_t limits;
    flow_counts_t counts;
    table_t table;
    size_t waiting; /**< octets of memory */
    size_t states;  /**< those that the consumers take */
    entry_t *waits_first, *waits_last;
};

/** Asks the consumer whether it wants the flow, once. False: it does not. */
bool flow_open(entry_t *entry);
/** A new entry, its room made. NULL: out of memory. */
entry_t *flow_add(flows_t *flows, const segment_t *segment, uint64_t hash);
/** Counts what the consumer's state takes now. */
void flow_weigh(flows_t *flows, entry_t *entry);
/** Do the states take too much? */
static inline bool flow_is_heavy(const flows_t *flows)
{
    return flows->limits.states != 0 && flows->states > flows->limits.states;
}
/** Gives up the flows that were silent for longest, but not this one, while states take too much. */
void flow_lighten(flows_t *flows, entry_t *entry);
/** Nothing more comes for the consumer; the entry stays. */
void flow_close(flows_t *flows, entry_t *entry, flow_end_t why);
/** Ends the flow for its consumer, and frees the entry. */
void flow_remove(flows_t *flows, entry_t *entry, flow_end_t why);

/** `entry` may be NULL: the segment is of no known flow. */
void tcp_push(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment,
              uint64_t hash);
/** Hands on what waits, with the gaps before it, and ends the flow for its consumer. */
void tcp_end(flows_t *flows, entry_t *entry, flow_end_t why);

/* tcp_data.c: octets in order. */

/** The octets of a segment, whose stream is started. */
void tcp_take(flows_t *flows, entry_t *entry, unsigned from, const segment_t *segment);
/** The first hole is declared a gap, and what waits behind it is handed on. */
void tcp_give_way(flows_t *flows, entry_t *entry, unsigned from);
/** All of them, to the end of the stream if it is known. */
void tcp_give_up(flows_t *flows, entry_t *entry, unsigned from);
/** Counts what waits, and gives up the oldest of it where it is too much. */
void tcp_account(flows_t *flows, entry_t *entry);

#endif
