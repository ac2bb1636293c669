/* SPDX-License-Identifier: BSD-2-Clause */
/* match.c - globs against a table and against a slow matcher that is plainly right; pasted hex. */
#include "base/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/encode.h"
#include "tap.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

enum { FOLD = MTLSAUTH_GLOB_FOLD, SLASH = MTLSAUTH_GLOB_SLASH };

static void globs(void)
{
    static const struct {
        const char *pattern;
        size_t pattern_size;
        const char *text;
        size_t text_size;
        unsigned flags;
        bool expected;
    } cases[] = {
        { BYTES("John Doe"), BYTES("John Doe"), 0, true },
        { BYTES("John Doe"), BYTES("john doe"), 0, false },   /* case matters */
        { BYTES("John DOE"), BYTES("joHn doe"), FOLD, true }, /* unless it is folded */
        { BYTES("\xc3\x84"), BYTES("\xc3\xa4"), FOLD, false }, /* ASCII only */
        { BYTES("a[b"), BYTES("a{b"), FOLD, false },          /* no letters, though 0x20 apart */
        { BYTES("John"), BYTES("John Doe"), 0, false },       /* the whole text */
        { BYTES("Doe"), BYTES("John Doe"), 0, false },
        { BYTES("John Doe"), BYTES("John"), 0, false },
        { BYTES("*.example.com"), BYTES("a.example.com"), 0, true },
        { BYTES("*.example.com"), BYTES("a.b.example.com"), 0, false }, /* one label */
        { BYTES("*.example.com"), BYTES("example.com"), 0, false },
        { BYTES("*.example.com"), BYTES(".example.com"), 0, true },     /* an empty run */
        { BYTES("**.example.com"), BYTES("a.b.example.com"), 0, false }, /* ** is nothing here */
        { BYTES("*"), BYTES("localhost"), 0, true },
        { BYTES("*"), BYTES("a.b"), 0, false },
        { BYTES("*.*"), BYTES("a.b"), 0, true },
        { BYTES("a*c*e"), BYTES("abcde"), 0, true },
        { BYTES("a*c*e"), BYTES("ace"), 0, true },
        { BYTES("a*c*e"), BYTES("abde"), 0, false },
        { BYTES("*ab"), BYTES("aab"), 0, true }, /* the star takes more */
        { BYTES("*aab*"), BYTES("aaaab"), 0, true },
        { BYTES("a/*"), BYTES("a/b/c"), 0, true }, /* '/' is nothing without the flag */
        { BYTES("*"), BYTES(""), 0, false },       /* an empty text matches nothing */
        { BYTES(""), BYTES(""), 0, false },
        { BYTES(""), BYTES("a"), 0, false },
        { BYTES("a\0b"), BYTES("a\0b"), 0, false }, /* nor does one with a NUL */
        { BYTES("*"), BYTES("a\0b"), 0, false },
        { BYTES("good.example"), BYTES("good.example\0.evil"), 0, false },
        { BYTES("a?"), BYTES("ab"), 0, false }, /* no other wildcards */
        { BYTES("[ab]"), BYTES("a"), 0, false },
        { BYTES("[ab]"), BYTES("[ab]"), 0, true },
        { BYTES("\\*"), BYTES("*"), 0, true }, /* a quoted star */
        { BYTES("\\*"), BYTES("a"), 0, false },
        { BYTES("\\\\"), BYTES("\\"), 0, true },
        { BYTES("\\a"), BYTES("a"), 0, true },
        { BYTES("a\\"), BYTES("a\\"), 0, true }, /* nothing to quote: it stands for itself */
        { BYTES("a\\"), BYTES("a"), 0, false },
        { BYTES("*\\**"), BYTES("a*b"), 0, true },
        { BYTES("spiffe://x/*"), BYTES("spiffe://x/a.b"), SLASH, true },
        { BYTES("spiffe://x/*"), BYTES("spiffe://x/a/b"), SLASH, false },
        { BYTES("spiffe://x/**"), BYTES("spiffe://x/a/b"), SLASH, true },
        { BYTES("spiffe://x/**"), BYTES("spiffe://xy/a"), SLASH, false },
        { BYTES("**/a/*b"), BYTES("x/a/y/a/zb"), SLASH, true },
        { BYTES("**/a/*b"), BYTES("x/a/y/a/zc"), SLASH, false },
        { BYTES("**"), BYTES("a/b/"), SLASH, true },
        { BYTES("**a*b**"), BYTES("a/b/axb/c"), SLASH, true },
        { BYTES("**a*b**"), BYTES("a/b/ax/b"), SLASH, false },
        { BYTES("***"), BYTES("a/b"), SLASH, true },
        { BYTES("\\**"), BYTES("*a"), SLASH, true }, /* quoted star, then one star */
        { BYTES("\\**"), BYTES("*a/b"), SLASH, false },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tap_row("\"%s\" on \"%s\"", cases[i].pattern, cases[i].text);
        TAP_TRUE(ma_glob(cases[i].pattern, cases[i].pattern_size, cases[i].text,
                         cases[i].text_size, cases[i].flags)
                 == cases[i].expected);
    }
}

