/* SPDX-License-Identifier: BSD-2-Clause */
/* check_case.c - lower(...) is never "ABC". */
#include "expr/check_made.h"

#include "expr/function_made.h"

static bool has_between(ma_bytes_t text, char first, char last)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] >= (uint8_t)first && text.data[i] <= (uint8_t)last)
            return true;
    return false;
}

int ma_check_case(const ma_check_t *check, const ma_expr_t *value, const ma_expr_t *literal)
{
    const ma_expr_t *call = ma_check_below(value);
    bool lower;

    if (call->kind != MA_EXPR_CALL || literal->kind != MA_EXPR_STRING)
        return 0;
    lower = call->function->run == ma_run_lower;
    if (lower && has_between(literal->text, 'A', 'Z'))
        return MA_CHECK_FAIL(check, literal->span.start, "write it in lower case",
                             "lower() leaves no upper case letters, and this has one: they are "
                             "never equal");
    if (call->function->run == ma_run_upper && has_between(literal->text, 'a', 'z'))
        return MA_CHECK_FAIL(check, literal->span.start, "write it in upper case",
                             "upper() leaves no lower case letters, and this has one: they are "
                             "never equal");
    return 0;
}

int ma_check_case_of(const ma_check_t *check, const ma_expr_t *node)
{
    size_t i;
    int ret;

    if (node->op == MA_OP_WILDCARD || node->op == MA_OP_MATCHES)
        return 0; /* the one sees no case, and \D is no letter to the other */
    if (node->right->kind != MA_EXPR_SET)
        return ma_check_case(check, node->left, node->right);
    for (i = 0; i < node->right->n_items; i++) {
        ret = ma_check_case(check, node->left, node->right->items[i]);
        if (ret != 0)
            return ret;
    }
    return 0;
}
