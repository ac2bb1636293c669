/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.c - see parse.h: and, or, xor, not, parentheses. What they join is parse_value.c's.
 *
 * Chains are one node, and parentheses that change nothing leave no trace, so that `a or (b or c)`
 * and `a or b or c` are the same tree.
 */
#include "expr/parse.h"

#include <string.h>

#include "expr/mistake.h"
#include "expr/parser.h"

int ma_parse_next(ma_parser_t *parser, bool pattern)
{
    parser->last = parser->token;
    return ma_lexer_next(&parser->lexer, pattern, &parser->token);
}

static int fail_depth(const ma_parser_t *parser, size_t at)
{
    return ma_source_fail(parser->lexer.source, parser->lexer.err, MTLSAUTH_E_LIMIT, at,
                          "write several rules", "nested more than %u deep", MA_EXPR_MAX_DEPTH);
}

int ma_parse_node(ma_parser_t *parser, ma_expr_kind_t kind, ma_span_t span, ma_expr_t **out)
{
    ma_expr_t *node;

    if (kind != MA_EXPR_STRING && kind != MA_EXPR_INT && kind != MA_EXPR_ADDRESS
        && kind != MA_EXPR_RANGE && ++parser->nodes > MA_EXPR_MAX_NODES)
        return ma_source_fail(parser->lexer.source, parser->lexer.err, MTLSAUTH_E_LIMIT, span.start,
                              "write several rules, or put values in a set",
                              "the expression has more than %u parts", MA_EXPR_MAX_NODES);
    node = ma_arena_alloc(parser->lexer.arena, sizeof(*node));
    if (node == NULL)
        return ma_fail_memory(parser->lexer.err);
    node->kind = kind;
    node->span = span;
    node->word = span;
    node->height = 1;
    *out = node;
    return 0;
}

int ma_parse_adopt(const ma_parser_t *parser, ma_expr_t *parent, const ma_expr_t *child)
{
    if (child->height >= MA_EXPR_MAX_DEPTH)
        return fail_depth(parser, parent->word.start);
    if (child->height >= parent->height)
        parent->height = child->height + 1;
    return 0;
}

int ma_parse_enter(ma_parser_t *parser)
{
    if (parser->depth >= MA_EXPR_MAX_DEPTH)
        return fail_depth(parser, parser->token.span.start);
    parser->depth++;
    return 0;
}

void ma_list_add(ma_arena_t *arena, ma_list_t *list, ma_expr_t *item)
{
    ma_expr_t **larger;
    size_t room;

    if (list->count == list->room && !list->failed) {
        room = list->room > 0 ? list->room * 2 : 4;
        larger = ma_arena_array(arena, room, sizeof(*larger));
        if (larger == NULL) {
            list->failed = true;
            return;
        }
        if (list->count > 0)
            memcpy(larger, list->items, list->count * sizeof(*larger));
        list->items = larger;
        list->room = room;
    }
    if (!list->failed)
        list->items[list->count++] = item;
}

/* Adds an operand to a chain; that of a chain of the same kind are added each. */
static void add_operand(ma_parser_t *parser, ma_list_t *list, ma_expr_kind_t kind,
                        ma_expr_t *operand)
{
    size_t i;

    if (operand->kind != kind) {
        ma_list_add(parser->lexer.arena, list, operand);
        return;
    }
    for (i = 0; i < operand->n_items; i++)
        ma_list_add(parser->lexer.arena, list, operand->items[i]);
}

static int parse_not(ma_parser_t *parser, ma_expr_t **out);

/* The three operators, the loosest first. */
static const struct {
    ma_sign_t sign;
    ma_expr_kind_t kind;
} levels[] = {
    { MA_SIGN_OR, MA_EXPR_OR },
    { MA_SIGN_XOR, MA_EXPR_XOR },
    { MA_SIGN_AND, MA_EXPR_AND },
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

/* Operands of a level and the operators between them. It recurses once a level. */
static int parse_chain(ma_parser_t *parser, size_t level, ma_expr_t **out)
{
    ma_list_t list = { NULL, 0, 0, false };
    ma_expr_t *first, *operand, *chain;
    ma_span_t word;
    size_t i;
    int ret;

    if (level == LEVELS)
        return parse_not(parser, out);
    ret = parse_chain(parser, level + 1, &first);
    if (ret != 0 || parser->token.sign != levels[level].sign) {
        if (ret == 0)
            /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): set, as ret is 0 */
            *out = first;
        return ret;
    }
    word = parser->token.span;
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set, as ret is 0 */
    add_operand(parser, &list, levels[level].kind, first);
    while (parser->token.sign == levels[level].sign) {
        ret = ma_parse_next(parser, false);
        if (ret == 0)
            ret = parse_chain(parser, level + 1, &operand);
        if (ret != 0)
            return ret;
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set, as ret is 0 */
        add_operand(parser, &list, levels[level].kind, operand);
    }
    if (list.failed)
        return ma_fail_memory(parser->lexer.err);
    ret = ma_parse_node(parser, levels[level].kind,
                        (ma_span_t) { first->span.start, parser->last.span.end }, &chain);
    if (ret != 0)
        return ret;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set, as ret is 0 */
    chain->word = word;
    chain->items = list.items;
    chain->n_items = list.count;
    for (i = 0; i < list.count && ret == 0; i++)
        ret = ma_parse_adopt(parser, chain, list.items[i]);
    if (ret == 0)
        *out = chain;
    return ret;
}

