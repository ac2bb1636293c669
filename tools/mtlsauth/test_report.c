/* SPDX-License-Identifier: BSD-2-Clause */
/* test_report.c - see test_report.h. */
#include "test_report.h"

#include <string.h>

#include "base/encode.h"

/* In TAP a # begins a directive, and readers differ in how it is escaped: none is written. */
static void add_name(test_report_t *report, const char *text)
{
    const char *mark;

    while (report->tap && (mark = strchr(text, '#')) != NULL) {
        ma_encode_terminal(&report->out, text, (size_t)(mark - text));
        ma_buf_text(&report->out, "\\x23");
        text = mark + 1;
    }
    ma_encode_terminal(&report->out, text, strlen(text));
}

/* Every line with the mark of a comment, or moved in, before it. */
static void add_lines(test_report_t *report, const char *lines)
{
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");

        ma_buf_text(&report->out, report->tap ? "# " : "      ");
        ma_buf_add(&report->out, lines, size);
        ma_buf_byte(&report->out, '\n');
        lines += size + (lines[size] == '\n' ? 1 : 0);
    }
}

void test_report_begin(test_report_t *report, bool tap)
{
    *report = (test_report_t) { .tap = tap };
    ma_buf_init(&report->out, 0);
    if (tap)
        ma_buf_text(&report->out, "TAP version 13\n");
}

void test_report_case(test_report_t *report, const test_file_t *file, const test_case_t *test,
                      bool passed, const char *detail)
{
    report->run++;
    report->failed += passed ? 0 : 1;
    if (report->tap)
        ma_buf_printf(&report->out, "%s %zu - ", passed ? "ok" : "not ok",
                      report->run + report->broken);
    else
        ma_buf_text(&report->out, passed ? "ok    " : "FAIL  ");
    add_name(report, file->path);
    ma_buf_printf(&report->out, ":%u: ", test->line);
    add_name(report, test->name);
    ma_buf_byte(&report->out, '\n');
    add_lines(report, detail);
}

void test_report_broken(test_report_t *report, const char *path, const char *why)
{
    report->broken++;
    if (report->tap)
        ma_buf_printf(&report->out, "not ok %zu - ", report->run + report->broken);
    else
        ma_buf_text(&report->out, "ERROR ");
    add_name(report, path);
    ma_buf_text(&report->out, ": not tested\n");
    if (report->tap)
        add_lines(report, why); /* for people it stands on standard error, with the line */
}

static void add_count(ma_buf_t *out, size_t count, const char *what)
{
    ma_buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

void test_report_end(test_report_t *report)
{
    ma_buf_t *out = &report->out;

    if (report->tap)
        ma_buf_printf(out, "1..%zu\n# ", report->run + report->broken);
    add_count(out, report->run, "test");
    ma_buf_printf(out, ", %zu failed", report->failed);
    if (report->broken > 0) {
        ma_buf_text(out, ", ");
        add_count(out, report->broken, "file");
        ma_buf_text(out, " not tested");
    }
    ma_buf_byte(out, '\n');
}
