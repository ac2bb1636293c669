/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - see print.h. It recurses, no deeper than MA_EXPR_MAX_DEPTH: the parser saw to that. */
#include "expr/print.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "expr/address.h"

/* Can it stand between quotes as it is? Length of the character, 0 if not. */
static size_t plain(const uint8_t *at, size_t left)
{
    uint32_t code;
    const size_t length = ma_utf8_read((const char *)at, left, &code);

    return length > 0 && ma_utf8_shows(code) ? length : 0;
}

static void print_quoted(ma_buf_t *out, ma_bytes_t text, char quote)
{
    size_t i = 0, length;

    ma_buf_byte(out, quote);
    while (i < text.size) {
        const uint8_t *at = text.data + i;
        length = plain(at, text.size - i);
        if (length == 0) {
            ma_buf_printf(out, "\\x%02x", (unsigned)*at);
            length = 1;
        } else {
            if (*at == (uint8_t)quote || *at == '\\')
                ma_buf_byte(out, '\\');
            ma_buf_add(out, at, length);
        }
        i += length;
    }
    ma_buf_byte(out, quote);
}

/* With as many # as it takes to have no end of the string inside it. */
static void print_raw(ma_buf_t *out, ma_bytes_t text)
{
    size_t i, run = 0, hashes = 0;

    for (i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            run = 1;
        else
            run = run > 0 && text.data[i] == '#' ? run + 1 : 0;
        if (run > hashes)
            hashes = run;
    }
    ma_buf_byte(out, 'r');
    for (i = 0; i < hashes; i++)
        ma_buf_byte(out, '#');
    ma_buf_byte(out, '"');
    ma_buf_add(out, text.data, text.size);
    ma_buf_byte(out, '"');
    for (i = 0; i < hashes; i++)
        ma_buf_byte(out, '#');
}

/*
 * A regular expression between quotes: a backslash keeps what is behind it, and only a quote needs
 * one. Returns false if that cannot say it, as when a quote is behind a backslash already.
 */
static bool print_pattern(ma_buf_t *out, ma_bytes_t text, char quote)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] == '\\' && (++i == text.size || text.data[i] == (uint8_t)quote))
            return false;
    ma_buf_byte(out, quote);
    for (i = 0; i < text.size; i++) {
        if (text.data[i] == (uint8_t)quote)
            ma_buf_byte(out, '\\');
        ma_buf_byte(out, (char)text.data[i]);
        if (text.data[i] == '\\')
            ma_buf_byte(out, (char)text.data[++i]);
    }
    ma_buf_byte(out, quote);
    return true;
}

static void print_string(ma_buf_t *out, const ma_expr_t *string, bool pattern)
{
    const char quote = string->quote == MA_QUOTE_SINGLE ? '\'' : '"';

    if (string->quote == MA_QUOTE_RAW
        || (pattern && !print_pattern(out, string->text, quote)))
        print_raw(out, string->text);
    else if (!pattern)
        print_quoted(out, string->text, quote);
}

static void print_address(ma_buf_t *out, const ma_expr_t *address)
{
    char text[MA_ADDRESS_TEXT] = "";

    (void)ma_address_write(address->text, text);
    ma_buf_text(out, text);
    if (address->number >= 0)
        ma_buf_printf(out, "/%d", (int)address->number);
}

static const char *op_name(ma_op_t op)
{
    static const char *const names[] = {
        [MA_OP_EQ] = "eq", [MA_OP_NE] = "ne", [MA_OP_LT] = "lt", [MA_OP_LE] = "le",
        [MA_OP_GT] = "gt", [MA_OP_GE] = "ge", [MA_OP_CONTAINS] = "contains",
        [MA_OP_WILDCARD] = "wildcard", [MA_OP_STRICT_WILDCARD] = "strict wildcard",
        [MA_OP_MATCHES] = "matches", [MA_OP_IN] = "in",
    };

    return names[op];
}

static bool is_chain(const ma_expr_t *expr)
{
    return expr->kind == MA_EXPR_OR || expr->kind == MA_EXPR_XOR || expr->kind == MA_EXPR_AND;
}

/* An operand: a chain inside another, or behind not, has parentheses. */
static void print_operand(ma_buf_t *out, const ma_expr_t *expr)
{
    if (is_chain(expr))
        ma_buf_byte(out, '(');
    ma_expr_print(expr, out);
    if (is_chain(expr))
        ma_buf_byte(out, ')');
}

/* Items with something between them. */
static void print_items(ma_buf_t *out, const ma_expr_t *expr, const char *between)
{
    size_t i;

    for (i = 0; i < expr->n_items; i++) {
        if (i > 0)
            ma_buf_text(out, between);
        if (is_chain(expr))
            print_operand(out, expr->items[i]);
        else
            ma_expr_print(expr->items[i], out);
    }
}

static void print_comparison(ma_buf_t *out, const ma_expr_t *expr)
{
    ma_expr_print(expr->left, out);
    ma_buf_printf(out, " %s ", op_name(expr->op));
    if (expr->right->kind == MA_EXPR_STRING)
        print_string(out, expr->right, expr->op == MA_OP_MATCHES);
    else
        ma_expr_print(expr->right, out);
}

void ma_expr_print(const ma_expr_t *expr, ma_buf_t *out)
{
    switch (expr->kind) {
    case MA_EXPR_OR:
        print_items(out, expr, " or ");
        break;
    case MA_EXPR_XOR:
        print_items(out, expr, " xor ");
        break;
    case MA_EXPR_AND:
        print_items(out, expr, " and ");
        break;
    case MA_EXPR_NOT:
        ma_buf_text(out, "not ");
        print_operand(out, expr->left);
        break;
    case MA_EXPR_COMPARE:
        print_comparison(out, expr);
        break;
    case MA_EXPR_FIELD:
        ma_buf_add(out, expr->text.data, expr->text.size);
        break;
    case MA_EXPR_INDEX:
        ma_expr_print(expr->left, out);
        ma_buf_byte(out, '[');
        ma_expr_print(expr->right, out);
        ma_buf_byte(out, ']');
        break;
    case MA_EXPR_EACH:
        ma_expr_print(expr->left, out);
        ma_buf_text(out, "[*]");
        break;
    case MA_EXPR_CALL:
        ma_buf_add(out, expr->text.data, expr->text.size);
        ma_buf_byte(out, '(');
        print_items(out, expr, ", ");
        ma_buf_byte(out, ')');
        break;
    case MA_EXPR_STRING:
        print_string(out, expr, false);
        break;
    case MA_EXPR_INT:
        ma_buf_printf(out, "%" PRId64, expr->number);
        break;
    case MA_EXPR_ADDRESS:
        print_address(out, expr);
        break;
    case MA_EXPR_BOOL:
        ma_buf_text(out, expr->number != 0 ? "true" : "false");
        break;
    case MA_EXPR_RANGE:
        ma_expr_print(expr->left, out);
        ma_buf_text(out, "..");
        ma_expr_print(expr->right, out);
        break;
    case MA_EXPR_SET:
        ma_buf_byte(out, '{');
        print_items(out, expr, " ");
        ma_buf_byte(out, '}');
        break;
    }
}
