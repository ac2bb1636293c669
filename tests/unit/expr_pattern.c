/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_pattern.c - regular expressions: what is set apart from PCRE2's habits, limits, and
 * threads. */
#include "expr/pattern.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { STEPS = 100000, N_THREADS = 4 };

static ma_bytes_t text_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

static void matches(void)
{
    static const struct {
        const char *pattern, *text;
        int expected;
    } rows[] = {
        { "b", "abc", 1 },                         /* anywhere */
        { "^b", "abc", 0 },
        { "", "", 1 },                             /* an empty pattern is everywhere */
        { "^$", "", 1 },
        { "a$", "a\n", 0 },                        /* `$` is the end, not before a newline */
        { "a$", "a", 1 },
        { "^a.c$", "a\rc", 1 },                    /* a newline is LF alone */
        { "^a.c$", "a\nc", 0 },
        { "A", "a", 0 },                           /* case matters */
        { "(?i)A", "a", 1 },
        { "^.$", "\xc3\xa4", 0 },                  /* a pattern of ASCII sees octets */
        { "^..$", "\xc3\xa4", 1 },
        { "^[\\x80-\\xff]$", "\xfe", 1 },
        { "^[\xc3\xa4\xc3\xb6]$", "\xc3\xb6", 1 }, /* one with characters sees characters */
        { "^[\xc3\xa4\xc3\xb6]$", "\xc3", 0 },     /* and no part of them */
        { "\xc3\xa4", "\xff\xc3\xa4", 1 },         /* also in a text that is not all UTF-8 */
        { "a\\K", "a", 1 },                        /* an empty match behind what was read */
    };
    ma_arena_t arena;
    ma_matcher_t matcher = { .arena = &arena };
    size_t i, at;
    const char *why;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_pattern_t *pattern = NULL;
        uint32_t steps = STEPS;

        tap_row("%s %s", rows[i].pattern, rows[i].text);
        if (!TAP_INT(ma_pattern_new(text_of(rows[i].pattern), &arena, &pattern, &at, &why), 0))
            continue;
        TAP_INT(ma_pattern_match(pattern, text_of(rows[i].text), &matcher, &steps, NULL),
                rows[i].expected);
        TAP_TRUE(steps < STEPS);
        ma_pattern_free(pattern);
    }
    ma_pattern_free(NULL);
    ma_arena_free(&arena);
}

static void refuses(void)
{
    static const struct {
        const char *pattern;
        size_t at;
        const char *why;
    } rows[] = {
        { "a(b", 3, "parenthes" },
        { "[a", 2, "character class" },
        { "a**b", 2, "quantifier does not follow" },
        { "a\\Cb", 3, "\\C" },          /* it would split characters */
        { "a\xff", 1, "UTF-8" },        /* neither ASCII nor UTF-8 */
        { "(*UTF)a", 6, "UTF" },        /* texts are no UTF-8 */
    };
    ma_arena_t arena;
    size_t i, at;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_pattern_t *pattern = NULL;
        const char *why = "";

        tap_row("%s", rows[i].pattern);
        TAP_INT(ma_pattern_new(text_of(rows[i].pattern), &arena, &pattern, &at, &why),
                MTLSAUTH_E_POLICY);
        TAP_INT(at, rows[i].at);
        TAP_HAS(why, rows[i].why);
        ma_pattern_free(pattern);
    }
    ma_arena_free(&arena);
}

static void captures(void)
{
    ma_arena_t arena;
    ma_matcher_t matcher = { .arena = &arena };
    ma_bytes_t found[MA_PATTERN_CAPTURES];
    ma_pattern_t *pattern = NULL;
    uint32_t steps = STEPS;
    const char *why;
    size_t at;

    ma_arena_init(&arena, 0);
    if (TAP_INT(ma_pattern_new(text_of("(x)?(b+)(c)(d)(e)(f)(g)(h)(i)(j)"), &arena, &pattern, &at,
                               &why),
                0)) {
        TAP_INT(ma_pattern_groups(pattern), 10); /* more than are given */
        TAP_INT(ma_pattern_match(pattern, text_of("abbcdefghijk"), &matcher, &steps, found), 1);
        TAP_TRUE(ma_bytes_equal(found[0], text_of("bbcdefghij")));
        TAP_INT(found[1].size, 0); /* took no part */
        TAP_TRUE(ma_bytes_equal(found[2], text_of("bb")));
        TAP_TRUE(ma_bytes_equal(found[8], text_of("h")));
    }
    ma_pattern_free(pattern);
    ma_arena_free(&arena);
}

static char long_text[200001];

