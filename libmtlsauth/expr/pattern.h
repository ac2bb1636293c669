/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pattern.h - regular expressions: PCRE2, with its surprises taken out and its work bounded.
 *
 * `$` matches at the end of the text only, not before a last newline; \C is refused; the newline is
 * LF however PCRE2 was built. A pattern of ASCII alone sees octets; one with characters beyond it,
 * which must be UTF-8, sees characters, and texts that are not UTF-8 match where they are. Code is
 * not generated at run time: hardened servers forbid it, and its limits are coarser.
 *
 * A pattern is constant, and threads share it. What a match writes to is a matcher's, one of each
 * evaluation, in the evaluation's arena: made by the first match, used again by those after it.
 */
#ifndef MA_EXPR_PATTERN_H
#define MA_EXPR_PATTERN_H

#include "base/arena.h"
#include "base/der.h"

/** ${0}, all that matched, to ${8}. */
#define MA_PATTERN_CAPTURES 9u

typedef struct ma_pattern ma_pattern_t;

/** Set `arena`, leave the rest 0; nothing to free. Good until the arena is reset. */
typedef struct ma_matcher {
    ma_arena_t *arena;
    void *spare; /**< memory that PCRE2 gave back */
    size_t spare_size;
    void *data;
    void *limits;
} ma_matcher_t;

/**
 * Compiles. Returns 0, MTLSAUTH_E_POLICY with *at and *why (in the arena), or MTLSAUTH_E_NO_MEMORY.
 * ma_pattern_free() is the caller's.
 */
int ma_pattern_new(ma_bytes_t text, ma_arena_t *arena, ma_pattern_t **out, size_t *at,
                   const char **why) MTLSAUTH_MUST_CHECK;
void ma_pattern_free(ma_pattern_t *pattern);
/** How many groups it captures. */
unsigned ma_pattern_groups(const ma_pattern_t *pattern);

/**
 * Looks for the first match. Returns 1 or 0, MTLSAUTH_E_LIMIT if it takes too long (of *steps it
 * takes one, and more for long texts), MTLSAUTH_E_NO_MEMORY. `captures` may be NULL; a group that
 * took no part is empty.
 */
int ma_pattern_match(const ma_pattern_t *pattern, ma_bytes_t text, ma_matcher_t *matcher,
                     uint32_t *steps, ma_bytes_t captures[MA_PATTERN_CAPTURES]) MTLSAUTH_MUST_CHECK;

#endif
