/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt.c - the layout of policy files, by pairs of before and after. What comes out is formatted
 * again, and must stay; that it means the same is ma_fmt()'s own care, and the fuzz target's.
 */
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#include "policy/fmt.h"
#include "policy/scan.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define TEN "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN
#define EIGHTY SEVENTY TEN

typedef struct pair {
    const char *before;
    const char *after; /* NULL: stays as it is */
} pair_t;

/* The text is in a block of exactly its size, for ASan. */
static int format(const char *text, ma_buf_t *out, mtlsauth_error_t **err)
{
    const size_t size = strlen(text);
    uint8_t *copy = malloc(size > 0 ? size : 1);
    int ret = MTLSAUTH_E_NO_MEMORY;

    ma_buf_init(out, 0);
    if (copy != NULL) {
        memcpy(copy, text, size);
        ret = ma_fmt("api.conf", (ma_bytes_t) { copy, size }, out, err);
    }
    free(copy);
    return ret;
}

static void expect(const char *before, const char *after)
{
    mtlsauth_error_t *err = NULL;
    ma_buf_t out;

    TAP_INT(format(before, &out, &err), 0);
    TAP_STR(mtlsauth_error_text(err), "");
    TAP_STR(ma_buf_string(&out), after);
    mtlsauth_error_free(err);
    ma_buf_free(&out);
}

static void run(const pair_t *pairs, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const char *after = pairs[i].after != NULL ? pairs[i].after : pairs[i].before;
        tap_row("%s", pairs[i].before);
        expect(pairs[i].before, after);
        expect(after, after);
    }
}

static void settings(void)
{
    static const pair_t pairs[] = {
        { "", NULL },
        { " \n\t\n", "" },                   /* nothing */
        { "\xef\xbb\xbf" "a=1", "a = 1;\n" }, /* a byte order mark goes */
        { "a=1", "a = 1;\n" },               /* marks that may be missing */
        { "a:1,b:2", "a = 1;\nb = 2;\n" },   /* and such as look otherwise */
        { "b = 1; a = 2;", "b = 1;\na = 2;\n" }, /* never sorted */
        { "a = 1;\r\n\r\nb = 2;\r\n", "a = 1;\n\nb = 2;\n" },
        { "a = 0x0fL; b = TRUE; c = -1.50e+3;", /* as written */
          "a = 0x0fL;\nb = TRUE;\nc = -1.50e+3;\n" },
        { "a = \"\\x41\\\"\\\\\\n\t#\";", "a = \"\\x41\\\"\\\\\\n\t#\";\n" },
        { "\n\n\na = 1;\n\n\n\nb = 2;\n\n", /* one empty line, none at the edges */
          "a = 1;\n\nb = 2;\n" },
        { "a=\"x\"\"y\"", "a =\n  \"x\"\n  \"y\";\n" },             /* strings that are one value */
        { "a = /* v */ \"x\" # c\n  # d\n  /* e */ \"y\" /* f */;",
          "/* v */\na =\n  \"x\" # c\n  # d\n  /* e */\n  \"y\"; /* f */\n" },
    };

    run(pairs, COUNT(pairs));
}

static void lists(void)
{
    static const pair_t pairs[] = {
        { "a=[]", "a = [ ];\n" },
        { "a=(\n)", "a = ( );\n" },
        { "a={}", "a = { };\n" },
        { "a=[1,2,]", "a = [ 1, 2 ];\n" },                  /* fits: no comma at the end */
        { "a=[\n1,\n2\n]", "a = [ 1, 2 ];\n" },             /* also if it was broken */
        { "a=(1,(2,3),[\"x\"])", "a = ( 1, ( 2, 3 ), [ \"x\" ] );\n" },
        { "a = [ \"" EIGHTY "012345678\" ];\n", NULL },      /* 100 columns: fits */
        { "a = [ \"" EIGHTY TEN "\" ];\n", "a = [\n  \"" EIGHTY TEN "\",\n];\n" },
        { "a = [ \"" EIGHTY "01234567\303\274\" ];\n", NULL }, /* columns are characters */
        { "t={p=1}", "t = {\n  p = 1;\n};\n" },             /* a setting's group is broken */
        { "s=({p=1})", "s = (\n  { p = 1; },\n);\n" },      /* a list of groups is broken */
        { "s=({p=[1,2],q=1},{})", "s = (\n  { p = [ 1, 2 ]; q = 1; },\n  { },\n);\n" },
        { "s=({p={q=1}})", "s = (\n  {\n    p = {\n      q = 1;\n    };\n  },\n);\n" },
        { "s=({p=\"x\"\"y\"})", "s = (\n  {\n    p =\n      \"x\"\n      \"y\";\n  },\n);\n" },
        { "s=({p=\"" SEVENTY "012345678\";q=0;})", /* 100 columns with its comma */
          "s = (\n  { p = \"" SEVENTY "012345678\"; q = 0; },\n);\n" },
        { "s=({p=\"" EIGHTY "\";q=0;})",
          "s = (\n  {\n    p = \"" EIGHTY "\";\n    q = 0;\n  },\n);\n" },
        { "s=(\n{p=1},\n\n\n{p=2}\n\n)", "s = (\n  { p = 1; },\n\n  { p = 2; },\n);\n" },
    };

    run(pairs, COUNT(pairs));
}

