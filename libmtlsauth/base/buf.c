/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buf.c - see buf.h.
 *
 * A growing buffer owns `data`; a fixed one borrows it. Both keep a NUL behind the text, which does
 * not count in `size`. A fixed buffer fits while `size` is below `capacity`, so that the NUL fits
 * too; past that it keeps the beginning, as snprintf does, and ma_buf_ok() says no.
 *
 * It does not check that what is appended lies outside the buffer itself: it must.
 */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 128u

void ma_buf_init(ma_buf_t *buf, size_t limit)
{
    *buf = (ma_buf_t) { .limit = limit };
}

void ma_buf_fixed(ma_buf_t *buf, char *room, size_t capacity)
{
    *buf = (ma_buf_t) { .data = room, .capacity = capacity, .fixed = true };
    if (capacity > 0)
        room[0] = '\0';
}

/* Makes room for `more` bytes and a NUL in a growing buffer, or fails it. */
static bool reserve(ma_buf_t *buf, size_t more)
{
    size_t want, capacity;
    char *data;

    if (buf->failed)
        return false;
    if (more >= SIZE_MAX - buf->size || (buf->limit > 0 && more > buf->limit - buf->size))
        goto fail;
    want = buf->size + more + 1;
    if (want <= buf->capacity)
        return true;
    capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
    while (capacity < want)
        capacity = capacity > SIZE_MAX / 2 ? want : capacity * 2;
    data = realloc(buf->data, capacity);
    if (data == NULL)
        goto fail;
    buf->data = data;
    buf->capacity = capacity;
    return true;
fail:
    buf->failed = true;
    return false;
}

/* Bytes that a fixed buffer can still take before its NUL. */
static size_t fixed_room(const ma_buf_t *buf)
{
    return buf->size < buf->capacity ? buf->capacity - buf->size - 1 : 0;
}

/* Counts bytes of a fixed buffer, written or not. */
static void fixed_count(ma_buf_t *buf, size_t size)
{
    if (size >= SIZE_MAX - buf->size)
        buf->failed = true;
    else
        buf->size += size;
}

static void fixed_add(ma_buf_t *buf, const void *bytes, size_t size)
{
    size_t fits = fixed_room(buf);

    if (fits > size)
        fits = size;
    if (fits > 0) {
        memcpy(buf->data + buf->size, bytes, fits);
        buf->data[buf->size + fits] = '\0';
    }
    fixed_count(buf, size);
}

/* Is there room for so many bytes and a NUL as it is? There mostly is. */
static bool has_room(const ma_buf_t *buf, size_t size)
{
    return !buf->failed && buf->size < buf->capacity && size < buf->capacity - buf->size
           && (buf->limit == 0 || size <= buf->limit - buf->size);
}

void ma_buf_add(ma_buf_t *buf, const void *bytes, size_t size)
{
    if (buf->failed || size == 0)
        return;
    if (has_room(buf, size)) {
        memcpy(buf->data + buf->size, bytes, size);
        buf->size += size;
        buf->data[buf->size] = '\0';
        return;
    }
    if (buf->fixed) {
        fixed_add(buf, bytes, size);
        return;
    }
    if (!reserve(buf, size))
        return;
    memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void ma_buf_text(ma_buf_t *buf, const char *text)
{
    ma_buf_add(buf, text, strlen(text));
}

void ma_buf_byte(ma_buf_t *buf, char byte)
{
    if (!has_room(buf, 1)) {
        ma_buf_add(buf, &byte, 1);
        return;
    }
    buf->data[buf->size++] = byte;
    buf->data[buf->size] = '\0';
}

void ma_buf_printf(ma_buf_t *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ma_buf_vprintf(buf, format, args);
    va_end(args);
}

void ma_buf_vprintf(ma_buf_t *buf, const char *format, va_list args)
{
    va_list again;
    size_t room;
    int length;

    if (buf->failed)
        return;
    room = buf->size < buf->capacity ? buf->capacity - buf->size : 0;
    va_copy(again, args);
    length = vsnprintf(room > 0 ? buf->data + buf->size : NULL, room, format, args);
    if (length < 0) {
        buf->failed = true;
    } else if (buf->fixed) {
        fixed_count(buf, (size_t)length);
    } else if (reserve(buf, (size_t)length)) {
        /* What came out short above is printed again, now that there is room. */
        if ((size_t)length >= room)
            (void)vsnprintf(buf->data + buf->size, (size_t)length + 1, format, again);
        buf->size += (size_t)length;
    }
    va_end(again);
    if (buf->failed && !buf->fixed && buf->data != NULL)
        buf->data[buf->size] = '\0';
}

bool ma_buf_ok(const ma_buf_t *buf)
{
    return !buf->failed && (!buf->fixed || buf->size < buf->capacity);
}

const char *ma_buf_string(const ma_buf_t *buf)
{
    return buf->failed || buf->data == NULL || buf->capacity == 0 ? "" : buf->data;
}

void ma_buf_clear(ma_buf_t *buf)
{
    buf->size = 0;
    buf->failed = false;
    if (buf->capacity > 0)
        buf->data[0] = '\0';
}

void ma_buf_free(ma_buf_t *buf)
{
    if (buf == NULL)
        return;
    if (!buf->fixed)
        free(buf->data);
    *buf = (ma_buf_t) { .limit = 0 };
}
