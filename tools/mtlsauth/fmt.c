/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fmt.c - `mtlsauth fmt`: writes policy files in one layout.
 *
 * The layout, and the proof that it means the same, are the library's (policy/fmt.h). A file that
 * has it already is not touched.
 */
#include <string.h>

#include "commands.h"
#include "common/caret.h"
#include "common/input.h"
#include "common/replace.h"
#include "policy/fmt.h"
#include "policy/scan.h"

enum { OPTION_CHECK = OPTION_OWN, OPTION_STDOUT };

static const char help[] =
    "Usage: mtlsauth fmt [OPTION]... FILE...\n"
    "Writes policy files (.conf, .next, .stack) in one layout, in place. Comments and the order\n"
    "of things stay, and a file is only written if it means what it meant. FILE may be -:\n"
    "standard input, formatted to standard output.\n"
    "\n"
    "      --check               write nothing; list the files that would change\n"
    "      --stdout              write to standard output, and leave the files as they are\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 done; with --check, nothing would change; 1 something would; 2 errors.\n";

static const struct option options[] = {
    { "check", no_argument, NULL, OPTION_CHECK },
    { "stdout", no_argument, NULL, OPTION_STDOUT },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct fmt {
    bool check;
    bool to_stdout;
    ma_buf_t out;
} fmt_t;

/* What standard input held is gone when an error is shown: its line is not shown then. */
static int format(const char *path, const input_t *input, ma_buf_t *formatted)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    mtlsauth_error_t *err = NULL;
    int ret = ma_fmt(name, (ma_bytes_t) { input->data, input->size }, formatted, &err);

    if (ret != 0)
        say_error(err);
    mtlsauth_error_free(err);
    return ret;
}

/* Does with the formatted text what was asked for. */
static int deliver(fmt_t *fmt, const char *path, const input_t *input, const ma_buf_t *formatted)
{
    const bool changed = formatted->size != input->size
        || (input->size > 0 && memcmp(formatted->data, input->data, input->size) != 0);
    int status = STATUS_OK;
    ma_buf_t why;

    if (fmt->check) {
        if (changed)
            ma_buf_printf(&fmt->out, "%s\n", path);
        return changed ? STATUS_WARNINGS : STATUS_OK;
    }
    if (fmt->to_stdout || strcmp(path, "-") == 0) {
        ma_buf_add(&fmt->out, ma_buf_string(formatted), formatted->size);
        return STATUS_OK;
    }
    ma_buf_init(&why, 0);
    if (changed && replace_file(path, formatted, &why) != 0) {
        say("%s", ma_buf_string(&why));
        status = STATUS_ERROR;
    }
    ma_buf_free(&why);
    return status;
}

static int fmt_one(fmt_t *fmt, const char *path)
{
    input_t input = { NULL, 0, 0 };
    ma_buf_t formatted, why;
    int status = STATUS_ERROR;

    ma_buf_init(&formatted, 0);
    ma_buf_init(&why, 0);
    if (input_read(path, MA_SCAN_MAX_SIZE, &input, &why) != 0)
        say("%s", ma_buf_string(&why));
    else if (format(path, &input, &formatted) == 0)
        status = deliver(fmt, path, &input, &formatted);
    input_free(&input);
    ma_buf_free(&why);
    ma_buf_free(&formatted);
    return status;
}

static int read_options(const command_t *self, int argc, char **argv, fmt_t *fmt)
{
    int option, i, inputs = 0;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_CHECK:
            fmt->check = true;
            break;
        case OPTION_STDOUT:
            fmt->to_stdout = true;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    for (i = optind; i < argc; i++)
        inputs += strcmp(argv[i], "-") == 0;
    if (optind == argc)
        return wrong_usage(self, "name a policy file, or - for standard input");
    if (fmt->check && fmt->to_stdout)
        return wrong_usage(self, "--check writes no file: it goes without --stdout");
    if (inputs > 1)
        return wrong_usage(self, "standard input can be read only once");
    return STATUS_NONE;
}

static int run(const command_t *self, int argc, char **argv)
{
    fmt_t fmt = { .check = false };
    int one, status = read_options(self, argc, argv, &fmt);

    if (status != STATUS_NONE)
        return status;
    ma_buf_init(&fmt.out, 0);
    for (status = STATUS_OK; optind < argc; optind++) {
        one = fmt_one(&fmt, argv[optind]);
        if (one > status)
            status = one;
    }
    status = finish(&fmt.out, status);
    ma_buf_free(&fmt.out);
    return status;
}

const command_t command_fmt = {
    .name = "fmt",
    .summary = "write policy files in one layout",
    .help = help,
    .options = options,
    .run = run,
};
