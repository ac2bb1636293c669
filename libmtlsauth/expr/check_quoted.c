/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_quoted.c - strings that are the name of a field, letter for letter: whoever writes one
 * wanted its value most likely, and compares with its name.
 */
#include "expr/check_made.h"

static void check_string(const ma_check_t *check, const ma_expr_t *literal, const char *mend)
{
    char shown[MA_SOURCE_SHOWN];

    if (literal->kind != MA_EXPR_STRING || ma_check_find(check, literal->text) == NULL)
        return;
    (void)ma_check_show(check, literal, shown);
    ma_check_warn(check, literal->span.start, "field-quoted", mend,
                  "%s is a text here, not the value of the field of that name", shown);
}

void ma_check_quoted(const ma_check_t *check, const ma_expr_t *literal)
{
    static const char mend[] = "two fields are not compared: write an entry, or a condition joined "
                               "by or, for each value";
    size_t i;

    if (check->warn == NULL)
        return;
    check_string(check, literal, mend);
    for (i = 0; literal->kind == MA_EXPR_SET && i < literal->n_items; i++)
        check_string(check, literal->items[i], mend);
}

void ma_check_quoted_argument(const ma_check_t *check, const ma_expr_t *argument)
{
    if (check->warn != NULL)
        check_string(check, argument, "write it without quotes for its value");
}
