/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - see stream.h. */
#include "audit/capture/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that calls cost nothing, small enough to stay in the second cache. The first is
 * small, since files are also opened just to see when they begin. */
#define PIECE ((size_t)256 << 10)
#define FIRST_PIECE ((size_t)16 << 10)

/* Where the kernel puts what it read: to begin a few octets past a page costs some processors five
 * times the copying. */
#define ALIGNED ((size_t)4 << 10)

static size_t take_memory(capture_stream_t *stream, uint8_t *room, size_t size)
{
    size_t n = size < stream->memory.size ? size : stream->memory.size;

    if (n > 0)
        memcpy(room, stream->memory.data, n);
    stream->memory.data += n;
    stream->memory.size -= n;
    return n;
}

/* Reads up to `size` octets as they are in the file; 0: it is over. */
static size_t take(capture_stream_t *stream, uint8_t *room, size_t size)
{
    ssize_t got;

    if (stream->over)
        return 0;
    size = size < stream->piece ? size : stream->piece;
    if (stream->fd < 0) {
        got = (ssize_t)take_memory(stream, room, size);
    } else {
        do
            got = read(stream->fd, room, size);
        while (got < 0 && errno == EINTR);
        stream->piece = stream->piece * 2 < PIECE ? stream->piece * 2 : PIECE;
    }
    if (got < 0) {
        stream->how = CAPTURE_STREAM_BROKEN;
        stream->why = strerror(errno);
    }
    stream->over = got <= 0;
    stream->position += got > 0 ? (uint64_t)got : 0;
    return got > 0 ? (size_t)got : 0;
}

/* More of what is packed; at the end of the file it says whether that is where it may end. */
static bool take_packed(capture_stream_t *stream)
{
    size_t got = take(stream, stream->packed, PIECE);

    stream->packed_at = stream->packed;
    stream->packed_end = stream->packed + got;
    if (got == 0 && stream->how == CAPTURE_STREAM_MORE && !stream->between) {
        stream->how = CAPTURE_STREAM_CUT;
        stream->why = "it ends in the middle of what is packed";
    }
    return got > 0;
}

/* Unpacks up to `size` octets; 0: there are no more, or no more that can be had. */
static size_t unpack(capture_stream_t *stream, uint8_t *room, size_t size)
{
    capture_pieces_t pieces = { .out = room, .out_size = size };

    while (stream->how == CAPTURE_STREAM_MORE && !stream->drained && pieces.out_size == size) {
        const uint8_t *before = stream->packed_at;

        pieces.in = before;
        pieces.in_size = (size_t)(stream->packed_end - before);
        if (!stream->packing->step(stream->unpacking, &pieces, &stream->between, &stream->why))
            stream->how = CAPTURE_STREAM_BROKEN;
        stream->packed_at = pieces.in;
        if (stream->how != CAPTURE_STREAM_MORE || pieces.out_size != size || pieces.in != before)
            continue;
        /* A decoder may hold back output, so it is asked once more before more is read. */
        if (before == stream->packed_end) {
            stream->drained = !take_packed(stream);
        } else {
            stream->how = CAPTURE_STREAM_BROKEN;
            stream->why = "what is packed does not go on";
        }
    }
    return size - pieces.out_size;
}

const uint8_t *capture_stream_fill(capture_stream_t *stream, size_t size)
{
    size_t seen = capture_stream_seen(stream), got;
    uint8_t *end = stream->room + (seen + ALIGNED - 1) / ALIGNED * ALIGNED;

    if (size > CAPTURE_STREAM_WINDOW)
        return NULL;
    if (seen > 0)
        memmove(end - seen, stream->at, seen);
    stream->at = end - seen;
    stream->end = end;
    for (; seen < size; seen += got) {
        size_t free_room = CAPTURE_STREAM_WINDOW - seen;
        if (stream->packing != NULL)
            got = unpack(stream, end, free_room < PIECE ? free_room : PIECE);
        else
            got = take(stream, end, free_room);
        if (got == 0)
            return NULL;
        end += got;
        stream->end = end;
        stream->end_offset += got;
    }
    return stream->at;
}

bool capture_stream_pass(capture_stream_t *stream, uint64_t size)
{
    while (size > 0) {
        size_t seen = capture_stream_seen(stream);
        size_t n = size < seen ? (size_t)size : seen;
        stream->at += n;
        size -= n;
        if (size > 0 && capture_stream_need(stream, 1) == NULL)
            return false;
    }
    return true;
}

/* Looks whether it is packed; what was seen of it becomes what is to be unpacked. */
static int begin_unpacking(capture_stream_t *stream, const char **why)
{
    const capture_packing_t *packing;
    size_t seen;

    (void)capture_stream_need(stream, CAPTURE_UNPACK_MAGIC); /* or fewer, of a short file */
    seen = capture_stream_seen(stream);
    packing = capture_packing_of(stream->at, seen);
    if (packing == NULL)
        return 0;
    if (packing->begin == NULL) {
        *why = packing == &capture_gzip ? "it is packed with gzip, which this build does not read"
            : packing == &capture_zstd  ? "it is packed with zstd, which this build does not read"
                                        : "it is packed with xz, which this build does not read";
        return -1;
    }
    *why = "no memory to unpack it";
    stream->packed = aligned_alloc(ALIGNED, CAPTURE_STREAM_WINDOW);
    stream->unpacking = packing->begin();
    if (stream->packed == NULL || stream->unpacking == NULL)
        return -1;
    stream->packing = packing;
    memcpy(stream->packed, stream->at, seen);
    stream->packed_at = stream->packed;
    stream->packed_end = stream->packed + seen;
    stream->at = stream->end = stream->room;
    stream->end_offset = 0;
    return 0;
}

static int begin(capture_stream_t *stream, const char **why)
{
    stream->room = aligned_alloc(ALIGNED, CAPTURE_STREAM_WINDOW + ALIGNED);
    stream->at = stream->end = stream->room;
    if (stream->room == NULL)
        *why = "no memory";
    if (stream->room == NULL || begin_unpacking(stream, why) != 0) {
        capture_stream_close(stream);
        return -1;
    }
    return 0;
}

int capture_stream_open(capture_stream_t *stream, const char *path, const char **why)
{
    struct stat st;

    *stream = (capture_stream_t) { .piece = FIRST_PIECE };
    if (strcmp(path, "-") == 0)
        stream->fd = dup(STDIN_FILENO); /* so that closing is the same for all */
    else
        stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (stream->fd < 0 || fstat(stream->fd, &st) != 0) {
        *why = strerror(errno);
        capture_stream_close(stream);
        return -1;
    }
    if (S_ISREG(st.st_mode) && st.st_size > 0)
        stream->size = (uint64_t)st.st_size;
    (void)posix_fadvise(stream->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* only advice */
    return begin(stream, why);
}

int capture_stream_memory(capture_stream_t *stream, ma_bytes_t bytes, size_t piece,
                          const char **why)
{
    *stream = (capture_stream_t) { .fd = -1, .memory = bytes, .size = bytes.size };
    stream->piece = piece > 0 ? piece : 1;
    return begin(stream, why);
}

void capture_stream_close(capture_stream_t *stream)
{
    if (stream->packing != NULL)
        stream->packing->end(stream->unpacking);
    free(stream->packed);
    free(stream->room);
    if (stream->fd >= 0)
        close(stream->fd);
    *stream = (capture_stream_t) { .fd = -1 };
}
