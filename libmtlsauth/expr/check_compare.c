/* SPDX-License-Identifier: BSD-2-Clause */
/* check_compare.c - comparisons: which operators a type has, and what stands on their right. */
#include "expr/check_made.h"

#include <stdio.h>

static bool is_ordered(ma_op_t op)
{
    return op == MA_OP_LT || op == MA_OP_LE || op == MA_OP_GT || op == MA_OP_GE;
}

static bool is_textual(ma_op_t op)
{
    return op == MA_OP_CONTAINS || op == MA_OP_WILDCARD || op == MA_OP_STRICT_WILDCARD
        || op == MA_OP_MATCHES;
}

static bool has_op(ma_type_t type, ma_op_t op)
{
    if (op == MA_OP_EQ || op == MA_OP_NE)
        return true;
    switch (type) {
    case MA_TYPE_INT:
        return is_ordered(op) || op == MA_OP_IN;
    case MA_TYPE_STRING:
        return is_textual(op) || op == MA_OP_IN;
    case MA_TYPE_ADDRESS:
        return op == MA_OP_IN;
    default:
        return false;
    }
}

/* `lt` of a date that is text: there may be a field beside it that is a number. */
static const ma_field_t *as_number(const ma_check_t *check, const ma_expr_t *value)
{
    char name[MA_SOURCE_SHOWN + 4];

    if (value->kind != MA_EXPR_FIELD || value->text.size >= MA_SOURCE_SHOWN)
        return NULL;
    snprintf(name, sizeof(name), "%.*s_ts", (int)value->text.size, (const char *)value->text.data);
    return ma_check_find(check, (ma_bytes_t) { (const uint8_t *)name, value->text.size + 3 });
}

static int fail_op(const ma_check_t *check, const ma_expr_t *node)
{
    const ma_expr_t *value = node->left;
    char op[MA_SOURCE_SHOWN], shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND];
    const bool whole = ma_check_show(check, value, shown);
    const ma_field_t *number;

    (void)ma_source_show(check->source, node->word, op);
    if (value->type == MA_TYPE_STRING || value->type == MA_TYPE_STRINGS) {
        number = as_number(check, value);
        if (number != NULL)
            snprintf(mend, sizeof(mend), "write %s, which is a number", number->name);
        else
            snprintf(mend, sizeof(mend), "write eq, ne, contains, wildcard, matches or in");
        return MA_CHECK_FAIL(check, node->word.start, mend,
                             "%s compares integers, and %s is a string", op, shown);
    }
    if (value->type == MA_TYPE_BOOL && whole)
        snprintf(mend, sizeof(mend), "write %s alone, or not %s", shown, shown);
    else if (value->type == MA_TYPE_ADDRESS)
        snprintf(mend, sizeof(mend), "write eq, ne, or in with networks, as in {192.0.2.0/24}");
    else if (is_textual(node->op) && whole)
        snprintf(mend, sizeof(mend), "write eq, ne, lt, le, gt, ge or in, or to_string(%s)", shown);
    else
        snprintf(mend, sizeof(mend), "write eq, ne, lt, le, gt, ge or in");
    return MA_CHECK_FAIL(check, node->word.start, mend, "%s does not compare %s, as %s is", op,
                         value->type == MA_TYPE_BOOL      ? "booleans"
                         : value->type == MA_TYPE_ADDRESS ? "addresses"
                                                          : "integers",
                         shown);
}

/* An array or a map where one value belongs. */
static int fail_array(const ma_check_t *check, const ma_expr_t *node)
{
    char op[MA_SOURCE_SHOWN], shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND] = "write any(...[*] ...)";
    const ma_type_t type = node->left->type;

    (void)ma_source_show(check->source, node->word, op);
    if (ma_check_show(check, node->left, shown)) {
        if (type == MA_TYPE_BOOLS)
            snprintf(mend, sizeof(mend), "write any(%s), or all(...)", shown);
        else if (type == MA_TYPE_MAP)
            snprintf(mend, sizeof(mend), "write any(%s[\"name\"][*] %s ...)", shown, op);
        else
            snprintf(mend, sizeof(mend), "write any(%s[*] %s ...), or all(...)", shown, op);
    }
    return MA_CHECK_FAIL(check, node->left->span.start, mend, "%s compares one value, and %s is %s",
                         op, shown, ma_check_a(type));
}

/* The literal has the right type: does it make sense? */
static int check_meaning(const ma_check_t *check, const ma_expr_t *node)
{
    const ma_field_t *field = ma_check_below(node->left)->field;
    int ret = 0;

    if (node->right->type == MA_TYPE_STRING)
        ret = ma_check_case_of(check, node);
    if (ret == 0 && node->op == MA_OP_MATCHES)
        ret = ma_check_pattern(check, node->right);
    if (ret == 0 && (node->op == MA_OP_WILDCARD || node->op == MA_OP_STRICT_WILDCARD))
        ret = ma_check_wildcard(check, node->right);
    if (ret == 0 && node->op == MA_OP_IN)
        ret = ma_check_set(check, node->right);
    if (ret != 0)
        return ret;
    if (node->op == MA_OP_CONTAINS && node->right->text.size == 0)
        ma_check_warn(check, node->right->span.start, "contains-empty",
                      "write what it should contain, or ne \"\"", "every string contains \"\"");
    ma_check_quoted(check, node->right);
    if (field != NULL && field->hex != MA_HEX_NOT)
        ma_check_hex(check, node);
    return 0;
}

int ma_check_compare(const ma_check_t *check, ma_expr_t *node)
{
    const bool each = node->left->kind == MA_EXPR_EACH;
    ma_type_t type;
    int ret = ma_check_value(check, node->left);

    if (ret == 0)
        ret = ma_check_value(check, node->right);
    if (ret != 0)
        return ret;
    type = node->left->type;
    if (each)
        type = type == MA_TYPE_INTS ? MA_TYPE_INT : MA_TYPE_STRING;
    if (type == MA_TYPE_STRINGS || type == MA_TYPE_INTS || type == MA_TYPE_BOOLS
        || type == MA_TYPE_MAP)
        return fail_array(check, node);
    if (!has_op(type, node->op))
        return fail_op(check, node);
    if (type != node->right->type || (is_textual(node->op) && node->right->kind != MA_EXPR_STRING))
        return ma_check_mismatch(check, node, node->right);
    node->type = each ? MA_TYPE_BOOLS : MA_TYPE_BOOL;
    return check_meaning(check, node);
}
