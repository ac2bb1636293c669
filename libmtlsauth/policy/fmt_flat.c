/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt_flat.c - ma_layout_flat() of fmt_layout.h.
 *
 * It stops as soon as the line is too long, so that trying costs no more than a line, however much
 * the file holds. The depth of the recursion is that of the text, which ma_scan() bounds.
 */
#include "policy/fmt_layout.h"

static bool flat_compound(const ma_piece_t **at, ma_buf_t *line);

static void put(const ma_piece_t **at, ma_buf_t *line)
{
    ma_buf_add(line, (*at)->token.text.data, (*at)->token.text.size);
    *at = (*at)->next;
}

static bool flat_value(const ma_piece_t **at, ma_buf_t *line)
{
    if ((*at)->belongs != MA_BELONGS_TOKEN || ma_piece_is(*at, '{'))
        return false;
    if (ma_piece_opens(*at))
        return flat_compound(at, line);
    put(at, line);
    return true;
}

static bool flat_element(const ma_piece_t **at, ma_buf_t *line)
{
    if (!flat_value(at, line))
        return false;
    if (ma_piece_is(*at, ','))
        *at = (*at)->next;
    if ((*at)->belongs == MA_BELONGS_TOKEN && !ma_piece_closes(*at))
        ma_buf_byte(line, ',');
    return true;
}

static bool flat_setting(const ma_piece_t **at, ma_buf_t *line)
{
    put(at, line);
    if ((*at)->belongs != MA_BELONGS_TOKEN)
        return false;
    *at = (*at)->next; /* = or : */
    ma_buf_text(line, " = ");
    if (!flat_value(at, line) || (*at)->token.kind == MA_TOKEN_STRING)
        return false;
    if (ma_piece_is(*at, ';') || ma_piece_is(*at, ','))
        *at = (*at)->next;
    ma_buf_byte(line, ';');
    return true;
}

static bool flat_compound(const ma_piece_t **at, ma_buf_t *line)
{
    const bool group = ma_piece_is(*at, '{');

    put(at, line);
    while (ma_buf_ok(line) && !ma_piece_closes(*at)) {
        ma_buf_byte(line, ' ');
        if ((*at)->belongs != MA_BELONGS_TOKEN
            || !(group ? flat_setting(at, line) : flat_element(at, line)))
            return false;
    }
    ma_buf_byte(line, ' ');
    put(at, line);
    return ma_buf_ok(line);
}

bool ma_layout_flat(const ma_piece_t *open, ma_buf_t *line, const ma_piece_t **end)
{
    *end = open;
    return flat_compound(end, line);
}