int ma_parse_condition(ma_parser_t *parser, ma_expr_t **out)
{
    return parse_chain(parser, 0, out);
}

int ma_parse_unclosed(const ma_parser_t *parser, const ma_lexeme_t *open)
{
    const ma_lexeme_t *found = &parser->token;

    if (found->sign == MA_SIGN_END || ma_lexeme_is(found, '}') || ma_lexeme_is(found, ']'))
        return ma_wrong_open(&parser->lexer, found, open);
    return ma_wrong_operator(&parser->lexer, found, parser->operand);
}

/* "(" or ")" */
static int parse_parentheses(ma_parser_t *parser, ma_expr_t **out)
{
    const ma_lexeme_t open = parser->token;
    ma_expr_t *inner;
    int ret = ma_parse_enter(parser);

    if (ret == 0)
        ret = ma_parse_next(parser, false);
    if (ret == 0)
        ret = ma_parse_condition(parser, &inner);
    if (ret != 0)
        return ret;
    if (!ma_lexeme_is(&parser->token, ')'))
        return ma_parse_unclosed(parser, &open);
    parser->depth--;
    parser->operand = NULL;
    ret = ma_parse_next(parser, false);
    if (ret != 0)
        return ret;
    inner->span = (ma_span_t) { open.span.start, parser->last.span.end };
    *out = inner;
    return 0;
}

/* [ "not" ] not | primary */
static int parse_not(ma_parser_t *parser, ma_expr_t **out)
{
    const ma_span_t word = parser->token.span;
    ma_expr_t *operand, *node;
    int ret;

    if (ma_lexeme_is(&parser->token, '('))
        return parse_parentheses(parser, out);
    if (parser->token.sign != MA_SIGN_NOT)
        return ma_parse_comparison(parser, out);
    ret = ma_parse_enter(parser);
    if (ret == 0)
        ret = ma_parse_next(parser, false);
    if (ret == 0)
        ret = parse_not(parser, &operand);
    if (ret == 0)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set, as ret is 0 */
        ret = ma_parse_node(parser, MA_EXPR_NOT, (ma_span_t) { word.start, operand->span.end },
                            &node);
    if (ret != 0)
        return ret;
    parser->depth--;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set, as ret is 0 */
    node->word = word;
    node->left = operand;
    ret = ma_parse_adopt(parser, node, operand);
    if (ret == 0)
        *out = node;
    return ret;
}

/* Nothing but blanks and comments? */
static int check_empty(const ma_parser_t *parser)
{
    const ma_bytes_t text = parser->lexer.source->text;

    if (parser->token.sign != MA_SIGN_END)
        return 0;
    return ma_source_fail(parser->lexer.source, parser->lexer.err, MTLSAUTH_E_SYNTAX, 0,
                          "write a condition, or leave the option away",
                          text.size > 0 && memchr(text.data, '#', text.size) != NULL
                              ? "the expression is empty: it holds nothing but a comment"
                              : "the expression is empty");
}

int ma_expr_parse(const ma_source_t *source, const ma_schema_t *schema, ma_arena_t *arena,
                  ma_expr_t **out, mtlsauth_error_t **err)
{
    ma_parser_t parser = { .depth = 0 };
    ma_expr_t *whole;
    int ret;

    if (source->text.size > MA_EXPR_MAX_SIZE)
        return ma_source_fail(source, err, MTLSAUTH_E_LIMIT, 0, "write several rules",
                              "the expression has %zu octets, more than %u", source->text.size,
                              MA_EXPR_MAX_SIZE);
    ma_lexer_start(&parser.lexer, source, arena, err);
    parser.lexer.schema = schema;
    ret = ma_parse_next(&parser, false);
    if (ret == 0)
        ret = check_empty(&parser);
    if (ret == 0)
        ret = ma_parse_condition(&parser, &whole);
    if (ret != 0)
        return ret;
    if (parser.token.sign != MA_SIGN_END)
        return ma_wrong_operator(&parser.lexer, &parser.token, parser.operand);
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): set, as ret is 0 */
    *out = whole;
    return 0;
}
