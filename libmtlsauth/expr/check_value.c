/* SPDX-License-Identifier: BSD-2-Clause */
/* check_value.c - values: fields, indexes, [*] and literals; and whether two are one. */
#include "expr/check_made.h"

#include <stdio.h>

bool ma_check_is_literal(const ma_expr_t *node)
{
    return node->kind == MA_EXPR_STRING || node->kind == MA_EXPR_INT
        || node->kind == MA_EXPR_ADDRESS || node->kind == MA_EXPR_BOOL;
}

const ma_expr_t *ma_check_below(const ma_expr_t *value)
{
    while (value->kind == MA_EXPR_EACH || value->kind == MA_EXPR_INDEX)
        value = value->left;
    return value;
}

bool ma_check_same(const ma_expr_t *a, const ma_expr_t *b)
{
    size_t i;

    if (a->kind != b->kind || a->field != b->field || a->number != b->number
        || a->n_items != b->n_items || (a->left == NULL) != (b->left == NULL)
        || (a->right == NULL) != (b->right == NULL))
        return false;
    if (a->kind != MA_EXPR_FIELD && !ma_bytes_equal(a->text, b->text))
        return false; /* a field may have two spellings */
    if ((a->left != NULL && !ma_check_same(a->left, b->left))
        || (a->right != NULL && !ma_check_same(a->right, b->right)))
        return false;
    for (i = 0; i < a->n_items; i++)
        if (!ma_check_same(a->items[i], b->items[i]))
            return false;
    return true;
}

/* Says that there is no such index, and how the mend goes on behind what is indexed. */
static int fail_index(const ma_check_t *check, const ma_expr_t *node, const char *behind,
                      const char *rule)
{
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND];

    if (ma_check_show(check, node->left, shown))
        snprintf(mend, sizeof(mend), "write %s%s", shown, behind);
    else
        snprintf(mend, sizeof(mend), "write ...%s", behind);
    return MA_CHECK_FAIL(check, node->word.start, mend, "%s is %s, %s", shown,
                         ma_check_a(node->left->type), rule);
}

static int fail_behind_each(const ma_check_t *check, const ma_expr_t *node)
{
    return MA_CHECK_FAIL(check, node->word.start, "remove it, or [*]",
                         "[*] stands last: there is nothing in an item to look up");
}

static int check_each(const ma_check_t *check, ma_expr_t *node)
{
    if (node->left->kind == MA_EXPR_EACH)
        return fail_behind_each(check, node);
    switch (node->left->type) {
    case MA_TYPE_STRINGS:
    case MA_TYPE_INTS:
        node->type = node->left->type;
        return 0;
    case MA_TYPE_MAP:
        return fail_index(check, node, "[\"name\"][*]", "and [*] goes over arrays");
    case MA_TYPE_BOOLS:
        return fail_index(check, node, " without [*]", "and any() and all() take it as it is");
    default:
        return fail_index(check, node, " without [*]", "and [*] goes over arrays");
    }
}

static int check_index(const ma_check_t *check, ma_expr_t *node)
{
    const bool named = node->right->kind == MA_EXPR_STRING;

    node->right->type = named ? MA_TYPE_STRING : MA_TYPE_INT;
    if (node->left->kind == MA_EXPR_EACH)
        return fail_behind_each(check, node);
    if (node->left->type == MA_TYPE_MAP && named && node->right->text.size == 0)
        return MA_CHECK_FAIL(check, node->right->span.start, "write the name",
                             "the name is empty, and nothing has it");
    if (node->left->type == MA_TYPE_MAP) {
        node->type = MA_TYPE_STRINGS;
        return named ? 0 : fail_index(check, node, "[\"name\"][0]", "and looked up by a name");
    }
    if (node->left->type == MA_TYPE_STRINGS) {
        node->type = MA_TYPE_STRING;
        return !named ? 0 : fail_index(check, node, "[0]", "and its items have numbers");
    }
    if (node->left->type == MA_TYPE_INTS)
        return fail_index(check, node, "[*]", "which any() and all() go over, and nothing else");
    if (node->left->type == MA_TYPE_STRING && !named)
        return fail_index(check, node, ", or substring()", "which has no items");
    return fail_index(check, node, " alone", "which has no items");
}

/* Literals in sets and ranges are typed with them. */
static int check_literal(ma_expr_t *node)
{
    switch (node->kind) {
    case MA_EXPR_STRING:
        node->type = MA_TYPE_STRING;
        break;
    case MA_EXPR_INT:
        node->type = MA_TYPE_INT;
        break;
    case MA_EXPR_ADDRESS:
        node->type = MA_TYPE_ADDRESS;
        break;
    case MA_EXPR_BOOL:
        node->type = MA_TYPE_BOOL;
        break;
    case MA_EXPR_RANGE:
        (void)check_literal(node->left);
        (void)check_literal(node->right);
        node->type = node->left->type;
        break;
    default:
        break;
    }
    return 0;
}

static int check_items(ma_expr_t *set)
{
    size_t i;

    for (i = 0; i < set->n_items; i++)
        (void)check_literal(set->items[i]);
    set->type = set->items[0]->type;
    return 0;
}

int ma_check_value(const ma_check_t *check, ma_expr_t *node)
{
    int ret;

    switch (node->kind) {
    case MA_EXPR_FIELD:
        return ma_check_field(check, node);
    case MA_EXPR_CALL:
        return ma_check_call(check, node);
    case MA_EXPR_SET:
        return check_items(node);
    case MA_EXPR_INDEX:
    case MA_EXPR_EACH:
        ret = ma_check_value(check, node->left);
        if (ret != 0)
            return ret;
        return node->kind == MA_EXPR_INDEX ? check_index(check, node) : check_each(check, node);
    default:
        return check_literal(node);
    }
}
