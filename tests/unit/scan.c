/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.c - what the scanner refuses: where, in which words, and with which mend. What it reads is
 * scan-tree.c's to test, and canonical.c's that libconfig reads the same.
 */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "policy/scan.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Scans an exact copy, so that ASan sees a read behind it; returns the code, copies the text. */
static int scan(const char *text, size_t size, size_t memory, char *error, size_t room)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    mtlsauth_error_t *err = NULL;
    ma_scan_t scanned = { NULL, NULL };
    ma_arena_t arena;
    int ret;

    if (copy == NULL)
        return 1;
    memcpy(copy, text, size);
    ma_arena_init(&arena, memory);
    ret = ma_scan("api.conf", (ma_bytes_t) { copy, size }, &arena, &scanned, &err);
    TAP_TRUE((ret == 0) == (scanned.root != NULL)); /* set on success, and only then */
    TAP_INT(mtlsauth_error_code(err), ret == 0 ? MTLSAUTH_E_ARGUMENT : ret);
    snprintf(error, room, "%s", mtlsauth_error_text(err));
    mtlsauth_error_free(err);
    ma_arena_free(&arena);
    free(copy);
    return ret;
}

#define ROW(text, error) { text, sizeof(text) - 1, error }
typedef struct row {
    const char *text;
    size_t size; /* there may be NULs */
    const char *error; /* without "api.conf:" */
} row_t;

static void check(const row_t *rows, size_t count)
{
    char error[512];
    size_t i;

    for (i = 0; i < count; i++) {
        tap_row("%zu: %s", i, rows[i].text);
        TAP_INT(scan(rows[i].text, rows[i].size, 0, error, sizeof(error)), MTLSAUTH_E_SYNTAX);
        TAP_STR(strncmp(error, "api.conf:", 9) == 0 ? error + 9 : error, rows[i].error);
    }
}

