/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr-cases.c - expressions, what is said of them and what they come to, from plain text files.
 *
 * Blocks are separated by empty lines; a line that begins with # is a comment.
 *
 *     http.host eq "a"                     the expression; more lines of it begin with "| "
 *     ! 1:1: warning id: text; mend        what the checker says, exactly, and where
 *     http.host = "a" => true              values of fields, and what it comes to then
 *     => false                             the same with all fields empty
 *
 * A line "@string" or "@int" in front asks for an expression of that type.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "common/caret.h"
#include "expr/check.h"
#include "expr/parse.h"
#include "expr/print.h"
#include "expr/program.h"
#include "case_fields.h"

#define LINE_MAX_SIZE 4096
#define PLACE "expression"

static const char *const themes[] = { "logic",     "strings", "sets",   "addresses",
                                      "functions", "hex",     "arrays", "maps",
                                      "mistakes-syntax", "mistakes-types", "warnings" };

/* What a block holds, and what came of it. */
typedef struct block {
    unsigned line;    /* where it begins */
    ma_type_t wanted;
    ma_buf_t text;    /* of the expression */
    ma_buf_t said;    /* "! " lines, as they should be */
    ma_buf_t rows;    /* lines with "=>" */
    ma_buf_t heard;   /* as they are */
    ma_buf_t wrong;   /* why rows failed */
} block_t;

static unsigned number, failed;

/* ---- diagnostics, as lint prints them */

static void hear(ma_buf_t *out, unsigned line, unsigned column, const char *kind, const char *text,
                 const char *mend)
{
    ma_buf_printf(out, "%u:%u: %s: %s%s%s\n", line, column, kind, text,
                  mend != NULL && mend[0] != '\0' ? "; " : "", mend != NULL ? mend : "");
    caret_show(out, PLACE, line, column);
}

static void on_warning(void *context, const ma_pos_t *pos, const char *id, const char *text,
                       const char *mend)
{
    char kind[64];

    snprintf(kind, sizeof(kind), "warning %s", id);
    hear(context, pos->line, pos->column, kind, text, mend);
}

static void write_place(const ma_buf_t *text)
{
    FILE *file = fopen(PLACE, "w");

    if (file == NULL || fwrite(text->data, 1, text->size, file) != text->size || fclose(file) != 0)
        abort();
}

/* ---- evaluation */

static void value_text(ma_outcome_t outcome, ma_type_t type, const ma_value_t *value, ma_buf_t *out)
{
    static const char *const outcomes[] = { "error", "false", "true", "limit", "undetermined" };
    size_t i;

    if (type == MA_TYPE_BOOL || outcome != MA_OUTCOME_TRUE) {
        ma_buf_text(out, outcomes[outcome]);
    } else if (type == MA_TYPE_INT) {
        ma_buf_printf(out, "%lld", (long long)value->number);
    } else {
        ma_buf_byte(out, '"');
        for (i = 0; i < value->bytes.size; i++) {
            const char octet = (char)value->bytes.data[i];

            if (octet == '"' || octet == '\\')
                ma_buf_printf(out, "\\%c", octet);
            else if (octet >= ' ' && octet < 0x7f)
                ma_buf_byte(out, octet);
            else
                ma_buf_printf(out, "\\x%02x", value->bytes.data[i]);
        }
        ma_buf_byte(out, '"');
    }
}

static void run_row(block_t *block, const ma_program_t *program, const char *line, size_t size)
{
    const char *arrow = NULL, *at, *why = "no => in it";
    ma_arena_t arena;
    fields_row_t row;
    ma_frame_t frame = { .steps = MA_EXPR_STEPS };
    ma_value_t value = { 0 };
    ma_buf_t got;
    char *copy;

    ma_arena_init(&arena, 0);
    ma_buf_init(&got, 0);
    copy = ma_arena_copy(&arena, line, size);
    for (at = copy; at != NULL && (at = strstr(at, "=> ")) != NULL; at++)
        arrow = at;
    if (arrow != NULL) {
        copy[arrow > copy ? arrow - copy - 1 : 0] = '\0';
        if (arrow == copy)
            copy = ma_arena_string(&arena, "");
    }
    if (arrow == NULL || copy == NULL || !fields_read(copy, &arena, &row, &why)) {
        ma_buf_printf(&block->wrong, "%.*s: %s\n", (int)size, line, why);
    } else {
        frame.values = row.values;
        frame.states = row.states;
        frame.arena = &arena;
        value_text(block->wanted == MA_TYPE_BOOL ? ma_program_test(program, &frame)
                                                 : ma_program_value(program, &frame, &value),
                   block->wanted, &value, &got);
        if (strcmp(ma_buf_string(&got), arrow + 3) != 0)
            ma_buf_printf(&block->wrong, "%.*s, and it is %s\n", (int)size, line,
                          ma_buf_string(&got));
    }
    ma_buf_free(&got);
    ma_arena_free(&arena);
}

