/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval_lookup.c - a name in a map: looked for once in an evaluation, and only counted, so that an
 * array is made only for somebody who needs one. See eval.h.
 */
#include <string.h>

#include "expr/eval.h"

/* `lower` is in lower case. */
static bool is_name(ma_bytes_t name, ma_bytes_t lower)
{
    size_t i;

    if (name.size != lower.size)
        return false;
    for (i = 0; i < name.size; i++) {
        const uint8_t c = name.data[i];

        if ((c >= 'A' && c <= 'Z' ? (c | 0x20) : c) != lower.data[i])
            return false;
    }
    return true;
}

const ma_pair_t *ma_eval_pair(const ma_pair_t *pair, ma_bytes_t name)
{
    while (pair != NULL && !is_name(pair->name, name))
        pair = pair->next;
    return pair;
}

ma_found_t *ma_eval_found(ma_run_t *run, const ma_node_t *lookup)
{
    ma_found_t *found = &run->found[lookup->index];
    const ma_value_t *map;
    const ma_pair_t *pair;

    if (found->known)
        return found;
    map = ma_eval_field(run, lookup->slot);
    if (map == NULL)
        return NULL;
    found->first = ma_eval_pair(map->pairs, lookup->u.bytes);
    found->count = 0;
    for (pair = found->first; pair != NULL; pair = ma_eval_pair(pair->next, lookup->u.bytes)) {
        found->count++;
        if (!ma_eval_pay(run, 1))
            return NULL;
    }
    found->items = found->count == 1 ? &found->first->value : NULL;
    found->known = true;
    return found;
}

const ma_value_t *ma_eval_lookup(ma_run_t *run, const ma_node_t *lookup, ma_value_t *room)
{
    ma_found_t *found = ma_eval_found(run, lookup);

    if (found == NULL)
        return NULL;
    if (found->count > 1 && found->items == NULL) {
        ma_bytes_t *items = ma_arena_array(run->frame->arena, found->count, sizeof(*items));
        const ma_pair_t *pair = found->first;
        size_t i;

        if (items == NULL)
            return ma_eval_stop(run, MA_OUTCOME_ERROR);
        for (i = 0; i < found->count; i++, pair = ma_eval_pair(pair->next, lookup->u.bytes))
            items[i] = pair->value;
        found->items = items;
    }
    *room = (ma_value_t){.items = found->items, .count = found->count};
    return room;
}

const ma_value_t *ma_eval_lookup_at(ma_run_t *run, const ma_node_t *lookup, ma_value_t *room)
{
    const ma_found_t *found = ma_eval_found(run, lookup);
    const ma_pair_t *pair;
    uint64_t i;

    if (found == NULL)
        return NULL;
    *room = (ma_value_t){.bytes = {(const uint8_t *)"", 0}};
    if (lookup->place >= found->count)
        return room;
    pair = found->first;
    for (i = 0; i < lookup->place; i++)
        pair = ma_eval_pair(pair->next, lookup->u.bytes);
    room->bytes = pair->value;
    return room;
}
