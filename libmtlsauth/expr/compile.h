/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compile.h - what the parts of the compiler share: trees that were checked become nodes.
 *
 * It trusts the checker with what it says to people, and with nothing else: what does not fit is an
 * error, never a program that does something.
 */
#ifndef MA_EXPR_COMPILE_H
#define MA_EXPR_COMPILE_H

#include "expr/node.h"

/** A name that is looked for in the map of a slot. */
typedef struct ma_lookup_name {
    unsigned slot;
    ma_bytes_t name;
    uint32_t index;
    struct ma_lookup_name *next;
} ma_lookup_name_t;

typedef struct ma_compiler {
    const ma_source_t *source;
    ma_arena_t *arena;
    ma_program_t *program;
    mtlsauth_error_t **err;
    ma_loop_node_t *loop;      /**< what a [*] here is an item of; NULL: it is the array */
    ma_lookup_name_t *lookups;
} ma_compiler_t;

/** Each fills a node that is all zero. A condition is a test that is complete, and can be run. */
int ma_compile_condition(ma_compiler_t *compiler, const ma_expr_t *expr,
                         ma_node_t *out) MTLSAUTH_MUST_CHECK;
int ma_compile_test(ma_compiler_t *compiler, const ma_expr_t *expr,
                    ma_node_t *out) MTLSAUTH_MUST_CHECK;
int ma_compile_compare(ma_compiler_t *compiler, const ma_expr_t *expr,
                       ma_node_t *out) MTLSAUTH_MUST_CHECK;
int ma_compile_value(ma_compiler_t *compiler, const ma_expr_t *expr,
                     ma_node_t *out) MTLSAUTH_MUST_CHECK;
/** A call of a function with `run`; of one that maps, in the loop whose item it takes. */
int ma_compile_call(ma_compiler_t *compiler, const ma_expr_t *expr,
                    ma_node_t *out) MTLSAUTH_MUST_CHECK;
int ma_compile_index(ma_compiler_t *compiler, const ma_expr_t *expr,
                     ma_node_t *out) MTLSAUTH_MUST_CHECK;
/** The item that a [*] stands for, in the loop around it. */
int ma_compile_item(ma_compiler_t *compiler, const ma_expr_t *each,
                    ma_node_t *out) MTLSAUTH_MUST_CHECK;
/** Sets what a test or an index looks at. */
int ma_compile_operand(ma_compiler_t *compiler, const ma_expr_t *expr,
                       ma_node_t *out) MTLSAUTH_MUST_CHECK;
/** A loop whose body is `expr`, a test or else a call. */
int ma_compile_loop(ma_compiler_t *compiler, const ma_expr_t *expr, bool test,
                    const ma_loop_node_t **out) MTLSAUTH_MUST_CHECK;

/** A call that maps: its first argument is `[*]`. */
bool ma_compile_is_mapped(const ma_expr_t *expr);
/** Does it stand for each item of an array, so that it needs a loop around it? */
bool ma_compile_is_each(const ma_expr_t *expr);
/** Its type; of one item if it stands for each. */
ma_type_t ma_compile_type(const ma_expr_t *expr);

/** Makes a test or a value of constants the constant that it is. */
int ma_compile_fold_test(ma_compiler_t *compiler, ma_node_t *test) MTLSAUTH_MUST_CHECK;
int ma_compile_fold_value(ma_compiler_t *compiler, ma_node_t *value) MTLSAUTH_MUST_CHECK;
/** Takes constants out of and, or and xor. */
void ma_compile_fold_chain(ma_node_t *chain, ma_node_t *items);

/** Links a test that is complete; it stays where it is from here on. */
void ma_compile_link(ma_node_t *condition);

int ma_compile_copy(ma_compiler_t *compiler, ma_bytes_t bytes, ma_bytes_t *out) MTLSAUTH_MUST_CHECK;
/** Room to keep what ma_program_free() lets go, made before there is something to keep. */
int ma_compile_release(ma_compiler_t *compiler, void (*release)(void *made),
                       ma_release_t **out) MTLSAUTH_MUST_CHECK;
void ma_compile_keep(ma_compiler_t *compiler, ma_release_t *release, void *made);
/** A tree that the checker does not let through. */
int ma_compile_refuse(const ma_compiler_t *compiler, const ma_expr_t *expr);

#endif
