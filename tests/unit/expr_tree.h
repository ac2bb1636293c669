/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_tree.h - what the tests of expressions share: parsing an exact copy, so that ASan sees a
 * read behind it, and the tree in parentheses, so that a table shows what binds to what.
 */
#ifndef TESTS_EXPR_TREE_H
#define TESTS_EXPR_TREE_H

#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "expr/parse.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A text, and what became of it. */
typedef struct parsed {
    uint8_t *copy;
    ma_arena_t arena;
    ma_expr_t *expr; /* NULL: see err */
    mtlsauth_error_t *err;
    int ret;
} parsed_t;

static inline parsed_t parse_bytes(const void *text, size_t size, size_t memory)
{
    parsed_t made = { .copy = malloc(size > 0 ? size : 1), .ret = MTLSAUTH_E_NO_MEMORY };
    ma_source_t source = { .file = "x" };

    ma_arena_init(&made.arena, memory);
    if (made.copy == NULL)
        return made;
    if (size > 0)
        memcpy(made.copy, text, size);
    source.text = (ma_bytes_t) { made.copy, size };
    made.ret = ma_expr_parse(&source, NULL, &made.arena, &made.expr, &made.err);
    TAP_TRUE((made.ret == 0) == (made.expr != NULL)); /* set on success, and only then */
    TAP_TRUE((made.ret == 0) == (made.err == NULL));
    return made;
}

static inline parsed_t parse_text(const char *text)
{
    return parse_bytes(text, strlen(text), 0);
}

static inline void parsed_free(parsed_t *made)
{
    mtlsauth_error_free(made->err);
    ma_arena_free(&made->arena);
    free(made->copy);
}

static inline void tree_hex(ma_buf_t *out, ma_bytes_t bytes)
{
    size_t i;

    for (i = 0; i < bytes.size; i++)
        ma_buf_printf(out, "%02x", bytes.data[i]);
}

/* Strings as they are, octets that do not print as <hex>. */
static inline void tree_string(ma_buf_t *out, ma_bytes_t bytes)
{
    size_t i;

    ma_buf_byte(out, '\'');
    for (i = 0; i < bytes.size; i++)
        if (bytes.data[i] >= 0x20 && bytes.data[i] < 0x7f)
            ma_buf_byte(out, (char)bytes.data[i]);
        else
            ma_buf_printf(out, "<%02x>", bytes.data[i]);
    ma_buf_byte(out, '\'');
}

/* (or a (and b c)), (eq a 'text'), (in a (set 1 (range 2 9))), (index a 0), (each a), (call f a) */
static inline void tree(ma_buf_t *out, const ma_expr_t *expr)
{
    static const char *const kinds[] = { "or", "xor", "and", "not", "", "", "index", "each", "call",
                                         "", "", "", "", "range", "set" };
    static const char *const ops[] = { "eq", "ne", "lt", "le", "gt", "ge", "contains", "wildcard",
                                       "strict-wildcard", "matches", "in" };
    size_t i;

    switch (expr->kind) {
    case MA_EXPR_FIELD:
        ma_buf_add(out, expr->text.data, expr->text.size);
        return;
    case MA_EXPR_STRING:
        tree_string(out, expr->text);
        return;
    case MA_EXPR_INT:
        ma_buf_printf(out, "%" PRId64, expr->number);
        return;
    case MA_EXPR_BOOL:
        ma_buf_text(out, expr->number == 1 ? "true" : "false");
        return;
    case MA_EXPR_ADDRESS:
        ma_buf_byte(out, '@');
        tree_hex(out, expr->text);
        if (expr->number >= 0)
            ma_buf_printf(out, "/%" PRId64, expr->number);
        return;
    default:
        break;
    }
    ma_buf_printf(out, "(%s", expr->kind == MA_EXPR_COMPARE ? ops[expr->op] : kinds[expr->kind]);
    if (expr->kind == MA_EXPR_CALL) {
        ma_buf_byte(out, ' ');
        ma_buf_add(out, expr->text.data, expr->text.size);
    }
    if (expr->left != NULL) {
        ma_buf_byte(out, ' ');
        tree(out, expr->left);
    }
    if (expr->right != NULL) {
        ma_buf_byte(out, ' ');
        tree(out, expr->right);
    }
    for (i = 0; i < expr->n_items; i++) {
        ma_buf_byte(out, ' ');
        tree(out, expr->items[i]);
    }
    ma_buf_byte(out, ')');
}

#endif
