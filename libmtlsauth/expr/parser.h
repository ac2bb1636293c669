/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parser.h - what the parts of the parser share: parse.c joins conditions, parse_value.c reads what
 * they are made of.
 */
#ifndef MA_EXPR_PARSER_H
#define MA_EXPR_PARSER_H

#include "expr/lex.h"

typedef struct ma_parser {
    ma_lexer_t lexer;
    ma_lexeme_t token;        /**< the one to look at */
    ma_lexeme_t last;         /**< the one before it */
    const ma_expr_t *operand; /**< what was read last: a value, a comparison; NULL: parentheses */
    unsigned depth;           /**< of parentheses, calls and nots that are open */
    unsigned nodes;           /**< of the tree so far, without those in sets */
} ma_parser_t;

/** Items as they come. Adding after a failure does nothing. */
typedef struct ma_list {
    ma_expr_t **items;
    size_t count;
    size_t room;
    bool failed;
} ma_list_t;

void ma_list_add(ma_arena_t *arena, ma_list_t *list, ma_expr_t *item);

/** Goes on to the next token; see ma_lexer_next(). */
int ma_parse_next(ma_parser_t *parser, bool pattern) MTLSAUTH_MUST_CHECK;
/** A new node, without children. */
int ma_parse_node(ma_parser_t *parser, ma_expr_kind_t kind, ma_span_t span,
                  ma_expr_t **out) MTLSAUTH_MUST_CHECK;
/** Keeps the height of a node that gets a child, and the limit on it. */
int ma_parse_adopt(const ma_parser_t *parser, ma_expr_t *parent,
                   const ma_expr_t *child) MTLSAUTH_MUST_CHECK;
/** Call before something nested is read; afterwards, take one from `depth`. */
int ma_parse_enter(ma_parser_t *parser) MTLSAUTH_MUST_CHECK;
/** Says why the parenthesis is not closed here. */
int ma_parse_unclosed(const ma_parser_t *parser, const ma_lexeme_t *open) MTLSAUTH_MUST_CHECK;

/** Whatever `or` and what binds tighter than it can join. */
int ma_parse_condition(ma_parser_t *parser, ma_expr_t **out) MTLSAUTH_MUST_CHECK;
/** value [ op literal ] */
int ma_parse_comparison(ma_parser_t *parser, ma_expr_t **out) MTLSAUTH_MUST_CHECK;
/** A string, a number, an address, true or false; not a set. */
int ma_parse_literal(ma_parser_t *parser, ma_expr_t **out) MTLSAUTH_MUST_CHECK;
/** "{" items "}" */
int ma_parse_set(ma_parser_t *parser, ma_expr_t **out) MTLSAUTH_MUST_CHECK;

#endif
