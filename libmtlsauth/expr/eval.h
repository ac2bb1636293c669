/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval.h - what the parts of the evaluator share: the state of one evaluation, and how a node gets
 * at its operand.
 *
 * A test is 1, 0 or MA_STOP; a value is NULL then. Whoever stops says why in `run->stop`, once;
 * what is above it only hands it on.
 */
#ifndef MA_EXPR_EVAL_H
#define MA_EXPR_EVAL_H

#include "expr/node.h"

#define MA_STOP (-1)
/** Names of maps that are remembered without memory of the frame. */
#define MA_RUN_LOOKUPS 8u

/** What a map has for a name. */
typedef struct ma_found {
    const ma_pair_t *first;
    const ma_bytes_t *items; /**< as an array, once somebody wanted it */
    size_t count;
    bool known;
} ma_found_t;

/** The item that each source of a loop is at. */
typedef struct ma_loop {
    ma_bytes_t items[MA_LOOP_MAX_SOURCES];
} ma_loop_t;

typedef struct ma_run {
    ma_frame_t *frame;
    const ma_loop_t *loop; /**< the innermost */
    ma_found_t *found;
    ma_outcome_t stop;
    ma_matcher_t matcher;
    ma_found_t room[MA_RUN_LOOKUPS];
} ma_run_t;

/** False: the run is over before it began. */
bool ma_run_start(ma_run_t *run, const ma_program_t *program, ma_frame_t *frame);

int ma_eval_test(ma_run_t *run, const ma_node_t *test);
/** `room` is where to put a value that is nowhere yet. */
const ma_value_t *ma_eval_value(ma_run_t *run, const ma_node_t *value, ma_value_t *room);
/** any() and all(). */
int ma_eval_quantifier(ma_run_t *run, const ma_node_t *test);
const ma_value_t *ma_eval_map(ma_run_t *run, const ma_node_t *map, ma_value_t *room);
/** The first pair of that name, and how many there are. NULL: stopped. */
ma_found_t *ma_eval_found(ma_run_t *run, const ma_node_t *lookup);
const ma_value_t *ma_eval_lookup(ma_run_t *run, const ma_node_t *lookup, ma_value_t *room);
const ma_value_t *ma_eval_lookup_at(ma_run_t *run, const ma_node_t *lookup, ma_value_t *room);
/** The next pair of that name, from this one on; NULL: no more. */
const ma_pair_t *ma_eval_pair(const ma_pair_t *pair, ma_bytes_t name);
/** A field that is not made yet. */
const ma_value_t *ma_eval_make(ma_run_t *run, unsigned slot);

static inline const ma_value_t *ma_eval_stop(ma_run_t *run, ma_outcome_t why)
{
    run->stop = why;
    return NULL;
}

/** Takes steps. False: there are not enough, and the run is stopped. */
static inline bool ma_eval_pay(ma_run_t *run, size_t cost)
{
    if (cost > run->frame->steps) {
        run->frame->steps = 0;
        run->stop = MA_OUTCOME_LIMIT;
        return false;
    }
    run->frame->steps -= (uint32_t)cost;
    return true;
}

static inline const ma_value_t *ma_eval_field(ma_run_t *run, unsigned slot)
{
    const ma_frame_t *frame = run->frame;

    return frame->states[slot] == MA_SLOT_MADE ? &frame->values[slot] : ma_eval_make(run, slot);
}

static inline const ma_value_t *ma_eval_operand(ma_run_t *run, const ma_node_t *node,
                                                ma_value_t *room)
{
    return node->left == NULL ? ma_eval_field(run, node->slot)
                              : ma_eval_value(run, node->left, room);
}

#endif
