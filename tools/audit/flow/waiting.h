/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.h - octets of one direction that came before their turn.
 *
 * They are kept as runs without holes, in order. A segment is either within a run, or lengthens
 * one, or makes a new one, so that what it costs is bounded by the number of runs. Of octets that
 * come twice the first ones are kept. Positions are those of a stream: 64 bits, they do not wrap.
 */
#ifndef AUDIT_FLOW_WAITING_H
#define AUDIT_FLOW_WAITING_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/capture/packet.h"

/** Holes of one direction; with one more, the first is declared a gap. */
#define WAITING_MAX_RUNS 64u

typedef struct waiting_piece {
    struct waiting_piece *next;
    uint64_t start;
    uint32_t size;   /**< octets that the capture has */
    uint32_t length; /**< octets on the wire */
    int64_t time;    /**< of its packet */
    uint64_t packet;
    uint32_t file;
    uint8_t data[];
} waiting_piece_t;

typedef struct waiting_run {
    struct waiting_run *next;
    uint64_t start, end;
    waiting_piece_t *first, *last;
} waiting_run_t;

/** A part of a stream: `size` octets at `data`, then more that the capture left out, to `end`. */
typedef struct waiting_part {
    uint64_t start, end;
    const uint8_t *data;
    uint32_t size;
} waiting_part_t;

typedef struct waiting {
    waiting_run_t *runs;
    unsigned n_runs;
    uint32_t octets; /**< of memory */
} waiting_t;

/** What a part of so many octets may cost in memory. */
size_t waiting_cost(size_t octets);
/** Drops the first octets of a part, so that it begins at `start`, which lies within it. */
void waiting_cut(waiting_part_t *part, uint64_t start);
/**
 * Keeps what of the part is not there yet. False: something of it was not kept, for lack of memory
 * or because there were too many runs.
 */
bool waiting_add(waiting_t *waiting, const waiting_part_t *part, const packet_t *packet);
/** Takes the first piece of the first run; free() it. NULL: none waits. */
waiting_piece_t *waiting_take(waiting_t *waiting);
void waiting_clear(waiting_t *waiting);

#endif
