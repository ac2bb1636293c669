/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.h - the constant sets of `in`, made ready when the expression is compiled.
 *
 * Strings are hashed (a few are compared one by one), strings in hex by what they mean, integers
 * and addresses are sorted ranges. A look-up allocates nothing, and takes about as long in a large
 * set as in a small one. Sets are constant; threads share them.
 */
#ifndef MA_EXPR_SET_H
#define MA_EXPR_SET_H

#include "base/arena.h"
#include "expr/ast.h"

typedef struct ma_set ma_set_t;

/**
 * Makes a set of the items of a SET node, in the arena; it needs the tree no more. `hex` is that of
 * the field the set is for: an item that is no hex is left out, as it equals nothing. Returns 0,
 * MTLSAUTH_E_NO_MEMORY, or MTLSAUTH_E_ARGUMENT for what a checker refuses: no items, items of
 * several kinds, ranges that end before they begin; *at is the item then.
 */
int ma_set_new(const ma_expr_t *set, ma_hex_t hex, ma_arena_t *arena, ma_set_t **out,
               size_t *at) MTLSAUTH_MUST_CHECK;

/** Is the value in it? Of a string or address its `bytes` count, of an integer its `number`. */
bool ma_set_has(const ma_set_t *set, const ma_value_t *value);

#endif
