/* SPDX-License-Identifier: BSD-2-Clause */
/* check_set.c - items of a set that stand in it twice. */
#include "expr/check_made.h"

#include <stdlib.h>
#include <string.h>

static int compare_bytes(ma_bytes_t a, ma_bytes_t b)
{
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return a.size > 0 ? memcmp(a.data, b.data, a.size) : 0;
}

/* Of what they are; ranges by where they begin and end. */
static int compare_items(const ma_expr_t *a, const ma_expr_t *b)
{
    int order;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == MA_EXPR_RANGE) {
        order = compare_items(a->left, b->left);
        return order != 0 ? order : compare_items(a->right, b->right);
    }
    if (a->kind == MA_EXPR_STRING)
        return compare_bytes(a->text, b->text);
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return compare_bytes(a->text, b->text);
}

/* Equal ones in the order in which they were written. */
static int compare(const void *left, const void *right)
{
    const ma_expr_t *a = *(ma_expr_t *const *)left, *b = *(ma_expr_t *const *)right;
    const int order = compare_items(a, b);

    if (order != 0)
        return order;
    return a->span.start < b->span.start ? -1 : a->span.start > b->span.start;
}

static void warn(const ma_check_t *check, const ma_expr_t *item, size_t others)
{
    char shown[MA_SOURCE_SHOWN];

    (void)ma_check_show(check, item, shown);
    if (others == 0)
        ma_check_warn(check, item->span.start, "set-duplicate", "remove one",
                      "%s stands twice in the set", shown);
    else
        ma_check_warn(check, item->span.start, "set-duplicate", "remove what is there before",
                      "%s stands twice in the set, and so %s %zu more", shown,
                      others == 1 ? "does" : "do", others);
}

int ma_check_set(const ma_check_t *check, const ma_expr_t *set)
{
    ma_expr_t **sorted;
    const ma_expr_t *first = NULL;
    size_t i, count = 0;

    if (check->warn == NULL || set->n_items < 2)
        return 0;
    sorted = calloc(set->n_items, sizeof(*sorted));
    if (sorted == NULL)
        return ma_fail_memory(check->err);
    memcpy(sorted, set->items, set->n_items * sizeof(*sorted));
    qsort(sorted, set->n_items, sizeof(*sorted), compare);
    for (i = 1; i < set->n_items; i++) {
        if (compare_items(sorted[i - 1], sorted[i]) != 0)
            continue;
        count++;
        if (first == NULL || sorted[i]->span.start < first->span.start)
            first = sorted[i];
    }
    if (first != NULL)
        warn(check, first, count - 1);
    free(sorted);
    return 0;
}
