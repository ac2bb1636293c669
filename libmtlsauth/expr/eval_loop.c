/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval_loop.c - [*]: any() and all() of a test of each item, and arrays of what functions give for
 * each; see eval.h. The values of a map are walked where they lie.
 */
#include "expr/eval.h"

/* Where a source is: in an array, or among the pairs of a map. */
typedef struct cursor {
    const ma_bytes_t *item;
    const ma_pair_t *pair;
    ma_bytes_t name;
} cursor_t;

typedef struct loop {
    const ma_loop_node_t *node;
    ma_loop_t state;
    const ma_loop_t *outer;
    size_t count;
    cursor_t cursors[MA_LOOP_MAX_SOURCES];
} loop_t;

static bool open_source(ma_run_t *run, const ma_node_t *source, cursor_t *cursor, size_t *count)
{
    ma_value_t room;
    const ma_value_t *array;
    const ma_found_t *found;

    *cursor = (cursor_t){NULL, NULL, {NULL, 0}};
    if (source->kind == MA_NODE_LOOKUP) {
        found = ma_eval_found(run, source);
        if (found == NULL)
            return false;
        cursor->pair = found->first;
        cursor->name = source->u.bytes;
        *count = found->count;
        return true;
    }
    array = ma_eval_value(run, source, &room);
    if (array == NULL)
        return false;
    cursor->item = array->items;
    *count = array->count;
    return true;
}

static bool open_loop(ma_run_t *run, const ma_loop_node_t *node, loop_t *loop)
{
    size_t i, count;

    loop->node = node;
    loop->outer = run->loop;
    loop->count = SIZE_MAX;
    for (i = 0; i < node->n_sources; i++) {
        if (!open_source(run, &node->sources[i], &loop->cursors[i], &count))
            return false;
        if (count < loop->count)
            loop->count = count;
    }
    run->loop = &loop->state;
    return true;
}

/* Takes the next item of each source; the caller counts. */
static bool next(ma_run_t *run, loop_t *loop)
{
    size_t i;

    for (i = 0; i < loop->node->n_sources; i++) {
        cursor_t *cursor = &loop->cursors[i];

        if (cursor->pair == NULL) {
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): with neither set the count is 0 */
            loop->state.items[i] = *cursor->item++;
            continue;
        }
        loop->state.items[i] = cursor->pair->value;
        if (loop->count > 1) /* not behind the last one that is wanted */
            cursor->pair = ma_eval_pair(cursor->pair->next, cursor->name);
    }
    return ma_eval_pay(run, loop->node->cost);
}

int ma_eval_quantifier(ma_run_t *run, const ma_node_t *test)
{
    const int decides = test->kind == MA_NODE_ANY;
    int result = !decides;
    loop_t loop;

    if (!open_loop(run, test->u.loop, &loop))
        return MA_STOP;
    for (; result == !decides && loop.count > 0; loop.count--)
        result = next(run, &loop) ? ma_eval_test(run, loop.node->body) : MA_STOP;
    run->loop = loop.outer;
    return result;
}

const ma_value_t *ma_eval_map(ma_run_t *run, const ma_node_t *map, ma_value_t *room)
{
    ma_bytes_t *items;
    const ma_value_t *value;
    size_t i, count;
    loop_t loop;

    if (!open_loop(run, map->u.loop, &loop))
        return NULL;
    count = loop.count;
    items = ma_arena_array(run->frame->arena, count, sizeof(*items));
    if (items == NULL)
        return ma_eval_stop(run, MA_OUTCOME_ERROR);
    for (i = 0; i < count; i++, loop.count--) {
        value = next(run, &loop) ? ma_eval_value(run, loop.node->body, room) : NULL;
        if (value == NULL)
            return NULL;
        items[i] = value->bytes;
    }
    run->loop = loop.outer;
    *room = (ma_value_t){.items = items, .count = count};
    return room;
}
