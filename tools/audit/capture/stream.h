/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - the octets of a capture file, unpacked, seen through a window that moves over them.
 *
 * Files are read, not mapped: one that shrinks meanwhile ends early, and does not end the program.
 * What is seen is borrowed until the next call that fills the window.
 */
#ifndef AUDIT_CAPTURE_STREAM_H
#define AUDIT_CAPTURE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/capture/unpack.h"
#include "base/buf.h"
#include "base/der.h"

/** Octets that can be seen at once. */
#define CAPTURE_STREAM_WINDOW ((size_t)512 << 10)

typedef enum capture_stream_end {
    CAPTURE_STREAM_MORE = 0, /**< or simply over */
    CAPTURE_STREAM_CUT,      /**< what is packed ends in the middle */
    CAPTURE_STREAM_BROKEN    /**< it cannot be read or unpacked any further */
} capture_stream_end_t;

typedef struct capture_stream {
    const uint8_t *at;   /**< what is not used yet */
    const uint8_t *end;
    uint8_t *room;       /**< owned, room for a window */
    uint64_t end_offset; /**< of `end`, from the beginning, unpacked */
    int fd;              /**< -1: memory */
    ma_bytes_t memory;   /**< what is left of it */
    size_t piece;        /**< octets to read at once */
    uint64_t position;   /**< octets read from the file */
    uint64_t size;       /**< of the file; 0: not known */
    bool over;           /**< nothing more comes from the file */
    const capture_packing_t *packing; /**< NULL: as it is */
    void *unpacking;
    bool between;        /**< unpacking: between two members */
    bool drained;        /**< unpacking: all that there was has come out */
    uint8_t *packed;     /**< owned; what was read and is not unpacked yet */
    const uint8_t *packed_at, *packed_end;
    capture_stream_end_t how; /**< it ended, once there is no more */
    const char *why;     /**< for those that are no good end */
} capture_stream_t;

/** Returns 0, or -1 with the reason, which does not name the file. "-" is standard input. */
int capture_stream_open(capture_stream_t *stream, const char *path,
                        const char **why) MTLSAUTH_MUST_CHECK;
/** Over memory that outlives it, read in pieces of that size, as a pipe would give it. */
int capture_stream_memory(capture_stream_t *stream, ma_bytes_t bytes, size_t piece,
                          const char **why) MTLSAUTH_MUST_CHECK;
void capture_stream_close(capture_stream_t *stream);

/** What capture_stream_need() does when the window has to move. */
const uint8_t *capture_stream_fill(capture_stream_t *stream, size_t size);
/** Passes over octets, seen or not; false if there are not as many. */
bool capture_stream_pass(capture_stream_t *stream, uint64_t size);

static inline size_t capture_stream_seen(const capture_stream_t *stream)
{
    return (size_t)(stream->end - stream->at);
}

/** The next `size` octets, at most a window, in one piece; NULL if there are not as many. */
static inline const uint8_t *capture_stream_need(capture_stream_t *stream, size_t size)
{
    return capture_stream_seen(stream) >= size ? stream->at : capture_stream_fill(stream, size);
}

/** Where the next octet stands, unpacked. */
static inline uint64_t capture_stream_offset(const capture_stream_t *stream)
{
    return stream->end_offset - capture_stream_seen(stream);
}

#endif
