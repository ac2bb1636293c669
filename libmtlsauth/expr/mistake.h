/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mistake.h - the sentences for what is wrong with the text of an expression.
 *
 * Each sets *err, with place and mend, and returns MTLSAUTH_E_SYNTAX. They explain; whether there
 * is a mistake is the lexer's and the parser's to know. Only ma_wrong_case(), _mark() and _quote()
 * look for one themselves, and return 0 if there is none.
 */
#ifndef MA_EXPR_MISTAKE_H
#define MA_EXPR_MISTAKE_H

#include "expr/lex.h"

/* ---- characters (mistake.c) */

/** A byte that may stand nowhere. */
int ma_wrong_byte(const ma_source_t *source, mtlsauth_error_t **err, size_t at);
/** A character that begins nothing. */
int ma_wrong_character(const ma_source_t *source, mtlsauth_error_t **err, size_t at);
/** An operator of another language, as `=` or `<>`; good text ends at `end`. */
int ma_wrong_mark(const ma_source_t *source, mtlsauth_error_t **err, size_t at, size_t end);
/** A name that is a word of the language in upper case. */
int ma_wrong_case(const ma_source_t *source, mtlsauth_error_t **err, const ma_lexeme_t *name);

/* ---- strings (mistake_string.c) */

/** No `closing` follows on the line. */
int ma_wrong_open_string(const ma_lexer_t *lexer, size_t at, const char *closing);
/** A quote ended the string, and a word follows at once. */
int ma_wrong_quote(const ma_lexer_t *lexer, const ma_lexeme_t *string);
int ma_wrong_escape(const ma_source_t *source, mtlsauth_error_t **err, size_t at);
int ma_wrong_tab(const ma_source_t *source, mtlsauth_error_t **err, size_t at);
int ma_wrong_raw(const ma_source_t *source, mtlsauth_error_t **err, size_t at);

/* ---- numbers and addresses (mistake_number.c) */

int ma_wrong_octal(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span);
int ma_wrong_large(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span);
/** A word that is no name, no integer and no address. */
int ma_wrong_number(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span);
/** A network that does not begin where it says; `first` is where. */
int ma_wrong_host_bits(const ma_source_t *source, mtlsauth_error_t **err,
                       const ma_literal_t *network, const uint8_t *first);

typedef enum ma_range_mistake {
    MA_RANGE_HALF,   /**< an end is missing */
    MA_RANGE_KINDS,  /**< an integer and an address, or IPv4 and IPv6 */
    MA_RANGE_PREFIX, /**< an end has a prefix */
    MA_RANGE_ORDER   /**< it ends before it begins */
} ma_range_mistake_t;
int ma_wrong_range(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                     ma_range_mistake_t which);

/* ---- what does not fit together (mistake_parse.c, mistake_value.c) */

/** A word where a literal belongs: most likely a string without its quotes. */
int ma_wrong_word(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t word);
/**
 * A name where a literal belongs: a field, a function, or a word. `op` is of the comparison, or
 * NULL in a set. (mistake_right.c)
 */
int ma_wrong_name(const ma_lexer_t *lexer, const ma_lexeme_t *name, const ma_lexeme_t *op);
/** What stands where a condition should begin; `behind` stands in front of it. */
int ma_wrong_operand(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *behind);
/** What stands behind an operand and joins it to nothing. NULL: behind parentheses. */
int ma_wrong_operator(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *operand);
/** `strict` without wildcard behind it. */
int ma_wrong_strict(const ma_lexer_t *lexer, const ma_lexeme_t *strict);
/** What stands where the literal of a comparison should; `left` is what is compared. */
int ma_wrong_literal(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *op,
                       const ma_expr_t *left);
/** A network or a range compared with eq, ne and their like. */
int ma_wrong_many(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *op);
/** What stands where an item of a set should. */
int ma_wrong_item(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *open);
/** Items of two kinds. */
int ma_wrong_mixed(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *first);
/** What stands where an argument should. `count` of them came before it. */
int ma_wrong_argument(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *call,
                        size_t count);
/** What stands between arguments. */
int ma_wrong_comma(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *call);
/** What stands in an index. */
int ma_wrong_index(const ma_lexer_t *lexer, const ma_lexeme_t *found);
/** The end, or what closes another, where `open` should be closed. */
int ma_wrong_open(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *open);

#endif
