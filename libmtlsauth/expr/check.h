/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - does an expression mean something? Resolves fields and functions, types every node, and
 * refuses what can never do what was meant.
 */
#ifndef MA_EXPR_CHECK_H
#define MA_EXPR_CHECK_H

#include "base/arena.h"
#include "expr/ast.h"

/** Called with each warning: a place, the text, and what to write instead (or NULL). */
typedef void ma_warn_fn(void *context, const ma_pos_t *pos, const char *id, const char *text,
                        const char *mend);

typedef struct ma_check {
    const ma_source_t *source;
    const ma_schema_t *schema;
    ma_type_t wanted;  /**< of the whole: MA_TYPE_BOOL for `when` */
    ma_arena_t *arena; /**< for what nodes get */
    ma_warn_fn *warn;  /**< may be NULL */
    void *context;
    mtlsauth_error_t **err;
} ma_check_t;

/** Returns 0, MTLSAUTH_E_POLICY or MTLSAUTH_E_NO_MEMORY. */
int ma_expr_check(const ma_check_t *check, ma_expr_t *expr) MTLSAUTH_MUST_CHECK;

#endif
