/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unpack.h - gzip, zstd and xz, told by their first octets and read in pieces.
 *
 * Members (frames, streams) that stand behind each other are one, as their own tools have it. What
 * is unpacked is never held as a whole, so that a small file can unpack to any size; what a
 * decoder holds for itself is bounded by CAPTURE_UNPACK_MEMORY.
 */
#ifndef AUDIT_CAPTURE_UNPACK_H
#define AUDIT_CAPTURE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/types.h>

/** Octets of a beginning that tell a format. */
#define CAPTURE_UNPACK_MAGIC 6u
/** What zstd and xz themselves allow unasked, for files packed as tightly as they can. */
#define CAPTURE_UNPACK_MEMORY (128u << 20)

/** What is to be unpacked, and the room for it; both move on as they are used. */
typedef struct capture_pieces {
    const uint8_t *in;
    size_t in_size;
    uint8_t *out;
    size_t out_size;
} capture_pieces_t;

typedef struct capture_packing {
    const char *name;
    uint8_t magic[CAPTURE_UNPACK_MAGIC];
    uint8_t magic_size;
    /** Returns NULL when there is no memory. NULL itself: this build lacks the library. */
    void *(*begin)(void);
    /** Goes on; `*between`: it stands between two members. False, with `*why`: not so packed. */
    bool (*step)(void *state, capture_pieces_t *pieces, bool *between, const char **why);
    void (*end)(void *state);
} capture_packing_t;

extern const capture_packing_t capture_gzip, capture_zstd, capture_xz;

/** The packing of a file that begins so, or NULL. */
const capture_packing_t *capture_packing_of(const uint8_t *begin, size_t size);

#endif
