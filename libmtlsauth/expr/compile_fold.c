/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compile_fold.c - what is known before anything is read. A constant is computed by the evaluator
 * itself, so that it cannot differ; one that it gives up on stays as it is, and is given up on
 * again.
 */
#include "expr/compile.h"
#include "expr/eval.h"

static bool is_constant(const ma_node_t *test, bool *value)
{
    *value = (test->u.number != 0) != test->negate;
    return test->kind == MA_NODE_CONSTANT;
}

static ma_node_t constant(bool value)
{
    return (ma_node_t){.kind = MA_NODE_CONSTANT, .u.number = value};
}

int ma_compile_fold_test(ma_compiler_t *compiler, ma_node_t *test)
{
    ma_frame_t frame = {.arena = compiler->arena, .steps = MA_EXPR_STEPS};
    ma_program_t alone = {.root = *test, .is_test = true};
    ma_outcome_t outcome;

    if (test->left == NULL || test->left->kind != MA_NODE_VALUE)
        return 0;
    ma_compile_link(&alone.root);
    outcome = ma_program_test(&alone, &frame);
    if (outcome == MA_OUTCOME_ERROR)
        return ma_fail_memory(compiler->err);
    if (outcome == MA_OUTCOME_TRUE || outcome == MA_OUTCOME_FALSE)
        *test = constant(outcome == MA_OUTCOME_TRUE);
    return 0;
}

/* Does the value depend on constants alone? */
static bool reads_nothing(const ma_node_t *value)
{
    uint32_t i;

    if (value->kind != MA_NODE_CALL)
        return value->left != NULL && value->left->kind == MA_NODE_VALUE;
    for (i = 0; i < value->count; i++) {
        if (value->u.call->arguments[i].kind != MA_NODE_VALUE)
            return false;
    }
    return true;
}

int ma_compile_fold_value(ma_compiler_t *compiler, ma_node_t *value)
{
    ma_frame_t frame = {.arena = compiler->arena, .steps = MA_EXPR_STEPS};
    const ma_program_t alone = {.root = *value};
    ma_value_t *made;
    ma_outcome_t outcome;

    if (!reads_nothing(value))
        return 0;
    made = ma_arena_alloc(compiler->arena, sizeof(*made));
    if (made == NULL)
        return ma_fail_memory(compiler->err);
    outcome = ma_program_value(&alone, &frame, made);
    if (outcome == MA_OUTCOME_ERROR)
        return ma_fail_memory(compiler->err);
    if (outcome == MA_OUTCOME_TRUE)
        *value = (ma_node_t){.kind = MA_NODE_VALUE, .u.value = made};
    return 0;
}

/* What stands behind a constant that decides is never reached; what is before it may be unknown. */
void ma_compile_fold_chain(ma_node_t *chain, ma_node_t *items)
{
    const bool decides = chain->kind == MA_NODE_OR;
    uint32_t i, n = 0;
    bool value;

    for (i = 0; i < chain->count; i++) {
        if (!is_constant(&items[i], &value)) {
            items[n++] = items[i];
        } else if (chain->kind == MA_NODE_XOR) {
            chain->negate = chain->negate != value;
        } else if (value == decides) {
            items[n++] = items[i];
            break;
        }
    }
    chain->count = n;
    if (n == 0)
        *chain = constant((chain->kind == MA_NODE_AND) != chain->negate);
    else if (n == 1) {
        items[0].negate = items[0].negate != chain->negate;
        *chain = items[0];
    }
}
