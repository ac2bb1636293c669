/* SPDX-License-Identifier: BSD-2-Clause */
/* fmt.c - see fmt.h: reads, has it laid out, and looks whether it still means the same. */
#include "policy/fmt.h"

#include <string.h>

#include "policy/fmt_layout.h"
#include "policy/scan.h"

/* Scans a text and appends what it means. */
static int meaning(const char *file, ma_bytes_t text, ma_arena_t *arena, ma_buf_t *out,
                   mtlsauth_error_t **err)
{
    const ma_node_t *const *lines;
    size_t n_lines;
    ma_scan_t scan;
    int ret = ma_scan(file, text, arena, &scan, err);

    if (ret == 0 && ma_scan_canonical(&scan, out, arena, &lines, &n_lines) != 0)
        ret = ma_fail_memory(err);
    return ret;
}

static bool same(const ma_buf_t *a, const ma_buf_t *b)
{
    return a->size == b->size
        && (a->size == 0 || memcmp(ma_buf_string(a), ma_buf_string(b), a->size) == 0);
}

/* Does the result still mean what was meant? It may have grown past what is read. */
static int check_same(const char *file, const ma_buf_t *before, ma_bytes_t result,
                      ma_arena_t *arena, mtlsauth_error_t **err)
{
    const ma_pos_t whole = { file, 0, 0 };
    mtlsauth_error_t *refused = NULL;
    ma_buf_t after;
    int ret;

    ma_buf_init(&after, 0);
    ret = meaning(file, result, arena, &after, &refused);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        ret = ma_fail_memory(err);
    else if (ret != 0)
        ret = ma_fail(err, ret, &whole, "leave the file as it is",
                      "formatted, it would not be read: %s", mtlsauth_error_message(refused));
    else if (!same(before, &after))
        ret = ma_fail(err, MTLSAUTH_E_SYNTAX, &whole, "leave the file as it is, and report this",
                      "formatted, it would mean something else");
    mtlsauth_error_free(refused);
    ma_buf_free(&after);
    return ret;
}

int ma_fmt(const char *file, ma_bytes_t text, ma_buf_t *out, mtlsauth_error_t **err)
{
    const size_t start = out->size;
    const ma_piece_t *pieces;
    ma_bytes_t result;
    ma_buf_t before;
    ma_arena_t arena;
    int ret;

    ma_arena_init(&arena, 0);
    ma_buf_init(&before, 0);
    ret = meaning(file, text, &arena, &before, err);
    if (ret == 0)
        ret = ma_pieces_read(file, text, &arena, &pieces, err);
    if (ret != 0)
        goto out;
    ma_layout(pieces, out);
    if (!ma_buf_ok(out)) {
        ret = ma_fail_memory(err);
        goto out;
    }
    result = (ma_bytes_t) { (const uint8_t *)ma_buf_string(out) + start, out->size - start };
    ret = check_same(file, &before, result, &arena, err);
out:
    ma_buf_free(&before);
    ma_arena_free(&arena);
    return ret;
}
