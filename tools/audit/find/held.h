/* SPDX-License-Identifier: BSD-2-Clause */
/* held.h - octets that wait to be understood, of which there are FIND_MAX_HELD at most in all
 * flows. */
#ifndef AUDIT_FIND_HELD_H
#define AUDIT_FIND_HELD_H

#include "audit/find/find.h"

typedef struct held {
    uint8_t *data;
    size_t size, room;
} held_t;

/** Appends. False: no memory, or too much is held already. */
bool held_add(find_t *find, held_t *held, const uint8_t *data, size_t size);
/** Forgets the first octets; all of them gives the memory back. */
void held_drop(find_t *find, held_t *held, size_t size);

#endif
