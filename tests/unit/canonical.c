/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * canonical.c - libconfig is the judge: whenever the scanner takes a text, libconfig takes the
 * canonical form, reads the same tree from it, and reports lines that lead to the same nodes. And
 * if it takes the text as it is, it reads the same tree from that.
 */
#include "tap.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "config_tree.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef enum verdict { AGREED, REFUSED, WRONG } verdict_t; /* refused: by the scanner, well */

/* Scans a text of exactly that size and puts the canonical form before libconfig. */
static verdict_t judge(const char *text, size_t size)
{
    const ma_node_t *const *lines = NULL;
    verdict_t verdict = WRONG;
    mtlsauth_error_t *err = NULL;
    ma_scan_t scan = { NULL, NULL };
    size_t n_lines = 0;
    ma_arena_t arena;
    ma_buf_t out;
    uint8_t *copy = malloc(size > 0 ? size : 1);

    ma_arena_init(&arena, 0);
    ma_buf_init(&out, 0);
    if (copy == NULL)
        goto out;
    memcpy(copy, text, size);
    if (ma_scan("x", (ma_bytes_t) { copy, size }, &arena, &scan, &err) != 0) {
        if (mtlsauth_error_line(err) > 0 && mtlsauth_error_column(err) > 0
            && mtlsauth_error_mend(err)[0] != '\0')
            verdict = REFUSED;
    } else if (ma_scan_canonical(&scan, &out, &arena, &lines, &n_lines) == 0
               && config_reads(ma_buf_string(&out), scan.root, lines, n_lines, false)
               && config_reads(ma_arena_copy(&arena, text, size), scan.root, NULL, 0, true)) {
        verdict = AGREED;
    }
out:
    if (verdict == WRONG)
        tap_row("%.*s\n%s", (int)size, text, ma_buf_string(&out));
    ma_buf_free(&out);
    ma_arena_free(&arena);
    mtlsauth_error_free(err);
    free(copy);
    return verdict;
}

static void kinds(void)
{
    static const char *const rows[] = {
        "",
        "a = 0; b = -2147483648; c = 2147483647; d = 0x7FFFFFFF; e = +1",
        "a = 0L; b = -9223372036854775808L; c = 9223372036854775807L; d = 0xffLL;",
        "a = 5.0; b = .1; c = 1e22; d = -0.0; e = 1.7976931348623157e308; f = 2.3e-308; g = 3.",
        "a = TRUE; b = false;",
        "a = \"\"; b = \"\" \"\"; c = [ \"\", \"\" ]; d = ( \"\" );",
        "a = \"one\" \"two\"\n\"three\"; b = 2;",
        "a = \"\\\\ \\\" \\n \\r \\t \\f \\x01 \\x7f \\x80 \\xff \\\\x41 \\\\n @include\";",
        "a = \"\\x0a@include \\\"/etc/passwd\\\"\";",
        "a = \"// # /* */\"; b = \"tab\there\"; c = \"\xc3\xa9\";",
        "g = { }; h = { a = 1; }; i = { a = { b = { } } }; j = { };", /* empty ones first, last */
        "l = ( ); m = ( ( ), { }, [ ] ); n = ( ( ( ) ) ); o = ( { }, ( ), ( { } ) );",
        "a = [ ]; b = [ 1, 2 ]; c = [ 1L ]; d = [ 1.5, 2.5, ]; e = [ true ]; f = [ \"x\", \"y\" ];",
        "l = ( 1, 2L, 3.5, true, \"s\" );",        /* a scalar of each kind, */
        "l = ( \"s\", 1, \"t\", 2L, \"u\", 3.5, \"v\", true, \"w\", { }, \"x\", ( ), \"y\", [ ] );",
        "l = ( { a = \"s\"; }, ( \"t\" ), [ \"u\" ], \"v\" ); z = \"w\"; y = 1;", /* and at ends */
        "l = ( { a = \"s\" }, { b = ( \"t\", \"u\", ), c = [ \"v\" ], d = \"w\" \"x\" } ) m = 1",
        "a=((((((((((((((((\"deep\"))))))))))))))));b={c={d={e={f={g={h={i={j={}}}}}}}}}",
        "stack = ( { control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\", ]; }, );",
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i]);
        TAP_INT(judge(rows[i], strlen(rows[i])), AGREED);
    }
}

