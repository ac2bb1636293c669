/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt.c - fuzz target: one layout for policy files.
 *
 * What scans can be formatted; formatted again it is the same bytes; both mean the same; and no
 * comment is lost.
 */
#include <string.h>

#include "fuzz.h"
#include "policy/fmt.h"
#include "policy/scan.h"

/* What a text means, and how many comments it has. */
static void read(ma_bytes_t text, ma_buf_t *meaning, size_t *comments)
{
    const ma_node_t *const *lines = NULL;
    const ma_comment_t *comment;
    mtlsauth_error_t *err = NULL;
    ma_scan_t scan = { NULL, NULL };
    ma_arena_t arena;
    size_t n_lines = 0;

    ma_arena_init(&arena, 0);
    ma_buf_init(meaning, 0);
    FUZZ_CHECK(ma_scan("fuzz", text, &arena, &scan, &err) == 0);
    FUZZ_CHECK(ma_scan_canonical(&scan, meaning, &arena, &lines, &n_lines) == 0);
    *comments = 0;
    for (comment = scan.comments; comment != NULL; comment = comment->next)
        ++*comments;
    ma_arena_free(&arena);
}

static ma_bytes_t bytes_of(const ma_buf_t *buf)
{
    return (ma_bytes_t) { (const uint8_t *)ma_buf_string(buf), buf->size };
}

static void check_same(const ma_buf_t *a, const ma_buf_t *b)
{
    FUZZ_CHECK(a->size == b->size);
    FUZZ_CHECK(memcmp(ma_buf_string(a), ma_buf_string(b), a->size) == 0);
}

static void compare(ma_bytes_t text, const ma_buf_t *once)
{
    size_t n_before, n_after;
    ma_buf_t before, after, twice;
    mtlsauth_error_t *err = NULL;

    read(text, &before, &n_before);
    read(bytes_of(once), &after, &n_after);
    check_same(&before, &after);
    FUZZ_CHECK(n_before == n_after);
    ma_buf_init(&twice, 0);
    FUZZ_CHECK(ma_fmt("fuzz", bytes_of(once), &twice, &err) == 0);
    check_same(once, &twice);
    ma_buf_free(&before);
    ma_buf_free(&after);
    ma_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ma_bytes_t text = { data, size };
    mtlsauth_error_t *err = NULL;
    ma_scan_t scan = { NULL, NULL };
    ma_arena_t arena;
    ma_buf_t once;
    bool scans;

    ma_arena_init(&arena, 0);
    ma_buf_init(&once, 0);
    scans = ma_scan("fuzz", text, &arena, &scan, NULL) == 0;
    if (scans != (ma_fmt("fuzz", text, &once, &err) == 0)) /* unless it grew past what is read */
        FUZZ_CHECK(scans && once.size > MA_SCAN_MAX_SIZE);
    else if (scans)
        compare(text, &once);
    else
        FUZZ_CHECK(mtlsauth_error_line(err) > 0 && mtlsauth_error_mend(err)[0] != '\0');
    mtlsauth_error_free(err);
    ma_buf_free(&once);
    ma_arena_free(&arena);
    return 0;
}
