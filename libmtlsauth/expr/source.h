/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - the text of an expression, and where it stands in a file.
 *
 * An expression is a libconfig string with escapes, or a file of its own. Spans count octets of the
 * text; a place in the file is made from them when a message needs one.
 */
#ifndef MA_EXPR_SOURCE_H
#define MA_EXPR_SOURCE_H

#include <stdbool.h>

#include "base/der.h"
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
/** ma_fail() at an octet of the text. */
int ma_source_fail(const ma_source_t *source, mtlsauth_error_t **err, int code, size_t offset,
                   const char *mend, const char *format, ...) MTLSAUTH_PRINTF(6, 7);

/** Room for a piece of the text in a message. */
#define MA_SOURCE_SHOWN 64u
/**
 * Writes a piece of the text, a long one cut short. Returns true if that is also how it can be
 * written in a mend: whole, and without a backslash, which messages show doubled.
 */
bool ma_source_show(const ma_source_t *source, ma_span_t span, char room[MA_SOURCE_SHOWN]);

/** Longest text, so that a set of MA_EXPR_MAX_ITEMS fingerprints fits. */
#define MA_EXPR_MAX_SIZE (16u * 1024u * 1024u)
/** Deepest nesting, of parentheses and of the tree: readers of trees may recurse. */
#define MA_EXPR_MAX_DEPTH 128u
/** Most items of one set, and most nodes of all that is not in sets. */
#define MA_EXPR_MAX_ITEMS 200000u
#define MA_EXPR_MAX_NODES 65536u

#endif
