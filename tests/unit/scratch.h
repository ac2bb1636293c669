/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scratch.h - for tests: a directory of one's own, commands run in it, files made and read there.
 *
 * Header only. The commands are the independent oracle (openssl and the like); what they print is
 * shown if they fail.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/der.h"

typedef struct scratch {
    char path[256];
    ma_arena_t arena; /* what is read */
} scratch_t;

static inline bool scratch_begin(scratch_t *scratch)
{
    const char *base = getenv("TMPDIR");

    ma_arena_init(&scratch->arena, 0);
    snprintf(scratch->path, sizeof(scratch->path), "%s/mtlsauth-test-XXXXXX",
             base != NULL && strlen(base) < 200 ? base : "/tmp");
    return mkdtemp(scratch->path) != NULL;
}

/* Runs a command line in the directory. */
static inline __attribute__((format(printf, 2, 3))) bool scratch_run(scratch_t *scratch,
                                                                     const char *format, ...)
{
    char *line = ma_arena_alloc(&scratch->arena, 8192);
    va_list args;
    int n;

    if (line == NULL)
        return false;
    n = snprintf(line, 8192, "cd '%s' && { ", scratch->path);
    va_start(args, format);
    n += vsnprintf(line + n, (size_t)(8192 - n), format, args);
    va_end(args);
    if (n >= 8000)
        return false;
    snprintf(line + n, (size_t)(8192 - n), "%s",
             "\n} >log 2>&1 </dev/null || { sed 's/^/# /' log; false; }");
    fflush(stdout);
    return system(line) == 0;
}

/* The path of a file in it. */
static inline const char *scratch_path(scratch_t *scratch, const char *name)
{
    const char *path = ma_arena_printf(&scratch->arena, "%s/%s", scratch->path, name);

    return path != NULL ? path : "";
}

static inline bool scratch_write(scratch_t *scratch, const char *name, ma_bytes_t bytes)
{
    FILE *file = fopen(scratch_path(scratch, name), "wb");
    bool ok = file != NULL && fwrite(bytes.data, 1, bytes.size, file) == bytes.size;

    return file != NULL && fclose(file) == 0 && ok;
}

static inline bool scratch_text(scratch_t *scratch, const char *name, const char *text)
{
    return scratch_write(scratch, name, (ma_bytes_t) { (const uint8_t *)text, strlen(text) });
}

/* Reads a whole file by its path; empty if it cannot be read. */
static inline ma_bytes_t read_whole(ma_arena_t *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    ma_bytes_t none = { (const uint8_t *)"", 0 };
    uint8_t *data;
    size_t size;
    long end;

    if (file == NULL)
        return none;
    fseek(file, 0, SEEK_END);
    end = ftell(file);
    rewind(file);
    data = end >= 0 ? ma_arena_alloc(arena, (size_t)end + 1) : NULL;
    size = data != NULL ? fread(data, 1, (size_t)end, file) : 0;
    fclose(file);
    return data != NULL ? (ma_bytes_t) { data, size } : none;
}

static inline ma_bytes_t scratch_read(scratch_t *scratch, const char *name)
{
    return read_whole(&scratch->arena, scratch_path(scratch, name));
}

static inline void scratch_end(scratch_t *scratch)
{
    char line[320];

    snprintf(line, sizeof(line), "rm -rf '%s'", scratch->path);
    if (strstr(scratch->path, "mtlsauth-test-") == NULL || system(line) != 0)
        printf("# %s is left behind\n", scratch->path);
    ma_arena_free(&scratch->arena);
}

#endif
