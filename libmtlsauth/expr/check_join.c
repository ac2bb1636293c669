/* SPDX-License-Identifier: BSD-2-Clause */
/* check_join.c - operands of and and or that were most likely meant otherwise. */
#include "expr/check_made.h"

#include <stdio.h>

#include "expr/hex_value.h"

/* How far back an operand looks for one that speaks of the same: a chain may have thousands. */
#define LOOK_BACK 32u

static bool is_compare(const ma_expr_t *node, ma_op_t op)
{
    return node->kind == MA_EXPR_COMPARE && node->op == op;
}

/* Do two literals mean the same to the field? */
static bool same_literal(const ma_expr_t *value, const ma_expr_t *a, const ma_expr_t *b)
{
    const ma_field_t *field = ma_check_below(value)->field;
    ma_hex_value_t hex;

    if (field != NULL && field->hex != MA_HEX_NOT && a->kind == MA_EXPR_STRING)
        return !ma_hex_value_read(a->text, field->hex, &hex)
            || ma_hex_value_is(b->text, field->hex, ma_hex_value_bytes(&hex));
    return ma_check_same(a, b);
}

/* `x eq 1 and x eq 2` is never true, `x ne 1 or x ne 2` always. */
static bool conflict(const ma_expr_t *a, const ma_expr_t *b, ma_op_t op)
{
    return is_compare(a, op) && is_compare(b, op) && a->left->kind != MA_EXPR_EACH
        && ma_check_same(a->left, b->left) && !same_literal(a->left, a->right, b->right);
}

static void warn_conflict(const ma_check_t *check, const ma_expr_t *chain, size_t at)
{
    const bool and = chain->kind == MA_EXPR_AND;
    const size_t first = at > LOOK_BACK ? at - LOOK_BACK : 0;
    const ma_expr_t *node = chain->items[at];
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND];
    size_t i;

    for (i = first; i < at; i++)
        if (conflict(chain->items[i], node, and ? MA_OP_EQ : MA_OP_NE))
            break;
    if (i == at)
        return;
    if (!ma_check_show(check, node->left, shown))
        snprintf(shown, sizeof(shown), "field");
    if (and) {
        snprintf(mend, sizeof(mend), "join them with or, or write %s in { ... }", shown);
        ma_check_warn(check, node->span.start, "and-never", mend,
                      "%s cannot equal two values at once: this is never true", shown);
    } else {
        snprintf(mend, sizeof(mend), "join them with and, or write not %s in { ... }", shown);
        ma_check_warn(check, node->span.start, "or-always", mend,
                      "%s differs from one of two values in any case: this is always true", shown);
    }
}

/* `not verified and fingerprint ne "..."` refuses those only who fail both. */
static void warn_not_and(const ma_check_t *check, const ma_expr_t *a, const ma_expr_t *b)
{
    char field[MA_SOURCE_SHOWN], left[MA_SOURCE_SHOWN], right[MA_SOURCE_SHOWN];
    char mend[3 * MA_SOURCE_SHOWN + 64] = "write not ( ... and ... eq ...)";
    bool whole;

    if (a->kind != MA_EXPR_NOT || a->left->kind != MA_EXPR_FIELD || !is_compare(b, MA_OP_NE)
        || b->left->kind == MA_EXPR_EACH)
        return;
    whole = ma_check_show(check, a->left, field);
    whole = ma_check_show(check, b->left, left) && whole;
    whole = ma_check_show(check, b->right, right) && whole;
    if (whole)
        snprintf(mend, sizeof(mend), "if one is enough, write not (%s and %s eq %s)", field, left,
                 right);
    ma_check_warn(check, a->span.start, "not-and", mend,
                  "this is true only if both fail: not %s, and the comparison behind it", field);
}

void ma_check_join(const ma_check_t *check, const ma_expr_t *chain)
{
    size_t i;

    if (check->warn == NULL || chain->kind == MA_EXPR_XOR)
        return;
    for (i = 1; i < chain->n_items; i++) {
        warn_conflict(check, chain, i);
        if (chain->kind == MA_EXPR_AND)
            warn_not_and(check, chain->items[i - 1], chain->items[i]);
    }
}
