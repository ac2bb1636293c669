/* SPDX-License-Identifier: BSD-2-Clause */
/* caret.c - see caret.h. */
#include "common/caret.h"

#include <string.h>

#include "base/encode.h"
#include "common/input.h"
#include "common/text.h"

#define MAX_SIZE (16u << 20) /* of the file, which may be a list */
#define WINDOW 96u           /* bytes of a line that are shown */
#define BEFORE 64u           /* of which in front of the mark, at most */
#define TAB "    "

/* Finds a line; false if the file has fewer. */
static bool find_line(const input_t *input, unsigned line, const char **start, size_t *size)
{
    const char *at = (const char *)input->data;
    const char *end = at + input->size;
    const char *stop;
    unsigned n;

    for (n = 1; n < line; n++) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (at == NULL)
            return false;
        at++;
    }
    stop = memchr(at, '\n', (size_t)(end - at));
    if (stop == NULL)
        stop = end;
    if (stop > at && stop[-1] == '\r')
        stop--;
    *start = at;
    *size = (size_t)(stop - at);
    return true;
}

/* Moves on to where a UTF-8 sequence begins, so that a cut splits none. */
static size_t boundary(const char *text, size_t size, size_t at)
{
    while (at < size && ((unsigned char)text[at] & 0xc0u) == 0x80u)
        at++;
    return at;
}

/* Appends text[start..stop) and returns the width of what is in front of `mark`. */
static size_t add_window(ma_buf_t *out, const char *text, size_t start, size_t stop, size_t mark)
{
    size_t at, n, width = 0, before = 0;

    for (at = start; at < stop; at += n) {
        n = ma_utf8_length(text + at, stop - at);
        if (n == 0)
            n = 1;
        if (text[at] == '\t') {
            ma_buf_text(out, TAB);
            width += strlen(TAB);
        } else if (text[at] == '\\') { /* as it stands in the file: the mend may speak of it */
            ma_buf_byte(out, text[at]);
            width++;
        } else {
            width += text_add(out, text + at, n);
        }
        if (at < mark)
            before = width;
    }
    return before;
}

static void show(ma_buf_t *out, const char *text, size_t size, unsigned line, unsigned column)
{
    size_t mark = column > 0 ? column - 1 : 0;
    size_t start = 0, stop = size, before;

    if (mark > size)
        mark = size;
    if (size > WINDOW) {
        start = boundary(text, size, mark > BEFORE ? mark - BEFORE : 0);
        stop = size - start > WINDOW ? boundary(text, size, start + WINDOW) : size;
    }
    ma_buf_printf(out, "%5u | %s", line, start > 0 ? "..." : "");
    before = add_window(out, text, start, stop, mark);
    ma_buf_text(out, stop < size ? "...\n" : "\n");
    if (column > 0)
        ma_buf_printf(out, "      | %*s^\n", (int)(before + (start > 0 ? 3 : 0)), "");
}

void caret_show(ma_buf_t *out, const char *file, unsigned line, unsigned column)
{
    input_t input = { NULL, 0, 0 };
    ma_buf_t why;
    const char *text;
    size_t size;

    if (file == NULL || line == 0)
        return;
    ma_buf_init(&why, 0);
    if (input_read(file, MAX_SIZE, &input, &why) == 0 && find_line(&input, line, &text, &size))
        show(out, text, size, line, column);
    input_free(&input);
    ma_buf_free(&why);
}
