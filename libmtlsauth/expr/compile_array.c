/* SPDX-License-Identifier: BSD-2-Clause */
/* compile_array.c - indexes, names of maps, and loops over [*]; see compile.h. */
#include "expr/compile.h"

#include <string.h>

/* Names that are compared with a new one, so that large expressions compile in linear time. */
#define NAMES_COMPARED 64u

/* ---- indexes -------------------------------------------------------------------------------- */

static int lower_copy(ma_compiler_t *compiler, ma_bytes_t text, ma_bytes_t *out)
{
    uint8_t *copy = ma_arena_alloc(compiler->arena, text.size);
    size_t i;

    if (copy == NULL)
        return ma_fail_memory(compiler->err);
    for (i = 0; i < text.size; i++)
        copy[i] = text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] | 0x20 : text.data[i];
    *out = (ma_bytes_t){copy, text.size};
    return 0;
}

/* Like names of a map share what was found. */
static int name_index(ma_compiler_t *compiler, unsigned slot, ma_bytes_t name, uint32_t *out)
{
    ma_lookup_name_t *known = compiler->lookups, *made;
    unsigned i;

    for (i = 0; known != NULL && i < NAMES_COMPARED; i++, known = known->next) {
        if (known->slot == slot && ma_bytes_equal(known->name, name)) {
            *out = known->index;
            return 0;
        }
    }
    made = ma_arena_alloc(compiler->arena, sizeof(*made));
    if (made == NULL)
        return ma_fail_memory(compiler->err);
    *made = (ma_lookup_name_t){slot, name, compiler->program->n_lookups++, compiler->lookups};
    compiler->lookups = made;
    *out = made->index;
    return 0;
}

/* map["name"] */
static int compile_lookup(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const ma_expr_t *map = expr->left;
    int ret;

    if (map->kind != MA_EXPR_FIELD || map->field == NULL || map->field->type != MA_TYPE_MAP)
        return ma_compile_refuse(compiler, expr);
    out->kind = MA_NODE_LOOKUP;
    out->slot = map->field->slot;
    ret = lower_copy(compiler, expr->right->text, &out->u.bytes);
    return ret != 0 ? ret : name_index(compiler, out->slot, out->u.bytes, &out->index);
}

int ma_compile_index(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const ma_expr_t *array = expr->left;
    ma_loop_node_t *const loop = compiler->loop;
    int ret;

    if (expr->right->kind == MA_EXPR_STRING)
        return compile_lookup(compiler, expr, out);
    if (expr->right->kind != MA_EXPR_INT || expr->right->number < 0 ||
        ma_compile_type(array) != MA_TYPE_STRINGS)
        return ma_compile_refuse(compiler, expr);
    out->place = (uint64_t)expr->right->number;
    if (array->kind == MA_EXPR_INDEX) {
        ret = compile_lookup(compiler, array, out);
        out->kind = MA_NODE_LOOKUP_AT;
        return ret;
    }
    out->kind = MA_NODE_AT;
    compiler->loop = NULL;
    ret = ma_compile_operand(compiler, array, out);
    compiler->loop = loop;
    return ret != 0 ? ret : ma_compile_fold_value(compiler, out);
}

/* ---- loops ---------------------------------------------------------------------------------- */

static bool same_source(const ma_node_t *a, const ma_node_t *b)
{
    return a->kind == b->kind && ((a->kind == MA_NODE_FIELD && a->slot == b->slot) ||
                                  (a->kind == MA_NODE_LOOKUP && a->index == b->index));
}

int ma_compile_item(ma_compiler_t *compiler, const ma_expr_t *each, ma_node_t *out)
{
    ma_loop_node_t *const loop = compiler->loop;
    ma_node_t source = {0};
    uint32_t i = 0;
    int ret;

    if (ma_compile_is_mapped(each->left)) /* each of what it gives for each: the same loop */
        return ma_compile_call(compiler, each->left, out);
    if (loop == NULL || ma_compile_type(each->left) != MA_TYPE_STRINGS)
        return ma_compile_refuse(compiler, each);
    compiler->loop = NULL;
    ret = ma_compile_value(compiler, each->left, &source);
    compiler->loop = loop;
    if (ret != 0)
        return ret;
    while (i < loop->n_sources && !same_source(&loop->sources[i], &source))
        i++;
    if (i == MA_LOOP_MAX_SOURCES)
        return ma_source_fail(compiler->source, compiler->err, MTLSAUTH_E_LIMIT, each->word.start,
                              "write several of them", "more than %u arrays in one any() or all()",
                              MA_LOOP_MAX_SOURCES);
    if (i == loop->n_sources) {
        loop->sources[i] = source;
        loop->n_sources++;
    }
    out->kind = MA_NODE_ITEM;
    out->slot = i;
    return 0;
}

int ma_compile_loop(ma_compiler_t *compiler, const ma_expr_t *expr, bool test,
                    const ma_loop_node_t **out)
{
    ma_loop_node_t *const outer = compiler->loop;
    const uint32_t before = compiler->program->cost;
    ma_loop_node_t *loop = ma_arena_alloc(compiler->arena, sizeof(*loop));
    ma_node_t *sources = ma_arena_array(compiler->arena, MA_LOOP_MAX_SOURCES, sizeof(*sources));
    ma_node_t *body = ma_arena_alloc(compiler->arena, sizeof(*body));
    int ret;

    if (loop == NULL || sources == NULL || body == NULL)
        return ma_fail_memory(compiler->err);
    loop->sources = sources;
    compiler->loop = loop;
    ret = test ? ma_compile_condition(compiler, expr, body)
               : ma_compile_call(compiler, expr, body);
    compiler->loop = outer;
    if (ret != 0)
        return ret;
    if (loop->n_sources == 0) /* without a [*] it would go on for ever */
        return ma_compile_refuse(compiler, expr);
    loop->body = body;
    loop->cost = compiler->program->cost - before + 1;
    *out = loop;
    return 0;
}
