/* SPDX-License-Identifier: BSD-2-Clause */
/* caret.c - the line of a file and the mark under it, for hostile and for awkward lines. */
#include "common/caret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Writes a file and shows a place in it; `out` is to be freed. */
static void show(const char *content, unsigned line, unsigned column, ma_buf_t *out)
{
    char path[] = "/tmp/caret-XXXXXX";
    int fd = mkstemp(path);

    ma_buf_init(out, 0);
    TAP_TRUE(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    caret_show(out, path, line, column);
    close(fd);
    unlink(path);
}

static void shows(void)
{
    static const struct {
        const char *what;
        const char *content;
        unsigned line, column;
        const char *expected;
    } rows[] = {
        { "the first byte", "abc\n", 1, 1, "    1 | abc\n      | ^\n" },
        { "a later line", "a\nbcd\ne\n", 2, 3, "    2 | bcd\n      |   ^\n" },
        { "the last line without an end", "a\nb", 2, 1, "    2 | b\n      | ^\n" },
        { "behind the end of the line", "ab\n", 1, 3, "    1 | ab\n      |   ^\n" },
        { "a column past the line is its end", "ab\n", 1, 99, "    1 | ab\n      |   ^\n" },
        { "no column, no mark", "ab\n", 1, 0, "    1 | ab\n" },
        { "an empty line", "\n", 1, 1, "    1 | \n      | ^\n" },
        { "the end of a DOS line is none of it", "ab\r\n", 1, 3, "    1 | ab\n      |   ^\n" },
        { "a tab is four blanks", "\tx\n", 1, 2, "    1 |     x\n      |     ^\n" },
        { "and behind the mark", "x\ty\n", 1, 1, "    1 | x    y\n      | ^\n" },
        { "two bytes are one character", "\xc3\xbcx\n", 1, 3,
          "    1 | \xc3\xbcx\n      |  ^\n" },
        { "an escape is shown as four", "\x1bx\n", 1, 2, "    1 | \\x1bx\n      |     ^\n" },
        { "a byte that is no UTF-8, too", "\xffx\n", 1, 2, "    1 | \\xffx\n      |     ^\n" },
        { "no such line", "a\n", 3, 1, "" },
        { "no line", "a\n", 0, 1, "" },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        ma_buf_t out;

        tap_row("%s", rows[i].what);
        show(rows[i].content, rows[i].line, rows[i].column, &out);
        TAP_STR(ma_buf_string(&out), rows[i].expected);
        ma_buf_free(&out);
    }
}

/* Whatever the length of a line, the mark is under the byte it means and the row stays short. */
static void cuts_long_lines(void)
{
    static const unsigned columns[] = { 1, 2, 64, 65, 66, 150, 399, 400, 401 };
    char line[402];
    size_t i;

    for (i = 0; i < COUNT(columns); i++) {
        ma_buf_t out;
        const char *text, *mark;

        memset(line, '.', 400);
        line[columns[i] - 1] = columns[i] <= 400 ? '#' : '\n';
        line[400] = '\n';
        line[401] = '\0';
        tap_row("column %u", columns[i]);
        show(line, 1, columns[i], &out);
        text = ma_buf_string(&out);
        mark = strchr(text, '\n');
        TAP_TRUE(mark != NULL && mark - text < 120);
        if (mark != NULL && columns[i] <= 400)
            TAP_INT(strchr(text, '#') - text, strchr(mark, '^') - mark - 1);
        ma_buf_free(&out);
    }
}

/* A cut between the bytes of a character would make a stray byte, shown as \x. */
static void cuts_between_characters(void)
{
    char line[402];
    unsigned column;
    size_t i;

    for (i = 0; i < 400; i += 2)
        memcpy(line + i, "\xc3\xbc", 2);
    line[400] = '\0';
    for (column = 1; column <= 400; column++) {
        ma_buf_t out;

        tap_row("column %u", column);
        show(line, 1, column, &out);
        TAP_TRUE(strchr(ma_buf_string(&out), '\\') == NULL);
        TAP_TRUE(out.size > 0);
        ma_buf_free(&out);
    }
}

static void is_silent_without_a_file(void)
{
    ma_buf_t out;

    ma_buf_init(&out, 0);
    caret_show(&out, NULL, 1, 1);
    caret_show(&out, "/nonexistent", 1, 1);
    caret_show(&out, "/", 1, 1);
    TAP_INT(out.size, 0);
    ma_buf_free(&out);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "shows the line and the mark", shows },
        { "cuts long lines", cuts_long_lines },
        { "cuts between characters", cuts_between_characters },
        { "is silent without a file", is_silent_without_a_file },
    };

    return tap_main("caret", tests, COUNT(tests));
}
