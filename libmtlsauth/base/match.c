/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * match.c - the globs of match.h; hex is in hex.c. Nothing is allocated and nothing recurses.
 *
 * The glob keeps two places to go back to. A `*` may take one more byte up to the separator, and
 * the first place where what follows it fits is as good as any later one, because a later one lies
 * before the same separator. So only the last `*` is ever tried again. When that one is stuck, the
 * last `**` starts over behind the next separator: each part of the text is looked at once by each
 * part of the pattern, which bounds the work by the product of the lengths.
 */
#include "base/match.h"

#include <string.h>

/* A star: where the pattern goes on behind it, and where in the text that was tried last. */
typedef struct star {
    bool set;
    size_t pattern;
    size_t text;
} star_t;

typedef struct glob {
    const char *pattern;
    size_t pattern_size;
    const char *text;
    size_t text_size;
    char separator;
    bool fold;
    bool doubles; /* ** crosses the separator */
    size_t p, t;  /* where we are */
    star_t star;  /* the last * or **, within its part of the text */
    star_t cross; /* the last ** */
} glob_t;

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool at_star(const glob_t *glob)
{
    return glob->p < glob->pattern_size && glob->pattern[glob->p] == '*';
}

/* Steps over a star and remembers it; it takes nothing at first. */
static void take_star(glob_t *glob)
{
    bool crosses = false;

    glob->p++;
    if (glob->doubles && at_star(glob)) {
        glob->p++;
        crosses = true;
    }
    glob->star = (star_t) { true, glob->p, glob->t };
    if (crosses)
        glob->cross = glob->star;
}

/* Matches one byte that is no star, and moves on. A backslash at the end stands for itself. */
static bool take_byte(glob_t *glob)
{
    size_t p = glob->p;
    char want, have;

    if (p >= glob->pattern_size || glob->t >= glob->text_size)
        return false;
    if (glob->pattern[p] == '\\' && p + 1 < glob->pattern_size)
        p++;
    want = glob->pattern[p];
    have = glob->text[glob->t];
    if (want != have && !(glob->fold && fold(want) == fold(have)))
        return false;
    glob->p = p + 1;
    glob->t++;
    return true;
}

/* Goes back to a star and lets it take more. False if none can. */
static bool go_back(glob_t *glob)
{
    star_t *star = &glob->star, *cross = &glob->cross;

    if (star->set && star->text < glob->text_size && glob->text[star->text] != glob->separator) {
        star->text++;
    } else if (cross->set) {
        while (cross->text < glob->text_size && glob->text[cross->text] != glob->separator)
            cross->text++;
        if (cross->text == glob->text_size)
            return false;
        cross->text++;
        *star = *cross;
    } else {
        return false;
    }
    glob->p = star->pattern;
    glob->t = star->text;
    return true;
}

bool ma_glob(const char *pattern, size_t pattern_size, const char *text, size_t text_size,
             unsigned flags)
{
    bool slash = (flags & MTLSAUTH_GLOB_SLASH) != 0;
    glob_t glob = {
        .pattern = pattern,
        .pattern_size = pattern_size,
        .text = text,
        .text_size = text_size,
        .separator = slash ? '/' : '.',
        .fold = (flags & MTLSAUTH_GLOB_FOLD) != 0,
        .doubles = slash,
    };

    if (text_size == 0 || memchr(text, '\0', text_size) != NULL)
        return false;
    while (glob.p < glob.pattern_size || glob.t < glob.text_size) {
        if (at_star(&glob))
            take_star(&glob);
        else if (!take_byte(&glob) && !go_back(&glob))
            return false;
    }
    return true;
}

static bool is_header(const char *folded, const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < size && folded[i] != '\0'; i++) {
        char c = name[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c == '_' ? '-' : c) != folded[i])
            return false;
    }
    return i == size && folded[i] == '\0';
}

bool ma_header_listed(const char *const *list, size_t count, const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (is_header(list[i], name, size))
            return true;
    return false;
}
