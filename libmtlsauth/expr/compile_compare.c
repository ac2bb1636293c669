/* SPDX-License-Identifier: BSD-2-Clause */
/* compile_compare.c - comparisons: what is on the right is made ready; see compile.h. */
#include "expr/address.h"
#include "expr/compile.h"

#include <string.h>

/* How the strings of a field are written; only the field itself is compared by value. */
static ma_hex_t hex_of(const ma_expr_t *expr)
{
    while (expr->kind == MA_EXPR_EACH || expr->kind == MA_EXPR_INDEX)
        expr = expr->left;
    return expr->kind == MA_EXPR_FIELD && expr->field != NULL ? expr->field->hex : MA_HEX_NOT;
}

static int make_equal(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const ma_hex_t hex = hex_of(expr->left);

    if (hex == MA_HEX_NOT) {
        out->kind = MA_NODE_EQUAL;
        return ma_compile_copy(compiler, expr->right->text, &out->u.bytes);
    }
    out->kind = MA_NODE_HEX;
    out->u.hex = ma_hex_literal_new(expr->right->text, hex, compiler->arena);
    return out->u.hex != NULL ? 0 : ma_fail_memory(compiler->err);
}

/* eq and the orders: `op` is not MA_OP_NE. */
static int make_order(ma_compiler_t *compiler, const ma_expr_t *expr, ma_op_t op, ma_node_t *out)
{
    const ma_expr_t *right = expr->right;
    const ma_type_t type = ma_compile_type(expr->left);

    out->op = (uint8_t)op;
    if (type == MA_TYPE_INT && right->kind == MA_EXPR_INT) {
        out->kind = MA_NODE_NUMBER;
        out->u.number = right->number;
        return 0;
    }
    if (type == MA_TYPE_ADDRESS && right->kind == MA_EXPR_ADDRESS && right->number < 0) {
        out->kind = MA_NODE_ADDRESS;
        return ma_compile_copy(compiler, ma_address_plain(right->text), &out->u.bytes);
    }
    if (op != MA_OP_EQ)
        return ma_compile_refuse(compiler, expr);
    if (type == MA_TYPE_BOOL && right->kind == MA_EXPR_BOOL) {
        out->kind = MA_NODE_TRUTH;
        out->negate = out->negate != (right->number == 0);
        return 0;
    }
    if (type == MA_TYPE_STRING && right->kind == MA_EXPR_STRING)
        return make_equal(compiler, expr, out);
    return ma_compile_refuse(compiler, expr);
}

static int make_set(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const ma_type_t type = ma_compile_type(expr->left);
    const ma_expr_t *set = expr->right, *item;
    char shown[MA_SOURCE_SHOWN];
    ma_set_t *made = NULL;
    ma_expr_kind_t kind;
    size_t at = 0;
    int ret;

    if (set->kind != MA_EXPR_SET || set->n_items == 0)
        return ma_compile_refuse(compiler, expr);
    item = set->items[0]->kind == MA_EXPR_RANGE ? set->items[0]->left : set->items[0];
    kind = item->kind;
    if (!(type == MA_TYPE_STRING && kind == MA_EXPR_STRING) &&
        !(type == MA_TYPE_INT && kind == MA_EXPR_INT) &&
        !(type == MA_TYPE_ADDRESS && kind == MA_EXPR_ADDRESS))
        return ma_compile_refuse(compiler, expr);
    ret = ma_set_new(set, hex_of(expr->left), compiler->arena, &made, &at);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(compiler->err);
    if (ret != 0) {
        (void)ma_source_show(compiler->source, set->items[at]->span, shown);
        return ma_source_fail(compiler->source, compiler->err, MTLSAUTH_E_POLICY,
                              set->items[at]->span.start, "take it out",
                              "\"%s\" cannot be in this set", shown);
    }
    out->kind = MA_NODE_SET;
    out->u.set = made;
    return 0;
}

static int make_wildcard(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    ma_wildcard_t *made = NULL;
    int ret = ma_wildcard_new(expr->right->text, expr->op == MA_OP_STRICT_WILDCARD, compiler->arena,
                              &made);
    const char *why, *mend;
    size_t at;

    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(compiler->err);
    if (ret != 0) {
        if (ma_wildcard_valid(expr->right->text, &at, &why, &mend))
            return ma_compile_refuse(compiler, expr);
        return ma_source_fail(compiler->source, compiler->err, MTLSAUTH_E_POLICY,
                              expr->right->span.start, mend, "%s", why);
    }
    out->kind = MA_NODE_WILDCARD;
    out->u.wildcard = made;
    return 0;
}

/* Where octet `at` of a literal is in the source, if it is written there as it is; else its start. */
static size_t place_in(const ma_compiler_t *compiler, const ma_expr_t *literal, size_t at)
{
    const ma_bytes_t source = compiler->source->text;
    size_t start = literal->span.start;

    while (start < literal->span.end && start < source.size && source.data[start] != '"' &&
           source.data[start] != '\'')
        start++;
    start++;
    if (literal->text.size == 0 || start > source.size ||
        literal->text.size > source.size - start || at > literal->text.size ||
        memcmp(source.data + start, literal->text.data, literal->text.size) != 0)
        return literal->span.start;
    return start + at;
}

static void free_pattern(void *made)
{
    ma_pattern_free(made);
}

static int make_pattern(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    const char *why = NULL;
    ma_pattern_t *made = NULL;
    ma_release_t *release;
    size_t at = 0;
    int ret = ma_compile_release(compiler, free_pattern, &release);

    if (ret != 0)
        return ret;
    ret = ma_pattern_new(expr->right->text, compiler->arena, &made, &at, &why);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(compiler->err);
    if (ret != 0)
        return ma_source_fail(compiler->source, compiler->err, ret,
                              place_in(compiler, expr->right, at),
                              "mend the pattern, or quote what is no operator with a backslash",
                              "the regular expression is wrong: %s", why);
    ma_compile_keep(compiler, release, made);
    out->kind = MA_NODE_MATCHES;
    out->u.pattern = made;
    return 0;
}

/* contains, wildcard, matches */
static int make_search(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    if (ma_compile_type(expr->left) != MA_TYPE_STRING || expr->right->kind != MA_EXPR_STRING)
        return ma_compile_refuse(compiler, expr);
    if (expr->op == MA_OP_MATCHES)
        return make_pattern(compiler, expr, out);
    if (expr->op != MA_OP_CONTAINS)
        return make_wildcard(compiler, expr, out);
    out->kind = MA_NODE_CONTAINS;
    out->u.needle = ma_needle_new(expr->right->text, compiler->arena);
    return out->u.needle != NULL ? 0 : ma_fail_memory(compiler->err);
}

int ma_compile_compare(ma_compiler_t *compiler, const ma_expr_t *expr, ma_node_t *out)
{
    int ret;

    switch (expr->op) {
    case MA_OP_NE:
        out->negate = true;
        ret = make_order(compiler, expr, MA_OP_EQ, out);
        break;
    case MA_OP_EQ:
    case MA_OP_LT:
    case MA_OP_LE:
    case MA_OP_GT:
    case MA_OP_GE:
        ret = make_order(compiler, expr, expr->op, out);
        break;
    case MA_OP_IN:
        ret = make_set(compiler, expr, out);
        break;
    default:
        ret = make_search(compiler, expr, out);
        break;
    }
    if (ret == 0)
        ret = ma_compile_operand(compiler, expr->left, out);
    return ret != 0 ? ret : ma_compile_fold_test(compiler, out);
}