/* The definition, tried out in every way. NUL-terminated; `rest` is not empty at first. */
static bool slow(const char *pattern, const char *text, bool slash)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (slash && pattern[0] == '*' && pattern[1] == '*')
        return slow(pattern + 2, text, slash) || (*text != '\0' && slow(pattern, text + 1, slash));
    if (*pattern == '*')
        return slow(pattern + 1, text, slash)
            || (*text != '\0' && *text != (slash ? '/' : '.') && slow(pattern, text + 1, slash));
    if (*pattern == '\\' && pattern[1] != '\0')
        pattern++;
    return *pattern == *text && slow(pattern + 1, text + 1, slash);
}

/* The n-th string over an alphabet. */
static void nth(const char *alphabet, unsigned n, char *out)
{
    unsigned base = (unsigned)strlen(alphabet);

    for (; n > 0; n = (n - 1) / base)
        *out++ = alphabet[(n - 1) % base];
    *out = '\0';
}

static void agrees_with_slow_matcher(void)
{
    char pattern[16], text[16];
    unsigned p, t, slash, matched = 0;

    for (slash = 0; slash < 2; slash++) {
        for (p = 1; p < 19531; p++) { /* up to 6 bytes of 5 */
            nth(slash ? "a/*b\\" : "a.*b\\", p, pattern);
            for (t = 1 + p % 7; t < 1093; t += 7) { /* up to 6 bytes of 3, every 7th */
                bool expected, actual;

                nth(slash ? "a/b" : "a.b", t, text);
                expected = slow(pattern, text, slash != 0);
                actual = ma_glob(pattern, strlen(pattern), text, strlen(text), slash ? SLASH : 0);
                matched += expected;
                if (actual != expected) {
                    tap_row("\"%s\" on \"%s\"", pattern, text);
                    TAP_TRUE(actual == expected);
                }
            }
        }
    }
    TAP_TRUE(matched > 10000);
}

