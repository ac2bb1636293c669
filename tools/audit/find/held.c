/* SPDX-License-Identifier: BSD-2-Clause */
/* held.c - see held.h. */
#include "audit/find/held.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 512u

static bool make_room(find_t *find, held_t *held, size_t size)
{
    size_t room = held->room > 0 ? held->room : FIRST_ROOM;
    uint8_t *data;

    if (size > FIND_MAX_HELD)
        return false;
    while (room < size)
        room *= 2;
    if (room == held->room)
        return true;
    if (find->held + (room - held->room) > FIND_MAX_HELD)
        return false;
    data = realloc(held->data, room);
    if (data == NULL)
        return false;
    find->held += room - held->room;
    held->data = data;
    held->room = room;
    return true;
}

bool held_add(find_t *find, held_t *held, const uint8_t *data, size_t size)
{
    if (size == 0)
        return true;
    if (!make_room(find, held, held->size + size))
        return false;
    memcpy(held->data + held->size, data, size);
    held->size += size;
    return true;
}

void held_drop(find_t *find, held_t *held, size_t size)
{
    if (size < held->size) {
        memmove(held->data, held->data + size, held->size - size);
        held->size -= size;
        return;
    }
    free(held->data);
    find->held -= held->room;
    *held = (held_t){NULL, 0, 0};
}
