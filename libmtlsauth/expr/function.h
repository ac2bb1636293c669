/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * function.h - the functions of the language: what they take, what they give, what they do.
 */
#ifndef MA_EXPR_FUNCTION_H
#define MA_EXPR_FUNCTION_H

#include "base/arena.h"
#include "expr/ast.h"
#include "expr/pattern.h"

#define MA_FUNCTION_MAX_ARGUMENTS 16u
#define MA_TYPE_BIT(type) ((uint16_t)(1u << (type)))
/** The longest string that a function builds. */
#define MA_EXPR_MAX_STRING (256u * 1024u)

/** Where a call runs. */
typedef struct ma_call {
    ma_arena_t *arena;
    uint32_t *steps;        /**< left; a function that loops counts down, and gives up at 0 */
    const void *made;       /**< what `prepare` made of constant arguments, or NULL */
    const ma_type_t *types; /**< of the arguments: for those that may be of several */
    ma_matcher_t *matcher;  /**< of the evaluation */
} ma_call_t;

typedef struct ma_function {
    const char *name;
    const char *signature; /**< for messages: "concat(string, ...)" */
    const char *help;
    ma_type_t result;
    ma_type_t arguments[4]; /**< types; the last one repeats if `repeats` */
    uint16_t also[4];       /**< MA_TYPE_BIT()s: what an argument may be besides */
    unsigned least;
    unsigned most;
    bool repeats;
    uint8_t constant; /**< bit i: argument i must be a literal */
    /** With `field[*]` as its first argument it gives an array of what it gives for each item. */
    bool maps;
    /** Looks at constant arguments when the expression is compiled (a pattern, a range of numbers).
        NULL: nothing to see. Returns 0 or a status; *at is the argument that is wrong, counted from
       0, and *why a static or arena text. What it makes is constant, and threads share it. */
    int (*prepare)(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                   const char **why);
    void (*release)(void *made);
    /** False: a limit, memory too. What it gives may borrow of the arguments. NULL for any and all,
     * which the evaluator does itself. */
    bool (*run)(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out);
} ma_function_t;

/** The function of that name, or NULL. */
const ma_function_t *ma_function_find(ma_bytes_t name);
/** All of them, ended by one without a name. */
const ma_function_t *ma_functions(void);

#endif