static void has_limits(void)
{
    static const struct {
        const char *pattern;
        size_t size; /* of a text of "a" */
        int expected;
    } rows[] = {
        { "^(a+)+$", 20000, 1 },               /* finds its way at once */
        { "^(a+)+b", 40, 0 },                  /* PCRE2 sees that there is no b */
        { "^(a+)+[bc]", 40, MTLSAUTH_E_LIMIT }, /* exponential */
        { "^(?:a|b)*(?:c|d)", 20000, MTLSAUTH_E_LIMIT }, /* deep */
        { "a", 20000, 1 },
        { "a", 200000, MTLSAUTH_E_LIMIT },     /* more steps than there are */
    };
    ma_arena_t arena;
    ma_matcher_t matcher = { .arena = &arena };
    const char *why;
    size_t i, at;

    memset(long_text, 'a', sizeof(long_text) - 1);
    ma_arena_init(&arena, 8u << 20);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_pattern_t *pattern = NULL;
        uint32_t steps = STEPS;

        tap_row("%s, %zu", rows[i].pattern, rows[i].size);
        if (TAP_INT(ma_pattern_new(text_of(rows[i].pattern), &arena, &pattern, &at, &why), 0))
            TAP_INT(ma_pattern_match(pattern,
                                     (ma_bytes_t) { (const uint8_t *)long_text, rows[i].size },
                                     &matcher, &steps, NULL),
                    rows[i].expected);
        ma_pattern_free(pattern);
    }
    ma_arena_free(&arena);
}

/* The first match takes memory of the arena, and those after it none. */
static void matches_again_without_memory(void)
{
    ma_arena_t arena;
    ma_matcher_t matcher = { .arena = &arena };
    ma_pattern_t *pattern = NULL;
    uint32_t steps = STEPS;
    const char *why;
    size_t i, at, total = 0;

    ma_arena_init(&arena, 0);
    if (!TAP_INT(ma_pattern_new(text_of("^(a|b)*c$"), &arena, &pattern, &at, &why), 0))
        return;
    for (i = 0; i < 1000; i++) {
        TAP_INT(ma_pattern_match(pattern, text_of("ababababc"), &matcher, &steps, NULL), 1);
        if (i == 0)
            total = arena.total;
    }
    TAP_INT(arena.total, total);
    ma_pattern_free(pattern);
    /* and no memory is no match */
    ma_arena_free(&arena);
    ma_arena_init(&arena, 64);
    matcher = (ma_matcher_t) { .arena = &arena };
    if (TAP_INT(ma_pattern_new(text_of("a"), &arena, &pattern, &at, &why), 0)) {
        TAP_TRUE(ma_pattern_match(pattern, text_of("a"), &matcher, &steps, NULL) < 0);
        ma_pattern_free(pattern);
    }
    ma_arena_free(&arena);
}

typedef struct job {
    const ma_pattern_t *pattern;
    unsigned right;
} job_t;

static void *match_often(void *context)
{
    job_t *job = context;
    unsigned i;

    for (i = 0; i < 500; i++) {
        ma_arena_t arena;
        ma_matcher_t matcher = { .arena = &arena };
        ma_bytes_t found[MA_PATTERN_CAPTURES];
        uint32_t steps = STEPS;
        char text[32];

        ma_arena_init(&arena, 0);
        snprintf(text, sizeof(text), "user=%u;", i);
        if (ma_pattern_match(job->pattern, text_of(text), &matcher, &steps, found) == 1
            && strtoul((const char *)found[1].data, NULL, 10) == i)
            job->right++;
        ma_arena_free(&arena);
    }
    return NULL;
}

static void threads_share_a_pattern(void)
{
    pthread_t threads[N_THREADS];
    job_t jobs[N_THREADS];
    ma_pattern_t *pattern = NULL;
    ma_arena_t arena;
    const char *why;
    size_t i, at;

    ma_arena_init(&arena, 0);
    if (!TAP_INT(ma_pattern_new(text_of("user=([0-9]+);"), &arena, &pattern, &at, &why), 0))
        return;
    for (i = 0; i < N_THREADS; i++) {
        jobs[i] = (job_t) { pattern, 0 };
        TAP_INT(pthread_create(&threads[i], NULL, match_often, &jobs[i]), 0);
    }
    for (i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
        TAP_INT(jobs[i].right, 500);
    }
    ma_pattern_free(pattern);
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "matches", matches },
        { "refuses, and says where", refuses },
        { "captures", captures },
        { "has limits", has_limits },
        { "matches again without memory", matches_again_without_memory },
        { "threads share a pattern", threads_share_a_pattern },
    };

    return tap_main("expr_pattern", tests, sizeof(tests) / sizeof(tests[0]));
}
