/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ast.h - an expression as a tree: what the parser makes, what the checker types, what the printer
 * and the compiler read. Every node has its span. Lives in the arena of its policy.
 */
#ifndef MA_EXPR_AST_H
#define MA_EXPR_AST_H

#include "expr/schema.h"
#include "expr/source.h"

typedef enum ma_expr_kind {
    MA_EXPR_OR,      /**< items, two or more: a chain is one node, however it had parentheses */
    MA_EXPR_XOR,     /**< items */
    MA_EXPR_AND,     /**< items */
    MA_EXPR_NOT,     /**< left */
    MA_EXPR_COMPARE, /**< left `op` right */
    MA_EXPR_FIELD,   /**< name; `index` after it, if any, is a node of its own around it */
    MA_EXPR_INDEX,   /**< left [ right ]: right is a STRING or an INT of 0 or more */
    MA_EXPR_EACH,    /**< left [*] */
    MA_EXPR_CALL,    /**< name ( items ); any and all too */
    MA_EXPR_STRING,  /**< text, decoded */
    MA_EXPR_INT,     /**< number */
    MA_EXPR_ADDRESS, /**< text: 4 or 16 octets; number: prefix length, -1: a single address */
    MA_EXPR_BOOL,    /**< number */
    MA_EXPR_RANGE,   /**< left .. right: both ints, or both addresses */
    MA_EXPR_SET      /**< items */
} ma_expr_kind_t;

typedef enum ma_op {
    MA_OP_EQ,
    MA_OP_NE,
    MA_OP_LT,
    MA_OP_LE,
    MA_OP_GT,
    MA_OP_GE,
    MA_OP_CONTAINS,
    MA_OP_WILDCARD,
    MA_OP_STRICT_WILDCARD,
    MA_OP_MATCHES,
    MA_OP_IN
} ma_op_t;

/** How a string literal was written, so that printing gives back what can be read. */
typedef enum ma_quote { MA_QUOTE_DOUBLE, MA_QUOTE_SINGLE, MA_QUOTE_RAW } ma_quote_t;

typedef struct ma_expr {
    ma_expr_kind_t kind;
    ma_span_t span;
    ma_span_t word;        /**< of the operator, the name, the field: what a message points at */
    ma_op_t op;            /**< COMPARE */
    ma_quote_t quote;      /**< STRING */
    ma_bytes_t text;       /**< FIELD and CALL: the name as written; STRING; ADDRESS */
    int64_t number;
    struct ma_expr *left;
    struct ma_expr *right;
    struct ma_expr **items;
    size_t n_items;
    unsigned height;       /**< of the tree from here: 1 for a leaf, at most MA_EXPR_MAX_DEPTH */

    /* by the checker. EACH has the type of the array that it goes over, and so has a call that maps;
       a comparison of them, and conditions joined of those, are BOOLS. */
    ma_type_t type;
    const ma_field_t *field;
    const struct ma_function *function;
} ma_expr_t;

#endif
