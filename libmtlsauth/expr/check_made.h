/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_made.h - what the check_*.c share. They return 0, or a status after they set the error.
 */
#ifndef MA_EXPR_CHECK_MADE_H
#define MA_EXPR_CHECK_MADE_H

#include "expr/check.h"

/** Fails with MTLSAUTH_E_POLICY at an octet of the text. */
#define MA_CHECK_FAIL(check, at, mend, ...)                                                        \
    ma_source_fail((check)->source, (check)->err, MTLSAUTH_E_POLICY, (at), (mend), __VA_ARGS__)

/** Room for a mend that repeats two pieces of the expression. */
#define MA_CHECK_MEND (2 * MA_SOURCE_SHOWN + 128)

/** A node as it was written; true if it can be repeated in a mend. */
bool ma_check_show(const ma_check_t *check, const ma_expr_t *node, char room[MA_SOURCE_SHOWN]);
/** "a string", "an integer", ... */
const char *ma_check_a(ma_type_t type);
/** Warns at an octet of the text. */
void ma_check_warn(const ma_check_t *check, size_t at, const char *id, const char *mend,
                   const char *format, ...) MTLSAUTH_PRINTF(5, 6);

/** True if both are the same of the same field: equal whatever the request. */
bool ma_check_same(const ma_expr_t *a, const ma_expr_t *b);
/** The value below [*] and indexes. */
const ma_expr_t *ma_check_below(const ma_expr_t *value);
bool ma_check_is_literal(const ma_expr_t *node);

/* ---- check.c */

/** Types a condition. `over` is the call of any() or all() that it is the argument of, or NULL. */
int ma_check_condition(const ma_check_t *check, ma_expr_t *node,
                       const ma_expr_t *over) MTLSAUTH_MUST_CHECK;

/* ---- check_value.c, check_name.c, check_call.c */

/** Types a field, an index, a call or a literal. */
int ma_check_value(const ma_check_t *check, ma_expr_t *node) MTLSAUTH_MUST_CHECK;
/** The field of that name, in any of its spellings, or NULL. */
const ma_field_t *ma_check_find(const ma_check_t *check, ma_bytes_t name);
/** Finds the field of a FIELD node, or says what was most likely meant. */
int ma_check_field(const ma_check_t *check, ma_expr_t *node) MTLSAUTH_MUST_CHECK;
/** Finds the function of a CALL node, or says what was most likely meant. */
int ma_check_function(const ma_check_t *check, ma_expr_t *node) MTLSAUTH_MUST_CHECK;
/** Types a call and its arguments. */
int ma_check_call(const ma_check_t *check, ma_expr_t *node) MTLSAUTH_MUST_CHECK;

/* ---- check_compare.c, and what it asks of the literal */

/** Types a comparison. */
int ma_check_compare(const ma_check_t *check, ma_expr_t *node) MTLSAUTH_MUST_CHECK;
/** A literal of another type than what it is compared with. check_mismatch.c */
int ma_check_mismatch(const ma_check_t *check, const ma_expr_t *node, const ma_expr_t *literal);
/** A condition that is only a value. check_mismatch.c */
int ma_check_no_condition(const ma_check_t *check, const ma_expr_t *value);

/** Can the text be equal to lower(...) or upper(...)? check_case.c */
int ma_check_case(const ma_check_t *check, const ma_expr_t *value,
                  const ma_expr_t *literal) MTLSAUTH_MUST_CHECK;
/** The same for each string of a comparison. */
int ma_check_case_of(const ma_check_t *check, const ma_expr_t *node) MTLSAUTH_MUST_CHECK;
/** A regular expression, or a wildcard. check_pattern.c */
int ma_check_pattern(const ma_check_t *check, const ma_expr_t *literal) MTLSAUTH_MUST_CHECK;
int ma_check_wildcard(const ma_check_t *check, const ma_expr_t *literal) MTLSAUTH_MUST_CHECK;
/** Where the pattern ends what it can match: an offset in it, or its size. check_never.c */
size_t ma_check_never(ma_bytes_t pattern);
/** Warns of literals that a hex field never has. check_hex.c */
void ma_check_hex(const ma_check_t *check, const ma_expr_t *node);
/** Warns of items that stand twice. check_set.c */
int ma_check_set(const ma_check_t *check, const ma_expr_t *set) MTLSAUTH_MUST_CHECK;
/** Warns of strings that are the name of a field. check_quoted.c */
void ma_check_quoted(const ma_check_t *check, const ma_expr_t *literal);
void ma_check_quoted_argument(const ma_check_t *check, const ma_expr_t *argument);
/** Warns of operands that do not go together. check_join.c */
void ma_check_join(const ma_check_t *check, const ma_expr_t *chain);

#endif
