/* SPDX-License-Identifier: BSD-2-Clause */
/* lint_report.c - see lint_report.h. */
#include "lint_report.h"

#include <string.h>

#include "base/encode.h"
#include "common/caret.h"

finding_t finding_of_error(const mtlsauth_error_t *err)
{
    return (finding_t) {
        .pos = { mtlsauth_error_file(err), mtlsauth_error_line(err), mtlsauth_error_column(err) },
        .error = true,
        .rule = ma_error_rule(err),
        .message = mtlsauth_error_message(err),
        .mend = mtlsauth_error_mend(err),
    };
}

finding_t finding_of_warning(const ma_warning_t *warning)
{
    return (finding_t) { .pos = warning->pos,
                         .rule = warning->rule,
                         .message = warning->message,
                         .mend = warning->mend };
}

static const char *severity(const finding_t *finding)
{
    return finding->error ? "error" : "warning";
}

void lint_report_plain(ma_buf_t *out, const finding_t *finding)
{
    const ma_pos_t *pos = &finding->pos;

    if (pos->file != NULL)
        ma_buf_text(out, pos->file);
    if (pos->file != NULL && pos->line > 0)
        ma_buf_printf(out, ":%u", pos->line);
    if (pos->file != NULL && pos->line > 0 && pos->column > 0)
        ma_buf_printf(out, ":%u", pos->column);
    ma_buf_printf(out, "%s%s: %s%s%s [%s]\n", pos->file != NULL ? ": " : "", severity(finding),
                  finding->message, finding->mend[0] != '\0' ? "; " : "", finding->mend,
                  finding->rule);
    caret_show(out, pos->file, pos->line, pos->column);
}

/* ---- for programs -------------------------------------------------------------------------- */

static void add_text(ma_buf_t *out, const char *name, const char *text, size_t size)
{
    ma_buf_printf(out, ",\"%s\":", name);
    if (size > 0)
        ma_encode_json_string(out, text, size);
    else
        ma_buf_text(out, "null");
}

static void add_number(ma_buf_t *out, const char *name, unsigned number)
{
    ma_buf_printf(out, ",\"%s\":", name);
    if (number > 0)
        ma_buf_printf(out, "%u", number);
    else
        ma_buf_text(out, "null");
}

/* The route at the end of a message, or NULL. Quoted text may look like one, so the last counts. */
static const char *route_of(const char *message)
{
    static const char begin[] = "; route: ";
    const char *found = NULL, *next = message;

    while ((next = strstr(next, begin)) != NULL) {
        found = next;
        next += strlen(begin);
    }
    return found != NULL ? found + strlen(begin) : NULL;
}

void lint_report_json(ma_buf_t *out, const finding_t *finding)
{
    const char *file = finding->pos.file != NULL ? finding->pos.file : "";
    const char *route = route_of(finding->message);
    size_t size = strlen(finding->message);

    if (route != NULL)
        size = (size_t)(route - finding->message) - strlen("; route: ");
    ma_buf_printf(out, "{\"severity\":\"%s\"", severity(finding));
    add_text(out, "rule", finding->rule, strlen(finding->rule));
    add_text(out, "file", file, strlen(file));
    add_number(out, "line", finding->pos.line);
    add_number(out, "column", finding->pos.column);
    add_text(out, "message", finding->message, size);
    add_text(out, "mend", finding->mend, strlen(finding->mend));
    add_text(out, "route", route, route != NULL ? strlen(route) : 0);
    ma_buf_text(out, "}\n");
}
