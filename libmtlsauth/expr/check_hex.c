/* SPDX-License-Identifier: BSD-2-Clause */
/* check_hex.c - literals that a field in hex never has: placeholders, other lengths, other case. */
#include "expr/check_made.h"

#include <stdio.h>
#include <string.h>

#include "expr/hex_value.h"

/* Digests, which have a length, are printed in lower case, and all else in upper case. */
static bool is_lower(const ma_field_t *field)
{
    return field->octets > 0;
}

static bool is_digit(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f')
        || (octet >= 'A' && octet <= 'F');
}

/* The digits of a text that is hex, without a label or 0x in front. */
static size_t count_digits(ma_bytes_t text)
{
    size_t i, count = 0;

    for (i = 0; i < text.size; i++) {
        if (text.data[i] == '=' || text.data[i] == 'x' || text.data[i] == 'X')
            count = 0;
        else if (is_digit(text.data[i]))
            count++;
    }
    return count;
}

/* eq, ne and in compare by value. */
static void check_value(const ma_check_t *check, const ma_field_t *field, const ma_expr_t *literal)
{
    char shown[MA_SOURCE_SHOWN], mend[64];
    ma_hex_value_t value;
    size_t digits;

    (void)ma_check_show(check, literal, shown);
    if (!ma_hex_value_read(literal->text, field->hex, &value)) {
        ma_check_warn(check, literal->span.start, "hex-literal", "write hex digits",
                      "%s is no hex, and %s never equals it", shown, field->name);
        return;
    }
    digits = count_digits(literal->text);
    if (field->hex != MA_HEX_OCTETS || field->octets == 0 || literal->text.size == 0
        || digits == 2 * (size_t)field->octets)
        return;
    snprintf(mend, sizeof(mend), "write all %zu digits", 2 * (size_t)field->octets);
    ma_check_warn(check, literal->span.start, "hex-length", mend,
                  "%s has %zu hex digit%s, and %s has %zu: they are never equal", shown, digits,
                  digits == 1 ? "" : "s", field->name, 2 * (size_t)field->octets);
}

/* All other operators compare it as it is printed. */
static void check_text(const ma_check_t *check, const ma_field_t *field, const ma_expr_t *node)
{
    const ma_bytes_t text = node->right->text;
    const bool lower = is_lower(field);
    char shown[MA_SOURCE_SHOWN];
    size_t i;

    (void)ma_check_show(check, node->right, shown);
    for (i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]) && (text.data[i] != '*' || node->op == MA_OP_CONTAINS)) {
            ma_check_warn(check, node->right->span.start, "hex-text",
                          "write digits alone, without colons, blanks or 0x",
                          "%s is compared with digits as they are printed, and has none but those",
                          field->name);
            return;
        }
        if (node->op != MA_OP_WILDCARD
            && (lower ? text.data[i] >= 'A' && text.data[i] <= 'F'
                      : text.data[i] >= 'a' && text.data[i] <= 'f')) {
            ma_check_warn(check, node->right->span.start, "hex-case",
                          lower ? "write it in lower case" : "write it in upper case",
                          "%s is printed in %s case, and here is compared as it is printed",
                          field->name, lower ? "lower" : "upper");
            return;
        }
    }
}

void ma_check_hex(const ma_check_t *check, const ma_expr_t *node)
{
    const ma_field_t *field = ma_check_below(node->left)->field;
    size_t i;

    if (node->op == MA_OP_EQ || node->op == MA_OP_NE)
        check_value(check, field, node->right);
    else if (node->op == MA_OP_IN)
        for (i = 0; i < node->right->n_items; i++)
            check_value(check, field, node->right->items[i]);
    else if (node->op != MA_OP_MATCHES)
        check_text(check, field, node);
}
