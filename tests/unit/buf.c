/* SPDX-License-Identifier: BSD-2-Clause */
/* buf.c - the growing and the fixed buffer, and the arena: limits, overflow, reuse. */
#include "base/buf.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "tap.h"

static void grows(void)
{
    ma_buf_t buf;
    int i;

    ma_buf_init(&buf, 0);
    TAP_STR(ma_buf_string(&buf), "");
    TAP_TRUE(ma_buf_ok(&buf));
    ma_buf_add(&buf, NULL, 0);
    for (i = 0; i < 1000; i++) {
        ma_buf_text(&buf, "ab");
        ma_buf_byte(&buf, '\0');
        ma_buf_printf(&buf, "%d", i % 10);
    }
    TAP_INT(buf.size, 4000);
    TAP_TRUE(ma_buf_ok(&buf));
    TAP_TRUE(memcmp(buf.data + 3996, "ab\0009", 5) == 0); /* with the NUL behind */
    ma_buf_clear(&buf);
    TAP_STR(ma_buf_string(&buf), "");
    TAP_INT(buf.size, 0);
    ma_buf_free(&buf);
    TAP_STR(ma_buf_string(&buf), "");
    ma_buf_free(&buf);
    ma_buf_free(NULL);
}

/* A text longer than the room is printed again behind a reallocation. */
static void prints_past_its_room(void)
{
    ma_buf_t buf;
    char expected[600];

    memset(expected, ' ', sizeof(expected));
    memcpy(expected, "x=", 2);
    memcpy(expected + 597, "7;", 3);
    ma_buf_init(&buf, 0);
    ma_buf_text(&buf, "x=");
    ma_buf_printf(&buf, "%596d;", 7);
    TAP_STR(ma_buf_string(&buf), expected);
    ma_buf_free(&buf);
}

static void fails_past_its_limit(void)
{
    ma_buf_t buf;

    ma_buf_init(&buf, 4);
    ma_buf_text(&buf, "abcd"); /* exactly the limit */
    TAP_TRUE(ma_buf_ok(&buf));
    TAP_STR(ma_buf_string(&buf), "abcd");
    ma_buf_byte(&buf, 'e');
    TAP_TRUE(!ma_buf_ok(&buf));
    TAP_STR(ma_buf_string(&buf), "");
    ma_buf_clear(&buf); /* and is good again */
    ma_buf_printf(&buf, "%s", "abc");
    TAP_STR(ma_buf_string(&buf), "abc");
    ma_buf_printf(&buf, "%s", "de");
    TAP_TRUE(!ma_buf_ok(&buf));
    ma_buf_byte(&buf, 'd'); /* it would fit, but comes after the failure */
    TAP_STR(ma_buf_string(&buf), "");
    ma_buf_free(&buf);
}

static void refuses_sizes_that_wrap(void)
{
    ma_buf_t buf;

    ma_buf_init(&buf, 0);
    ma_buf_byte(&buf, 'a');
    ma_buf_add(&buf, "x", SIZE_MAX);
    TAP_TRUE(!ma_buf_ok(&buf));
    ma_buf_clear(&buf);
    ma_buf_byte(&buf, 'a');
    ma_buf_add(&buf, "x", SIZE_MAX - 1);
    TAP_TRUE(!ma_buf_ok(&buf));
    ma_buf_free(&buf);
}

static void fixed_counts_what_does_not_fit(void)
{
    char room[8];
    ma_buf_t buf;

    memset(room, '#', sizeof(room));
    ma_buf_fixed(&buf, room, 5);
    TAP_STR(room, "");
    ma_buf_text(&buf, "ab");
    ma_buf_printf(&buf, "%d", 12);
    TAP_STR(room, "ab12");
    TAP_TRUE(ma_buf_ok(&buf));
    ma_buf_byte(&buf, 'c'); /* takes the place of the NUL */
    TAP_TRUE(!ma_buf_ok(&buf));
    TAP_STR(room, "ab12");
    ma_buf_text(&buf, "def");
    ma_buf_printf(&buf, "%d", 345);
    TAP_INT(buf.size, 11);
    TAP_STR(ma_buf_string(&buf), "ab12");
    TAP_TRUE(memcmp(room + 5, "###", 3) == 0);
    ma_buf_clear(&buf);
    ma_buf_printf(&buf, "%s", "abcdefgh"); /* cut, as snprintf cuts */
    TAP_STR(room, "abcd");
    TAP_INT(buf.size, 8);
    ma_buf_clear(&buf);
    ma_buf_text(&buf, "abcdefgh");
    TAP_STR(room, "abcd");
    ma_buf_free(&buf); /* leaves the room alone */
    TAP_STR(room, "abcd");

    ma_buf_fixed(&buf, NULL, 0); /* measures */
    ma_buf_text(&buf, "abc");
    ma_buf_printf(&buf, "%d", 12);
    TAP_INT(buf.size, 5);
    TAP_TRUE(!ma_buf_ok(&buf));
    TAP_STR(ma_buf_string(&buf), "");
}

/* ---- arena --------------------------------------------------------------------------------- */

