/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - see check.h: conditions, and what stands for the whole. */
#include "expr/check_made.h"

#include <stdio.h>

#include "base/buf.h"

bool ma_check_show(const ma_check_t *check, const ma_expr_t *node, char room[MA_SOURCE_SHOWN])
{
    return ma_source_show(check->source, node->span, room);
}

const char *ma_check_a(ma_type_t type)
{
    switch (type) {
    case MA_TYPE_BOOL:
        return "a boolean";
    case MA_TYPE_INT:
        return "an integer";
    case MA_TYPE_STRING:
        return "a string";
    case MA_TYPE_ADDRESS:
        return "an address";
    case MA_TYPE_STRINGS:
        return "an array of strings";
    case MA_TYPE_BOOLS:
        return "an array of booleans";
    case MA_TYPE_MAP:
        return "a map";
    case MA_TYPE_INTS:
        return "an array of integers";
    case MA_TYPE_NONE:
    default:
        return "nothing";
    }
}

void ma_check_warn(const ma_check_t *check, size_t at, const char *id, const char *mend,
                   const char *format, ...)
{
    ma_pos_t pos;
    ma_buf_t text;
    va_list args;

    if (check->warn == NULL)
        return;
    pos = ma_source_pos(check->source, at);
    ma_buf_init(&text, 0);
    va_start(args, format);
    ma_buf_vprintf(&text, format, args);
    va_end(args);
    check->warn(check->context, &pos, id, ma_buf_string(&text), mend);
    ma_buf_free(&text);
}

/* any() and all() go over one array: what the n-th items of two have to do with each other, nobody
 * can know. This is the one that a part of their condition goes over, or NULL. */
static const ma_expr_t *array_of(const ma_expr_t *node)
{
    while (node != NULL) {
        switch (node->kind) {
        case MA_EXPR_OR:
        case MA_EXPR_XOR:
        case MA_EXPR_AND:
        case MA_EXPR_CALL:
            node = node->n_items > 0 ? node->items[0] : NULL;
            break;
        case MA_EXPR_EACH:
            if (node->left->kind != MA_EXPR_CALL || node->left->items[0]->kind != MA_EXPR_EACH)
                return node->left;
            node = node->left->items[0];
            break;
        case MA_EXPR_NOT:
        case MA_EXPR_COMPARE:
            node = node->left;
            break;
        default:
            return NULL;
        }
    }
    return NULL;
}

static int fail_outside(const ma_check_t *check, const ma_expr_t *node)
{
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND] = "write any(...) or all(...) around it";

    if (ma_check_show(check, node, shown))
        snprintf(mend, sizeof(mend), "write any(%s), or all(...)", shown);
    return MA_CHECK_FAIL(check, node->span.start, mend,
                         "[*] compares every item, and the answers stand outside any() and all()");
}

/* A condition is true or false, and in any() and all() that for each item. */
static int check_number(const ma_check_t *check, const ma_expr_t *node, const ma_expr_t *over)
{
    char name[MA_SOURCE_SHOWN];

    if (node->type != MA_TYPE_BOOL && node->type != MA_TYPE_BOOLS)
        return ma_check_no_condition(check, node);
    if (over == NULL)
        return node->type == MA_TYPE_BOOL ? 0 : fail_outside(check, node);
    if (node->type == MA_TYPE_BOOLS)
        return 0;
    (void)ma_source_show(check->source, over->word, name);
    return MA_CHECK_FAIL(check, node->span.start,
                         "write field[*] in it, or move it out with and or or",
                         "%s() is about the items of an array, and this has none", name);
}

static int check_chain(const ma_check_t *check, ma_expr_t *node, const ma_expr_t *over)
{
    const ma_expr_t *first, *other;
    char name[MA_SOURCE_SHOWN];
    size_t i;
    int ret;

    for (i = 0; i < node->n_items; i++) {
        ret = ma_check_condition(check, node->items[i], over);
        if (ret != 0)
            return ret;
    }
    node->type = node->items[0]->type;
    first = over != NULL ? array_of(node->items[0]) : NULL;
    for (i = 1; first != NULL && i < node->n_items; i++) {
        other = array_of(node->items[i]);
        if (other != NULL && !ma_check_same(first, other)) {
            (void)ma_source_show(check->source, over->word, name);
            return MA_CHECK_FAIL(check, node->items[i]->span.start,
                                 "write one for each array, joined by and or or",
                                 "%s() goes over one array, and this is another", name);
        }
    }
    ma_check_join(check, node);
    return 0;
}

int ma_check_condition(const ma_check_t *check, ma_expr_t *node, const ma_expr_t *over)
{
    int ret;

    switch (node->kind) {
    case MA_EXPR_OR:
    case MA_EXPR_XOR:
    case MA_EXPR_AND:
        return check_chain(check, node, over);
    case MA_EXPR_NOT:
        ret = ma_check_condition(check, node->left, over);
        node->type = node->left->type;
        return ret;
    case MA_EXPR_COMPARE:
        ret = ma_check_compare(check, node);
        break;
    default:
        ret = ma_check_value(check, node);
        break;
    }
    return ret != 0 ? ret : check_number(check, node, over);
}

int ma_expr_check(const ma_check_t *check, ma_expr_t *expr)
{
    const bool value = expr->kind == MA_EXPR_FIELD || expr->kind == MA_EXPR_CALL
        || expr->kind == MA_EXPR_INDEX || expr->kind == MA_EXPR_EACH;
    int ret;

    if (check->wanted == MA_TYPE_BOOL || !value)
        ret = ma_check_condition(check, expr, NULL);
    else
        ret = ma_check_value(check, expr);
    if (ret != 0 || expr->type == check->wanted)
        return ret;
    return MA_CHECK_FAIL(check, expr->span.start, "write one of that type",
                         "this is %s, and %s is wanted here", ma_check_a(expr->type),
                         ma_check_a(check->wanted));
}
