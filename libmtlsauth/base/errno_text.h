/* SPDX-License-Identifier: BSD-2-Clause */
/* errno_text.h - what an errno means, in words; for threads, unlike strerror(). */
#ifndef MA_BASE_ERRNO_TEXT_H
#define MA_BASE_ERRNO_TEXT_H

#include <stdio.h>
#include <string.h>

enum { MA_ERRNO_TEXT_SIZE = 128 };

/** Returns `room`, with "error N" in it if there are no words for it. */
static inline const char *ma_errno_text(int number, char room[MA_ERRNO_TEXT_SIZE])
{
    if (strerror_r(number, room, MA_ERRNO_TEXT_SIZE) != 0)
        snprintf(room, MA_ERRNO_TEXT_SIZE, "error %d", number);
    return room;
}

#endif
