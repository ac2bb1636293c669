/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * node.h - what a program is made of: nodes that the compiler (compile*.c) lays out and the
 * evaluator (eval_*.c) walks. Nobody else includes this.
 *
 * A node is a test, which is true or false, or a value. The children of a node are one array. A
 * test of a field, which is most of them, has no child for it but its slot. `not` is a flag of what
 * it stands before, and `ne` is `not eq`.
 *
 * A condition that is complete is linked (compile_link.c): each test knows the one to go on with,
 * and a constant ends it, so that `and`, `or` and `not` cost nothing when it runs.
 */
#ifndef MA_EXPR_NODE_H
#define MA_EXPR_NODE_H

#include "expr/function.h"
#include "expr/hex_literal.h"
#include "expr/needle.h"
#include "expr/program.h"
#include "expr/set.h"
#include "expr/wildcard.h"

/** Different `[*]` in one any() or all(). */
#define MA_LOOP_MAX_SOURCES 8u

typedef enum ma_node_kind {
    /* tests */
    MA_NODE_CONSTANT, /**< number */
    MA_NODE_AND,      /**< items, and so are OR and XOR; linked: next[1] is where it begins */
    MA_NODE_OR,
    MA_NODE_XOR,      /**< its items are conditions, each linked by itself */
    MA_NODE_ANY,      /**< loop */
    MA_NODE_ALL,
    /* tests of one value, the operand */
    MA_NODE_TRUTH,    /**< it is a boolean */
    MA_NODE_EQUAL,    /**< bytes */
    MA_NODE_HEX,
    MA_NODE_SET,
    MA_NODE_CONTAINS, /**< needle */
    MA_NODE_WILDCARD,
    MA_NODE_MATCHES,  /**< pattern */
    MA_NODE_NUMBER,   /**< op, number */
    MA_NODE_ADDRESS,  /**< op, bytes */
    /* values */
    MA_NODE_VALUE,    /**< a constant */
    MA_NODE_FIELD,    /**< slot */
    MA_NODE_ITEM,     /**< of the source `slot` of the loop around it */
    MA_NODE_LOOKUP,   /**< bytes: a name, lower case, in the map of `slot`; index: of what was found */
    MA_NODE_LOOKUP_AT, /**< the same, and of it value number `place` */
    MA_NODE_AT,       /**< of the operand's items number `place` */
    MA_NODE_CALL,
    MA_NODE_MAP,      /**< loop: an array of what it gives for each item */
    MA_NODE_TEST      /**< items: one test, as a boolean */
} ma_node_kind_t;

typedef struct ma_node ma_node_t;

typedef struct ma_call_node {
    const ma_function_t *function;
    const void *made;
    const ma_type_t *types;     /**< of the arguments */
    const ma_node_t *arguments;
} ma_call_node_t;

typedef struct ma_loop_node {
    ma_node_t *sources; /**< arrays of strings; the shortest one says how often */
    size_t n_sources;
    const ma_node_t *body;
    uint32_t cost; /**< steps of the body */
} ma_loop_node_t;

struct ma_node {
    uint8_t kind;
    uint8_t op;             /**< ma_op_t */
    bool negate;            /**< tests, until they are linked */
    uint32_t slot;
    uint32_t count;         /**< of items, arguments */
    uint32_t index;
    uint64_t place;
    const ma_node_t *left;  /**< the operand; NULL: the field of `slot` */
    const ma_node_t *next[2]; /**< tests: behind one that is false, and one that is true */
    union {
        ma_node_t *items;
        const ma_hex_literal_t *hex;
        const ma_set_t *set;
        const ma_needle_t *needle;
        const ma_wildcard_t *wildcard;
        const ma_pattern_t *pattern;
        const ma_loop_node_t *loop;
        const ma_call_node_t *call;
        const ma_value_t *value;
        ma_bytes_t bytes;
        int64_t number;
    } u;
};

/** Something that ma_program_free() has to let go. */
typedef struct ma_release {
    void (*release)(void *made);
    void *made;
    struct ma_release *next;
} ma_release_t;

struct ma_program {
    ma_node_t root;
    bool is_test;      /**< what `root` is */
    uint32_t cost;     /**< steps, without what loops and functions take */
    uint32_t n_lookups;
    ma_release_t *releases;
};

#endif
