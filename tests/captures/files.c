/* SPDX-License-Identifier: BSD-2-Clause */
/* files.c - frames as capture files, pcap and pcapng; see frames.h. */
#include <stdio.h>
#include <string.h>

#include "captures/frames.h"

#define ETHERNET 1u

/* Little endian, or big endian if swapped. */
static void put(FILE *file, uint64_t value, unsigned size, bool swapped)
{
    unsigned i;

    for (i = 0; i < size; i++)
        (void)fputc((int)(value >> 8 * (swapped ? size - 1 - i : i) & 0xff), file);
}

static int finish(FILE *file)
{
    const bool good = ferror(file) == 0;

    return fclose(file) == 0 && good ? 0 : -1;
}

void frames_begin_pcap(FILE *file, bool nanoseconds, bool swapped)
{
    put(file, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4, swapped);
    put(file, 2, 2, swapped);
    put(file, 4, 2, swapped);
    put(file, 0, 8, swapped);
    put(file, 262144, 4, swapped);
    put(file, ETHERNET, 4, swapped);
}

void frames_append_pcap(const frames_t *frames, FILE *file, bool nanoseconds, bool swapped)
{
    size_t i;

    for (i = 0; i < frames->n; i++) {
        const frame_t *frame = &frames->frames[i];

        put(file, (uint64_t)(frame->time / 1000000), 4, swapped);
        put(file, (uint64_t)(frame->time % 1000000) * (nanoseconds ? 1000 : 1), 4, swapped);
        put(file, frame->size, 4, swapped);
        put(file, frame->length, 4, swapped);
        (void)fwrite(frame->data, 1, frame->size, file);
    }
}

int frames_write_pcap(const frames_t *frames, const char *path, bool nanoseconds, bool swapped)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL)
        return -1;
    frames_begin_pcap(file, nanoseconds, swapped);
    frames_append_pcap(frames, file, nanoseconds, swapped);
    return finish(file);
}

/* A block with its type and both lengths; the body is head and data, padded. */
static void put_block(FILE *file, uint32_t type, const uint8_t *head, size_t head_size,
                      const uint8_t *data, size_t size)
{
    const size_t padding = (4 - size % 4) % 4, total = 12 + head_size + size + padding;

    put(file, type, 4, false);
    put(file, total, 4, false);
    (void)fwrite(head, 1, head_size, file);
    if (size > 0)
        (void)fwrite(data, 1, size, file);
    put(file, 0, (unsigned)padding, false);
    put(file, total, 4, false);
}

static void little(uint8_t *at, uint64_t value, unsigned size)
{
    unsigned i;

    for (i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

int frames_write_pcapng(const frames_t *frames, const char *path, const char *keylog)
{
    FILE *file = fopen(path, "wb");
    uint8_t head[20] = {0};
    size_t i;

    if (file == NULL)
        return -1;
    little(head, 0x1a2b3c4d, 4);
    little(head + 4, 1, 2);
    little(head + 8, UINT64_MAX, 8);
    put_block(file, 0x0a0d0d0a, head, 16, NULL, 0);
    little(head, ETHERNET, 4);
    little(head + 4, 262144, 4);
    put_block(file, 1, head, 8, NULL, 0);
    if (keylog != NULL) {
        little(head, 0x544c534b, 4);
        little(head + 4, strlen(keylog), 4);
        put_block(file, 10, head, 8, (const uint8_t *)keylog, strlen(keylog));
    }
    for (i = 0; i < frames->n; i++) {
        const frame_t *frame = &frames->frames[i];

        little(head, 0, 4);
        little(head + 4, (uint64_t)frame->time >> 32, 4);
        little(head + 8, (uint64_t)frame->time & 0xffffffff, 4);
        little(head + 12, frame->size, 4);
        little(head + 16, frame->length, 4);
        put_block(file, 6, head, 20, frame->data, frame->size);
    }
    return finish(file);
}
