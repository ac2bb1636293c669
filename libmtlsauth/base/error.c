/* SPDX-License-Identifier: BSD-2-Clause */
/* error.c - see error.h. An error owns its texts; the one for "out of memory" is static. */
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"

/* Longest message or mend, so that a hostile policy cannot make the log grow without bound. */
#define MAX_TEXT 4096u

struct mtlsauth_error {
    int code;
    unsigned line;
    unsigned column;
    const char *file; /* NULL: none */
    const char *message;
    const char *mend;
    const char *text;
    const char *rule; /* a literal, or NULL: that of the code */
    ma_buf_t strings; /* holds them all, NUL-terminated one after the other */
};

static const mtlsauth_error_t out_of_memory = {
    .code = MTLSAUTH_E_NO_MEMORY,
    .message = "out of memory",
    .mend = "",
    .text = "out of memory",
};

/* Formats, cuts what is too long, and appends it printable. */
MTLSAUTH_PRINTF(2, 0)
static void append_formatted(ma_buf_t *out, const char *format, va_list args)
{
    char raw[MAX_TEXT];
    int length = vsnprintf(raw, sizeof(raw), format, args);

    if (length < 0)
        raw[0] = '\0';
    else if ((size_t)length >= sizeof(raw))
        memcpy(raw + sizeof(raw) - 4, "...", 4);
    ma_encode_log(out, raw, strlen(raw));
}

/* Appends "file:line:column: message; mend". */
static void append_whole(ma_buf_t *out, const ma_pos_t *pos, const char *file,
                         const char *message, const char *mend)
{
    if (file != NULL) {
        ma_buf_text(out, file);
        if (pos->line != 0)
            ma_buf_printf(out, ":%u", pos->line);
        if (pos->line != 0 && pos->column != 0)
            ma_buf_printf(out, ":%u", pos->column);
        ma_buf_text(out, ": ");
    }
    ma_buf_text(out, message);
    if (mend[0] != '\0') {
        ma_buf_text(out, "; ");
        ma_buf_text(out, mend);
    }
}

/* Joins the parts; each string begins behind the NUL of the one before. */
MTLSAUTH_PRINTF(4, 0)
static mtlsauth_error_t *make(int code, const ma_pos_t *pos, const char *mend, const char *format,
                              va_list args)
{
    size_t at_mend, at_file, at_text;
    const char *base;
    mtlsauth_error_t *error = calloc(1, sizeof(*error));
    ma_buf_t parts;

    if (error == NULL)
        return NULL;
    ma_buf_init(&error->strings, 0);
    ma_buf_init(&parts, 0);
    append_formatted(&parts, format, args);
    ma_buf_byte(&parts, '\0');
    at_mend = parts.size;
    ma_encode_log(&parts, mend, strlen(mend));
    ma_buf_byte(&parts, '\0');
    at_file = parts.size;
    if (pos != NULL && pos->file != NULL)
        ma_encode_log(&parts, pos->file, strlen(pos->file));
    ma_buf_byte(&parts, '\0');
    if (ma_buf_ok(&parts)) {
        ma_buf_add(&error->strings, parts.data, parts.size);
        at_text = error->strings.size;
        append_whole(&error->strings, pos,
                     pos != NULL && pos->file != NULL ? parts.data + at_file : NULL, parts.data,
                     parts.data + at_mend);
    } else {
        at_text = 0;
        error->strings.failed = true;
    }
    ma_buf_free(&parts);
    if (!ma_buf_ok(&error->strings)) {
        ma_buf_free(&error->strings);
        free(error);
        return NULL;
    }
    base = error->strings.data;
    error->code = code;
    error->message = base;
    error->mend = base + at_mend;
    error->file = pos != NULL && pos->file != NULL ? base + at_file : NULL;
    error->line = pos != NULL ? pos->line : 0;
    error->column = pos != NULL ? pos->column : 0;
    error->text = base + at_text;
    return error;
}

