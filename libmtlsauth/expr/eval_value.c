/* SPDX-License-Identifier: BSD-2-Clause */
/* eval_value.c - fields, items, and what functions make of them; see eval.h. */
#include "expr/eval.h"

/* So many arguments fit on the stack, which trees of the greatest depth must not exhaust. */
#define FEW_ARGUMENTS 4u

static const ma_bytes_t nothing = {(const uint8_t *)"", 0};

const ma_value_t *ma_eval_make(ma_run_t *run, unsigned slot)
{
    const ma_frame_t *frame = run->frame;

    if (frame->states[slot] == MA_SLOT_TO_MAKE && frame->make != NULL)
        frame->make(frame->context, slot);
    if (frame->states[slot] == MA_SLOT_MADE)
        return &frame->values[slot];
    return ma_eval_stop(run, frame->states[slot] == MA_SLOT_UNKNOWN ? MA_OUTCOME_UNDETERMINED
                                                                    : MA_OUTCOME_ERROR);
}

/* Evaluates the arguments into `arguments`, and runs the function. */
static const ma_value_t *call_with(ma_run_t *run, const ma_node_t *node, ma_value_t *arguments,
                                   ma_value_t *room)
{
    const ma_call_node_t *call = node->u.call;
    ma_call_t where = {.arena = run->frame->arena,
                       .steps = &run->frame->steps,
                       .made = call->made,
                       .types = call->types,
                       .matcher = &run->matcher};
    uint32_t i;

    for (i = 0; i < node->count; i++) {
        const ma_value_t *value = ma_eval_value(run, &call->arguments[i], &arguments[i]);

        if (value == NULL)
            return NULL;
        if (value != &arguments[i])
            arguments[i] = *value;
    }
    *room = (ma_value_t){.bytes = nothing};
    if (!call->function->run(&where, arguments, node->count, room))
        return ma_eval_stop(run, MA_OUTCOME_LIMIT);
    return room;
}

static const ma_value_t *call_few(ma_run_t *run, const ma_node_t *node, ma_value_t *room)
{
    ma_value_t arguments[FEW_ARGUMENTS];

    return call_with(run, node, arguments, room);
}

static const ma_value_t *call_many(ma_run_t *run, const ma_node_t *node, ma_value_t *room)
{
    ma_value_t *arguments = ma_arena_array(run->frame->arena, node->count, sizeof(*arguments));

    if (arguments == NULL)
        return ma_eval_stop(run, MA_OUTCOME_ERROR);
    return call_with(run, node, arguments, room);
}

/* Out of range is absent, and no error. */
static const ma_value_t *item_at(ma_run_t *run, const ma_node_t *node, ma_value_t *room)
{
    const ma_value_t *array = ma_eval_operand(run, node, room);
    ma_bytes_t item = nothing;

    if (array == NULL)
        return NULL;
    if (node->place < array->count)
        item = array->items[node->place];
    *room = (ma_value_t){.bytes = item};
    return room;
}

static const ma_value_t *as_value(ma_run_t *run, const ma_node_t *node, ma_value_t *room)
{
    const int result = ma_eval_test(run, &node->u.items[0]);

    if (result < 0)
        return NULL;
    *room = (ma_value_t){.number = result};
    return room;
}

const ma_value_t *ma_eval_value(ma_run_t *run, const ma_node_t *value, ma_value_t *room)
{
    switch (value->kind) {
    case MA_NODE_VALUE:
        return value->u.value;
    case MA_NODE_FIELD:
        return ma_eval_field(run, value->slot);
    case MA_NODE_ITEM:
        *room = (ma_value_t){.bytes = run->loop->items[value->slot]};
        return room;
    case MA_NODE_LOOKUP:
        return ma_eval_lookup(run, value, room);
    case MA_NODE_LOOKUP_AT:
        return ma_eval_lookup_at(run, value, room);
    case MA_NODE_AT:
        return item_at(run, value, room);
    case MA_NODE_CALL:
        return value->count <= FEW_ARGUMENTS ? call_few(run, value, room)
                                             : call_many(run, value, room);
    case MA_NODE_MAP:
        return ma_eval_map(run, value, room);
    case MA_NODE_TEST:
        return as_value(run, value, room);
    default:
        return ma_eval_stop(run, MA_OUTCOME_ERROR);
    }
}
