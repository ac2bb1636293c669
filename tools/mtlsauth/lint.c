/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint.c - `mtlsauth lint`: loads policies as a server would, and reports what is wrong.
 *
 * There is no second reader: what is found is what an engine finds at open. It stops at the first
 * error of a policy. What it finds goes to standard output, each with the id of its rule. Fields
 * that the server at hand does not supply are not known here; that server's own configuration test
 * finds those.
 */
#include "commands.h"
#include "common/text.h"
#include "engine/engine.h"
#include "lint_report.h"
#include "rules.h"
#include "setting.h"

enum { OPTION_EXPLAIN = OPTION_OWN, OPTION_JSON };

static const char help[] =
    "Usage: mtlsauth lint [OPTION]... FILE|DIR...\n"
    "   or: mtlsauth lint --explain [RULE]...\n"
    "Loads policy files, or directories of them, as a server would and prints errors and\n"
    "warnings.\n"
    "\n"
    "      --explain             explain rules by their ids; without one, list them all\n"
    "      --json                print JSON, one line for each error and warning\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 clean, 1 warnings only, 2 errors.\n";

static const struct option options[] = {
    { "explain", optional_argument, NULL, OPTION_EXPLAIN },
    { "json", no_argument, NULL, OPTION_JSON },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct lint {
    mtlsauth_open_t how;
    ma_buf_t out;
    lint_report_fn *report;
    bool json;
    bool explain;
    char *rule;      /**< of --explain=RULE */
    size_t warnings; /**< of the policy at hand */
} lint_t;

/* ma_warning_fn */
static void take_warning(void *context, const ma_warning_t *warning)
{
    lint_t *lint = context;
    const finding_t finding = finding_of_warning(warning);

    lint->warnings++;
    lint->report(&lint->out, &finding);
}

static int lint_one(lint_t *lint, const char *policy)
{
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;
    int status = STATUS_OK;

    lint->warnings = 0;
    lint->how.policy = policy;
    if (ma_engine_open(&engine, &lint->how, take_warning, &err) != 0) {
        finding_t finding = finding_of_error(err);

        if (finding.pos.file == NULL && lint->json)
            finding.pos.file = policy; /* the message has it, for people */
        lint->report(&lint->out, &finding);
        status = STATUS_ERROR;
    } else if (lint->warnings > 0) {
        status = STATUS_WARNINGS;
    } else if (!lint->json) {
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
        case OPTION_JSON:
            lint->json = true;
            lint->report = lint_report_json;
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
    lint_t lint = { .how = MTLSAUTH_OPEN_INIT, .report = lint_report_plain };
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
