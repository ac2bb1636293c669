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
    return (log->fn != NULL || log->warning != NULL) && level <= log->level;
}

void ma_log(const ma_log_t *log, int level, const char *format, ...)
{
    char raw[LINE_MAX_BYTES];
    ma_buf_t line;
    va_list args;
    int length;

    if (log->fn == NULL || !ma_log_wants(log, level))
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

/* The parts, made printable, to who wants them so. */
static void hand_over(const ma_log_t *log, const ma_pos_t *pos, const char *rule,
                      const char *message, const char *mend)
{
    ma_buf_t texts[3]; /* file, message, mend */
    size_t i;

    for (i = 0; i < 3; i++)
        ma_buf_init(&texts[i], 0);
    ma_encode_log(&texts[0], pos->file, strlen(pos->file));
    ma_encode_log(&texts[1], message, strlen(message));
    ma_encode_log(&texts[2], mend, strlen(mend));
    log->warning(log->context,
                 &(ma_warning_t) { .pos = { ma_buf_string(&texts[0]), pos->line, pos->column },
                                   .rule = rule,
                                   .message = ma_buf_ok(&texts[1]) ? ma_buf_string(&texts[1])
                                                                   : "out of memory",
                                   .mend = ma_buf_string(&texts[2]) });
    for (i = 0; i < 3; i++)
        ma_buf_free(&texts[i]);
}

void ma_log_warning(const ma_log_t *log, const ma_pos_t *pos, const char *rule, const char *mend,
                    const char *format, ...)
{
    char text[LINE_MAX_BYTES], place[32] = "";
    va_list args;
    int length;

    if (!ma_log_wants(log, MTLSAUTH_LOG_WARNING))
        return;
    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length < 0)
        return;
    if (log->warning != NULL) {
        hand_over(log, pos, rule, text, mend != NULL ? mend : "");
        return;
    }
    if (pos->line > 0)
        snprintf(place, sizeof(place), ":%u:%u", pos->line, pos->column);
    ma_log(log, MTLSAUTH_LOG_WARNING, "%s%s: warning: %s%s%s [%s]", pos->file, place, text,
           mend != NULL ? "; " : "", mend != NULL ? mend : "", rule);
}