int ma_vfail(mtlsauth_error_t **err, int code, const ma_pos_t *pos, const char *mend,
             const char *format, va_list args)
{
    mtlsauth_error_t *made;

    if (err == NULL || *err != NULL)
        return code;
    made = make(code, pos, mend != NULL ? mend : "", format, args);
    if (made != NULL)
        *err = made;
    else /* never written to: see mtlsauth_error_free() */
        *err = (mtlsauth_error_t *)(uintptr_t)&out_of_memory;
    return code;
}

int ma_fail(mtlsauth_error_t **err, int code, const ma_pos_t *pos, const char *mend,
            const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ma_vfail(err, code, pos, mend, format, args);
    va_end(args);
    return code;
}

int ma_vfail_rule(mtlsauth_error_t **err, const char *rule, int code, const ma_pos_t *pos,
                  const char *mend, const char *format, va_list args)
{
    bool first = err != NULL && *err == NULL;

    ma_vfail(err, code, pos, mend, format, args);
    if (first && *err != &out_of_memory)
        (*err)->rule = rule;
    return code;
}

int ma_fail_rule(mtlsauth_error_t **err, const char *rule, int code, const ma_pos_t *pos,
                 const char *mend, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ma_vfail_rule(err, rule, code, pos, mend, format, args);
    va_end(args);
    return code;
}

/* What an error is about that broke no rule of a name of its own. */
static const char *rule_of_code(int code)
{
    static const char *const rules[] = {
        [-MTLSAUTH_E_NO_MEMORY] = "no-memory",
        [-MTLSAUTH_E_ARGUMENT] = "argument",
        [-MTLSAUTH_E_IO] = "file-unreadable",
        [-MTLSAUTH_E_UNSAFE] = "file-unsafe",
        [-MTLSAUTH_E_SYNTAX] = "syntax",
        [-MTLSAUTH_E_POLICY] = "setting",
        [-MTLSAUTH_E_PLUGIN] = "plugin-unusable",
        [-MTLSAUTH_E_LIMIT] = "limit",
        [-MTLSAUTH_E_MALFORMED] = "malformed",
    };
    const int count = (int)(sizeof(rules) / sizeof(rules[0]));

    /* A plugin may fail with a number that is no status. */
    return code < 0 && code > -count && rules[-code] != NULL ? rules[-code] : "plugin-unusable";
}

const char *ma_error_rule(const mtlsauth_error_t *err)
{
    return err != NULL && err->rule != NULL ? err->rule : rule_of_code(mtlsauth_error_code(err));
}

int ma_fail_memory(mtlsauth_error_t **err)
{
    if (err != NULL && *err == NULL)
        *err = (mtlsauth_error_t *)(uintptr_t)&out_of_memory;
    return MTLSAUTH_E_NO_MEMORY;
}

const char *mtlsauth_error_file(const mtlsauth_error_t *err)
{
    return err != NULL ? err->file : NULL;
}

unsigned mtlsauth_error_line(const mtlsauth_error_t *err)
{
    return err != NULL ? err->line : 0;
}

unsigned mtlsauth_error_column(const mtlsauth_error_t *err)
{
    return err != NULL ? err->column : 0;
}

int mtlsauth_error_code(const mtlsauth_error_t *err)
{
    return err != NULL ? err->code : MTLSAUTH_E_ARGUMENT;
}

const char *mtlsauth_error_message(const mtlsauth_error_t *err)
{
    return err != NULL ? err->message : "";
}

const char *mtlsauth_error_mend(const mtlsauth_error_t *err)
{
    return err != NULL ? err->mend : "";
}

const char *mtlsauth_error_text(const mtlsauth_error_t *err)
{
    return err != NULL ? err->text : "";
}

void mtlsauth_error_free(mtlsauth_error_t *err)
{
    if (err == NULL || err == &out_of_memory)
        return;
    ma_buf_free(&err->strings);
    free(err);
}
