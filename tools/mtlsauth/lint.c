/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint.c - `mtlsauth lint`: loads policies as a server would, and reports what is wrong.
 *
 * There is no second reader: what is found is what an engine finds at open. It stops at the first
 * error of a policy. What it finds goes to standard output, each with the id of its rule, if it has
 * one, behind it in brackets. Fields that the server at hand does not supply are not known here;
 * that server's own configuration test finds those.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "commands.h"
#include "common/caret.h"
#include "common/text.h"
#include "plugin/fact.h"
#include "rules.h"
#include "setting.h"

enum { OPTION_EXPLAIN = OPTION_OWN };

static const char help[] =
    "Usage: mtlsauth lint [OPTION]... FILE|DIR...\n"
    "   or: mtlsauth lint --explain [RULE]...\n"
    "Loads policy files, or directories of them, as a server would and prints errors and\n"
    "warnings.\n"
    "\n"
    "      --explain             explain rules by their ids; without one, list them all\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 clean, 1 warnings only, 2 errors.\n";

static const struct option options[] = {
    { "explain", optional_argument, NULL, OPTION_EXPLAIN },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct lint {
    mtlsauth_open_t how;
    ma_buf_t out;
    bool explain;
    char *rule;      /**< of --explain=RULE */
    size_t warnings; /**< of the policy at hand */
} lint_t;

/* Cuts ":NUMBER" off the end of a text; false if there is none. */
static bool cut_number(char *text, unsigned *number)
{
    char *colon = strrchr(text, ':');
    unsigned long value;
    char *end;

    if (colon == NULL || colon[1] < '0' || colon[1] > '9')
        return false;
    value = strtoul(colon + 1, &end, 10);
    if (*end != '\0' || value > UINT_MAX)
        return false;
    *number = (unsigned)value;
    *colon = '\0';
    return true;
}

/* The line of the file that a warning "FILE:LINE:COLUMN: warning: ..." is about. */
static void show_place(ma_buf_t *out, const char *warning)
{
    const char *end = strstr(warning, ": warning: ");
    char *place = end != NULL ? strndup(warning, (size_t)(end - warning)) : NULL;
    unsigned line, column;

    if (place != NULL && cut_number(place, &column) && cut_number(place, &line))
        caret_show(out, place, line, column);
    free(place);
}

static void take_warning(void *context, int level, const char *line)
{
    lint_t *lint = context;

    if (level != MTLSAUTH_LOG_WARNING) /* an error comes back from the open */
        return;
    lint->warnings++;
    ma_buf_printf(&lint->out, "%s\n", line); /* printable, and says "warning" */
    show_place(&lint->out, line);
}

/* "FILE:LINE:COLUMN: error: MESSAGE; MEND", as compilers have it. The parts are printable. */
static void add_error(ma_buf_t *out, const mtlsauth_error_t *err)
{
    const char *file = mtlsauth_error_file(err);
    const char *mend = mtlsauth_error_mend(err);
    unsigned line = mtlsauth_error_line(err);
    unsigned column = mtlsauth_error_column(err);

    if (file != NULL)
        ma_buf_text(out, file);
    if (file != NULL && line > 0)
        ma_buf_printf(out, ":%u", line);
    if (file != NULL && line > 0 && column > 0)
        ma_buf_printf(out, ":%u", column);
    ma_buf_printf(out, "%serror: %s%s%s", file != NULL ? ": " : "", mtlsauth_error_message(err),
                  mend[0] != '\0' ? "; " : "", mend);
    if (ma_error_rule(err) != NULL)
        ma_buf_printf(out, " [%s]", ma_error_rule(err));
    ma_buf_byte(out, '\n');
    caret_show(out, file, line, column);
}

static int lint_one(lint_t *lint, const char *policy)
{
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;
    int status = STATUS_OK;

    lint->warnings = 0;
    lint->how.policy = policy;
    if (mtlsauth_engine_open(&engine, &lint->how, &err) != 0) {
        add_error(&lint->out, err);
        status = STATUS_ERROR;
    } else if (lint->warnings > 0) {
        status = STATUS_WARNINGS;
    } else {
        text_cell(&lint->out, policy, 0);
        ma_buf_text(&lint->out, ": ok\n");
    }
    mtlsauth_error_free(err);
    mtlsauth_engine_free(engine);
    return status;
}

static int read_options(const command_t *self, int argc, char **argv, lint_t *lint)
{
    mtlsauth_open_t *how = &lint->how;
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_EXPLAIN:
            lint->explain = true;
            lint->rule = optarg;
            break;
        case OPTION_PLUGIN_DIR:
            how->plugin_dir = optarg;
            break;
        case OPTION_INSECURE:
            how->flags |= MTLSAUTH_OPEN_INSECURE_FILES;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    if (optind == argc && !lint->explain)
        return wrong_usage(self, "name a policy file, or a directory of them");
    return STATUS_NONE;
}

static int run(const command_t *self, int argc, char **argv)
{
    lint_t lint = { .how = MTLSAUTH_OPEN_INIT };
    int one, status;

    lint.how.flags = MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_TRUST_OWNER;
    status = read_options(self, argc, argv, &lint);
    if (status != STATUS_NONE)
        return status;
    if (lint.rule != NULL && optind == argc)
        return explain_rules(self, &lint.rule, 1);
    if (lint.explain)
        return explain_rules(self, argv + optind, (size_t)(argc - optind));
    lint.how.log_level = MTLSAUTH_LOG_WARNING;
    lint.how.log = take_warning;
    lint.how.log_context = &lint;
    lint.how.attributes = ma_attribute_names();
    lint.how.n_attributes = setting_count();
    ma_buf_init(&lint.out, 0);
    for (status = STATUS_OK; optind < argc; optind++) {
        one = lint_one(&lint, argv[optind]);
        if (one > status)
            status = one;
    }
    status = finish(&lint.out, status);
    ma_buf_free(&lint.out);
    return status;
}

const command_t command_lint = {
    .name = "lint",
    .summary = "check policy files for mistakes",
    .help = help,
    .options = options,
    .run = run,
};
