/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wildcard.h - patterns of the operators `wildcard` and `strict wildcard`, and of
 * wildcard_replace().
 *
 * `*` is any run of octets, also an empty one, and a backslash quotes a `*` or a backslash. All of
 * the text must match. ASCII case does not matter unless strict. A match takes time linear in the
 * text, whatever pattern and text are, and allocates nothing. Each `*` takes as little as it can.
 */
#ifndef MA_EXPR_WILDCARD_H
#define MA_EXPR_WILDCARD_H

#include "base/arena.h"
#include "base/der.h"

/** So many runs can be asked for: ${1} to ${8}. */
#define MA_WILDCARD_CAPTURES 8u

typedef struct ma_wildcard ma_wildcard_t;

/** False: *at is the octet that is wrong, *why says so and *mend what to write (both static). */
bool ma_wildcard_valid(ma_bytes_t pattern, size_t *at, const char **why, const char **mend);

/**
 * Makes a pattern ready, in the arena; it needs `pattern` no more. Returns 0, MTLSAUTH_E_ARGUMENT
 * if it is not valid, or MTLSAUTH_E_NO_MEMORY.
 */
int ma_wildcard_new(ma_bytes_t pattern, bool strict, ma_arena_t *arena,
                    ma_wildcard_t **out) MTLSAUTH_MUST_CHECK;

/** How many `*` it has. */
size_t ma_wildcard_stars(const ma_wildcard_t *wildcard);

/**
 * True if all of the text matches. `captures` gets the runs of the first stars; those behind the
 * last star are set empty. It may be NULL, and is of no use after a false.
 */
bool ma_wildcard_match(const ma_wildcard_t *wildcard, ma_bytes_t text,
                       ma_bytes_t captures[MA_WILDCARD_CAPTURES]);

#endif
