/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - types of the expression language and the values that expressions see.
 *
 * A value borrows its bytes: from the request, from the certificate, from the program's literals,
 * or from the scratch arena of the evaluation. It is constant while the evaluation lasts.
 */
#ifndef MA_EXPR_VALUE_H
#define MA_EXPR_VALUE_H

#include "base/der.h"

typedef enum ma_type {
    MA_TYPE_NONE = 0, /**< of what did not check */
    MA_TYPE_BOOL,
    MA_TYPE_INT,
    MA_TYPE_STRING,
    MA_TYPE_ADDRESS, /**< IPv4 or IPv6: 4 or 16 octets */
    MA_TYPE_STRINGS, /**< an array of strings */
    MA_TYPE_BOOLS,   /**< what comparing each item of an array gives; only any() and all() take it */
    MA_TYPE_MAP,     /**< names (case does not matter) to arrays of strings */
    MA_TYPE_INTS     /**< what len(field[*]) gives: nothing but [*] goes behind it */
} ma_type_t;

/** How eq, ne and in compare a string that is written in hex. */
typedef enum ma_hex {
    MA_HEX_NOT = 0,
    MA_HEX_OCTETS, /**< octets of an exact length: fingerprints, key ids */
    MA_HEX_NUMBER  /**< an integer of any length: serial numbers */
} ma_hex_t;

/** One name of a map and a value of it. */
typedef struct ma_pair {
    ma_bytes_t name;
    ma_bytes_t value;
    const struct ma_pair *next; /**< in the order in which they were sent */
} ma_pair_t;

/** A value; which members count follows from the type. */
typedef struct ma_value {
    int64_t number;   /**< bool (0 or 1), int */
    ma_bytes_t bytes; /**< string, address */
    const ma_bytes_t *items; /**< strings */
    const ma_pair_t *pairs;  /**< map; NULL: empty */
    size_t count;            /**< of items */
} ma_value_t;

/** "string", "array of strings", ... as messages have it. */
const char *ma_type_name(ma_type_t type);

#endif
