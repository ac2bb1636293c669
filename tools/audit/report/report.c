/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - see report.h. */
#include "audit/report/report.h"

#include <stdlib.h>

#include "audit/report/page.h"
#include "audit/report/put.h"
#include "audit/report/row.h"
#include "audit/report/row_said.h"

#define BLOCK (256u << 10) /* octets that are written at once */
#define MAX_ROW 8192u      /* most rows are much shorter; longer ones make the block grow */

struct report {
    report_how_t how;
    row_names_t names;
    FILE *stream;
    bool failed;
    summary_t *summary;
    ma_buf_t block;
    /* The page's rows. Those that were not allowed are kept for longer. */
    ma_buf_t page;
    uint64_t page_rows, page_allowed, page_left_out;
};

int report_new(const report_how_t *how, FILE *stream, report_t **out)
{
    report_t *self = calloc(1, sizeof(*self));

    if (self == NULL || summary_new(&self->summary) != 0 || row_memo_new(&self->names.memo) != 0) {
        report_free(self);
        return MTLSAUTH_E_NO_MEMORY;
    }
    self->how = *how;
    self->names.files = how->files;
    self->names.n_files = how->n_files;
    self->names.cipher = how->cipher_name;
    self->stream = stream;
    ma_buf_init(&self->block, 0);
    ma_buf_init(&self->page, 0);
    if (how->kind == REPORT_CSV && how->row == NULL)
        row_csv_header(&self->block);
    *out = self;
    return 0;
}

void report_free(report_t *report)
{
    if (report == NULL)
        return;
    summary_free(report->summary);
    row_memo_free(report->names.memo);
    ma_buf_free(&report->block);
    ma_buf_free(&report->page);
    free(report);
}

static void write_block(report_t *self, ma_buf_t *block)
{
    if (block->failed
        || (block->size > 0 && fwrite(block->data, 1, block->size, self->stream) != block->size))
        self->failed = true;
    ma_buf_clear(block);
}

/* Beside a baseline only what changes is of interest, also where both deny. */
static bool is_told(const judgement_t *judgement)
{
    if (judgement->baseline != NULL)
        return judgement->changed;
    return judgement->verdict.would != MTLSAUTH_ALLOW;
}

/* Has the page room? Some is kept free for rows that need explaining. */
static bool has_room(report_t *self, bool allowed)
{
    if (self->page_rows < REPORT_PAGE_ROWS && self->page.size <= REPORT_PAGE_OCTETS
        && (!allowed
            || (self->page_allowed < REPORT_PAGE_ALLOWED
                && self->page.size <= REPORT_PAGE_OCTETS / 4))) {
        self->page_rows++;
        self->page_allowed += allowed;
        return true;
    }
    self->page_left_out++;
    return false;
}

/* Where the next row goes. */
static ma_buf_t *place(report_t *self)
{
    if (self->how.kind != REPORT_HTML)
        return &self->block;
    if (self->page.size > 0)
        PUT(&self->page, ",\n");
    return &self->page;
}

static void render(report_t *self, ma_buf_t *out, const judgement_t *judgement)
{
    if (self->how.kind == REPORT_JSON || self->how.kind == REPORT_HTML)
        row_json(out, judgement, &self->names);
    else if (self->how.kind == REPORT_CSV)
        row_csv(out, judgement, &self->names);
    else
        row_text(out, judgement, &self->names);
    if (self->how.kind == REPORT_JSON)
        PUT(out, "\n");
}

void report_judgement(void *report, const judgement_t *judgement)
{
    report_t *self = report;
    bool told = is_told(judgement);

    if (self->how.summary || self->how.kind == REPORT_TEXT || self->how.kind == REPORT_HTML)
        summary_judgement(self->summary, judgement);
    if (self->how.summary || (self->how.kind == REPORT_TEXT && !told && !self->how.all)
        || (self->how.kind == REPORT_HTML && !has_room(self, !told)))
        return;
    if (self->how.row != NULL) {
        ma_buf_clear(&self->block);
        render(self, &self->block, judgement);
        self->failed = self->failed || self->block.failed;
        self->how.row(self->how.context, judgement, self->block.data, self->block.size, !told);
        return;
    }
    render(self, place(self), judgement);
    if (self->block.size >= BLOCK - MAX_ROW)
        write_block(self, &self->block);
}

void report_row(report_t *report, const char *row, size_t size, bool allowed)
{
    if (report->how.kind == REPORT_HTML && !has_room(report, allowed))
        return;
    put_bytes(place(report), row, size);
    if (report->block.size >= BLOCK - MAX_ROW)
        write_block(report, &report->block);
}

uint64_t report_left_out(const report_t *report)
{
    return report->page_left_out;
}

void report_leave_out(report_t *report, uint64_t count)
{
    report->page_left_out += count;
}

void report_problem(void *report, const char *path, const char *why)
{
    summary_problem(((report_t *)report)->summary, path, why);
}

summary_t *report_summary(report_t *report)
{
    return report->summary;
}

/* In parts, so that the rows are in memory once. */
static void finish_page(report_t *self)
{
    if (page_begin(&self->block, self->summary, self->page_left_out) != 0)
        self->failed = true;
    write_block(self, &self->block);
    write_block(self, &self->page);
    page_end(&self->block);
}

int report_finish(report_t *report)
{
    ma_buf_t *block = &report->block;

    if (report->how.kind == REPORT_HTML) {
        finish_page(report);
    } else if (report->how.summary && report->how.kind == REPORT_JSON) {
        summary_json(report->summary, block);
    } else if (report->how.kind == REPORT_TEXT) {
        if (!report->how.summary && report->summary->rows > 0 && block->size > 0)
            PUT(block, "\n");
        summary_text(report->summary, block);
    }
    write_block(report, block);
    if (fflush(report->stream) != 0 || ferror(report->stream))
        report->failed = true;
    return report->failed ? -1 : 0;
}