static void comments(void)
{
    static const pair_t pairs[] = {
        { "# a", "# a\n" },
        { "#", "#\n" },
        { "//", "//\n" },
        { "/**/", "/**/\n" },
        { "  # a  \t\n", "# a\n" },                        /* no white space at the end */
        { "# a\n\n\n# b\na = 1;", "# a\n\n# b\na = 1;\n" }, /* paragraphs */
        { "a = 1;    # b", "a = 1; # b\n" },               /* behind */
        { "a = 1 # b\n;", "a = 1; # b\n" },                /* in front of the mark */
        { "a = 1\n# b\n; # c", "a = 1;\n# b\n# c\n" },     /* cannot share a line */
        { "a = 1; /* b */ c = 2; // d", "a = 1;\n/* b */ c = 2; // d\n" }, /* ahead of c */
        { "a = 1 /* b */ /* c */; /* d */", "a = 1; /* b */ /* c */ /* d */\n" },
        { "a = 1; /* b */ # c\nd = 2", "a = 1; /* b */ # c\nd = 2;\n" },
        { "a # b\n= # c\n1", "# b\n# c\na = 1;\n" },       /* between name and value: in front */
        { "/* l */ a /* h */ = 1", "/* h */\n/* l */ a = 1;\n" },
        { "x = 1;\n\na /* h */ = 1", "x = 1;\n\n/* h */\na = 1;\n" },
        { "/* a\r\n   b */ c = 1", "/* a\n   b */ c = 1;\n" }, /* inner lines as they are */
        { "g = { # a\n  # b\n  c = 1; # d\n  # e\n}; # f",
          "g = { # a\n  # b\n  c = 1; # d\n  # e\n}; # f\n" },
        { "g = { # a\n}", "g = { # a\n};\n" },
        { "g = {\n# a\n}", "g = {\n  # a\n};\n" },
        { "l = [ /* one */ 1, /* two */ 2 /* b */ ]",
          "l = [\n  /* one */ 1,\n  /* two */ 2, /* b */\n];\n" },
        { "l = [ 1, # one\n 2 # two\n ]", "l = [\n  1, # one\n  2, # two\n];\n" },
        { "l = [\n 1 # one\n , 2\n # end\n ]", "l = [\n  1, # one\n  2,\n  # end\n];\n" },
        { "s = (\n# one\n{ p = 1; },\n\n# two\n{ p = 2; } # b\n)",
          "s = (\n  # one\n  { p = 1; },\n\n  # two\n  { p = 2; }, # b\n);\n" },
        { "s = ( { p = 1; # a\n } )", "s = (\n  {\n    p = 1; # a\n  },\n);\n" },
        { "a = \"#\"; b = \"/*\"; # \"", "a = \"#\";\nb = \"/*\"; # \"\n" }, /* marks in strings */
        { "a = 1;\n\n# the end\n\n", "a = 1;\n\n# the end\n" },
    };

    run(pairs, COUNT(pairs));
}

/* What does not scan is the scanner's error, with its place. */
static void refused(void)
{
    mtlsauth_error_t *err = NULL;
    ma_buf_t out;

    TAP_INT(format("a = 1;\nb = [ \"x\" \"y\" ];\n", &out, &err), MTLSAUTH_E_SYNTAX);
    TAP_INT(mtlsauth_error_line(err), 2);
    TAP_INT(out.size, 0);
    mtlsauth_error_free(err);
    ma_buf_free(&out);
}

/* A file that would grow past what is read is refused: 16 levels, and each element a line. */
static void grows(void)
{
    const size_t n = 60000;
    mtlsauth_error_t *err = NULL;
    ma_buf_t text, out;
    size_t i;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, "a=((((((((((((((");
    for (i = 0; i < n; i++)
        ma_buf_text(&text, "1,");
    ma_buf_text(&text, "))))))))))))))");
    TAP_INT(format(ma_buf_string(&text), &out, &err), MTLSAUTH_E_LIMIT);
    TAP_HAS(mtlsauth_error_text(err), "formatted, it would not be read");
    mtlsauth_error_free(err);
    ma_buf_free(&text);
    ma_buf_free(&out);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "settings", settings }, { "lists and groups", lists }, { "comments", comments },
        { "a text that does not scan", refused }, { "a text that would grow too long", grows },
    };

    return tap_main("fmt", tests, COUNT(tests));
}