/* Every byte that a string can hold, each escaped, and raw where that is allowed. */
static void all_bytes(void)
{
    ma_buf_t text;
    unsigned byte;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, "a = \"");
    for (byte = 1; byte < 256; byte++)
        ma_buf_printf(&text, "\\x%02x", byte);
    ma_buf_text(&text, "\"; b = \"");
    for (byte = ' '; byte < 127; byte++)
        ma_buf_printf(&text, "%s%c", byte == '"' || byte == '\\' ? "\\" : "", (int)byte);
    ma_buf_text(&text, "\";");
    TAP_INT(judge(ma_buf_string(&text), text.size), AGREED);
    ma_buf_free(&text);
}

/* Points are points also where people write commas. */
static void other_locale(void)
{
    static const char text[] = "a = 1.5; b = [ -2.25e-7, 0.1 ];";
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR" };
    size_t i;

    for (i = 0; i < COUNT(names); i++)
        if (setlocale(LC_NUMERIC, names[i]) != NULL)
            break;
    if (i == COUNT(names)) {
        tap_skip("no locale with another decimal point is installed");
        return;
    }
    TAP_INT(judge(text, strlen(text)), AGREED);
    setlocale(LC_NUMERIC, "C");
}

typedef struct maker {
    uint64_t state;
    ma_buf_t text;
    unsigned left; /* nodes that may still be made */
} maker_t;

/* xorshift64: the same documents everywhere. */
static unsigned roll(maker_t *maker, unsigned sides)
{
    maker->state ^= maker->state << 13;
    maker->state ^= maker->state >> 7;
    maker->state ^= maker->state << 17;
    return (unsigned)((maker->state >> 33) % sides);
}

/* One of the words of a list that ends in NULL. */
static void pick(maker_t *maker, const char *const *words)
{
    unsigned n = 0;

    while (words[n] != NULL)
        n++;
    ma_buf_text(&maker->text, words[roll(maker, n)]);
}

static void make_gap(maker_t *maker)
{
    static const char *const gaps[] = { "", " ", "\n", "\t", "\r\n", " # note\n", "// \"x\" @\r\n",
                                        "/* { [ ( */", " /*\n\n*/ ", " ", "", NULL };

    pick(maker, gaps);
}

static void make_string(maker_t *maker)
{
    static const char *const parts[] = { "a", "John Doe", "*.example.com", "\\\\", "\\\"", "\\n",
                                         "\\t", "\\r", "\\f", "\\x7f", "\\xFf", "\\x01", "#", "//",
                                         "/*", "*/", "\t", "\xc3\xa9", "\xe2\x82\xac", "@include",
                                         "{", ")", ";", ",", "\\x0a", "'", "%s", NULL };
    unsigned n = roll(maker, 5);

    ma_buf_byte(&maker->text, '"');
    while (n-- > 0)
        pick(maker, parts);
    ma_buf_byte(&maker->text, '"');
}

static void make_scalar(maker_t *maker, unsigned kind)
{
    static const char *const bools[] = { "true", "FALSE", "True", "false", NULL };
    static const char *const floats[] = { "1.", ".5", "-2.5e-3", "1e300", "0.1", "3.14159", "-0.0",
                                          "1E+5", "123456789.123456789", "2.3e-308", NULL };
    const char *sign = roll(maker, 3) == 0 ? "-" : "";

    switch (kind) {
    case 0:
        make_string(maker);
        break;
    case 1:
        ma_buf_printf(&maker->text, "%s%u", sign, roll(maker, 0x7fffffffu));
        break;
    case 2:
        ma_buf_printf(&maker->text, "%s%u%09uL", sign, 1 + roll(maker, 0x7fffffffu),
                      roll(maker, 1000000000u));
        break;
    case 3:
        pick(maker, floats);
        break;
    default:
        pick(maker, bools);
        break;
    }
}

static void make_value(maker_t *maker, unsigned depth, bool element);

/* Settings; the place in the group is part of a name, so that names differ. */
static void make_group(maker_t *maker, unsigned depth)
{
    static const char *const ends[] = { ";", ",", " ", "\n", " ; ", NULL };
    unsigned i, n = roll(maker, 5);

    for (i = 0; i < n && maker->left > 0; i++) {
        make_gap(maker);
        ma_buf_printf(&maker->text, "%c%s%u%s", (int)('a' + roll(maker, 26)),
                      roll(maker, 2) ? "_" : "*-", i, roll(maker, 2) ? " = " : ":");
        make_gap(maker);
        make_value(maker, depth, false);
        pick(maker, ends);
    }
    make_gap(maker);
}

