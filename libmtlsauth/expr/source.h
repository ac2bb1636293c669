/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - the text of an expression, and where it stands in a file.
 *
 * An expression is a libconfig string with escapes, or a file of its own. Spans count octets of the
 * text; a place in the file is made from them when a message needs one.
 */
#ifndef MA_EXPR_SOURCE_H
#define MA_EXPR_SOURCE_H

#include "base/error.h"

/** Octets of the text, from `start` to just before `end`. */
typedef struct ma_span {
    uint32_t start;
    uint32_t end;
} ma_span_t;

typedef struct ma_source {
    ma_bytes_t text;
    /** The place of an octet in the file. NULL: the text begins in `file` at line 1, column 1. */
    ma_pos_t (*pos_of)(const void *context, size_t offset);
    const void *context;
    const char *file;
} ma_source_t;

ma_pos_t ma_source_pos(const ma_source_t *source, size_t offset);

/** Longest text, deepest nesting, most items of one set. */
#define MA_EXPR_MAX_SIZE (64u * 1024u)
#define MA_EXPR_MAX_DEPTH 128u
#define MA_EXPR_MAX_ITEMS 200000u

#endif
