/* SPDX-License-Identifier: BSD-2-Clause */
/* fmt_piece.c - see fmt_piece.h. */
#include "policy/fmt_piece.h"

#include <string.h>

typedef struct chain {
    ma_arena_t *arena;
    ma_piece_t *first;
    ma_piece_t **link; /* where the next one goes */
} chain_t;

bool ma_piece_is(const ma_piece_t *piece, char mark)
{
    return piece->belongs == MA_BELONGS_TOKEN && ma_token_is(&piece->token, mark);
}

static bool is_any(const ma_piece_t *piece, const char *marks)
{
    return piece->belongs == MA_BELONGS_TOKEN && piece->token.kind == MA_TOKEN_MARK
        && strchr(marks, piece->token.text.data[0]) != NULL;
}

bool ma_piece_closes(const ma_piece_t *piece)
{
    return is_any(piece, "})]");
}

bool ma_piece_opens(const ma_piece_t *piece)
{
    return is_any(piece, "{([");
}

/* ---- reading ------------------------------------------------------------------------------ */

static unsigned line_ends(ma_bytes_t text)
{
    unsigned n = 0;
    size_t i;

    for (i = 0; i < text.size; i++)
        n += text.data[i] == '\n';
    return n;
}

static int add(chain_t *chain, const ma_token_t *token, bool comment)
{
    ma_piece_t *piece = ma_arena_alloc(chain->arena, sizeof(*piece));

    if (piece == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    piece->token = *token;
    piece->last_line = token->pos.line;
    if (comment) {
        piece->belongs = MA_BELONGS_OWN; /* until it is known better */
        piece->line_comment = token->text.data[0] == '#' || token->text.data[1] == '/';
        piece->last_line += line_ends(token->text);
    }
    *chain->link = piece;
    chain->link = &piece->next;
    return 0;
}

/* The tokens, each behind the comments that the lexer came by on the way to it. */
static int read_all(ma_lex_t *lex, chain_t *chain)
{
    ma_comment_t **seen = &lex->comments;
    ma_token_t token;
    int ret;

    do {
        ret = ma_lex_next(lex, &token);
        for (; ret == 0 && *seen != NULL; seen = &(*seen)->next) {
            ma_token_t comment = { .pos = (*seen)->pos, .text = (*seen)->text };
            ret = add(chain, &comment, true);
        }
        if (ret == 0)
            ret = add(chain, &token, false);
    } while (ret == 0 && token.kind != MA_TOKEN_END);
    return ret;
}

/* ---- what belongs to what ----------------------------------------------------------------- */

/* A name or a value can have a comment in front; a mark that ends something cannot. */
static bool can_follow(const ma_piece_t *piece)
{
    return piece->token.kind != MA_TOKEN_END && !is_any(piece, "})];,=:");
}

static bool on_its_line(const ma_piece_t *before, const ma_piece_t *piece)
{
    return before != NULL && before->last_line == piece->token.pos.line;
}

/*
 * Comments that stand one behind another up to a token of the same line belong to that token, and
 * the first of them has found that out for all; what else stands behind something on its line
 * belongs to that.
 */
static void settle(const ma_piece_t *before, ma_piece_t *comment)
{
    const bool goes_on = on_its_line(before, comment) && before->belongs != MA_BELONGS_TOKEN;
    const ma_piece_t *at = comment;

    if (goes_on) {
        comment->belongs
            = before->belongs == MA_BELONGS_AHEAD ? MA_BELONGS_AHEAD : MA_BELONGS_BEHIND;
        return;
    }
    while (at->belongs != MA_BELONGS_TOKEN && !at->line_comment && on_its_line(at, at->next))
        at = at->next;
    if (at->belongs == MA_BELONGS_TOKEN && can_follow(at))
        comment->belongs = MA_BELONGS_AHEAD;
    else if (on_its_line(before, comment))
        comment->belongs = MA_BELONGS_BEHIND;
}

int ma_pieces_read(const char *file, ma_bytes_t text, ma_arena_t *arena, const ma_piece_t **out,
                   mtlsauth_error_t **err)
{
    chain_t chain = { .arena = arena };
    ma_piece_t *piece, *before = NULL;
    ma_lex_t lex;
    int ret;

    chain.link = &chain.first;
    ma_lex_start(&lex, file, text, arena, err);
    ret = read_all(&lex, &chain);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(err);
    if (ret != 0)
        return ret;
    for (piece = chain.first; piece != NULL; before = piece, piece = piece->next) {
        piece->blank = before != NULL && piece->token.pos.line > before->last_line + 1;
        if (piece->belongs != MA_BELONGS_TOKEN)
            settle(before, piece);
    }
    *out = chain.first;
    return 0;
}
