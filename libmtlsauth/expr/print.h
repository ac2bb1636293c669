/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.h - tree to text: one canonical spelling (words for operators, one blank, parentheses only
 * where the tree needs them or `and`, `or` and `xor` are mixed), which parses to an equal tree.
 */
#ifndef MA_EXPR_PRINT_H
#define MA_EXPR_PRINT_H

#include "base/buf.h"
#include "expr/ast.h"

void ma_expr_print(const ma_expr_t *expr, ma_buf_t *out);

#endif
