/* SPDX-License-Identifier: BSD-2-Clause */
/* merge_command.c - `mtlsauth-audit merge`: adds up summaries of several captures or machines. */
#include <stdio.h>

#include "audit/commands.h"
#include "audit/report/page.h"
#include "audit/report/report.h"

enum { OPTION_JSON = OPTION_OWN, OPTION_HTML };

static const struct option options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"html", no_argument, NULL, OPTION_HTML},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static const char help[] =
    "Usage: mtlsauth-audit merge [--json|--html] SUMMARY...\n"
    "Adds up summaries that 'mtlsauth-audit --summary --json' wrote (- is standard input).\n"
    "\n"
    "      --json   one object, to be merged again\n"
    "      --html   one page\n"
    "  -h, --help   print this and exit\n"
    "\n"
    "Exit status: 2 a summary cannot be read; else as mtlsauth-audit.\n";

static int read_summaries(report_t *report, int argc, char **argv)
{
    ma_buf_t why;
    int i, status = STATUS_NONE;

    ma_buf_init(&why, 0);
    for (i = 0; status == STATUS_NONE && i < argc; i++) {
        if (summary_read(report_summary(report), argv[i], &why) != 0) {
            say("%s", ma_buf_string(&why));
            status = STATUS_ERROR;
        }
    }
    ma_buf_free(&why);
    return status;
}

static int merge(report_kind_t kind, int argc, char **argv)
{
    const report_how_t how = {.kind = kind, .summary = true};
    report_t *report = NULL;
    int status;

    if (report_new(&how, stdout, &report) != 0) {
        say("out of memory");
        return STATUS_ERROR;
    }
    status = read_summaries(report, argc, argv);
    if (status == STATUS_NONE) {
        status = summary_exit_status(report_summary(report));
        if (report_finish(report) != 0) {
            say("standard output: the report could not be written");
            status = STATUS_ERROR;
        }
    }
    report_free(report);
    return status;
}

static int run(const command_t *self, int argc, char **argv)
{
    report_kind_t kind = REPORT_TEXT;
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_JSON:
            kind = REPORT_JSON;
            break;
        case OPTION_HTML:
            kind = REPORT_HTML;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    if (optind == argc)
        return wrong_usage(self, "name summaries, or - for standard input");
    return merge(kind, argc - optind, argv + optind);
}

const command_t command_merge = {
    .name = "merge",
    .summary = "add up summaries",
    .help = help,
    .options = options,
    .run = run,
};
