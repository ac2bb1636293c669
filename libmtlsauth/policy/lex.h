/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lex.h - the words, strings and marks of a policy file, with their places.
 *
 * A token borrows the file's text. Comments are copied to the arena and kept in a list. A string
 * is found as written, on one line; literal.h decodes it. A word is a run of all that can be part
 * of a name or a number, so that `12abc` or `a.b` is one token and not two.
 *
 * No token or comment holds a byte that is refused: a NUL, a control other than tab and line end,
 * what is not UTF-8, or a character that makes the text look other than it reads. Reading ends in
 * front of such a byte with an error.
 */
#ifndef MA_POLICY_LEX_H
#define MA_POLICY_LEX_H

#include <stdbool.h>

#include "policy/scan.h"

typedef enum ma_token_kind {
    MA_TOKEN_END = 0,
    MA_TOKEN_WORD,   /**< a name, a number, true, false, or a mistake */
    MA_TOKEN_STRING, /**< with its quotes */
    MA_TOKEN_MARK    /**< one of = : ; , { } ( ) [ ] */
} ma_token_kind_t;

typedef struct ma_token {
    ma_token_kind_t kind;
    ma_pos_t pos;
    ma_pos_t end;    /**< just behind it, on the same line */
    ma_bytes_t text; /**< as written */
} ma_token_t;

typedef struct ma_lex {
    const char *file;
    const uint8_t *at;
    const uint8_t *end;      /**< of the text, or of what is good of it */
    const uint8_t *text_end; /**< differs from `end` if a bad byte is there */
    const uint8_t *line_start;
    unsigned line;
    ma_arena_t *arena;
    ma_comment_t *comments;
    ma_comment_t **next_comment;
    mtlsauth_error_t **err;
} ma_lex_t;

/** Begins; a byte order mark is skipped. `text` may have MA_SCAN_MAX_SIZE bytes and must stay. */
void ma_lex_start(ma_lex_t *lex, const char *file, ma_bytes_t text, ma_arena_t *arena,
                  mtlsauth_error_t **err);
/** The next token. MA_TOKEN_END comes again and again. */
int ma_lex_next(ma_lex_t *lex, ma_token_t *token) MTLSAUTH_MUST_CHECK;
/** True if the token is that mark. */
bool ma_token_is(const ma_token_t *token, char mark);
/** The mark that ends a group, list or array. */
char ma_token_closing(ma_node_kind_t kind);

/** Room for a token in a message. */
#define MA_TOKEN_SHOWN 64u
/**
 * Writes the token for a message: in quotes, a long one cut short. Returns true if that is also
 * how it can be written in a mend: whole, and without a backslash, which messages show doubled.
 */
bool ma_token_show(const ma_token_t *token, char room[MA_TOKEN_SHOWN]);

#endif