/* What libconfig would take, and read otherwise than it looks. */
static void traps(void)
{
    static const row_t rows[] = {
        /* adjacent strings in arrays and lists */
        ROW("allow = [ \"John Doe\" \"Jane\" ];",
            "1:22: missing comma between \"John Doe\" and \"Jane\": libconfig would read them as "
            "one name; write \"John Doe\", \"Jane\""),
        ROW("l = ( \"a\",\n\"b\" # c\n\"c\" )",
            "3:1: missing comma between \"b\" and \"c\": libconfig would read them as one name; "
            "write \"b\", \"c\""),
        ROW("l = [ \"a\\\"\" \"b\" ]", /* a backslash is doubled in messages, so not in a mend */
            "1:13: missing comma between \"a\\\\\"\" and \"b\": libconfig would read them as one "
            "name; write a comma between them"),
        ROW("l=[\"01234567890123456789012345678901234567890123456789012345\xc3\xa9yzyz\"\"b\"]",
            "1:68: missing comma between "
            "\"01234567890123456789012345678901234567890123456789012345...\" and \"b\": "
            "libconfig would read them as one name; write a comma between them"),
        /* directives */
        ROW("a = 1;\n\n @include \"/etc/passwd\"\n",
            "3:2: @include is not allowed: it can end the server process; use an entry { control "
            "= \"include\"; file = \"...\"; } in the stack"),
        ROW("@define x",
            "1:1: directives, which begin with @, are not allowed; put text in double quotes"),
        ROW("a = @",
            "1:5: directives, which begin with @, are not allowed; put text in double quotes"),
        /* comments that take settings with them */
        ROW("a = 1;\n/* deny = true;\n",
            "2:1: this comment is never closed: all that follows would be dropped; close it with "
            "*/"),
        ROW("/*/",
            "1:1: this comment is never closed: all that follows would be dropped; close it with "
            "*/"),
        ROW("a = 1; /* one\nb = 2; /* two */\n",
            "2:8: this comment begins inside the one of line 1: what stands between would be "
            "dropped; close the first comment with */ where it ends, or remove this /*"),
        /* integers */
        ROW("    limit = 8589934592;",
            "1:13: 8589934592 does not fit 32 bits: libconfig would wrap it silently; write a "
            "number between -2147483648 and 2147483647"),
        ROW("a = 2147483648",
            "1:5: 2147483648 does not fit 32 bits: libconfig would wrap it silently; write a "
            "number between -2147483648 and 2147483647"),
        ROW("a = -2147483649",
            "1:5: -2147483649 does not fit 32 bits: libconfig would wrap it silently; write a "
            "number between -2147483648 and 2147483647"),
        ROW("a = 0xFFFFFFFF",
            "1:5: 0xFFFFFFFF does not fit 32 bits: libconfig would wrap it silently; write a "
            "number between -2147483648 and 2147483647"),
        ROW("a = 9223372036854775808L",
            "1:5: 9223372036854775808L does not fit 64 bits: libconfig would change it silently; "
            "write a number between -9223372036854775808L and 9223372036854775807L"),
        ROW("a = -9223372036854775809L",
            "1:5: -9223372036854775809L does not fit 64 bits: libconfig would change it "
            "silently; write a number between -9223372036854775808L and 9223372036854775807L"),
        ROW("a = 0xFFFFFFFFFFFFFFFFL",
            "1:5: 0xFFFFFFFFFFFFFFFFL does not fit 64 bits: libconfig would change it silently; "
            "write a number between -9223372036854775808L and 9223372036854775807L"),
        ROW("a = 010",
            "1:5: 010 has a leading zero: it looks octal, and libconfig reads it as decimal; "
            "write it in decimal without the zero, or in hexadecimal with 0x"),
        ROW("a = -00",
            "1:5: -00 has a leading zero: it looks octal, and libconfig reads it as decimal; "
            "write it in decimal without the zero, or in hexadecimal with 0x"),
        ROW("a = 1e400",
            "1:5: 1e400 is too large or too small for a floating-point number; write 0, or a "
            "number whose size is between 2.3e-308 and 1.7e308"),
        ROW("a = 1e-400",
            "1:5: 1e-400 is too large or too small for a floating-point number; write 0, or a "
            "number whose size is between 2.3e-308 and 1.7e308"),
        ROW("a = .", "1:5: \".\" is not a number; put text in double quotes: \".\""), /* 0 there */
        ROW("a=12b=3", "1:3: \"12b\" is not a number; put text in double quotes: \"12b\""),
        /* escapes and bytes */
        ROW("a = \"x\\x00y\"",
            "1:7: a string cannot hold a NUL byte: libconfig would leave it out; remove the "
            "escape"),
        ROW("a = \"\\d+\"",
            "1:6: a backslash before \"d\" means nothing; to write a backslash itself, write it "
            "twice; known are a backslash before \" f n r t, and before x and two hex digits"),
        ROW("a = \"b\" \"c\\\xc3\xa9\"",
            "1:11: a backslash before \"\xc3\xa9\" means nothing; to write a backslash itself, "
            "write it twice; known are a backslash before \" f n r t, and before x and two hex "
            "digits"),
        ROW("a = \"\\x4\" \"1\"",
            "1:6: a backslash and x take two hex digits; write both digits; to write a backslash "
            "itself, write it twice"),
        ROW("a = 1;\nb\0 = 2;",
            "2:2: a NUL byte: libconfig would drop all that follows; remove it: a policy is "
            "plain text"),
        ROW("# note\ra = 1;\n",
            "1:7: a carriage return without a line feed: it looks like a line end and is none; "
            "end lines with LF or CRLF"),
        ROW("# \xe2\x80\xae note\n",
            "1:3: invisible character U+202E: the line would look other than it reads; remove "
            "it; in a string, write a backslash, x and two hex digits for each byte"),
        ROW("a = \"\xc2\x85\"",
            "1:6: invisible character U+0085: the line would look other than it reads; remove "
            "it; in a string, write a backslash, x and two hex digits for each byte"),
        ROW("a = \"\x1b[2J\"",
            "1:6: control character 0x1b; remove it; in a string, write a backslash, x and two "
            "hex digits for each byte"),
        ROW("/* J\xfcrgen */",
            "1:5: byte 0xfc is not UTF-8; save the file as UTF-8; in a string, any byte can be "
            "written as a backslash, x and two hex digits"),
        ROW("\xff\xfe" "a\0",
            "1:1: byte 0xff is not UTF-8; save the file as UTF-8; in a string, any byte can be "
            "written as a backslash, x and two hex digits"),
        ROW("a = 1 = 2;\n\xff", "1:7: \"=\" where a setting should begin; write name = value;"),
        /* settings */
        ROW("a = 1;\nb = 2;\na = 3;",
            "3:1: \"a\" is set already, on line 1; remove one of the two"),
        ROW("g = { x = 1;\n x = 1; }",
            "2:2: \"x\" is set already, on line 1; remove one of the two"),
    };

    check(rows, COUNT(rows));
}

