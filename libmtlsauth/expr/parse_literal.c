/* SPDX-License-Identifier: BSD-2-Clause */
/* parse_literal.c - literals and sets of them. */
#include <string.h>

#include "expr/mistake.h"
#include "expr/parser.h"

/* An integer or an address. */
static int parse_number(ma_parser_t *parser, const ma_literal_t *literal, ma_expr_t **out)
{
    const bool address = literal->sign == MA_SIGN_ADDRESS;
    ma_expr_t *node;
    int ret = ma_parse_node(parser, address ? MA_EXPR_ADDRESS : MA_EXPR_INT, literal->span, &node);

    if (ret != 0)
        return ret;
    node->number = literal->number;
    if (address) {
        node->text.size = literal->size;
        node->text.data = (const uint8_t *)ma_arena_copy(parser->lexer.arena, literal->octets,
                                                         literal->size);
        if (node->text.data == NULL)
            return ma_fail_memory(parser->lexer.err);
    }
    *out = node;
    return 0;
}

/* Two integers or addresses. */
static int parse_range(ma_parser_t *parser, const ma_lexeme_t *token, ma_expr_t **out)
{
    ma_expr_t *node;
    int ret = ma_parse_node(parser, MA_EXPR_RANGE, token->span, &node);

    if (ret == 0)
        ret = parse_number(parser, &token->low, &node->left);
    if (ret == 0)
        ret = parse_number(parser, &token->high, &node->right);
    if (ret != 0)
        return ret;
    node->height = 2;
    *out = node;
    return 0;
}

int ma_parse_literal(ma_parser_t *parser, ma_expr_t **out)
{
    const ma_lexeme_t *token = &parser->token;
    ma_expr_t *node;
    int ret;

    if (token->sign == MA_SIGN_RANGE) {
        ret = parse_range(parser, token, &node);
    } else if (token->sign == MA_SIGN_INT || token->sign == MA_SIGN_ADDRESS) {
        ret = parse_number(parser, &token->low, &node);
    } else {
        ret = ma_parse_node(parser, token->sign == MA_SIGN_BOOL ? MA_EXPR_BOOL : MA_EXPR_STRING,
                            token->span, &node);
        if (ret == 0) {
            node->text = token->sign == MA_SIGN_BOOL ? (ma_bytes_t) { NULL, 0 } : token->text;
            node->quote = token->quote;
            node->number = token->low.number;
        }
    }
    if (ret == 0)
        ret = ma_parse_next(parser, false);
    if (ret == 0)
        *out = node; /* NOLINT(clang-analyzer-core.uninitialized.Assign): set, as ret is 0 */
    return ret;
}

/* What kind of item it is: a range is as what it begins with. */
static ma_expr_kind_t kind_of(const ma_expr_t *item)
{
    return item->kind == MA_EXPR_RANGE ? item->left->kind : item->kind;
}

static bool can_be_item(const ma_lexeme_t *token)
{
    return token->sign == MA_SIGN_STRING || token->sign == MA_SIGN_INT
        || token->sign == MA_SIGN_ADDRESS || token->sign == MA_SIGN_RANGE;
}

/* Items up to what is none. */
static int parse_items(ma_parser_t *parser, ma_list_t *list)
{
    ma_lexeme_t token;
    ma_expr_t *item;
    int ret;

    while (can_be_item(&parser->token)) {
        token = parser->token;
        if (list->count == MA_EXPR_MAX_ITEMS)
            return ma_source_fail(parser->lexer.source, parser->lexer.err, MTLSAUTH_E_LIMIT,
                                  token.span.start, "write several sets",
                                  "the set has more than %u items", MA_EXPR_MAX_ITEMS);
        ret = ma_parse_literal(parser, &item);
        if (ret != 0)
            return ret;
        if (list->count > 0 && kind_of(item) != kind_of(list->items[0]))
            return ma_wrong_mixed(&parser->lexer, &token, list->items[0]);
        ma_list_add(parser->lexer.arena, list, item);
        if (list->failed)
            return ma_fail_memory(parser->lexer.err);
    }
    return 0;
}

int ma_parse_set(ma_parser_t *parser, ma_expr_t **out)
{
    const ma_lexeme_t open = parser->token;
    ma_list_t list = { NULL, 0, 0, false };
    ma_expr_t *set;
    int ret = ma_parse_next(parser, false);

    if (ret == 0)
        ret = parse_items(parser, &list);
    if (ret != 0)
        return ret;
    if (!ma_lexeme_is(&parser->token, '}'))
        return ma_wrong_item(&parser->lexer, &parser->token, &open);
    if (list.count == 0)
        return ma_source_fail(parser->lexer.source, parser->lexer.err, MTLSAUTH_E_SYNTAX,
                              open.span.start, "write what it should hold",
                              "the set is empty, and nothing is ever in it");
    ret = ma_parse_next(parser, false);
    if (ret == 0)
        ret = ma_parse_node(parser, MA_EXPR_SET,
                            (ma_span_t) { open.span.start, parser->last.span.end }, &set);
    if (ret != 0)
        return ret;
    set->items = list.items;
    set->n_items = list.count;
    set->height = kind_of(list.items[0]) == MA_EXPR_STRING ? 2 : 3;
    *out = set;
    return 0;
}
