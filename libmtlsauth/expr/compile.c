/* SPDX-License-Identifier: BSD-2-Clause */
/* compile.c - see compile.h: conditions, and the program around them. */
#include "expr/compile.h"

#include <string.h>

int ma_compile_refuse(const ma_compiler_t *compiler, const ma_expr_t *expr)
{
    char shown[MA_SOURCE_SHOWN];

    (void)ma_source_show(compiler->source, expr->span, shown);
    return ma_source_fail(compiler->source, compiler->err, MTLSAUTH_E_POLICY, expr->span.start,
                          "write a comparison or a condition", "\"%s\" cannot be evaluated here",
                          shown);
}

int ma_compile_copy(ma_compiler_t *compiler, ma_bytes_t bytes, ma_bytes_t *out)
{
    char *copy = ma_arena_copy(compiler->arena, bytes.data, bytes.size);

    if (copy == NULL)
        return ma_fail_memory(compiler->err);
    *out = (ma_bytes_t){(const uint8_t *)copy, bytes.size};
    return 0;
}

int ma_compile_release(ma_compiler_t *compiler, void (*release)(void *made), ma_release_t **out)
{
    ma_release_t *room = ma_arena_alloc(compiler->arena, sizeof(*room));

    if (room == NULL)
        return ma_fail_memory(compiler->err);
    room->release = release;
    *out = room;
    return 0;
}

void ma_compile_keep(ma_compiler_t *compiler, ma_release_t *release, void *made)
{
    release->made = made;
    release->next = compiler->program->releases;
    compiler->program->releases = release;
}

static int compile_chain(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_node_t *items = ma_arena_array(compiler->arena, expr->n_items, sizeof(*items));
    size_t i;
    int ret = 0;

    if (items == NULL)
        return ma_fail_memory(compiler->err);
    for (i = 0; ret == 0 && i < expr->n_items; i++)
        ret = ma_compile_test(compiler, expr->items[i], &items[i]);
    if (ret != 0)
        return ret;
    out->kind = expr->kind == MA_EXPR_AND  ? MA_NODE_AND
                : expr->kind == MA_EXPR_OR ? MA_NODE_OR
                                           : MA_NODE_XOR;
    out->u.items = items;
    out->count = (uint32_t)expr->n_items; /* bounded by MA_EXPR_MAX_NODES */
    ma_compile_fold_chain(out, items);
    return 0;
}

/* any(), all() and functions that give a boolean */
static int compile_call(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    int ret;

    if (expr->function == NULL)
        return ma_compile_refuse(compiler, expr);
    if (expr->function->run == NULL) {
        if (expr->n_items != 1)
            return ma_compile_refuse(compiler, expr);
        out->kind = strcmp(expr->function->name, "any") == 0 ? MA_NODE_ANY : MA_NODE_ALL;
        return ma_compile_loop(compiler, expr->items[0], true, &out->u.loop);
    }
    out->kind = MA_NODE_TRUTH;
    ret = ma_compile_operand(compiler, expr, out);
    return ret != 0 ? ret : ma_compile_fold_test(compiler, out);
}

int ma_compile_test(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    int ret;

    compiler->program->cost++;
    if (compiler->loop == NULL && ma_compile_is_each(expr)) /* booleans, one for each item */
        return ma_compile_refuse(compiler, expr);
    switch (expr->kind) {
    case MA_EXPR_AND:
    case MA_EXPR_OR:
    case MA_EXPR_XOR:
        return compile_chain(compiler, expr, out);
    case MA_EXPR_NOT:
        ret = ma_compile_test(compiler, expr->left, out);
        out->negate = !out->negate;
        return ret;
    case MA_EXPR_COMPARE:
        return ma_compile_compare(compiler, expr, out);
    default:
        break;
    }
    if (ma_compile_type(expr) != MA_TYPE_BOOL)
        return ma_compile_refuse(compiler, expr);
    if (expr->kind == MA_EXPR_CALL)
        return compile_call(compiler, expr, out);
    out->kind = MA_NODE_TRUTH;
    ret = ma_compile_operand(compiler, expr, out);
    return ret != 0 ? ret : ma_compile_fold_test(compiler, out);
}

int ma_compile_condition(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const int ret = ma_compile_test(compiler, expr, out);

    if (ret == 0)
        ma_compile_link(out);
    return ret;
}

int ma_program_new(const ma_source_t *source, const ma_expr_t *expr, ma_arena_t *arena,
                   ma_program_t **out, mtlsauth_error_t **err)
{
    ma_program_t *program = ma_arena_alloc(arena, sizeof(*program));
    ma_compiler_t compiler = {source, arena, program, err, NULL, NULL};
    int ret;

    if (program == NULL)
        return ma_fail_memory(err);
    program->is_test = ma_compile_type(expr) == MA_TYPE_BOOL;
    if (program->is_test)
        ret = ma_compile_condition(&compiler, expr, &program->root);
    else
        ret = ma_compile_value(&compiler, expr, &program->root);
    if (ret != 0)
        ma_program_free(program);
    else
        *out = program;
    return ret;
}