/* What libconfig refuses too, with no more than "syntax error". */
static void mistakes(void)
{
    static const row_t rows[] = {
        ROW("a = \"open;\nb = 2;",
            "1:5: this string is not closed on its line; end it with \"; for a line break "
            "inside, write a backslash and n"),
        ROW("a = \"open\\\"",
            "1:5: this string is not closed on its line; end it with \"; for a line break "
            "inside, write a backslash and n"),
        ROW("a = 'x'", "1:5: strings take double quotes; write \" in place of '"),
        ROW("a = \xe2\x80\x9c" "b\xe2\x80\x9d;",
            "1:5: the word \xe2\x80\x9c" "b\xe2\x80\x9d stands without quotes; put it in "
            "straight double quotes"),
        ROW("mode = enforce;", "1:8: the word enforce stands without quotes; write \"enforce\""),
        ROW("a = 90s;", "1:5: \"90s\" is not a number; put text in double quotes: \"90s\""),
        ROW("a = 1.5L", "1:5: \"1.5L\" is not a number; put text in double quotes: \"1.5L\""),
        ROW("a = -0x5", "1:5: \"-0x5\" is not a number; put text in double quotes: \"-0x5\""),
        ROW("a = 0x", "1:5: \"0x\" is not a number; put text in double quotes: \"0x\""),
        ROW("a = 5l", "1:5: \"5l\" is not a number; put text in double quotes: \"5l\""),
        ROW("a = 1.5e", "1:5: \"1.5e\" is not a number; put text in double quotes: \"1.5e\""),
        ROW("a = 10.0.0.0/8",
            "1:5: \"10.0.0.0\" is not a number; put text in double quotes: \"10.0.0.0\""),
        ROW("a = /etc/x", "1:5: \"/\" cannot stand here; put text in double quotes"),
        ROW("a = ;",
            "1:5: a value is missing in front of \";\"; write a string, a number, true, false, { "
            "}, ( ) or [ ]"),
        ROW("a =\n",
            "2:1: a value is missing in front of the end of the file; write a string, a number, "
            "true, false, { }, ( ) or [ ]"),
        ROW("a == 1",
            "1:4: a value is missing in front of \"=\"; write a string, a number, true, false, { "
            "}, ( ) or [ ]"),
        ROW("stack ( 1 )", "1:7: missing = between \"stack\" and \"(\"; write stack = value;"),
        ROW("a.b = 1",
            "1:1: \"a.b\" cannot name a setting; a name begins with a letter and goes on with "
            "letters, digits, - and _"),
        ROW("_a = 1",
            "1:1: \"_a\" cannot name a setting; a name begins with a letter and goes on with "
            "letters, digits, - and _"),
        ROW("d\xd0\xb5ny = 1",
            "1:1: \"d\xd0\xb5ny\" cannot name a setting; a name begins with a letter and goes on "
            "with letters, digits, - and _"),
        ROW("True = 1", "1:1: \"True\" is a value and cannot name a setting; write name = value;"),
        ROW("a = \"x\", \"y\";",
            "1:10: \"y\" where a setting should begin; several values go into brackets, as in "
            "name = [ \"a\", \"b\" ]; names take no quotes"),
        ROW("a = 1;;", "1:7: \";\" where a setting should begin; remove it"),
        ROW("{ a = 1; }", "1:1: \"{\" where a setting should begin; write name = value;"),
        ROW("a = 1; }", "1:8: \"}\" closes nothing; remove it"),
        ROW("g = { a = 1;\n", "1:5: a group begins here and is never closed; close it with }"),
        ROW("l = ( { a = 1; )",
            "1:16: \")\" does not close a group, which begins on line 1; close it with }"),
        ROW("l = [ 1\n}",
            "2:1: \"}\" does not close an array, which begins on line 1; close it with ]"),
        ROW("l = (", "1:5: a list begins here and is never closed; close it with )"),
        ROW("l = ( , 1 )", "1:7: a list cannot begin with a comma; remove it"),
        ROW("l = [ 1,, 2 ]",
            "1:9: two commas with nothing between them; remove one, or write the element that is "
            "missing"),
        ROW("l = [ 1; 2 ]",
            "1:8: the elements of an array are separated by commas; write , in place of ;"),
        ROW("l = ( 1 2 )",
            "1:9: missing comma between \"1\" and \"2\"; write a comma between them"),
        ROW("l = (\n{ }\n{ } )",
            "3:1: missing comma between \"}\" and \"{\"; write a comma between them"),
        ROW("a = [ 1, \"x\" ]",
            "1:10: the elements of an array are of one kind: the first is an integer, this one a "
            "string; write ( ) in place of [ ] for a list of unlike things"),
        ROW("a = [ 1, 2L ]",
            "1:10: the elements of an array are of one kind: the first is an integer, this one a "
            "64-bit integer; write ( ) in place of [ ] for a list of unlike things"),
        ROW("a = [ { } ]",
            "1:7: an array cannot hold a group; write ( ) in place of [ ] for a list of unlike "
            "things"),
    };

    check(rows, COUNT(rows));
}

