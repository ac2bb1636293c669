/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * function_made.h - what the function_*.c share, and what each of them has for the table in
 * function.c. A function returns its argument where it would build an equal string.
 */
#ifndef MA_EXPR_FUNCTION_MADE_H
#define MA_EXPR_FUNCTION_MADE_H

#include "expr/function.h"

/** Takes the steps that work over so many octets costs. False: there are not enough left. */
bool ma_call_pay(ma_call_t *call, size_t size);
/** Room for a string; paid for. NULL: longer than MA_EXPR_MAX_STRING, no steps, no memory. */
uint8_t *ma_call_room(ma_call_t *call, size_t size);

typedef bool ma_run_fn(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                       ma_value_t *out);
typedef int ma_prepare_fn(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                          const char **why);

ma_run_fn ma_run_concat, ma_run_ends_with, ma_run_len, ma_run_lower, ma_run_remove_bytes,
    ma_run_starts_with, ma_run_substring, ma_run_to_string, ma_run_upper; /* function_string.c */
ma_run_fn ma_run_join, ma_run_split;                                      /* function_array.c */
ma_prepare_fn ma_prepare_split;
ma_run_fn ma_run_cidr, ma_run_cidr6; /* function_address.c */
ma_prepare_fn ma_prepare_cidr, ma_prepare_cidr6;
ma_run_fn ma_run_decode_base64, ma_run_url_decode; /* function_encoding.c */
ma_prepare_fn ma_prepare_url_decode;
ma_run_fn ma_run_regex_replace, ma_run_wildcard_replace; /* function_replace.c */
ma_prepare_fn ma_prepare_regex_replace, ma_prepare_wildcard_replace;
void ma_release_pattern(void *made);

#endif
