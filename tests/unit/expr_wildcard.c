/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_wildcard.c - wildcards: what matches, what each star took, what is refused. A matcher that
 * tries everything says what is right for every short pattern and text of a few letters.
 */
#include "expr/wildcard.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static ma_bytes_t text_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

static void matches_and_captures(void)
{
    static const struct {
        const char *pattern, *text;
        bool strict;
        const char *captures; /* each in brackets; NULL: no match */
    } rows[] = {
        { "", "", false, "" },                                /* nothing is all of nothing */
        { "", "a", false, NULL },
        { "*", "", false, "[]" },                             /* a star may be empty */
        { "*", "a.b/c", false, "[a.b/c]" },                   /* no octet is special */
        { "a", "A", false, "" },                              /* case */
        { "a", "A", true, NULL },
        { "[Z]", "[z]", false, "" },                          /* neighbours of letters are no letters */
        { "@", "`", false, NULL },
        { "\xc3\xa4", "\xc3\x84", false, NULL },              /* ASCII case alone */
        { "a*", "b", false, NULL },
        { "a*c", "abbc", false, "[bb]" },
        { "a*c", "abcd", false, NULL },                       /* the whole text */
        { "ab*bc", "abc", false, NULL },                      /* pieces do not overlap */
        { "ab*bc", "abbc", false, "[]" },
        { "*a*", "bab", false, "[b][b]" },
        { "*.*", "a.b.c", false, "[a][b.c]" },                /* as little as it can */
        { "*aab*", "aaab", false, "[a][]" },                  /* a search that must step back */
        { "*abab*", "abaabab", false, "[aba][]" },
        { "*a*a", "aa", false, "[][]" },
        { "*a*a", "a", false, NULL },
        { "\\**", "*x", false, "[x]" },                       /* a quoted star */
        { "\\*", "x", false, NULL },
        { "\\\\*", "\\x", false, "[x]" },                     /* a quoted backslash, and a star */
        { "https://*.example.com/*/*", "https://apps.example.com/calendar/admin?expand=true", false,
          "[apps][calendar][admin?expand=true]" },
        { "*1*2*3*4*5*6*7*8*9*", "a1b2c3d4e5f6g7h8i9j", false, "[a][b][c][d][e][f][g][h]" }, /* eight */
    };
    ma_arena_t arena;
    size_t i, j;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_bytes_t captures[MA_WILDCARD_CAPTURES];
        ma_wildcard_t *wildcard = NULL;
        char shown[256] = "";
        bool matched;

        tap_row("%s %s", rows[i].pattern, rows[i].text);
        if (!TAP_INT(ma_wildcard_new(text_of(rows[i].pattern), rows[i].strict, &arena, &wildcard), 0))
            continue;
        matched = ma_wildcard_match(wildcard, text_of(rows[i].text), captures);
        TAP_INT(matched, rows[i].captures != NULL);
        TAP_INT(ma_wildcard_match(wildcard, text_of(rows[i].text), NULL), matched);
        if (!matched || rows[i].captures == NULL)
            continue;
        for (j = 0; j < MA_WILDCARD_CAPTURES && j < ma_wildcard_stars(wildcard); j++)
            snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "[%.*s]",
                     (int)captures[j].size, (const char *)captures[j].data);
        TAP_STR(shown, rows[i].captures);
    }
    ma_arena_free(&arena);
}

/* By the meaning of the words, at whatever cost. */
static bool tries_all(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return tries_all(pattern + 1, text) || (*text != '\0' && tries_all(pattern, text + 1));
    return *pattern == *text && tries_all(pattern + 1, text + 1);
}

/* The n-th text of these letters; false: it is longer than `most`. */
static void spell(unsigned n, const char *letters, char out[16])
{
    unsigned base = (unsigned)strlen(letters), size = 0;

    for (; n > 0; n = (n - 1) / base)
        out[size++] = letters[(n - 1) % base];
    out[size] = '\0';
}

static void agrees_with_one_that_tries_all(void)
{
    char pattern[16], text[16];
    unsigned p, t, wrong = 0, matched = 0;
    size_t at;
    const char *why, *mend;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    for (p = 0; p < 364; p++) { /* patterns of up to five octets */
        ma_wildcard_t *wildcard = NULL;
        bool doubled;

        spell(p, "ab*", pattern);
        doubled = strstr(pattern, "**") != NULL;
        if (ma_wildcard_valid(text_of(pattern), &at, &why, &mend) == doubled)
            wrong++;
        if (doubled || ma_wildcard_new(text_of(pattern), true, &arena, &wildcard) != 0)
            continue;
        for (t = 0; t < 511; t++) { /* texts of up to eight */
            bool expected;

            spell(t, "ab", text);
            expected = tries_all(pattern, text);
            matched += expected;
            wrong += ma_wildcard_match(wildcard, text_of(text), NULL) != expected;
        }
        ma_arena_reset(&arena);
    }
    TAP_INT(wrong, 0);
    TAP_TRUE(matched > 1000);
    ma_arena_free(&arena);
}

static void refuses(void)
{
    static const struct {
        const char *pattern;
        size_t at;
        const char *why;
    } rows[] = {
        { "a**b", 2, "two \"*\" in a row" },
        { "a***", 2, "two \"*\" in a row" },
        { "a\\", 1, "backslash" },     /* nothing behind it */
        { "a\\d*", 1, "backslash" },   /* no pattern of regular expressions */
        { "\\***", 3, "two \"*\"" },   /* the first is quoted */
    };
    const char *why, *mend;
    ma_wildcard_t *wildcard;
    ma_arena_t arena;
    size_t i, at;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s", rows[i].pattern);
        if (!TAP_TRUE(!ma_wildcard_valid(text_of(rows[i].pattern), &at, &why, &mend)))
            continue;
        TAP_INT(at, rows[i].at);
        TAP_HAS(why, rows[i].why);
        TAP_INT(ma_wildcard_new(text_of(rows[i].pattern), false, &arena, &wildcard),
                MTLSAUTH_E_ARGUMENT);
    }
    /* fine: stars that are quoted, or apart */
    TAP_TRUE(ma_wildcard_valid(text_of("\\*\\**a*"), &at, &why, &mend));
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "matches all of a text, and captures", matches_and_captures },
        { "agrees with one that tries everything", agrees_with_one_that_tries_all },
        { "refuses what is no wildcard", refuses },
    };

    return tap_main("expr_wildcard", tests, sizeof(tests) / sizeof(tests[0]));
}
