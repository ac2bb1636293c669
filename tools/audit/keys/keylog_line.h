/* SPDX-License-Identifier: BSD-2-Clause */
/* keylog_line.h - one line of a key log. */
#ifndef AUDIT_KEYS_KEYLOG_LINE_H
#define AUDIT_KEYS_KEYLOG_LINE_H

#include "audit/keys/keylog.h"

/** A client random has 32 octets, and a session id no more. */
#define KEYLOG_MAX_SUBJECT 32u
/** The label of a master secret that is known by a session id. */
#define KEYLOG_SESSION ((unsigned)SECRET_LABELS)

typedef enum keylog_line_kind {
    KEYLOG_LINE_NOTHING, /**< empty, a comment, or a secret that nobody here has a use for */
    KEYLOG_LINE_SECRET,
    KEYLOG_LINE_STRANGE
} keylog_line_kind_t;

typedef struct keylog_line {
    unsigned label; /**< secret_label_t or KEYLOG_SESSION */
    uint8_t subject[KEYLOG_MAX_SUBJECT];
    size_t subject_size;
    uint8_t secret[SECRET_MAX_SIZE];
    size_t secret_size;
} keylog_line_t;

/** `text` without its newline; a CR at its end is taken off. *out is set with KEYLOG_LINE_SECRET.
 */
keylog_line_kind_t keylog_line_parse(const uint8_t *text, size_t size, keylog_line_t *out);

#endif
