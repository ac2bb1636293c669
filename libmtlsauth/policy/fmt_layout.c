/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt_layout.c - see fmt_layout.h.
 *
 * A line is begun by what stands on it and not ended by what stands before, so that a comment can
 * still be put behind. Each function below is called with its first piece looked at, and leaves the
 * one behind its last. The depth of the recursion is that of the text, which ma_scan() bounds.
 */
#include "policy/fmt_layout.h"

#include <string.h>

#define INDENT 2u

typedef struct layout {
    const ma_piece_t *at;
    ma_buf_t *out;
    size_t start; /* where the output began */
    unsigned depth;
    bool line_full; /* a comment took the rest of the line */
} layout_t;

static void print_units(layout_t *layout, bool settings);

static bool is_comment(const ma_piece_t *piece)
{
    return piece->belongs != MA_BELONGS_TOKEN;
}

static bool is_end(const ma_piece_t *piece)
{
    return !is_comment(piece) && piece->token.kind == MA_TOKEN_END;
}

static bool is_string(const ma_piece_t *piece)
{
    return !is_comment(piece) && piece->token.kind == MA_TOKEN_STRING;
}

/* The first token at or behind a piece. There is one: the end. */
static const ma_piece_t *token_from(const ma_piece_t *piece)
{
    while (is_comment(piece))
        piece = piece->next;
    return piece;
}

/* ---- lines -------------------------------------------------------------------------------- */

static void begin_line(layout_t *layout, bool blank)
{
    if (layout->out->size > layout->start)
        ma_buf_text(layout->out, blank ? "\n\n" : "\n");
    ma_buf_printf(layout->out, "%*s", (int)(layout->depth * INDENT), "");
    layout->line_full = false;
}

static void put(layout_t *layout)
{
    ma_buf_add(layout->out, layout->at->token.text.data, layout->at->token.text.size);
    layout->at = layout->at->next;
}

/* As it stands, but for white space at the end of the line and CRs. */
static void put_comment(layout_t *layout, const ma_piece_t *comment)
{
    ma_bytes_t text = comment->token.text;
    size_t i;

    while (comment->line_comment && strchr(" \t", text.data[text.size - 1]) != NULL)
        text.size--;
    for (i = 0; i < text.size; i++)
        if (text.data[i] != '\r')
            ma_buf_byte(layout->out, (char)text.data[i]);
    layout->line_full = comment->line_comment;
}

static void put_behind(layout_t *layout, const ma_piece_t *comment)
{
    if (layout->line_full)
        begin_line(layout, false);
    else
        ma_buf_byte(layout->out, ' ');
    put_comment(layout, comment);
}

static void put_on_own_line(layout_t *layout, const ma_piece_t *comment, bool blank)
{
    begin_line(layout, blank);
    put_comment(layout, comment);
}

/* ---- comments ----------------------------------------------------------------------------- */

static void print_behind(layout_t *layout)
{
    for (; layout->at->belongs == MA_BELONGS_BEHIND; layout->at = layout->at->next)
        put_behind(layout, layout->at);
}

static void print_ahead(layout_t *layout)
{
    for (; layout->at->belongs == MA_BELONGS_AHEAD; layout->at = layout->at->next) {
        put_comment(layout, layout->at);
        ma_buf_byte(layout->out, ' ');
    }
}

/* All up to the next token. */
static void print_between(layout_t *layout)
{
    for (; is_comment(layout->at); layout->at = layout->at->next) {
        if (layout->at->belongs == MA_BELONGS_BEHIND)
            put_behind(layout, layout->at);
        else
            put_on_own_line(layout, layout->at, false);
    }
}

/* Comments between a name and its value, which have no place there: each on a line in front. */
static void print_hoisted(layout_t *layout, const ma_piece_t *name)
{
    const ma_piece_t *equals = token_from(name->next);
    const ma_piece_t *value = token_from(equals->next), *piece;

    for (piece = name->next; piece != value; piece = piece->next) {
        if (!is_comment(piece))
            continue;
        put_comment(layout, piece);
        begin_line(layout, false);
    }
}

/* ---- values ------------------------------------------------------------------------------- */