static bool is_zero(const unsigned char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static void allocates_aligned_zeros(void)
{
    static const size_t sizes[] = { 1, 3, 0, 17, 4096, 5, 100000, 64 };
    unsigned char *got[sizeof(sizes) / sizeof(sizes[0])];
    ma_arena_t arena;
    size_t round, i;

    ma_arena_init(&arena, 0);
    for (round = 0; round < 3; round++) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            tap_row("round %zu, size %zu", round, sizes[i]);
            got[i] = ma_arena_alloc(&arena, sizes[i]);
            if (!TAP_TRUE(got[i] != NULL))
                break;
            TAP_INT((uintptr_t)got[i] % _Alignof(max_align_t), 0);
            TAP_TRUE(is_zero(got[i], sizes[i]));
            memset(got[i], 0xa5, sizes[i]);
        }
        TAP_TRUE(got[0][0] == 0xa5 && got[3][16] == 0xa5); /* nothing overlaps */
        TAP_TRUE(got[1] != got[2] && got[2] != got[3]);
        ma_arena_reset(&arena);
    }
    ma_arena_free(&arena);
    ma_arena_free(&arena);
    ma_arena_free(NULL);
}

static void reuses_its_memory(void)
{
    ma_arena_t arena;
    size_t held, i;
    void *first;

    ma_arena_init(&arena, 0);
    first = ma_arena_alloc(&arena, 100);
    for (i = 0; i < 1000; i++)
        TAP_TRUE(ma_arena_alloc(&arena, 100) != NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 500000) != NULL);
    held = arena.total;
    ma_arena_reset(&arena);
    TAP_TRUE(ma_arena_alloc(&arena, 100) == first);
    for (i = 0; i < 1000; i++)
        TAP_TRUE(ma_arena_alloc(&arena, 100) != NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 500000) != NULL);
    TAP_INT(arena.total, held);
    ma_arena_free(&arena);
}

/* Requests that grow from reset to reset must not pile up chunks that are too small. */
static void stays_within_its_limit(void)
{
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 1000000);
    for (i = 1; i <= 900; i++) {
        tap_row("%zu bytes", i * 1000);
        TAP_TRUE(ma_arena_alloc(&arena, 10) != NULL);
        TAP_TRUE(ma_arena_alloc(&arena, i * 1000) != NULL);
        TAP_TRUE(arena.total <= 1000000);
        ma_arena_reset(&arena);
    }
    TAP_TRUE(ma_arena_alloc(&arena, 1000001) == NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 1000) != NULL); /* a refusal does no harm */
    ma_arena_free(&arena);

    ma_arena_init(&arena, 64);
    TAP_TRUE(ma_arena_alloc(&arena, 65) == NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 32) != NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 32) != NULL);
    TAP_TRUE(ma_arena_alloc(&arena, 1) == NULL);
    ma_arena_reset(&arena);
    TAP_TRUE(ma_arena_alloc(&arena, 64) != NULL);
    ma_arena_free(&arena);
}

static void refuses_products_that_wrap(void)
{
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    TAP_TRUE(ma_arena_array(&arena, SIZE_MAX / 4 + 1, 4) == NULL);
    TAP_TRUE(ma_arena_array(&arena, SIZE_MAX, SIZE_MAX) == NULL);
    TAP_TRUE(ma_arena_alloc(&arena, SIZE_MAX) == NULL);
    TAP_TRUE(ma_arena_copy(&arena, "x", SIZE_MAX) == NULL);
    TAP_TRUE(ma_arena_array(&arena, 0, 8) != NULL);
    TAP_TRUE(ma_arena_array(&arena, 8, 0) != NULL);
    TAP_TRUE(ma_arena_array(&arena, 8, 8) != NULL);
    ma_arena_free(&arena);
}

static void copies_text(void)
{
    ma_arena_t arena;
    char *copy;

    ma_arena_init(&arena, 0);
    copy = ma_arena_copy(&arena, "a\0b-", 3);
    TAP_TRUE(copy != NULL && memcmp(copy, "a\0b", 4) == 0);
    TAP_STR(ma_arena_copy(&arena, NULL, 0), "");
    TAP_STR(ma_arena_string(&arena, "abc"), "abc");
    TAP_STR(ma_arena_printf(&arena, "%s-%03d", "x", 7), "x-007");
    ma_arena_free(&arena);

    ma_arena_init(&arena, 4);
    TAP_TRUE(ma_arena_printf(&arena, "%s", "abcd") == NULL);
    TAP_STR(ma_arena_printf(&arena, "%s", "abc"), "abc");
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "a buffer grows", grows },
        { "a buffer prints past its room", prints_past_its_room },
        { "a buffer fails past its limit, and stays failed", fails_past_its_limit },
        { "a buffer refuses sizes that wrap", refuses_sizes_that_wrap },
        { "a fixed buffer counts what does not fit", fixed_counts_what_does_not_fit },
        { "an arena allocates aligned zeros", allocates_aligned_zeros },
        { "an arena reuses its memory after a reset", reuses_its_memory },
        { "an arena stays within its limit", stays_within_its_limit },
        { "an arena refuses products that wrap", refuses_products_that_wrap },
        { "an arena copies text", copies_text },
    };

    return tap_main("buf", tests, sizeof(tests) / sizeof(tests[0]));
}
