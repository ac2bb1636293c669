/* SPDX-License-Identifier: BSD-2-Clause */
/* window.c - see window.h. */
#include "base/window.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t nothing[1];

void ma_window_memory(ma_window_t *window, ma_bytes_t bytes)
{
    const uint8_t *at = bytes.size > 0 ? bytes.data : nothing;

    *window = (ma_window_t) { .at = at, .end = at + bytes.size, .end_offset = bytes.size };
}

void ma_window_source(ma_window_t *window, ma_byte_source_t *source)
{
    *window = (ma_window_t) { .at = nothing, .end = nothing, .source = source };
}

void ma_window_free(ma_window_t *window)
{
    free(window->room);
    window->room = NULL;
}

size_t ma_window_visible(const ma_window_t *window)
{
    return (size_t)(window->end - window->at);
}

void ma_window_skip(ma_window_t *window, size_t size)
{
    window->at += size;
}

uint64_t ma_window_offset(const ma_window_t *window)
{
    return window->end_offset - ma_window_visible(window);
}

/* Tells what was consumed since the last time. */
static void tell(ma_window_t *window)
{
    if (window->watch != NULL && window->at > window->watched)
        window->watch(window->watch_context,
                      (ma_bytes_t) { window->watched, (size_t)(window->at - window->watched) });
    window->watched = window->at;
}

void ma_window_watch(ma_window_t *window, void (*watch)(void *, ma_bytes_t), void *context)
{
    tell(window);
    window->watch = watch;
    window->watch_context = context;
    window->watched = window->at;
}

/* Moves what is visible to the front of a room of at least that size. */
static int make_room(ma_window_t *window, size_t size)
{
    size_t visible = ma_window_visible(window);
    size_t capacity = size < MA_WINDOW_SIZE ? MA_WINDOW_SIZE : MA_WINDOW_MAX;
    uint8_t *room = window->room;

    if (size > MA_WINDOW_MAX)
        return MTLSAUTH_E_LIMIT;
    tell(window);
    if (window->capacity < capacity) {
        room = malloc(capacity);
        if (room == NULL)
            return MTLSAUTH_E_NO_MEMORY;
        memcpy(room, window->at, visible);
        free(window->room);
        window->room = room;
        window->capacity = capacity;
    } else if (window->at != room) {
        memmove(room, window->at, visible);
    }
    window->at = window->watched = room;
    window->end = room + visible;
    return 0;
}

/* Appends what the source gives; false at its end. */
static bool fill(ma_window_t *window)
{
    size_t visible = ma_window_visible(window), got = 0;

    window->status = window->source->read(window->source, window->room + visible,
                                          window->capacity - visible, &got);
    if (window->status != 0 || got == 0)
        return false;
    window->end += got;
    window->end_offset += got;
    return true;
}

bool ma_window_need(ma_window_t *window, size_t size)
{
    if (ma_window_visible(window) >= size)
        return true;
    if (window->source == NULL || window->status != 0)
        return false;
    window->status = make_room(window, size);
    if (window->status != 0)
        return false;
    while (ma_window_visible(window) < size)
        if (!fill(window))
            return false;
    return true;
}
