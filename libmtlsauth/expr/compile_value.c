/* SPDX-License-Identifier: BSD-2-Clause */
/* compile_value.c - fields, literals and functions; see compile.h. */
#include "expr/compile.h"

bool ma_compile_is_mapped(const ma_expr_t *expr)
{
    return expr->kind == MA_EXPR_CALL && expr->function != NULL && expr->function->maps &&
           expr->n_items > 0 && expr->items[0]->kind == MA_EXPR_EACH;
}

bool ma_compile_is_each(const ma_expr_t *expr)
{
    for (;;) {
        switch (expr->kind) {
        case MA_EXPR_EACH:
            return true;
        case MA_EXPR_NOT:
        case MA_EXPR_COMPARE:
            expr = expr->left;
            break;
        case MA_EXPR_AND:
        case MA_EXPR_OR:
        case MA_EXPR_XOR:
            expr = expr->items[0];
            break;
        default:
            return ma_compile_is_mapped(expr) && expr->function->result == MA_TYPE_BOOL;
        }
    }
}

static ma_type_t call_type(const ma_expr_t *call)
{
    const ma_type_t result = call->function != NULL ? call->function->result : MA_TYPE_NONE;

    if (!ma_compile_is_mapped(call) || result == MA_TYPE_BOOL)
        return result;
    return result == MA_TYPE_STRING ? MA_TYPE_STRINGS : MA_TYPE_NONE; /* there are no others */
}

ma_type_t ma_compile_type(const ma_expr_t *expr)
{
    switch (expr->kind) {
    case MA_EXPR_FIELD:
        return expr->field != NULL ? expr->field->type : MA_TYPE_NONE;
    case MA_EXPR_CALL:
        return call_type(expr);
    case MA_EXPR_INDEX:
        return expr->right->kind == MA_EXPR_STRING ? MA_TYPE_STRINGS : MA_TYPE_STRING;
    case MA_EXPR_EACH:
        return ma_compile_is_mapped(expr->left) ? expr->left->function->result : MA_TYPE_STRING;
    case MA_EXPR_STRING:
        return MA_TYPE_STRING;
    case MA_EXPR_INT:
        return MA_TYPE_INT;
    case MA_EXPR_ADDRESS:
        return MA_TYPE_ADDRESS;
    case MA_EXPR_RANGE:
    case MA_EXPR_SET:
        return MA_TYPE_NONE;
    default:
        return MA_TYPE_BOOL;
    }
}

static int compile_literal(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_value_t *value = ma_arena_alloc(compiler->arena, sizeof(*value));

    if (value == NULL)
        return ma_fail_memory(compiler->err);
    out->kind = MA_NODE_VALUE;
    out->u.value = value;
    value->number = expr->number;
    return ma_compile_copy(compiler, expr->text, &value->bytes);
}

static bool type_fits(const ma_function_t *function, size_t i, ma_type_t type)
{
    const size_t most = sizeof(function->arguments) / sizeof(function->arguments[0]);

    if (function->repeats) {
        while (i >= most || (i > 0 && function->arguments[i] == MA_TYPE_NONE))
            i--;
    }
    return i < most && type != MA_TYPE_NONE &&
           (type == function->arguments[i] || (function->also[i] & MA_TYPE_BIT(type)) != 0);
}

/* Arguments, and their types: what is mapped is an item, and an array in all other places. */
static int compile_arguments(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *nodes,
                             ma_type_t *types)
{
    ma_loop_node_t *const loop = compiler->loop;
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < expr->n_items; i++) {
        const ma_expr_t *argument = expr->items[i];
        const bool item = i == 0 && ma_compile_is_mapped(expr);

        compiler->loop = item ? loop : NULL;
        types[i] = !item && argument->kind == MA_EXPR_EACH ? MA_TYPE_STRINGS
                                                           : ma_compile_type(argument);
        ret = type_fits(expr->function, i, types[i])
                  ? ma_compile_value(compiler, argument, &nodes[i])
                  : ma_compile_refuse(compiler, argument);
    }
    compiler->loop = loop;
    return ret;
}

/* What the function makes of its constant arguments. */
static int prepare(ma_compiler_t *compiler, const ma_expr_t *expr, ma_call_node_t *call)
{
    const ma_function_t *function = expr->function;
    ma_release_t *release = NULL;
    const char *why = NULL;
    void *made = NULL;
    size_t at = 0;
    int ret = 0;

    if (function->prepare == NULL)
        return 0;
    if (function->release != NULL)
        ret = ma_compile_release(compiler, function->release, &release);
    if (ret != 0)
        return ret;
    ret = function->prepare(expr, compiler->arena, &made, &at, &why);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(compiler->err);
    if (ret != 0)
        return ma_source_fail(compiler->source, compiler->err, ret,
                              expr->items[at < expr->n_items ? at : 0]->span.start,
                              function->signature, "%s", why != NULL ? why : "it does not fit");
    if (release != NULL)
        ma_compile_keep(compiler, release, made);
    call->made = made;
    return 0;
}