static void run_rows(block_t *block, const ma_program_t *program)
{
    const char *at = ma_buf_string(&block->rows), *end;

    for (; *at != '\0'; at = end + 1) {
        end = strchr(at, '\n');
        run_row(block, program, at, (size_t)(end - at));
    }
}

/* ---- a block */

static void report(block_t *block, const char *theme)
{
    const bool same = strcmp(ma_buf_string(&block->said), ma_buf_string(&block->heard)) == 0;
    const bool good = same && block->wrong.size == 0 && block->said.size + block->rows.size > 0;
    const char *at, *end;

    printf("%s %u - %s.test:%u\n", good ? "ok" : "not ok", ++number, theme, block->line);
    if (good)
        return;
    failed++;
    if (!same)
        ma_buf_printf(&block->wrong, "expected:\n%sfound:\n%s", ma_buf_string(&block->said),
                      ma_buf_string(&block->heard));
    for (at = ma_buf_string(&block->wrong); *at != '\0'; at = end + 1) {
        end = strchr(at, '\n');
        printf("# %.*s\n", (int)(end - at), at);
    }
}

static void run_block(block_t *block, const char *theme)
{
    ma_source_t source = { .file = PLACE };
    ma_arena_t arena;
    ma_expr_t *expr = NULL;
    mtlsauth_error_t *err = NULL;
    ma_program_t *program = NULL;
    ma_check_t check = { .source = &source, .schema = fields_schema(), .wanted = block->wanted,
                         .arena = &arena, .warn = on_warning, .context = &block->heard,
                         .err = &err };
    int ret;

    write_place(&block->text);
    ma_arena_init(&arena, 0);
    source.text = (ma_bytes_t) { (const uint8_t *)block->text.data, block->text.size };
    ret = ma_expr_parse(&source, check.schema, &arena, &expr, &err);
    if (ret == 0)
        ret = ma_expr_check(&check, expr);
    if (ret == 0)
        ret = ma_program_new(&source, expr, &arena, &program, &err);
    if (ret != 0)
        hear(&block->heard, mtlsauth_error_line(err), mtlsauth_error_column(err), "error",
             mtlsauth_error_message(err), mtlsauth_error_mend(err));
    else
        run_rows(block, program);
    if (ret != 0 && block->rows.size > 0)
        ma_buf_text(&block->wrong, "it has rows, and does not load\n");
    report(block, theme);
    ma_program_free(program);
    mtlsauth_error_free(err);
    ma_arena_free(&arena);
}

/* ---- files */

static void add_line(block_t *block, const char *line, unsigned at)
{
    if (block->text.size == 0 && block->line == 0)
        block->line = at;
    if (line[0] == '@')
        block->wanted = strcmp(line, "@int") == 0 ? MA_TYPE_INT : MA_TYPE_STRING;
    else if (line[0] == '!' && line[1] == ' ')
        ma_buf_printf(&block->said, "%s\n", line + 2);
    else if (line[0] == '|' && line[1] == ' ')
        ma_buf_printf(&block->text, "\n%s", line + 2);
    else if (block->text.size == 0)
        ma_buf_text(&block->text, line);
    else
        ma_buf_printf(&block->rows, "%s\n", line);
}

static void end_block(block_t *block, const char *theme)
{
    ma_buf_t *const bufs[] = { &block->text, &block->said, &block->rows, &block->heard,
                               &block->wrong };
    size_t i;

    if (block->text.size > 0)
        run_block(block, theme);
    for (i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
        ma_buf_free(bufs[i]);
    memset(block, 0, sizeof(*block));
    block->wanted = MA_TYPE_BOOL;
    for (i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
        ma_buf_init(bufs[i], 0);
}

static bool run_theme(const char *folder, const char *theme)
{
    char path[LINE_MAX_SIZE + 64], line[LINE_MAX_SIZE];
    block_t block = { 0 };
    unsigned at = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.test", folder, theme);
    file = fopen(path, "r");
    if (file == NULL)
        return false;
    end_block(&block, theme);
    while (fgets(line, sizeof(line), file) != NULL) {
        at++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0')
            end_block(&block, theme);
        else if (line[0] != '#')
            add_line(&block, line, at);
    }
    end_block(&block, theme);
    fclose(file);
    return true;
}

int main(void)
{
    const char *srcdir = getenv("srcdir");
    char root[LINE_MAX_SIZE], scratch[] = "/tmp/expr-cases-XXXXXX";
    char folder[LINE_MAX_SIZE + 16];
    size_t i;

    if (realpath(srcdir != NULL ? srcdir : ".", root) == NULL || mkdtemp(scratch) == NULL
        || chdir(scratch) != 0)
        return 99;
    snprintf(folder, sizeof(folder), "%s/tests/expr", root);
    for (i = 0; i < sizeof(themes) / sizeof(themes[0]); i++)
        if (!run_theme(folder, themes[i])) {
            printf("not ok %u - %s.test cannot be read\n", ++number, themes[i]);
            failed++;
        }
    printf("1..%u\n", number);
    (void)unlink(PLACE);
    if (chdir("/") != 0 || rmdir(scratch) != 0)
        return 99;
    return failed > 0;
}
