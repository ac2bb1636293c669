/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.h - memory that is freed all at once: a policy's model, a request's scratch.
 *
 * Not thread-safe. Everything handed out is zeroed, aligned for any type, and lives until reset
 * or free. After a reset the chunks are kept, so that a like use needs no new memory.
 */
#ifndef MA_BASE_ARENA_H
#define MA_BASE_ARENA_H

#include <stddef.h>

#include <mtlsauth/types.h>

typedef struct ma_chunk ma_chunk_t;

typedef struct ma_arena {
    ma_chunk_t *first;
    ma_chunk_t *current;
    size_t limit; /**< bytes at most, 0: unlimited */
    size_t total;
    size_t begin; /**< room of the first chunk, for one of which there are many; 0: the usual */
} ma_arena_t;

/** `limit`: bytes it may hold at most; past it allocations fail as if out of memory. 0: none. */
void ma_arena_init(ma_arena_t *arena, size_t limit);
/** NULL when out of memory or past the limit. A size of 0 gives a valid pointer. */
void *ma_arena_alloc(ma_arena_t *arena, size_t size) MTLSAUTH_MUST_CHECK;
/** As calloc: checks the product. */
void *ma_arena_array(ma_arena_t *arena, size_t count, size_t size) MTLSAUTH_MUST_CHECK;
/** A copy with a NUL behind it. */
char *ma_arena_copy(ma_arena_t *arena, const void *bytes, size_t size) MTLSAUTH_MUST_CHECK;
char *ma_arena_string(ma_arena_t *arena, const char *text) MTLSAUTH_MUST_CHECK;
char *ma_arena_printf(ma_arena_t *arena, const char *format, ...) MTLSAUTH_PRINTF(2, 3)
    MTLSAUTH_MUST_CHECK;
void ma_arena_reset(ma_arena_t *arena);
void ma_arena_free(ma_arena_t *arena);

#endif
