/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - text from strangers in columns of a terminal. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/** Appends bytes through the terminal encoder; returns how many characters that came to. */
size_t text_add(ma_buf_t *out, const char *bytes, size_t size);
/** The same for a string, with blanks behind it until it is `width` characters long. */
void text_cell(ma_buf_t *out, const char *text, size_t width);
/** The characters that a string comes to. */
size_t text_width(const char *text);

#endif
