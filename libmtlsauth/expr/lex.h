/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lex.h - the words, literals and marks of an expression, with their places.
 *
 * Strings come decoded, in the arena; numbers, addresses and ranges come read. No token or comment
 * holds a NUL, a control other than tab and line end, what is not UTF-8, or a character that makes
 * the text look other than it reads; reading ends in front of such a byte with an error.
 */
#ifndef MA_EXPR_LEX_H
#define MA_EXPR_LEX_H

#include "base/arena.h"
#include "expr/ast.h"

typedef enum ma_sign {
    MA_SIGN_END = 0,
    MA_SIGN_NAME,    /**< a field, a function, or a mistake */
    MA_SIGN_AND,     /**< and && */
    MA_SIGN_OR,      /**< or || */
    MA_SIGN_XOR,     /**< xor ^^ */
    MA_SIGN_NOT,     /**< not ! */
    MA_SIGN_COMPARE, /**< eq == ...: `op` says which */
    MA_SIGN_STRICT,  /**< the first word of "strict wildcard" */
    MA_SIGN_STRING,
    MA_SIGN_INT,
    MA_SIGN_ADDRESS,
    MA_SIGN_RANGE,
    MA_SIGN_BOOL,
    MA_SIGN_MARK     /**< one of ( ) { } [ ] , * */
} ma_sign_t;

/** An integer or an address, alone or at an end of a range. */
typedef struct ma_literal {
    ma_sign_t sign; /**< INT or ADDRESS */
    ma_span_t span;
    int64_t number; /**< of an address: its prefix, or -1 */
    uint8_t octets[16];
    size_t size;    /**< of the address: 4 or 16 */
} ma_literal_t;

typedef struct ma_lexeme {
    ma_sign_t sign;
    ma_span_t span;
    char mark;          /**< MARK */
    ma_op_t op;         /**< COMPARE */
    ma_quote_t quote;   /**< STRING */
    ma_bytes_t text;    /**< STRING: decoded; NAME: as written */
    ma_literal_t low;   /**< INT, ADDRESS; RANGE: where it begins. BOOL: number */
    ma_literal_t high;  /**< RANGE: where it ends */
} ma_lexeme_t;

typedef struct ma_lexer {
    const ma_source_t *source;
    size_t at;
    size_t end;     /**< of the text, or of what is good of it */
    ma_arena_t *arena;
    mtlsauth_error_t **err;
    const ma_schema_t *schema; /**< for messages, or NULL */
} ma_lexer_t;

/** Begins. The text has MA_EXPR_MAX_SIZE octets at most; a byte order mark is skipped. */
void ma_lexer_start(ma_lexer_t *lexer, const ma_source_t *source, ma_arena_t *arena,
                    mtlsauth_error_t **err);
/**
 * The next token; MA_SIGN_END comes again and again. `pattern`: a string that comes now is a
 * regular expression, in which a backslash stands for itself unless a quote follows. Returns 0,
 * MTLSAUTH_E_SYNTAX or MTLSAUTH_E_NO_MEMORY.
 */
int ma_lexer_next(ma_lexer_t *lexer, bool pattern, ma_lexeme_t *lexeme) MTLSAUTH_MUST_CHECK;
/** True if the token is that mark. */
bool ma_lexeme_is(const ma_lexeme_t *lexeme, char mark);

/* ---- parts of the lexer: each begins at lexer->at and moves it behind what it read */

/** A string that begins with " or '. */
int ma_lex_quoted(ma_lexer_t *lexer, bool pattern, ma_lexeme_t *out) MTLSAUTH_MUST_CHECK;
/** A string that begins with r" or r#. */
int ma_lex_raw(ma_lexer_t *lexer, ma_lexeme_t *out) MTLSAUTH_MUST_CHECK;
/** A word (its span is set) that is no name: an integer, an address, a range. */
int ma_lex_number(const ma_lexer_t *lexer, ma_lexeme_t *out) MTLSAUTH_MUST_CHECK;

#endif
