/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.h - text to tree, by the grammar of policy.md. It knows no fields, functions or types.
 *
 * Errors name the place, what was found, what would fit, and the mend; the first one ends it.
 * Length, depth and the size of sets are bounded.
 */
#ifndef MA_EXPR_PARSE_H
#define MA_EXPR_PARSE_H

#include "base/arena.h"
#include "expr/ast.h"

/**
 * Returns 0 and *out, in the arena; MTLSAUTH_E_SYNTAX, MTLSAUTH_E_LIMIT or MTLSAUTH_E_NO_MEMORY.
 * `schema` is for messages, which tell a field from text without quotes; it may be NULL.
 */
int ma_expr_parse(const ma_source_t *source, const ma_schema_t *schema, ma_arena_t *arena,
                  ma_expr_t **out, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
