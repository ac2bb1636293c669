/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.c - fuzz target: one Name, or two after one another, are printed, compared and taken apart.
 *
 * Comparing must be an equivalence, and a name must begin with whatever is equal to it.
 */
#include "cred/name.h"

#include "fuzz.h"

static void print(ma_bytes_t name, bool valid)
{
    ma_buf_t text;

    ma_buf_init(&text, 0);
    FUZZ_CHECK(ma_name_rfc2253(name, &text) == valid && ma_buf_ok(&text));
    FUZZ_CHECK(valid || text.size == 0);
    ma_buf_clear(&text);
    FUZZ_CHECK(ma_name_legacy(name, &text) == valid && ma_buf_ok(&text));
    FUZZ_CHECK(valid || text.size == 0);
    ma_buf_free(&text);
}

static void look_at(ma_bytes_t name)
{
    bool valid = ma_name_valid(name);
    ma_bytes_t *values = NULL;
    size_t count = 0;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    print(name, valid);
    (void)ma_name_empty(name);
    FUZZ_CHECK(ma_name_equal(name, name) == valid);
    FUZZ_CHECK(ma_name_begins(name, name) == valid);
    if (ma_name_values(name, MA_OID_CN, &arena, &values, &count) == 0)
        FUZZ_CHECK(count <= MA_NAME_MAX_RDNS * MA_NAME_MAX_ATTRIBUTES);
    ma_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_bytes_t all = { data, size }, first, second;
    ma_der_t der = ma_der(all);
    bool equal;

    look_at(all);
    first = ma_der_any(&der).whole;
    second = ma_der_any(&der).whole;
    if (first.size == 0 || second.size == 0)
        return 0;
    look_at(first);
    look_at(second);
    equal = ma_name_equal(first, second);
    FUZZ_CHECK(equal == ma_name_equal(second, first));
    FUZZ_CHECK(!equal || (ma_name_begins(first, second) && ma_name_begins(second, first)));
    return 0;
}
