/* SPDX-License-Identifier: BSD-2-Clause */
/* errno_text.h - what an errno means, in words; for servers with threads, unlike strerror(). */
#ifndef ADAPTERS_ERRNO_TEXT_H
#define ADAPTERS_ERRNO_TEXT_H

#include <stdio.h>
#include <string.h>

enum { ERRNO_TEXT_SIZE = 128 };

/** Returns `room`, with "error N" in it if there are no words for it. */
static inline const char *errno_text(int number, char room[ERRNO_TEXT_SIZE])
{
    if (strerror_r(number, room, ERRNO_TEXT_SIZE) != 0)
        snprintf(room, ERRNO_TEXT_SIZE, "error %d", number);
    return room;
}

#endif
