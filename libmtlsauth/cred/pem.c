/* SPDX-License-Identifier: BSD-2-Clause */
/* pem.c - see pem.h: the walk over bytes in memory. Blocks are pem_reader.c's. */
#include "cred/pem.h"

#include "base/buf.h"
#include "cred/pem_reader.h"

enum { MAX_OBJECTS = 65536 };

/* One walk. */
typedef struct walk {
    ma_arena_t *arena;
    ma_pem_each_fn *each;
    void *context;
    const char *why;
} walk_t;

static int fail(walk_t *walk, int status, const char *why)
{
    walk->why = why;
    return status;
}

static int walk_der(walk_t *walk, ma_bytes_t bytes)
{
    ma_der_t der = ma_der(bytes);
    size_t count = 0;
    int ret = 0;

    while (ret == 0 && ma_der_more(&der)) {
        ma_element_t object = ma_der_want(&der, MA_DER_SEQUENCE);
        if (object.tag == 0)
            return fail(walk, MTLSAUTH_E_MALFORMED, "DER that is cut short, or followed by more");
        if (count++ == MAX_OBJECTS)
            return fail(walk, MTLSAUTH_E_LIMIT, "more than 65536 objects in one file");
        ret = walk->each(walk->context, object.whole);
    }
    return ret;
}

/* Reads the object at hand to its end and hands a copy in the arena out. */
static int use_object(walk_t *walk, ma_pem_reader_t *reader)
{
    uint8_t piece[1024];
    size_t got = 1;
    ma_buf_t all;
    char *copy;
    int ret = 0;

    ma_buf_init(&all, 0);
    while (ret == 0 && got > 0) {
        got = 0;
        ret = reader->source.read(&reader->source, piece, sizeof(piece), &got);
        ma_buf_add(&all, piece, got);
    }
    if (ret == 0) {
        copy = ma_buf_ok(&all) ? ma_arena_copy(walk->arena, all.data, all.size) : NULL;
        ret = copy == NULL
            ? fail(walk, MTLSAUTH_E_NO_MEMORY, "out of memory")
            : walk->each(walk->context, (ma_bytes_t) { (const uint8_t *)copy, all.size });
    }
    ma_buf_free(&all);
    return ret;
}

static int walk_pem(walk_t *walk, ma_bytes_t bytes, const char *label, bool base64)
{
    ma_pem_reader_t reader;
    ma_window_t text;
    int ret;

    ma_window_memory(&text, bytes);
    ma_pem_begin(&reader, &text, label);
    while ((ret = ma_pem_next(&reader)) > 0) {
        ret = use_object(walk, &reader);
        if (ret != 0)
            break;
    }
    if (ret == 0 && reader.blocks == 0 && base64) {
        ma_window_memory(&text, bytes);
        ma_pem_begin(&reader, &text, label);
        ret = ma_pem_bare(&reader);
        if (ret > 0)
            ret = use_object(walk, &reader);
    }
    if (walk->why == NULL)
        walk->why = reader.why;
    ma_pem_end(&reader);
    return ret;
}

int ma_pem_each(ma_bytes_t bytes, const char *label, bool base64, ma_arena_t *arena,
                ma_pem_each_fn *each, void *context, const char **why)
{
    walk_t walk = { .arena = arena, .each = each, .context = context };
    int ret;

    if (bytes.size > 0 && bytes.data[0] == MA_DER_SEQUENCE)
        ret = walk_der(&walk, bytes);
    else
        ret = walk_pem(&walk, bytes, label, base64);
    if (walk.why != NULL && why != NULL)
        *why = walk.why;
    return ret;
}
