/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy-file.c - fuzz target: a policy file before our scanner and libconfig.
 *
 * What the scanner takes, libconfig takes in canonical form and reads the same tree from it; and if
 * it takes the text as it is, it reads the same tree from that. What the scanner refuses has a
 * place and a mend.
 */
#include <string.h>

#include "base/buf.h"
#include "config_tree.h"
#include "fuzz.h"

static void compare(ma_bytes_t text, const ma_scan_t *scan, ma_arena_t *arena)
{
    const ma_node_t *const *lines = NULL;
    char *raw = ma_arena_copy(arena, text.data, text.size);
    size_t n_lines = 0;
    ma_buf_t out;

    ma_buf_init(&out, 0);
    FUZZ_CHECK(raw != NULL);
    FUZZ_CHECK(ma_scan_canonical(scan, &out, arena, &lines, &n_lines) == 0);
    FUZZ_CHECK(config_reads(ma_buf_string(&out), scan->root, lines, n_lines, false));
    FUZZ_CHECK(config_reads(raw, scan->root, NULL, 0, true));
    ma_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_bytes_t text = { data, size };
    ma_scan_t scan = { NULL, NULL };
    mtlsauth_error_t *err = NULL;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    if (ma_scan("fuzz", text, &arena, &scan, &err) == 0)
        compare(text, &scan, &arena);
    else
        FUZZ_CHECK(mtlsauth_error_line(err) > 0 && mtlsauth_error_mend(err)[0] != '\0');
    mtlsauth_error_free(err);
    ma_arena_free(&arena);
    return 0;
}
