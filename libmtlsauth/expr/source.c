/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - see source.h. */
#include "expr/source.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"

ma_pos_t ma_source_pos(const ma_source_t *source, size_t offset)
{
    ma_pos_t pos = { source->file, 1, 1 };
    size_t i;

    if (source->pos_of != NULL)
        return source->pos_of(source->context, offset);
    for (i = 0; i < offset && i < source->text.size; i++) {
        pos.column++;
        if (source->text.data[i] == '\n') {
            pos.line++;
            pos.column = 1;
        }
    }
    return pos;
}

int ma_source_fail(const ma_source_t *source, mtlsauth_error_t **err, int code, size_t offset,
                   const char *mend, const char *format, ...)
{
    const ma_pos_t pos = ma_source_pos(source, offset);
    va_list args;

    va_start(args, format);
    ma_vfail_rule(err, "condition", code, &pos, mend, format, args);
    va_end(args);
    return code;
}

bool ma_source_show(const ma_source_t *source, ma_span_t span, char room[MA_SOURCE_SHOWN])
{
    const char *text = (const char *)source->text.data + span.start;
    size_t size = span.end - span.start, length;

    if (size < MA_SOURCE_SHOWN) {
        snprintf(room, MA_SOURCE_SHOWN, "%.*s", (int)size, text);
        return memchr(text, '\\', size) == NULL;
    }
    for (size = 0; size + 4 < MA_SOURCE_SHOWN - 3; size += length > 0 ? length : 1)
        length = ma_utf8_length(text + size, span.end - span.start - size);
    snprintf(room, MA_SOURCE_SHOWN, "%.*s...", (int)size, text);
    return false;
}
