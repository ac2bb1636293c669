/* SPDX-License-Identifier: BSD-2-Clause */
/* parse_value.c - comparisons, and their left sides: fields and functions, with indexes. */
#include <string.h>

#include "expr/mistake.h"
#include "expr/parser.h"

static int parse_value(ma_parser_t *parser, ma_expr_t **out);

/* One [*], [integer] or [string] around the value. */
static int parse_index(ma_parser_t *parser, ma_expr_t **value)
{
    const ma_lexeme_t open = parser->token;
    ma_expr_t *node, *index = NULL;
    bool each;
    int ret = ma_parse_next(parser, false);

    if (ret != 0)
        return ret;
    each = ma_lexeme_is(&parser->token, '*');
    if (each)
        ret = ma_parse_next(parser, false);
    else if (parser->token.sign == MA_SIGN_STRING
             || (parser->token.sign == MA_SIGN_INT && parser->token.low.number >= 0))
        ret = ma_parse_literal(parser, &index);
    else
        ret = ma_wrong_index(&parser->lexer, &parser->token);
    if (ret != 0)
        return ret;
    if (!ma_lexeme_is(&parser->token, ']'))
        return ma_wrong_open(&parser->lexer, &parser->token, &open);
    ret = ma_parse_next(parser, false);
    if (ret == 0)
        ret = ma_parse_node(parser, each ? MA_EXPR_EACH : MA_EXPR_INDEX,
                            (ma_span_t) { (*value)->span.start, parser->last.span.end }, &node);
    if (ret != 0)
        return ret;
    node->word = (ma_span_t) { open.span.start, parser->last.span.end };
    node->left = *value;
    node->right = index;
    ret = ma_parse_adopt(parser, node, *value);
    if (ret == 0 && index != NULL)
        ret = ma_parse_adopt(parser, node, index);
    if (ret == 0)
        *value = node;
    return ret;
}

static bool is_literal(const ma_lexeme_t *token)
{
    return token->sign == MA_SIGN_STRING || token->sign == MA_SIGN_INT
        || token->sign == MA_SIGN_ADDRESS || token->sign == MA_SIGN_BOOL;
}

/* `any` and `all` take one condition, all others values. */
static bool takes_condition(const ma_expr_t *call)
{
    return call->text.size == 3
        && (memcmp(call->text.data, "any", 3) == 0 || memcmp(call->text.data, "all", 3) == 0);
}

/* A value, a literal, or a condition. */
static int parse_argument(ma_parser_t *parser, const ma_expr_t *call, size_t count, ma_expr_t **out)
{
    if (ma_lexeme_is(&parser->token, ')') || ma_lexeme_is(&parser->token, ','))
        return ma_wrong_argument(&parser->lexer, &parser->token, call, count);
    if (takes_condition(call))
        return ma_parse_condition(parser, out);
    if (is_literal(&parser->token))
        return ma_parse_literal(parser, out);
    if (parser->token.sign != MA_SIGN_NAME)
        return ma_wrong_argument(&parser->lexer, &parser->token, call, count);
    return parse_value(parser, out);
}

/* Says why arguments do not end here. */
static int fail_arguments(const ma_parser_t *parser, const ma_lexeme_t *open, const ma_expr_t *call)
{
    const ma_lexeme_t *found = &parser->token;

    if (found->sign == MA_SIGN_END || ma_lexeme_is(found, '}') || ma_lexeme_is(found, ']'))
        return ma_wrong_open(&parser->lexer, found, open);
    if (takes_condition(call) && !ma_lexeme_is(found, ','))
        return ma_wrong_operator(&parser->lexer, found, parser->operand);
    return ma_wrong_comma(&parser->lexer, found, call);
}

/* "(" arguments ")" behind the name. */
static int parse_arguments(ma_parser_t *parser, ma_expr_t *call)
{
    const ma_lexeme_t open = parser->token;
    ma_list_t list = { NULL, 0, 0, false };
    ma_expr_t *argument;
    int ret = ma_parse_enter(parser);

    do {
        if (ret == 0)
            ret = ma_parse_next(parser, false);
        if (ret == 0)
            ret = parse_argument(parser, call, list.count, &argument);
        if (ret == 0)
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set, as ret is 0 */
            ret = ma_parse_adopt(parser, call, argument);
        if (ret != 0)
            return ret;
        ma_list_add(parser->lexer.arena, &list, argument);
        if (list.failed)
            return ma_fail_memory(parser->lexer.err);
    } while (ma_lexeme_is(&parser->token, ',') && !takes_condition(call));
    if (!ma_lexeme_is(&parser->token, ')'))
        return fail_arguments(parser, &open, call);
    parser->depth--;
    call->items = list.items;
    call->n_items = list.count;
    return ma_parse_next(parser, false);
}