/* ---- limits ------------------------------------------------------------------------------- */

/* head, then the unit `n` times (a % in it is its number), then tail. */
static int scan_many(const char *head, const char *unit, size_t n, const char *tail, char *error,
                     size_t room)
{
    const size_t before = strcspn(unit, "%");
    ma_buf_t text;
    size_t i;
    int ret;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, head);
    for (i = 0; i < n; i++) {
        ma_buf_add(&text, unit, before);
        if (unit[before] != '\0')
            ma_buf_printf(&text, "%zu%s", i, unit + before + 1);
    }
    ma_buf_text(&text, tail);
    ret = scan(ma_buf_string(&text), text.size, 0, error, room);
    ma_buf_free(&text);
    return ret;
}

static void limits(void)
{
    static const struct {
        const char *head, *unit, *tail;
        size_t most; /* units that are not too many */
        const char *error; /* of one more */
    } rows[] = {
        { "", "\n", "", MA_SCAN_MAX_SIZE,
          "api.conf: the file has more than 1048576 bytes; put lists in files of their own" },
        { "g={", "k%=1;", "};", MA_SCAN_MAX_KEYS,
          "api.conf:1:1686: a group has more than 256 settings; split the group" },
        { "a=[", "1,", "];", MA_SCAN_MAX_ITEMS,
          "api.conf:1:131076: an array has more than 65536 elements; put the items in a file of "
          "their own" },
        { "l=(", "1,", ");", MA_SCAN_MAX_ITEMS,
          "api.conf:1:131076: a list has more than 65536 elements; put the items in a file of "
          "their own" },
        { "l=(", "(1,1,1,1,1,1,1,1,1),", ");", MA_SCAN_MAX_NODES / 10 - 1,
          "api.conf:1:400001: the file has more than 200000 settings and elements; put lists in "
          "files of their own" },
        { "l=", "(", "", MA_SCAN_MAX_DEPTH,
          "api.conf:1:19: groups, lists and arrays are nested more than 16 deep; take a level "
          "out" },
        { "l=", "({a=", "", MA_SCAN_MAX_DEPTH / 2,
          "api.conf:1:35: groups, lists and arrays are nested more than 16 deep; take a level "
          "out" },
        { "a=0x", "0", ";", 58,
          "api.conf:1:3: \"0x00000000000000000000000000000000000000000000000000000000000\" is "
          "longer than a number may be: 60 characters; put text in double quotes" },
    };
    char error[512];
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s%s", rows[i].head, rows[i].unit);
        TAP_TRUE(scan_many(rows[i].head, rows[i].unit, rows[i].most, rows[i].tail, error,
                           sizeof(error)) != MTLSAUTH_E_LIMIT);
        TAP_INT(scan_many(rows[i].head, rows[i].unit, rows[i].most + 1, rows[i].tail, error,
                          sizeof(error)),
                MTLSAUTH_E_LIMIT);
        TAP_STR(error, rows[i].error);
    }
}

/* However little memory there is, the answer is the tree or "out of memory". */
static void memory_ends(void)
{
    char text[2048] = "# comment\ns = \"x\" \"y\"; l = ( 1, { a = 2.5; } ); t = \"", error[512];
    size_t size = strlen(text), memory;
    int ret = MTLSAUTH_E_NO_MEMORY;

    memset(text + size, 'z', sizeof(text) - size);
    text[sizeof(text) - 1] = '"';
    for (memory = 1; memory < 16384 && ret != 0; memory += 7) {
        ret = scan(text, sizeof(text), memory, error, sizeof(error));
        tap_row("%zu bytes", memory);
        TAP_STR(error, ret == 0 ? "" : "out of memory");
    }
    TAP_INT(ret, 0);
    TAP_TRUE(memory > 2048);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "refuses what libconfig reads otherwise than it looks", traps },
        { "explains what libconfig calls a syntax error", mistakes },
        { "bounds size, depth and counts", limits },
        { "survives the end of memory", memory_ends },
    };

    return tap_main("scan", tests, COUNT(tests));
}
