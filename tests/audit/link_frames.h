/* SPDX-License-Identifier: BSD-2-Clause */
/* link_frames.h - frames from hex, in memory of exactly their size. */
#ifndef TESTS_AUDIT_LINK_FRAMES_H
#define TESTS_AUDIT_LINK_FRAMES_H

#include <stdlib.h>
#include <string.h>

#include "audit/capture/packet.h"

typedef struct frame {
    uint8_t *data;
    uint32_t size;
} frame_t;

/* Blanks are passed over; a digit left over at the end, too. */
static inline void frame_from_hex(frame_t *frame, const char *hex)
{
    const char *digits = "0123456789abcdef", *digit;
    uint8_t bytes[4096];
    uint32_t n = 0;

    for (; *hex != '\0' && n < 2 * sizeof(bytes); hex++) {
        digit = strchr(digits, *hex);
        if (digit == NULL)
            continue;
        if (n % 2 == 0)
            bytes[n / 2] = (uint8_t)((digit - digits) << 4);
        else
            bytes[n / 2] = (uint8_t)(bytes[n / 2] | (digit - digits));
        n++;
    }
    frame->size = n / 2;
    frame->data = malloc(frame->size > 0 ? frame->size : 1);
    if (frame->data == NULL)
        abort();
    memcpy(frame->data, bytes, frame->size);
}

static inline packet_t frame_packet(const frame_t *frame, uint32_t link_type, uint64_t number)
{
    return (packet_t) { .time = (int64_t)number,
                        .number = number,
                        .link_type = link_type,
                        .captured = frame->size,
                        .length = frame->size,
                        .data = frame->data };
}

static inline void frame_free(frame_t *frame)
{
    free(frame->data);
}

#endif