/* What takes exponential or cubic time elsewhere. The alarm fails the test rather than hang. */
static void is_bounded(void)
{
    static char pattern[201], text[40000];
    size_t i;

    (void)alarm(60);
    for (i = 0; i < 200; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[200] = 'b';
    memset(text, 'a', sizeof(text));
    TAP_TRUE(!ma_glob(pattern, 201, text, sizeof(text), 0));
    TAP_TRUE(!ma_glob(pattern, 201, text, sizeof(text), SLASH));
    memcpy(pattern, "**", 2);
    TAP_TRUE(!ma_glob(pattern, 201, text, sizeof(text), SLASH));
    for (i = 50; i < sizeof(text); i += 50)
        text[i] = '/';
    TAP_TRUE(!ma_glob(pattern, 201, text, sizeof(text), SLASH));
    for (i = 0; i < 198; i += 3)
        memcpy(pattern + i, "**a", 3);
    memcpy(pattern + 198, "**b", 3);
    TAP_TRUE(!ma_glob(pattern, 201, text, sizeof(text), SLASH));
    (void)alarm(0);
}

static void reads_hex(void)
{
    static const struct {
        const char *text;
        size_t size; /* room */
        const char *expected; /* NULL: refused */
    } cases[] = {
        { "00ff", 2, "00FF" },
        { "aBcD", 2, "ABCD" },
        { "AB:CD:EF", 3, "ABCDEF" },
        { "ab cd  ef", 3, "ABCDEF" },
        { "ab: cd", 2, "ABCD" },
        { "abcd:ef", 3, "ABCDEF" }, /* groups of octets */
        { "  abcd\t\r\n", 2, "ABCD" },
        { "0x1f", 1, "1F" },
        { "0X1F", 1, "1F" },
        { "f", 1, "0F" }, /* a serial that lost its 0 */
        { "123", 2, "0123" },
        { "0x123", 2, "0123" },
        { "1:23", 2, NULL }, /* with separators each octet has two digits */
        { "12:3", 2, NULL },
        { "12 3", 2, NULL },
        { "123:45", 3, NULL },
        { "12::34", 2, NULL },
        { "12 :34", 2, NULL },
        { ":12", 2, NULL },
        { "12:", 2, NULL },
        { "12-34", 2, NULL },
        { "-12", 2, NULL },
        { "serial=-12", 2, NULL }, /* a negative serial */
        { "+12", 2, NULL },
        { "0x", 2, NULL },
        { "0x0x12", 2, NULL },
        { "12g4", 2, NULL },
        { "1234h", 4, NULL },
        { "", 2, NULL },
        { "   ", 2, NULL },
        { "sha256 Fingerprint=AB:CD", 2, "ABCD" }, /* OpenSSL 3 */
        { "SHA256 Fingerprint=AB:CD", 2, "ABCD" }, /* OpenSSL 1.1 */
        { "SHA1 Fingerprint=ABCD", 2, "ABCD" },
        { "sHa1 fInGeRpRiNt= ab", 1, "AB" },
        { "Fingerprint=ab", 1, "AB" },
        { "serial=04A1", 2, "04A1" },
        { "serial=4A1", 2, "04A1" },
        { "SERIAL=0x04a1", 2, "04A1" },
        { "serial=", 2, NULL },
        { "serial=serial=12", 2, NULL },
        { "md5 Fingerprint=ab", 1, NULL },
        { "abcdef", 2, NULL }, /* no room */
        { "abc", 1, NULL },
        { "ab:cd", 1, NULL },
        { "ab", 0, NULL },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t octets[8];
        ma_buf_t text;
        int count;

        memset(octets, 0x5a, sizeof(octets));
        tap_row("\"%s\"", cases[i].text);
        count = ma_hex(cases[i].text, strlen(cases[i].text), octets, cases[i].size);
        if (cases[i].expected == NULL) {
            TAP_INT(count, -1);
            TAP_INT(octets[0], 0x5a); /* nothing is written */
            continue;
        }
        TAP_INT(count, strlen(cases[i].expected) / 2);
        ma_buf_init(&text, 0);
        ma_encode_hex(&text, octets, count > 0 ? (size_t)count : 0, false);
        TAP_STR(ma_buf_string(&text), cases[i].expected);
        TAP_INT(octets[cases[i].size], 0x5a);
        ma_buf_free(&text);
    }
    TAP_INT(ma_hex("ab\0cd", 5, (uint8_t[4]) { 0 }, 4), -1);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "globs", globs },
        { "globs as a slow matcher does", agrees_with_slow_matcher },
        { "globs in bounded time", is_bounded },
        { "reads hex as people paste it", reads_hex },
    };

    return tap_main("match", tests, sizeof(tests) / sizeof(tests[0]));
}
