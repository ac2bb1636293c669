/* SPDX-License-Identifier: BSD-2-Clause */
/* log.h - lines to the caller's log callback, made printable. */
#ifndef MA_BASE_LOG_H
#define MA_BASE_LOG_H

#include <stdbool.h>

#include <mtlsauth/mtlsauth.h>

#include "base/error.h"

/** A warning of a load, in parts. All texts are printable. */
typedef struct ma_warning {
    ma_pos_t pos; /**< line and column may be 0: none */
    const char *rule;
    const char *message;
    const char *mend; /**< "": none */
} ma_warning_t;

typedef void ma_warning_fn(void *context, const ma_warning_t *warning);

typedef struct ma_log {
    mtlsauth_log_fn *fn; /**< may be NULL */
    void *context;
    int level;               /**< least urgent level wanted */
    ma_warning_fn *warning;  /**< gets warnings of a load in place of `fn`; NULL: nobody does */
} ma_log_t;

bool ma_log_wants(const ma_log_t *log, int level);
/** Formats a line of at most 2 KiB, encodes it, and hands it over. Longer ones end in "...". */
void ma_log(const ma_log_t *log, int level, const char *format, ...) MTLSAUTH_PRINTF(3, 4);

/**
 * A warning with its place, in one line: "FILE:LINE:COLUMN: warning: TEXT; MEND [RULE]", without
 * the numbers if they are 0. The rule is the id that `mtlsauth lint --explain` knows. `mend` may be
 * NULL.
 */
void ma_log_warning(const ma_log_t *log, const ma_pos_t *pos, const char *rule, const char *mend,
                    const char *format, ...) MTLSAUTH_PRINTF(5, 6);

#endif
