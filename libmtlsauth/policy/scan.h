/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.h - our own reader of libconfig's grammar, which goes first.
 *
 * It keeps positions and comments, accepts trailing commas, refuses what libconfig would read
 * otherwise than it looks, and prints canonical text for libconfig: one scalar a line, strings
 * escaped, numbers decimal, no comments. So two readers cannot disagree, and the line that
 * libconfig reports for a setting leads back to the place in the file.
 *
 * Refused, each with position and mend: @include and other directives; integers that do not fit 32
 * bits (64 with L); leading zeros; unterminated comments and strings; NUL bytes and \x00; adjacent
 * strings inside lists and arrays (a missing comma); a setting named twice; arrays of mixed or
 * compound elements; unknown escapes; line ends inside strings; bytes that are not UTF-8; control
 * characters, lone carriage returns and characters that turn the direction of text; a comment that
 * begins inside another; a word that runs on behind a number; too much: see the limits.
 */
#ifndef MA_POLICY_SCAN_H
#define MA_POLICY_SCAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/der.h"
#include "base/error.h"

#define MA_SCAN_MAX_SIZE (1u << 20) /**< bytes of a file */
#define MA_SCAN_MAX_DEPTH 16        /**< groups, lists and arrays inside one another */
#define MA_SCAN_MAX_KEYS 256        /**< settings of one group */
#define MA_SCAN_MAX_ITEMS 65536     /**< elements of one list or array */
#define MA_SCAN_MAX_NODES 200000    /**< settings and elements of one file */

typedef enum ma_node_kind {
    MA_NODE_GROUP = 1,
    MA_NODE_LIST,
    MA_NODE_ARRAY,
    MA_NODE_STRING,
    MA_NODE_INT,
    MA_NODE_INT64,
    MA_NODE_FLOAT,
    MA_NODE_BOOL
} ma_node_kind_t;

/** One quoted piece of a string; those side by side are joined. */
typedef struct ma_quoted {
    ma_pos_t pos;
    ma_bytes_t text; /**< as written, with its quotes; borrowed from the file's text */
    size_t start;    /**< of what it stands for, in the whole string */
    struct ma_quoted *next;
} ma_quoted_t;

/** A setting or an element. */
typedef struct ma_node {
    ma_node_kind_t kind;
    const char *name; /**< of a setting; NULL for an element */
    ma_pos_t name_pos; /**< of the name; of the value for an element */
    ma_pos_t pos;     /**< of the value */
    ma_pos_t end;     /**< just behind the value */
    union {
        ma_bytes_t string; /**< decoded, NUL behind it, none inside */
        int64_t integer;
        double real;
        bool boolean;
    } value;
    const ma_quoted_t *pieces; /**< of a string */
    struct ma_node *child; /**< first setting or element of a group, list or array */
    struct ma_node *next;
    size_t children;
} ma_node_t;

/** A comment, for lint and fmt. */
typedef struct ma_comment {
    ma_pos_t pos;
    ma_bytes_t text; /**< with its marks */
    struct ma_comment *next;
} ma_comment_t;

typedef struct ma_scan {
    ma_node_t *root; /**< a group without a name */
    ma_comment_t *comments; /**< in order of appearance */
} ma_scan_t;

/**
 * Reads `text` (of the file named `file`, for positions; borrowed). Nodes, comments and strings are
 * in the arena. The first mistake is an error with its position.
 */
int ma_scan(const char *file, ma_bytes_t text, ma_arena_t *arena, ma_scan_t *out,
            mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * Prints canonical text. lines[n-1] becomes the node that begins on line n (in the arena); every
 * node, also a group or a list, begins on a line of its own.
 */
int ma_scan_canonical(const ma_scan_t *scan, ma_buf_t *out, ma_arena_t *arena,
                      const ma_node_t *const **lines, size_t *n_lines) MTLSAUTH_MUST_CHECK;

/** Where an octet of a string stands in the file; `offset` may be its end. */
ma_pos_t ma_node_pos_of(const ma_node_t *string, size_t offset);

/** A word for a kind, for messages: "a string", "a group", ... */
const char *ma_node_kind_name(ma_node_kind_t kind);

#endif
