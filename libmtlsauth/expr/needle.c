/* SPDX-License-Identifier: BSD-2-Clause */
/* needle.c - see needle.h. */
#include "expr/needle.h"

#include <string.h>

const ma_needle_t *ma_needle_new(ma_bytes_t text, ma_arena_t *arena)
{
    ma_needle_t *made = ma_arena_alloc(arena, sizeof(*made));
    uint8_t *copy = (uint8_t *)ma_arena_copy(arena, text.data, text.size);
    uint32_t *back = ma_arena_array(arena, text.size, sizeof(*back)), length = 0;
    size_t i;

    if (made == NULL || copy == NULL || back == NULL || text.size > UINT32_MAX)
        return NULL;
    for (i = 1; i < text.size; i++) {
        while (length > 0 && copy[i] != copy[length])
            length = back[length - 1];
        if (copy[i] == copy[length])
            length++;
        back[i] = length;
    }
    made->text = (ma_bytes_t){copy, text.size};
    made->back = back;
    return made;
}

bool ma_needle_in(const ma_needle_t *needle, ma_bytes_t text)
{
    const uint8_t *wanted = needle->text.data, *at = text.data, *end;
    size_t length = 0;

    if (needle->text.size == 0)
        return true;
    if (text.size < needle->text.size)
        return false;
    end = text.data + text.size;
    while (at < end) {
        if (length == 0) {
            at = memchr(at, wanted[0], (size_t)(end - at));
            if (at == NULL)
                return false;
        }
        while (length > 0 && *at != wanted[length])
            length = needle->back[length - 1];
        if (*at == wanted[length])
            length++;
        if (length == needle->text.size)
            return true;
        at++;
    }
    return false;
}