/* Functions rely on the number of their arguments, and on literals where they want literals. */
static bool fits(const ma_expr_t *expr)
{
    const ma_function_t *function = expr->function;
    size_t i;

    if (function == NULL || expr->n_items < function->least || expr->n_items > function->most)
        return false;
    for (i = 0; i < expr->n_items; i++) {
        const ma_expr_kind_t kind = expr->items[i]->kind;
        const bool literal =
            kind == MA_EXPR_STRING || kind == MA_EXPR_INT || kind == MA_EXPR_BOOL;

        if (i < 8 && (function->constant >> i & 1) != 0 && !literal)
            return false;
    }
    return true;
}

int ma_compile_call(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_call_node_t *call = ma_arena_alloc(compiler->arena, sizeof(*call));
    ma_node_t *nodes = ma_arena_array(compiler->arena, expr->n_items, sizeof(*nodes));
    ma_type_t *types = ma_arena_array(compiler->arena, expr->n_items, sizeof(*types));
    int ret;

    if (call == NULL || nodes == NULL || types == NULL)
        return ma_fail_memory(compiler->err);
    compiler->program->cost++;
    if (!fits(expr))
        return ma_compile_refuse(compiler, expr);
    ret = prepare(compiler, expr, call);
    if (ret == 0)
        ret = compile_arguments(compiler, expr, nodes, types);
    if (ret != 0)
        return ret;
    call->function = expr->function;
    call->arguments = nodes;
    call->types = types;
    out->kind = MA_NODE_CALL;
    out->u.call = call;
    out->count = (uint32_t)expr->n_items; /* at most MA_FUNCTION_MAX_ARGUMENTS */
    return ma_compile_fold_value(compiler, out);
}

/* A condition as an argument. */
static int compile_condition(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_node_t *test = ma_arena_alloc(compiler->arena, sizeof(*test));

    if (test == NULL)
        return ma_fail_memory(compiler->err);
    out->kind = MA_NODE_TEST;
    out->u.items = test;
    return ma_compile_condition(compiler, expr, test);
}

/* any() and all() are tests; what maps gives an array, but for the loop around a test. */
static int compile_function(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    if (expr->function == NULL)
        return ma_compile_refuse(compiler, expr);
    if (expr->function->run == NULL)
        return compile_condition(compiler, expr, out);
    if (!ma_compile_is_mapped(expr) ||
        (expr->function->result == MA_TYPE_BOOL && compiler->loop != NULL))
        return ma_compile_call(compiler, expr, out);
    if (expr->function->result != MA_TYPE_STRING)
        return ma_compile_refuse(compiler, expr);
    out->kind = MA_NODE_MAP;
    return ma_compile_loop(compiler, expr, false, &out->u.loop);
}

int ma_compile_value(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    switch (expr->kind) {
    case MA_EXPR_STRING:
    case MA_EXPR_INT:
    case MA_EXPR_BOOL:
    case MA_EXPR_ADDRESS:
        return compile_literal(compiler, expr, out);
    case MA_EXPR_FIELD:
        if (expr->field == NULL)
            return ma_compile_refuse(compiler, expr);
        compiler->program->cost++;
        out->kind = MA_NODE_FIELD;
        out->slot = expr->field->slot;
        return 0;
    case MA_EXPR_EACH:
        /* where no loop asks for its items, `f[*]` is f */
        return compiler->loop != NULL ? ma_compile_item(compiler, expr, out)
                                      : ma_compile_value(compiler, expr->left, out);
    case MA_EXPR_INDEX:
        compiler->program->cost++;
        return ma_compile_index(compiler, expr, out);
    case MA_EXPR_CALL:
        return compile_function(compiler, expr, out);
    case MA_EXPR_RANGE:
    case MA_EXPR_SET:
        return ma_compile_refuse(compiler, expr);
    default:
        return compile_condition(compiler, expr, out);
    }
}

int ma_compile_operand(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_node_t *left;

    if (expr->kind == MA_EXPR_FIELD && expr->field != NULL) {
        out->slot = expr->field->slot;
        return 0;
    }
    left = ma_arena_alloc(compiler->arena, sizeof(*left));
    if (left == NULL)
        return ma_fail_memory(compiler->err);
    out->left = left;
    return ma_compile_value(compiler, expr, left);
}
