/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * needle.h - the string that `contains` looks for, made ready so that a search takes time linear in
 * the text, whatever needle and text are (Knuth, Morris and Pratt).
 */
#ifndef MA_EXPR_NEEDLE_H
#define MA_EXPR_NEEDLE_H

#include "base/arena.h"
#include "base/der.h"

typedef struct ma_needle {
    ma_bytes_t text;
    /** For each octet: how much of the needle is known to match when the one behind it does not. */
    const uint32_t *back;
} ma_needle_t;

/** In the arena; it needs `text`, of less than 4 GiB, no more. NULL: no memory. */
const ma_needle_t *ma_needle_new(ma_bytes_t text, ma_arena_t *arena) MTLSAUTH_MUST_CHECK;
/** The empty needle is in every text. */
bool ma_needle_in(const ma_needle_t *needle, ma_bytes_t text);

#endif
