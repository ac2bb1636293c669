/* SPDX-License-Identifier: BSD-2-Clause */
/* check_mismatch.c - literals of the wrong type, values that are no conditions, and their mends. */
#include "expr/check_made.h"

#include <stdio.h>

#include "expr/address.h"

/* What a literal is, alone or as the items of a set. */
static const ma_expr_t *first_of(const ma_expr_t *literal)
{
    return literal->kind == MA_EXPR_SET ? literal->items[0] : literal;
}

static bool is_number(ma_bytes_t text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9' || (i == 0 && text.data[i] == '0'))
            return false;
    return text.size > 0 && text.size < 19;
}

/* A string that has the text of an address or a network: *network says which. */
static bool is_address(ma_bytes_t text, bool *network)
{
    uint8_t octets[16];
    size_t size;
    int prefix;

    if (!ma_address_read(text, octets, &size, &prefix))
        return false;
    *network = prefix >= 0;
    return true;
}

static void mend_address(const ma_expr_t *node, ma_bytes_t text, char *mend, size_t size)
{
    bool network = false;

    if (!is_address(text, &network))
        snprintf(mend, size, "write an address, without quotes");
    else if (network && node->right->kind != MA_EXPR_SET)
        snprintf(mend, size, "write %sin {%.*s}",
                 node->op == MA_OP_NE ? "not in front of the field, and " : "", (int)text.size,
                 (const char *)text.data);
    else
        snprintf(mend, size, "write %.*s without quotes", (int)text.size, (const char *)text.data);
}

/* A boolean is compared with 0 and 1, "true" and "false", and needs none of it. */
static void mend_bool(const ma_expr_t *node, const ma_expr_t *literal, const char *value,
                      char *mend, size_t size)
{
    const bool zero = (literal->kind == MA_EXPR_INT && literal->number == 0)
        || (literal->kind == MA_EXPR_STRING && ma_bytes_equal(literal->text, MA_OID("false")));
    const bool known = literal->kind == MA_EXPR_INT || zero
        || ma_bytes_equal(literal->text, MA_OID("true"));

    if (!known || node->op == MA_OP_IN)
        snprintf(mend, size, "write %s alone, or not %s", value, value);
    else
        snprintf(mend, size, "write %s%s", zero == (node->op == MA_OP_EQ) ? "not " : "", value);
}

int ma_check_mismatch(const ma_check_t *check, const ma_expr_t *node, const ma_expr_t *literal)
{
    const ma_expr_t *first = first_of(literal), *value = node->left;
    const ma_type_t wanted = value->kind != MA_EXPR_EACH ? value->type
                           : value->type == MA_TYPE_INTS ? MA_TYPE_INT
                                                         : MA_TYPE_STRING;
    char shown[MA_SOURCE_SHOWN], text[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND];
    const bool repeat = ma_check_show(check, first, text);

    (void)ma_check_show(check, value, shown);
    if (wanted == MA_TYPE_STRING && repeat)
        snprintf(mend, sizeof(mend), "put it in quotes: \"%s\"", text);
    else if (wanted == MA_TYPE_STRING)
        snprintf(mend, sizeof(mend), "put it in quotes");
    else if (wanted == MA_TYPE_INT && is_number(first->text))
        snprintf(mend, sizeof(mend), "write %.*s without quotes", (int)first->text.size,
                 (const char *)first->text.data);
    else if (wanted == MA_TYPE_ADDRESS && first->text.size < MA_ADDRESS_TEXT + 4)
        mend_address(node, first->type == MA_TYPE_STRING ? first->text : (ma_bytes_t) { NULL, 0 },
                     mend, sizeof(mend));
    else if (wanted == MA_TYPE_BOOL)
        mend_bool(node, first, shown, mend, sizeof(mend));
    else
        snprintf(mend, sizeof(mend), "write %s", ma_check_a(wanted));
    return MA_CHECK_FAIL(check, first->span.start, mend, "%s is %s, and this is %s", shown,
                         ma_check_a(wanted), ma_check_a(first->type));
}

/* What goes in front of a value to make a condition of it, and what behind it. */
static void around(const ma_expr_t *value, const char **before, const char **behind)
{
    *before = "";
    if (value->kind == MA_EXPR_EACH) {
        *before = "any(";
        *behind = value->type == MA_TYPE_INTS ? " gt 0)" : " eq \"...\")";
        return;
    }
    switch (value->type) {
    case MA_TYPE_STRING:
        *behind = " ne \"\"";
        break;
    case MA_TYPE_INT:
        *behind = " ne 0";
        break;
    case MA_TYPE_ADDRESS:
        *behind = " in { ... }";
        break;
    case MA_TYPE_INTS:
        *before = "any(";
        *behind = "[*] gt 0)";
        break;
    case MA_TYPE_MAP:
        *before = "len(";
        *behind = "[\"name\"]) gt 0";
        break;
    default:
        *before = "len(";
        *behind = ") gt 0";
        break;
    }
}

int ma_check_no_condition(const ma_check_t *check, const ma_expr_t *value)
{
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND] = "write a comparison";
    const char *before, *behind;

    around(value, &before, &behind);
    if (ma_check_show(check, value, shown))
        snprintf(mend, sizeof(mend), "write %s%s%s", before, shown, behind);
    return MA_CHECK_FAIL(check, value->span.start, mend, "%s is %s, and no condition", shown,
                         ma_check_a(value->type));
}
