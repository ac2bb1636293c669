/* SPDX-License-Identifier: BSD-2-Clause */
/* log.c - see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"

#define LINE_MAX_BYTES 2048u

bool ma_log_wants(const ma_log_t *log, int level)
{
    return log->fn != NULL && level <= log->level;
}

void ma_log(const ma_log_t *log, int level, const char *format, ...)
{
    char raw[LINE_MAX_BYTES];
    ma_buf_t line;
    va_list args;
    int length;

    if (!ma_log_wants(log, level))
        return;
    va_start(args, format);
    length = vsnprintf(raw, sizeof(raw), format, args);
    va_end(args);
    if (length < 0)
        return;
    if ((size_t)length >= sizeof(raw))
        memcpy(raw + sizeof(raw) - 4, "...", 4);
    ma_buf_init(&line, 0);
    ma_encode_log(&line, raw, strlen(raw));
    log->fn(log->context, level, ma_buf_ok(&line) ? ma_buf_string(&line) : "out of memory");
    ma_buf_free(&line);
}

void ma_log_warning(const ma_log_t *log, const ma_pos_t *pos, const char *rule, const char *mend,
                    const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;
    int length;

    if (!ma_log_wants(log, MTLSAUTH_LOG_WARNING))
        return;
    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length < 0)
        return;
    ma_log(log, MTLSAUTH_LOG_WARNING, "%s:%u:%u: warning: %s%s%s [%s]", pos->file, pos->line,
           pos->column, text, mend != NULL ? "; " : "", mend != NULL ? mend : "", rule);
}
