/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hex_literal.h - a literal that hex fields are compared with: read once, then compared by value
 * without an allocation. Fields that are written as we write them, plain digits of one case, cost
 * little more than a memcmp().
 */
#ifndef MA_EXPR_HEX_LITERAL_H
#define MA_EXPR_HEX_LITERAL_H

#include "base/arena.h"
#include "expr/value.h"

typedef struct ma_hex_literal {
    ma_hex_t kind;
    bool never;            /**< it is no hex: equal to nothing */
    ma_bytes_t octets;
    const uint8_t *lower;  /**< the same as plain digits, two an octet */
    const uint8_t *upper;
} ma_hex_literal_t;

/** In the arena; it needs `text` no more. NULL: no memory. */
const ma_hex_literal_t *ma_hex_literal_new(ma_bytes_t text, ma_hex_t kind,
                                           ma_arena_t *arena) MTLSAUTH_MUST_CHECK;
/** Does the text mean the same? */
bool ma_hex_literal_is(const ma_hex_literal_t *literal, ma_bytes_t text);

#endif
