/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compile_link.c - where a condition goes on behind each of its tests. `and` and `or` become the
 * way from test to test in written order, and `not` the exchange of two ways; see node.h.
 */
#include "expr/compile.h"

static const ma_node_t ends[2] = {
    {.kind = MA_NODE_CONSTANT, .u.number = 0},
    {.kind = MA_NODE_CONSTANT, .u.number = 1},
};

static const ma_node_t *link_test(ma_node_t *test, const ma_node_t *no, const ma_node_t *yes);

/* From the last item to the first, each of which has to know what is behind it. */
static const ma_node_t *link_chain(ma_node_t *chain, const ma_node_t *no, const ma_node_t *yes)
{
    const ma_node_t *behind = chain->kind == MA_NODE_AND ? yes : no;
    uint32_t i;

    for (i = chain->count; i > 0; i--) {
        if (chain->kind == MA_NODE_AND)
            behind = link_test(&chain->u.items[i - 1], no, behind);
        else
            behind = link_test(&chain->u.items[i - 1], behind, yes);
    }
    chain->next[1] = behind;
    return behind;
}

/* Returns where to begin. Recurses no deeper than the tree that was parsed. */
static const ma_node_t *link_test(ma_node_t *test, const ma_node_t *no, const ma_node_t *yes)
{
    const ma_node_t *const if_true = test->negate ? no : yes;
    const ma_node_t *const if_false = test->negate ? yes : no;
    uint32_t i;

    if (test->kind == MA_NODE_CONSTANT)
        return test->u.number != 0 ? if_true : if_false;
    if (test->kind == MA_NODE_AND || test->kind == MA_NODE_OR)
        return link_chain(test, if_false, if_true);
    for (i = 0; test->kind == MA_NODE_XOR && i < test->count; i++)
        ma_compile_link(&test->u.items[i]);
    test->next[0] = if_false;
    test->next[1] = if_true;
    return test;
}

void ma_compile_link(ma_node_t *condition)
{
    const ma_node_t *begin = link_test(condition, &ends[0], &ends[1]);

    if (begin == &ends[0] || begin == &ends[1])
        *condition = *begin; /* a chain of constants alone, too */
}
