/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt_piece.h - a policy file as a chain of tokens and comments, in the order they stand. For
 * fmt_layout.c.
 *
 * Of the comments it is known what each belongs to, which is what the layout must not change.
 */
#ifndef MA_POLICY_FMT_PIECE_H
#define MA_POLICY_FMT_PIECE_H

#include "policy/lex.h"

typedef enum ma_belongs {
    MA_BELONGS_TOKEN = 0, /**< no comment */
    MA_BELONGS_AHEAD,     /**< stands on the line of the value or name behind it */
    MA_BELONGS_BEHIND,    /**< ends the line of what stands in front of it */
    MA_BELONGS_OWN        /**< a line of its own */
} ma_belongs_t;

typedef struct ma_piece {
    ma_token_t token; /**< of a comment: `text` and `pos` only, and kind MA_TOKEN_END */
    ma_belongs_t belongs;
    bool blank;        /**< an empty line stands in front of it, or several */
    bool line_comment; /**< from # or // to the end of its line */
    unsigned last_line;
    struct ma_piece *next; /**< NULL behind the end of the file, which is a piece too */
} ma_piece_t;

/** Takes a text apart that the scanner accepts. Pieces borrow the text and lie in the arena. */
int ma_pieces_read(const char *file, ma_bytes_t text, ma_arena_t *arena, const ma_piece_t **out,
                   mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** True if the piece is that mark. */
bool ma_piece_is(const ma_piece_t *piece, char mark);
/** True if it is one of } ) ] */
bool ma_piece_closes(const ma_piece_t *piece);
/** True if it is one of { ( [ */
bool ma_piece_opens(const ma_piece_t *piece);

#endif
