/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wildcard.c - see wildcard.h.
 *
 * The stars cut a pattern into pieces. The first piece is where the text begins, the last one where
 * it ends, and each in between is looked for from where the one before it ended: if there is a
 * match at all, the leftmost places are one. The search is that of Knuth, Morris and Pratt, so that
 * no text makes it slow.
 */
#include "expr/wildcard.h"

#include <string.h>

/* What stands between two stars. */
typedef struct piece {
    const uint8_t *octets; /* lower case unless strict */
    uint32_t *borders;     /* of each beginning: the longest end of it that it begins with, too */
    size_t size;
} piece_t;

struct ma_wildcard {
    bool strict;
    size_t stars;
    piece_t pieces[]; /* one more than stars */
};

bool ma_wildcard_valid(ma_bytes_t pattern, size_t *at, const char **why, const char **mend)
{
    size_t i;

    for (i = 0; i < pattern.size; i++) {
        bool last = i + 1 == pattern.size;
        uint8_t next = last ? 0 : pattern.data[i + 1];

        if (pattern.data[i] == '\\') {
            if (last || (next != '*' && next != '\\')) {
                *at = i;
                *why = "in a wildcard a backslash stands before \"*\" or another backslash only";
                *mend = "write two backslashes for one";
                return false;
            }
            i++;
        } else if (pattern.data[i] == '*' && !last && next == '*') {
            *at = i + 1;
            *why = "in a wildcard two \"*\" in a row mean no more than one";
            *mend = "write one \"*\"; for the character itself a backslash and \"*\"";
            return false;
        }
    }
    return true;
}

static uint8_t folded(uint8_t octet, bool strict)
{
    return !strict && octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 32) : octet;
}

static void find_borders(piece_t *piece)
{
    size_t i;
    uint32_t border = 0;

    for (i = 1; i < piece->size; i++) {
        while (border > 0 && piece->octets[i] != piece->octets[border])
            border = piece->borders[border - 1];
        if (piece->octets[i] == piece->octets[border])
            border++;
        piece->borders[i] = border;
    }
}

/* Cuts the pattern into pieces; their octets go to `octets`, one behind the other. */
static void cut(ma_wildcard_t *wildcard, ma_bytes_t pattern, uint8_t *octets, uint32_t *borders)
{
    piece_t *piece = wildcard->pieces;
    size_t i, n = 0;

    *piece = (piece_t){octets, borders, 0};
    for (i = 0; i < pattern.size; i++) {
        if (pattern.data[i] == '*') {
            *++piece = (piece_t){octets + n, borders + n, 0};
            continue;
        }
        if (pattern.data[i] == '\\')
            i++; /* valid: there is one more */
        octets[n++] = folded(pattern.data[i], wildcard->strict);
        piece->size++;
    }
    for (i = 0; i <= wildcard->stars; i++)
        find_borders(&wildcard->pieces[i]);
}

static size_t count_stars(ma_bytes_t pattern)
{
    size_t i, stars = 0;

    for (i = 0; i < pattern.size; i++) {
        if (pattern.data[i] == '\\')
            i++;
        else if (pattern.data[i] == '*')
            stars++;
    }
    return stars;
}

int ma_wildcard_new(ma_bytes_t pattern, bool strict, ma_arena_t *arena, ma_wildcard_t **out)
{
    const char *why, *mend;
    size_t at, stars = count_stars(pattern);
    ma_wildcard_t *wildcard;
    uint8_t *octets;
    uint32_t *borders;

    if (pattern.size > UINT32_MAX / 64 || !ma_wildcard_valid(pattern, &at, &why, &mend))
        return MTLSAUTH_E_ARGUMENT;
    wildcard = ma_arena_alloc(arena, sizeof(*wildcard) + (stars + 1) * sizeof(piece_t));
    octets = ma_arena_alloc(arena, pattern.size);
    borders = ma_arena_array(arena, pattern.size, sizeof(*borders));
    if (wildcard == NULL || octets == NULL || borders == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    wildcard->strict = strict;
    wildcard->stars = stars;
    cut(wildcard, pattern, octets, borders);
    *out = wildcard;
    return 0;
}

size_t ma_wildcard_stars(const ma_wildcard_t *wildcard)
{
    return wildcard->stars;
}

/* Does the text begin with the piece? */
static bool begins(const piece_t *piece, bool strict, const uint8_t *text)
{
    size_t i;

    for (i = 0; i < piece->size; i++) {
        if (folded(text[i], strict) != piece->octets[i])
            return false;
    }
    return true;
}

/* Where the piece is first found in text from `start` on; `end` if it is not. */
static size_t search(const piece_t *piece, bool strict, const uint8_t *text, size_t start,
                     size_t end)
{
    size_t i, found = 0;

    for (i = start; i < end; i++) {
        uint8_t octet = folded(text[i], strict);

        while (found > 0 && octet != piece->octets[found])
            found = piece->borders[found - 1];
        if (octet == piece->octets[found])
            found++;
        if (found == piece->size)
            return i + 1 - found;
    }
    return end;
}

bool ma_wildcard_match(const ma_wildcard_t *wildcard, ma_bytes_t text,
                       ma_bytes_t captures[MA_WILDCARD_CAPTURES])
{
    const piece_t *first = &wildcard->pieces[0], *last = &wildcard->pieces[wildcard->stars];
    bool strict = wildcard->strict;
    size_t i, at = first->size, end;

    if (text.size < first->size || !begins(first, strict, text.data))
        return false;
    for (i = 0; captures != NULL && i < MA_WILDCARD_CAPTURES; i++)
        captures[i] = (ma_bytes_t){(const uint8_t *)"", 0};
    if (wildcard->stars == 0)
        return text.size == first->size;
    if (text.size - at < last->size ||
        !begins(last, strict, text.size > 0 ? text.data + text.size - last->size : NULL))
        return false;
    end = text.size - last->size;
    for (i = 1; i <= wildcard->stars; i++) {
        size_t found = end; /* of the last piece */

        if (i < wildcard->stars) {
            found = search(&wildcard->pieces[i], strict, text.data, at, end);
            if (found == end)
                return false; /* a piece in between is never empty */
        }
        if (captures != NULL && i <= MA_WILDCARD_CAPTURES && found > at)
            captures[i - 1] = (ma_bytes_t){text.data + at, found - at};
        at = found + wildcard->pieces[i].size;
    }
    return true;
}
