/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.c - see arena.h.
 *
 * Chunks form a list. Those up to `current` are in use; those behind it are left over from before
 * a reset, and are taken again in order. One that is too small for what is asked is freed on the
 * way, so that a new chunk is only made when all chunks are in use: `total`, which the limit is
 * about, never holds dead weight. `total` counts the room of chunks, not their headers.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_MIN 4096u
#define CHUNK_MAX 65536u

struct ma_chunk {
    ma_chunk_t *next;
    size_t size; /* room in `memory`, in bytes */
    size_t used;
    max_align_t memory[];
};

void ma_arena_init(ma_arena_t *arena, size_t limit)
{
    *arena = (ma_arena_t) { .limit = limit };
}

/* How much room a new chunk gets so that `need` fits; 0 if the limit forbids it. */
static size_t chunk_size(const ma_arena_t *arena, size_t need)
{
    size_t size = arena->current != NULL ? arena->current->size
                  : arena->begin != 0   ? arena->begin / 2
                                        : CHUNK_MIN / 2;
    size_t left = SIZE_MAX - arena->total;

    if (arena->limit > 0)
        left = arena->limit > arena->total ? arena->limit - arena->total : 0;
    size = size < CHUNK_MAX / 2 ? size * 2 : CHUNK_MAX;
    if (size > left)
        size = left;
    if (size < need)
        size = need;
    return size <= left && size <= SIZE_MAX - sizeof(ma_chunk_t) ? size : 0;
}

/* Makes `current` a chunk with room for `need` bytes: one that is left over, or a new one. */
static ma_chunk_t *next_chunk(ma_arena_t *arena, size_t need)
{
    ma_chunk_t **link = arena->current != NULL ? &arena->current->next : &arena->first;
    ma_chunk_t *chunk;
    size_t size;

    while ((chunk = *link) != NULL && chunk->size < need) {
        *link = chunk->next;
        arena->total -= chunk->size;
        free(chunk);
    }
    if (chunk == NULL) {
        size = chunk_size(arena, need);
        chunk = size > 0 ? malloc(sizeof(*chunk) + size) : NULL;
        if (chunk == NULL)
            return NULL;
        chunk->next = NULL;
        chunk->size = size;
        arena->total += size;
        *link = chunk;
    }
    chunk->used = 0;
    arena->current = chunk;
    return chunk;
}

void *ma_arena_alloc(ma_arena_t *arena, size_t size)
{
    const size_t unit = _Alignof(max_align_t);
    ma_chunk_t *chunk = arena->current;
    size_t start = 0;
    unsigned char *memory;

    if (size == 0)
        size = 1;
    if (chunk != NULL)
        start = chunk->used + (unit - chunk->used % unit) % unit;
    if (chunk == NULL || start > chunk->size || size > chunk->size - start) {
        chunk = next_chunk(arena, size);
        start = 0;
    }
    if (chunk == NULL)
        return NULL;
    memory = (unsigned char *)chunk->memory + start;
    chunk->used = start + size;
    return memset(memory, 0, size);
}

void *ma_arena_array(ma_arena_t *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    return ma_arena_alloc(arena, count * size);
}

char *ma_arena_copy(ma_arena_t *arena, const void *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? ma_arena_alloc(arena, size + 1) : NULL;

    if (copy != NULL && size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *ma_arena_string(ma_arena_t *arena, const char *text)
{
    return ma_arena_copy(arena, text, strlen(text));
}

char *ma_arena_printf(ma_arena_t *arena, const char *format, ...)
{
    va_list args, again;
    char *text = NULL;
    int length;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    if (length >= 0)
        text = ma_arena_alloc(arena, (size_t)length + 1);
    if (text != NULL)
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void ma_arena_reset(ma_arena_t *arena)
{
    arena->current = NULL;
}

void ma_arena_free(ma_arena_t *arena)
{
    ma_chunk_t *chunk, *next;

    if (arena == NULL)
        return;
    for (chunk = arena->first; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *arena = (ma_arena_t) { .limit = arena->limit };
}
