/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caret.h - show the line of a file that an error is in, with a mark under the column.
 *
 *       12 | allow = [ "John Doe" "Jane" ];
 *          |                      ^
 *
 * For terminals: what the file holds goes through the terminal encoder, tabs become blanks, and of
 * a long line only the surroundings of the mark are shown. Every character counts as one column
 * wide.
 */
#ifndef COMMON_CARET_H
#define COMMON_CARET_H

#include "base/buf.h"

/**
 * Appends the two lines. Line and column count from 1, columns in bytes. Without a column the mark
 * is left out; if the line cannot be shown (none given, file gone or too long) nothing is appended.
 */
void caret_show(ma_buf_t *out, const char *file, unsigned line, unsigned column);

#endif
