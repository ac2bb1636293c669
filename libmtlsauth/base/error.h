/* SPDX-License-Identifier: BSD-2-Clause */
/* error.h - the error object of open and reload: where, what, and how to mend it. */
#ifndef MA_BASE_ERROR_H
#define MA_BASE_ERROR_H

#include <stdarg.h>

#include <mtlsauth/mtlsauth.h>

/** A place in a file. `file` is borrowed; line and column count from 1, 0 is "none". */
typedef struct ma_pos {
    const char *file;
    unsigned line;
    unsigned column;
} ma_pos_t;

/**
 * Sets *err unless it is set already (the first specific error wins), and returns `code`. `err`,
 * `pos` and `mend` may be NULL. Out of memory yields a static error object. What is formatted is
 * made printable by the log encoder.
 */
int ma_fail(mtlsauth_error_t **err, int code, const ma_pos_t *pos, const char *mend,
            const char *format, ...) MTLSAUTH_PRINTF(5, 6);
int ma_vfail(mtlsauth_error_t **err, int code, const ma_pos_t *pos, const char *mend,
             const char *format, va_list args) MTLSAUTH_PRINTF(5, 0);

/**
 * ma_fail(), with the id of the rule that was broken: what `mtlsauth lint --explain` explains. An
 * error without one has an id that follows from its code.
 */
int ma_fail_rule(mtlsauth_error_t **err, const char *rule, int code, const ma_pos_t *pos,
                 const char *mend, const char *format, ...) MTLSAUTH_PRINTF(6, 7);
int ma_vfail_rule(mtlsauth_error_t **err, const char *rule, int code, const ma_pos_t *pos,
                  const char *mend, const char *format, va_list args) MTLSAUTH_PRINTF(6, 0);
/** That id: a literal. */
const char *ma_error_rule(const mtlsauth_error_t *err);

/** ma_fail() for MTLSAUTH_E_NO_MEMORY. */
int ma_fail_memory(mtlsauth_error_t **err);

#endif