/* A field or a call, and its indexes. The token is a name. */
static int parse_value(ma_parser_t *parser, ma_expr_t **out)
{
    const ma_lexeme_t name = parser->token;
    ma_expr_t *value;
    int ret = ma_parse_node(parser, MA_EXPR_FIELD, name.span, &value);

    if (ret == 0)
        ret = ma_parse_next(parser, false);
    if (ret != 0)
        return ret;
    value->text = name.text;
    if (ma_lexeme_is(&parser->token, '(')) {
        value->kind = MA_EXPR_CALL;
        ret = parse_arguments(parser, value);
        value->span.end = parser->last.span.end;
    }
    while (ret == 0 && ma_lexeme_is(&parser->token, '['))
        ret = parse_index(parser, &value);
    if (ret == 0)
        *out = value;
    return ret;
}

/* The operator, which may be of two words; afterwards the token is what follows it. */
static int parse_op(ma_parser_t *parser, ma_lexeme_t *op)
{
    const ma_lexeme_t strict = parser->token;
    int ret;

    if (strict.sign == MA_SIGN_STRICT) {
        ret = ma_parse_next(parser, false);
        if (ret != 0)
            return ret;
        if (parser->token.sign != MA_SIGN_COMPARE || parser->token.op != MA_OP_WILDCARD)
            return ma_wrong_strict(&parser->lexer, &strict);
    }
    *op = parser->token;
    op->span.start = strict.span.start;
    if (strict.sign == MA_SIGN_STRICT)
        op->op = MA_OP_STRICT_WILDCARD;
    return ma_parse_next(parser, op->op == MA_OP_MATCHES);
}

/* What stands behind the operator. */
static int parse_right(ma_parser_t *parser, const ma_lexeme_t *op, const ma_expr_t *left,
                       ma_expr_t **out)
{
    const ma_lexeme_t *token = &parser->token;

    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): parse_op() set it */
    if (op->op == MA_OP_IN && ma_lexeme_is(token, '{'))
        return ma_parse_set(parser, out);
    if (op->op != MA_OP_IN
        && (token->sign == MA_SIGN_RANGE
            || (token->sign == MA_SIGN_ADDRESS && token->low.number >= 0)))
        return ma_wrong_many(&parser->lexer, token, op);
    if (op->op == MA_OP_IN || !is_literal(token))
        return ma_wrong_literal(&parser->lexer, token, op, left);
    return ma_parse_literal(parser, out);
}

int ma_parse_comparison(ma_parser_t *parser, ma_expr_t **out)
{
    ma_expr_t *left, *right, *node;
    ma_lexeme_t op;
    int ret;

    if (parser->token.sign != MA_SIGN_NAME)
        return ma_wrong_operand(&parser->lexer, &parser->token, &parser->last);
    ret = parse_value(parser, &left);
    if (ret != 0)
        return ret;
    parser->operand = left;
    if (parser->token.sign != MA_SIGN_COMPARE && parser->token.sign != MA_SIGN_STRICT) {
        *out = left;
        return 0;
    }
    ret = parse_op(parser, &op);
    if (ret == 0)
        ret = parse_right(parser, &op, left, &right);
    if (ret == 0)
        ret = ma_parse_node(parser, MA_EXPR_COMPARE,
                            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): ret is 0 */
                            (ma_span_t) { left->span.start, right->span.end }, &node);
    if (ret != 0)
        return ret;
    node->word = op.span;
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): set, as ret is 0 */
    node->op = op.op;
    node->left = left;
    node->right = right;
    ret = ma_parse_adopt(parser, node, left);
    if (ret == 0)
        ret = ma_parse_adopt(parser, node, right);
    parser->operand = node;
    if (ret == 0)
        *out = node;
    return ret;
}
