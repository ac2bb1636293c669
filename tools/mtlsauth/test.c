/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test.c - `mtlsauth test`: asks policies the questions of .test files and compares the answers.
 *
 * The answers come from the library that servers ask, through its public functions; only the files
 * of tests are read by its internal reader. Each file has an engine of its own.
 */
#include <string.h>

#include "commands.h"
#include "explain.h"
#include "plugin/fact.h"
#include "test_report.h"

enum { OPTION_POLICY_DIR = OPTION_OWN, OPTION_TAP, OPTION_VERBOSE };

static const char help[] =
    "Usage: mtlsauth test [OPTION]... FILE.test...\n"
    "Asks policies the questions of test files and compares verdict, reason and headers\n"
    "with what the files expect. mtlsauth-test(5) describes the files.\n"
    "\n"
    "      --policy-dir DIR      where the policies are, by the names that the files give\n"
    "                            them (beside the files)\n"
    "      --tap                 print TAP 13\n"
    "      --verbose             explain the decisions of tests that pass too\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 all tests passed, 1 some failed, 2 errors.\n";

static const struct option options[] = {
    { "policy-dir", required_argument, NULL, OPTION_POLICY_DIR },
    { "tap", no_argument, NULL, OPTION_TAP },
    { "verbose", no_argument, NULL, OPTION_VERBOSE },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct test_run {
    const char *policy_dir; /**< or NULL */
    const char *plugin_dir; /**< or NULL */
    bool insecure;
    bool verbose;
    bool tap;
    test_report_t report;
} test_run_t;

static void warn(void *context, int level, const char *line)
{
    (void)context;
    /* What fails a load comes back as its error. A line is printable already, and says "warning"
       behind its place. */
    if (level == MTLSAUTH_LOG_WARNING)
        say_printable("", line);
}

/* ---- one test ------------------------------------------------------------------------------ */

/* Adds the certificates of one file from `first` on. */
static void add_chain(mtlsauth_request_t *request, const credential_t *credential, size_t first)
{
    size_t i;

    for (i = first; i < credential->count; i++)
        mtlsauth_request_chain(request, credential->certs[i].data, credential->certs[i].size);
}

static void fill(const test_case_t *test, mtlsauth_request_t *request)
{
    size_t i;

    if (test->service != NULL)
        mtlsauth_request_service(request, test->service);
    if (test->has_time)
        mtlsauth_request_time(request, test->time);
    if (test->leaf.count > 0)
        mtlsauth_request_leaf(request, test->leaf.certs[0].data, test->leaf.certs[0].size);
    add_chain(request, &test->leaf, 1);
    for (i = 0; i < test->n_chain; i++)
        add_chain(request, &test->chain[i], 0);
    for (i = 0; i < test->n_settings; i++)
        setting_apply(&test->settings[i], request);
}

static void judge(test_run_t *run, const test_file_t *file, const test_case_t *test,
                  mtlsauth_request_t *request)
{
    const gnutls_datum_t *leaf = test->leaf.count > 0 ? &test->leaf.certs[0] : NULL;
    const mtlsauth_decision_t *decision;
    ma_buf_t detail;
    int allowed;
    bool passed;

    fill(test, request);
    ma_buf_init(&detail, 0);
    allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    passed = test_expect_met(&test->expect, decision, &detail);
    if ((allowed == 1) != (decision->verdict == MTLSAUTH_ALLOW)) {
        ma_buf_text(&detail, "the library's answer and its decision differ\n");
        passed = false;
    }
    if (!passed || run->verbose)
        explain(&detail, decision, leaf);
    run->report.out.failed = run->report.out.failed || detail.failed;
    test_report_case(&run->report, file, test, passed, ma_buf_string(&detail));
    ma_buf_free(&detail);
    mtlsauth_request_reset(request);
}

/* ---- one file ------------------------------------------------------------------------------ */

/* Where the policy of the file is; with --policy-dir only the last part of its path counts. */
static int policy_path(const test_run_t *run, test_file_t *file, mtlsauth_error_t **err)
{
    const char *slash = strrchr(file->policy, '/');

    if (run->policy_dir == NULL)
        return 0;
    file->policy = ma_arena_printf(&file->arena, "%s/%s", run->policy_dir,
                                   slash != NULL ? slash + 1 : file->policy);
    return file->policy != NULL ? 0 : ma_fail_memory(err);
}

static int open_engine(const test_run_t *run, const test_file_t *file, mtlsauth_engine_t **out,
                       mtlsauth_error_t **err)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;

    how.flags = MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_TRUST_OWNER | MTLSAUTH_OPEN_EXPLAIN
        | (run->insecure ? MTLSAUTH_OPEN_INSECURE_FILES : 0);
    how.log_level = MTLSAUTH_LOG_WARNING;
    how.log = warn;
    how.policy = file->policy;
    how.plugin_dir = run->plugin_dir;
    how.server = "mtlsauth";
    how.attributes = ma_attribute_names();
    how.n_attributes = setting_count();
    return mtlsauth_engine_open(out, &how, err);
}

static int run_cases(test_run_t *run, const test_file_t *file, mtlsauth_error_t **err)
{
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_request_t *request = NULL;
    size_t i;
    int ret = open_engine(run, file, &engine, err);

    if (ret == 0 && mtlsauth_request_new(engine, &request) != 0)
        ret = ma_fail_memory(err);
    for (i = 0; ret == 0 && i < file->count; i++)
        judge(run, file, &file->cases[i], request);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    return ret;
}

static void run_file(test_run_t *run, const char *path)
{
    test_file_t file = { .path = NULL };
    mtlsauth_error_t *err = NULL;
    int ret = test_file_read(path, run->insecure, &file, &err);

    if (ret == 0)
        ret = policy_path(run, &file, &err);
    if (ret == 0)
        ret = run_cases(run, &file, &err);
    if (ret != 0) {
        say_error(err);
        test_report_broken(&run->report, path,
                           err != NULL ? mtlsauth_error_text(err) : "out of memory");
    }
    mtlsauth_error_free(err);
    test_file_free(&file);
}

/* ---- the command --------------------------------------------------------------------------- */

static int read_options(const command_t *self, int argc, char **argv, test_run_t *run)
{
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_POLICY_DIR:
            run->policy_dir = optarg;
            break;
        case OPTION_TAP:
            run->tap = true;
            break;
        case OPTION_VERBOSE:
            run->verbose = true;
            break;
        case OPTION_PLUGIN_DIR:
            run->plugin_dir = optarg;
            break;
        case OPTION_INSECURE:
            run->insecure = true;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    if (optind == argc)
        return wrong_usage(self, "name a file of tests");
    return STATUS_NONE;
}

static int run(const command_t *self, int argc, char **argv)
{
    test_run_t tests = { .policy_dir = NULL };
    int status = read_options(self, argc, argv, &tests);

    if (status != STATUS_NONE)
        return status;
    test_report_begin(&tests.report, tests.tap);
    for (; optind < argc; optind++)
        run_file(&tests, argv[optind]);
    test_report_end(&tests.report);
    if (tests.report.broken > 0)
        status = STATUS_ERROR;
    else
        status = tests.report.failed > 0 ? STATUS_FAILED : STATUS_OK;
    status = finish(&tests.report.out, status);
    ma_buf_free(&tests.report.out);
    return status;
}

const command_t command_test = {
    .name = "test",
    .summary = "run the tests of policies",
    .help = help,
    .options = options,
    .run = run,
};
