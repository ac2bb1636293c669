/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - see text.h. */
#include "common/text.h"

#include <string.h>

#include "base/encode.h"

static size_t characters(const char *text, size_t size)
{
    size_t i, n = 0;

    for (i = 0; i < size; i++)
        if (((unsigned char)text[i] & 0xc0u) != 0x80u)
            n++;
    return n;
}

size_t text_add(ma_buf_t *out, const char *bytes, size_t size)
{
    size_t before = out->size;

    ma_encode_terminal(out, bytes, size);
    return ma_buf_ok(out) && out->size > before
        ? characters(out->data + before, out->size - before) : 0;
}

void text_cell(ma_buf_t *out, const char *text, size_t width)
{
    size_t n;

    for (n = text_add(out, text, strlen(text)); n < width; n++)
        ma_buf_byte(out, ' ');
}

size_t text_width(const char *text)
{
    ma_buf_t buf;
    size_t width;

    ma_buf_init(&buf, 0);
    width = text_add(&buf, text, strlen(text));
    ma_buf_free(&buf);
    return width;
}
