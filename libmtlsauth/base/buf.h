/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buf.h - a byte buffer that grows, with a sticky failure.
 *
 * Appending after a failure does nothing, so that a writer looks once, at the end. A fixed buffer
 * (ma_buf_fixed) never allocates: what does not fit is counted in `size` and not written.
 */
#ifndef MA_BASE_BUF_H
#define MA_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <mtlsauth/types.h>

typedef struct ma_buf {
    char *data;      /**< `size` bytes and a NUL (a fixed one: as far as they fit) */
    size_t size;     /**< bytes appended so far */
    size_t capacity;
    size_t limit;    /**< past it the buffer fails; 0: none */
    bool fixed;
    bool failed;     /**< out of memory or past the limit */
} ma_buf_t;

void ma_buf_init(ma_buf_t *buf, size_t limit);
void ma_buf_fixed(ma_buf_t *buf, char *room, size_t capacity);
void ma_buf_add(ma_buf_t *buf, const void *bytes, size_t size);
void ma_buf_text(ma_buf_t *buf, const char *text);
void ma_buf_byte(ma_buf_t *buf, char byte);
void ma_buf_printf(ma_buf_t *buf, const char *format, ...) MTLSAUTH_PRINTF(2, 3);
void ma_buf_vprintf(ma_buf_t *buf, const char *format, va_list args) MTLSAUTH_PRINTF(2, 0);
/** True if everything fitted. */
bool ma_buf_ok(const ma_buf_t *buf);
/** The text of a buffer that is never NULL; "" when nothing was appended or it failed. */
const char *ma_buf_string(const ma_buf_t *buf);
/** Empties it; the room is kept. */
void ma_buf_clear(ma_buf_t *buf);
void ma_buf_free(ma_buf_t *buf);

#endif