#define ANY 9u

/* kind: of all elements, or ANY. */
static void make_elements(maker_t *maker, unsigned depth, unsigned kind)
{
    unsigned i, n = roll(maker, 5);

    for (i = 0; i < n && maker->left > 0; i++) {
        ma_buf_text(&maker->text, i > 0 ? "," : "");
        make_gap(maker);
        if (kind != ANY)
            make_scalar(maker, kind);
        else
            make_value(maker, depth, true);
        make_gap(maker);
    }
    if (i > 0 && roll(maker, 3) == 0)
        ma_buf_text(&maker->text, ", ");
}

static void make_value(maker_t *maker, unsigned depth, bool element)
{
    unsigned kind = roll(maker, depth < 8 ? 8 : 5);
    unsigned more = kind == 0 && !element ? roll(maker, 3) : 0;

    maker->left--;
    if (kind < 5) {
        make_scalar(maker, kind);
    } else {
        ma_buf_byte(&maker->text, "{(["[kind - 5]);
        if (kind == 5)
            make_group(maker, depth + 1);
        else
            make_elements(maker, depth + 1, kind == 6 ? ANY : roll(maker, 5));
        ma_buf_byte(&maker->text, "})]"[kind - 5]);
    }
    for (; more > 0; more--) {
        make_gap(maker);
        make_string(maker);
    }
}

static void random_documents(void)
{
    maker_t maker = { .state = UINT64_C(0x9e3779b97f4a7c15) };
    unsigned i;

    ma_buf_init(&maker.text, 0);
    for (i = 0; i < 4000; i++) {
        ma_buf_clear(&maker.text);
        maker.left = 40;
        while (maker.text.size == 0)
            make_group(&maker, 0);
        TAP_INT(judge(ma_buf_string(&maker.text), maker.text.size), AGREED);
    }
    ma_buf_free(&maker.text);
}

static const char sample[] =
    "# a policy\r\nhosts = [ \"a.example\", \"*.b\", ];\nmode : \"en\" \"force\", n = -7;\n"
    "/* big */ big=0x10L; real = 2.5e1; yes = TRUE\ntrust = { x = { }; y = ( ); };\n"
    "stack = (\n  { when = \"a eq \\\"b\\\" \\x41\\\\\"; }, // one\n  ( 1, \"t\", 2L ),\n);\n";

static void prefixes(void)
{
    size_t size, agreed = 0, n = strlen(sample);

    for (size = 0; size <= n; size++) {
        verdict_t verdict = judge(sample, size);
        TAP_TRUE(verdict != WRONG);
        agreed += verdict == AGREED;
    }
    TAP_TRUE(agreed > 10 && agreed < n / 2);
    TAP_INT(judge(sample, n), AGREED);
}

static void mutations(void)
{
    static const char nasty[] = "\0\1\t\n\r \"#'()*+,-./0L:;=@AX[\\]_enx{}\x7f\x80\xbf\xc2\xe2\xff";
    char text[sizeof(sample)];
    size_t at, i, agreed = 0, refused = 0;

    for (at = 0; at < sizeof(sample) - 1; at++)
        for (i = 0; i < sizeof(nasty) - 1; i++) {
            verdict_t verdict;
            memcpy(text, sample, sizeof(sample));
            text[at] = nasty[i];
            verdict = judge(text, sizeof(sample) - 1);
            TAP_TRUE(verdict != WRONG);
            agreed += verdict == AGREED;
            refused += verdict == REFUSED;
        }
    TAP_TRUE(agreed > 1000 && refused > 1000); /* the sample is one that both can happen to */
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "libconfig agrees on every kind of node", kinds },
        { "libconfig agrees on every byte of a string", all_bytes },
        { "libconfig agrees where the decimal point is a comma", other_locale },
        { "libconfig agrees on random documents", random_documents },
        { "every prefix of a document is read or refused", prefixes },
        { "every damaged byte of a document is read or refused", mutations },
    };

    return tap_main("canonical", tests, COUNT(tests));
}
