/* SPDX-License-Identifier: BSD-2-Clause */
/* string_table.h - a constant set of strings: hashed by a key of its own, or few and compared. */
#ifndef MA_EXPR_STRING_TABLE_H
#define MA_EXPR_STRING_TABLE_H

#include "base/arena.h"
#include "base/der.h"

typedef struct ma_string_table ma_string_table_t;

/** Copies the strings into the arena. Returns 0, MTLSAUTH_E_ARGUMENT (too many) or _E_NO_MEMORY. */
int ma_string_table_new(const ma_bytes_t *strings, size_t count, ma_arena_t *arena,
                        ma_string_table_t **out) MTLSAUTH_MUST_CHECK;
bool ma_string_table_has(const ma_string_table_t *table, ma_bytes_t string);

#endif