/* The mark behind a value, whether it was written or not, and the comments that belong there. */
static void print_mark(layout_t *layout, char mark)
{
    const ma_piece_t *token = token_from(layout->at);

    ma_buf_byte(layout->out, mark);
    if (ma_piece_is(token, ';') || ma_piece_is(token, ',')) {
        print_between(layout);
        layout->at = layout->at->next;
    }
    print_behind(layout);
}

/* How many columns of the line are free; the mark behind the value is not. */
static size_t columns_left(const layout_t *layout)
{
    size_t width = 1, at = layout->out->size;

    while (at > layout->start && layout->out->data[at - 1] != '\n' && width < MA_FMT_COLUMNS) {
        at--;
        width += ((uint8_t)layout->out->data[at] & 0xc0u) != 0x80u;
    }
    return MA_FMT_COLUMNS - width;
}

static size_t characters(const ma_buf_t *line)
{
    size_t i, n = 0;

    for (i = 0; i < line->size; i++)
        n += ((uint8_t)line->data[i] & 0xc0u) != 0x80u;
    return n;
}

/* On one line, if it may be and fits. */
static bool print_flat(layout_t *layout)
{
    char room[4 * MA_FMT_COLUMNS + 1];
    const ma_piece_t *end;
    ma_buf_t line;

    if (!ma_buf_ok(layout->out))
        return false;
    ma_buf_fixed(&line, room, sizeof(room));
    if (!ma_layout_flat(layout->at, &line, &end) || characters(&line) > columns_left(layout))
        return false;
    ma_buf_add(layout->out, line.data, line.size);
    layout->at = end;
    return true;
}

static void print_compound(layout_t *layout, bool of_setting)
{
    const bool group = ma_piece_is(layout->at, '{');
    const bool broken = group && of_setting && !ma_piece_closes(layout->at->next);

    if (!broken && print_flat(layout))
        return;
    put(layout);
    layout->depth++;
    print_behind(layout);
    print_units(layout, group);
    layout->depth--;
    begin_line(layout, false);
    put(layout);
}

/* Strings that are one value: each on a line of its own. */
static void print_strings(layout_t *layout)
{
    layout->depth++;
    do {
        print_between(layout);
        begin_line(layout, false);
        put(layout);
    } while (is_string(token_from(layout->at)));
    layout->depth--;
}

static void print_setting_value(layout_t *layout)
{
    if (is_string(layout->at) && is_string(token_from(layout->at->next))) {
        print_strings(layout);
        return;
    }
    ma_buf_byte(layout->out, ' ');
    if (ma_piece_opens(layout->at))
        print_compound(layout, true);
    else
        put(layout);
}

/* ---- settings and elements ---------------------------------------------------------------- */

static void print_setting(layout_t *layout)
{
    print_hoisted(layout, token_from(layout->at));
    print_ahead(layout);
    put(layout);
    ma_buf_text(layout->out, " =");
    layout->at = token_from(token_from(layout->at)->next);
    print_setting_value(layout);
    print_mark(layout, ';');
}

static void print_element(layout_t *layout)
{
    print_ahead(layout);
    if (ma_piece_opens(layout->at))
        print_compound(layout, false);
    else
        put(layout);
    print_mark(layout, ',');
}

/* The inside of a group, list or array, or the file. */
static void print_units(layout_t *layout, bool settings)
{
    bool first = true;

    for (; !is_end(layout->at) && !ma_piece_closes(layout->at); first = false) {
        const ma_piece_t *piece = layout->at;

        if (piece->belongs == MA_BELONGS_OWN || piece->belongs == MA_BELONGS_BEHIND) {
            layout->at = piece->next;
            if (piece->belongs == MA_BELONGS_BEHIND)
                put_behind(layout, piece);
            else
                put_on_own_line(layout, piece, piece->blank && !first);
            continue;
        }
        begin_line(layout, piece->blank && !first);
        if (settings)
            print_setting(layout);
        else
            print_element(layout);
    }
}

void ma_layout(const ma_piece_t *pieces, ma_buf_t *out)
{
    layout_t layout = { .at = pieces, .out = out, .start = out->size };

    print_units(&layout, true);
    if (out->size > layout.start)
        ma_buf_byte(out, '\n');
}
