/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - read what is longer than should be held: through a window of bounded size that moves
 * over the bytes of a source, or lies over memory as a whole.
 *
 * What is seen through it is borrowed until the next call that may move it (ma_window_need and what
 * uses it). A failure of the source is sticky, and is in `status`.
 */
#ifndef MA_BASE_WINDOW_H
#define MA_BASE_WINDOW_H

#include "base/der.h"

/** The usual size of a window, and the most that it grows to for one element. */
#define MA_WINDOW_SIZE ((size_t)64 << 10)
#define MA_WINDOW_MAX (((size_t)1 << 20) + MA_DER_HEADER_MAX)

/** Where bytes come from; embedded in what knows how. */
typedef struct ma_byte_source ma_byte_source_t;
struct ma_byte_source {
    /** Puts up to `size` bytes into `room`; *got == 0: the end. Returns 0 or a negative status. */
    int (*read)(ma_byte_source_t *self, uint8_t *room, size_t size, size_t *got);
};

typedef struct ma_window {
    const uint8_t *at;   /**< what is not consumed yet */
    const uint8_t *end;
    ma_byte_source_t *source; /**< NULL: there is no more than that */
    uint8_t *room;       /**< owned */
    size_t capacity;
    uint64_t end_offset; /**< of `end`, from the beginning of all */
    int status;          /**< of the source, or for lack of memory */
    void (*watch)(void *context, ma_bytes_t consumed);
    void *watch_context;
    const uint8_t *watched; /**< how far it has been told */
} ma_window_t;

/** A window over memory. Nothing is copied, and nothing needs to be freed. */
void ma_window_memory(ma_window_t *window, ma_bytes_t bytes);
void ma_window_source(ma_window_t *window, ma_byte_source_t *source);
void ma_window_free(ma_window_t *window);

/** Makes at least `size` bytes visible; false if there are not as many, or `status` is set. */
bool ma_window_need(ma_window_t *window, size_t size);
/** Bytes that are visible. */
size_t ma_window_visible(const ma_window_t *window);
/** Consumes bytes that are visible. */
void ma_window_skip(ma_window_t *window, size_t size);
/** How much has been consumed since the beginning. */
uint64_t ma_window_offset(const ma_window_t *window);
/** Tells what is consumed from here on, in order and in pieces. NULL: the rest, and no more. */
void ma_window_watch(ma_window_t *window, void (*watch)(void *, ma_bytes_t), void *context);

#endif
