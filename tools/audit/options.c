/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - see options.h. Everything that can be wrong is said before a file is read. */
#include "audit/options.h"

#include <stdlib.h>
#include <string.h>

#include "audit/replay/server.h"
#include "common/when.h"

#define MAX_JOBS 256u
#define MAX_SHARDS 65536u

enum {
    OPTION_POLICY = OPTION_OWN,
    OPTION_SERVICE,
    OPTION_BASELINE,
    OPTION_KEYLOG,
    OPTION_AS,
    OPTION_DECISIONS,
    OPTION_AT,
    OPTION_FILTER,
    OPTION_DECODE_AS,
    OPTION_JOBS,
    OPTION_SHARD,
    OPTION_SUMMARY,
    OPTION_ALL,
    OPTION_JSON,
    OPTION_CSV,
    OPTION_HTML,
    OPTION_PROGRESS,
    OPTION_NO_PROGRESS,
    OPTION_VERSION
};

const struct option audit_option_table[] = {
    {"policy", required_argument, NULL, OPTION_POLICY},
    {"service", required_argument, NULL, OPTION_SERVICE},
    {"baseline", required_argument, NULL, OPTION_BASELINE},
    {"keylog", required_argument, NULL, OPTION_KEYLOG},
    {"as", required_argument, NULL, OPTION_AS},
    {"decisions", required_argument, NULL, OPTION_DECISIONS},
    {"at", required_argument, NULL, OPTION_AT},
    {"filter", required_argument, NULL, OPTION_FILTER},
    {"decode-as", required_argument, NULL, OPTION_DECODE_AS},
    {"jobs", required_argument, NULL, OPTION_JOBS},
    {"shard", required_argument, NULL, OPTION_SHARD},
    {"summary", no_argument, NULL, OPTION_SUMMARY},
    {"all", no_argument, NULL, OPTION_ALL},
    {"json", no_argument, NULL, OPTION_JSON},
    {"csv", no_argument, NULL, OPTION_CSV},
    {"html", no_argument, NULL, OPTION_HTML},
    {"progress", no_argument, NULL, OPTION_PROGRESS},
    {"no-progress", no_argument, NULL, OPTION_NO_PROGRESS},
    {"plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR},
    {"insecure-files", no_argument, NULL, OPTION_INSECURE},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* Digits alone, up to `max`. */
static bool read_number(const char *text, size_t size, unsigned long max, unsigned long *out)
{
    unsigned long number = 0;
    size_t i;

    for (i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (unsigned long)(text[i] - '0');
        if (number > max)
            return false;
    }
    *out = number;
    return size > 0;
}

static int take_at(const command_t *self, audit_options_t *options, const char *text)
{
    if (strcmp(text, "capture") == 0)
        options->at = REPLAY_AT_CAPTURE;
    else if (strcmp(text, "now") == 0)
        options->at = REPLAY_AT_NOW;
    else if (when_parse(text, &options->time))
        options->at = REPLAY_AT_TIME;
    else
        return wrong_usage(self,
                           "--at: \"%s\" is no time; write capture, now, 2026-03-01T12:00:00Z or "
                           "seconds since 1970",
                           text);
    return STATUS_NONE;
}

static int unknown_word(const command_t *self, const char *what, const char *word,
                        const char *const *known)
{
    const char *const *name;
    ma_buf_t names;
    int status;

    ma_buf_init(&names, 0);
    for (name = known; *name != NULL; name++)
        ma_buf_printf(&names, "%s%s", names.size > 0 ? ", " : "", *name);
    status = wrong_usage(self, "%s \"%s\"; there are %s", what, word, ma_buf_string(&names));
    ma_buf_free(&names);
    return status;
}

static int take_server(const command_t *self, audit_options_t *options, const char *name)
{
    options->server = name;
    if (server_find(name) != NULL)
        return STATUS_NONE;
    return unknown_word(self, "--as: no server", name, server_names());
}

static const char *find_protocol(const char *name)
{
    const char *const *known = find_protocols();

    while (*known != NULL && strcmp(*known, name) != 0)
        known++;
    return *known;
}

/* [tcp:|udp:]PORT=PROTOCOL; without a transport, both */
static int take_hint(const command_t *self, audit_options_t *options, const char *text)
{
    const char *equals = strchr(text, '='), *port = text;
    uint8_t transport = 0;
    unsigned long number;
    find_hint_t hint;

    if (strncmp(text, "tcp:", 4) == 0 || strncmp(text, "udp:", 4) == 0) {
        transport = text[0] == 't' ? TRANSPORT_TCP : TRANSPORT_UDP;
        port += 4;
    }
    if (equals == NULL || equals < port ||
        !read_number(port, (size_t)(equals - port), 65535, &number))
        return wrong_usage(self,
                           "--decode-as: \"%s\" is no PORT=PROTOCOL, such as 4433=tls or "
                           "udp:1194=openvpn",
                           text);
    hint.port = (uint16_t)number;
    hint.protocol = find_protocol(equals + 1);
    if (hint.protocol == NULL)
        return unknown_word(self, "--decode-as: no protocol", equals + 1, find_protocols());
    hint.transport = transport != 0 ? transport : TRANSPORT_TCP;
    options->hints[options->n_hints++] = hint;
    if (transport == 0) {
        hint.transport = TRANSPORT_UDP;
        options->hints[options->n_hints++] = hint;
    }
    return STATUS_NONE;
}

/* I/N, I from 1 */
static int take_shard(const command_t *self, audit_options_t *options, const char *text)
{
    const char *slash = strchr(text, '/');
    unsigned long shard, count;

    if (slash == NULL || !read_number(text, (size_t)(slash - text), MAX_SHARDS, &shard) ||
        !read_number(slash + 1, strlen(slash + 1), MAX_SHARDS, &count) || shard == 0 ||
        shard > count)
        return wrong_usage(self, "--shard: \"%s\" is no part of a whole; write 1/8 to 8/8", text);
    options->shard = (unsigned)shard - 1;
    options->n_shards = (unsigned)count;
    return STATUS_NONE;
}

static int take_jobs(const command_t *self, audit_options_t *options, const char *text)
{
    unsigned long jobs;

    if (!read_number(text, strlen(text), MAX_JOBS, &jobs) || jobs == 0)
        return wrong_usage(self, "--jobs: \"%s\" is no number from 1 to %u", text, MAX_JOBS);
    options->jobs = (unsigned)jobs;
    return STATUS_NONE;
}

static int take_output(const command_t *self, audit_options_t *options, output_kind_t output)
{
    if (options->output != OUTPUT_TEXT && options->output != output)
        return wrong_usage(self, "one of --json, --csv and --html; they go to standard output");
    options->output = output;
    return STATUS_NONE;
}

static int print_version(void)
{
    ma_buf_t out;
    int status;

    ma_buf_init(&out, 0);
    ma_buf_printf(&out, "%s %s\n", program_name, MTLSAUTH_VERSION);
    status = finish(&out, STATUS_OK);
    ma_buf_free(&out);
    return status;
}

/* Those that are taken down as they are. */
static bool take_plain(audit_options_t *options, int option)
{
    switch (option) {
    case OPTION_POLICY:
        options->policy = optarg;
        return true;
    case OPTION_SERVICE:
        options->service = optarg;
        return true;
    case OPTION_BASELINE:
        options->baseline = optarg;
        return true;
    case OPTION_KEYLOG:
        options->keylogs[options->n_keylogs++] = optarg;
        return true;
    case OPTION_DECISIONS:
        options->decisions = optarg;
        return true;
    case OPTION_FILTER:
        options->filter = optarg;
        return true;
    case OPTION_SUMMARY:
        options->summary = true;
        return true;
    case OPTION_ALL:
        options->all = true;
        return true;
    case OPTION_PROGRESS:
    case OPTION_NO_PROGRESS:
        options->progress = option == OPTION_PROGRESS;
        return true;
    case OPTION_PLUGIN_DIR:
        options->plugin_dir = optarg;
        return true;
    case OPTION_INSECURE:
        options->insecure = true;
        return true;
    default:
        return false;
    }
}

static int take_option(const command_t *self, audit_options_t *options, int option)
{
    if (take_plain(options, option))
        return STATUS_NONE;
    switch (option) {
    case OPTION_AS:
        return take_server(self, options, optarg);
    case OPTION_AT:
        return take_at(self, options, optarg);
    case OPTION_DECODE_AS:
        return take_hint(self, options, optarg);
    case OPTION_JOBS:
        return take_jobs(self, options, optarg);
    case OPTION_SHARD:
        return take_shard(self, options, optarg);
    case OPTION_JSON:
        return take_output(self, options, OUTPUT_JSON);
    case OPTION_CSV:
        return take_output(self, options, OUTPUT_CSV);
    case OPTION_HTML:
        return take_output(self, options, OUTPUT_HTML);
    case OPTION_VERSION:
        return print_version();
    case OPTION_HELP:
        return finish_text(self->help, STATUS_OK);
    default:
        return STATUS_ERROR;
    }
}

/* What is wrong with the options taken together. */
static int judge(const command_t *self, const audit_options_t *options)
{
    size_t i, standard = 0;

    if (options->policy == NULL)
        return wrong_usage(self, "name a policy with --policy FILE|DIR");
    if (options->n_captures == 0)
        return wrong_usage(self, "name a capture, or - for standard input");
    for (i = 0; i < options->n_captures; i++)
        standard += strcmp(options->captures[i], "-") == 0;
    if (standard > 1)
        return wrong_usage(self, "standard input (-) can be read only once");
    if (standard > 0 && options->jobs > 1)
        return wrong_usage(self, "--jobs: each job reads the captures, and standard input (-) can "
                                 "be read only once");
    if (options->jobs > 1 && options->n_shards > 1)
        return wrong_usage(self, "--jobs makes shards of its own; leave out --shard or --jobs");
    if (options->summary && options->output == OUTPUT_CSV)
        return wrong_usage(self, "--summary comes as text, --json or --html, not as --csv");
    return STATUS_NONE;
}

static int read_all(const command_t *self, int argc, char **argv, audit_options_t *options)
{
    int option, status = STATUS_NONE;

    while (status == STATUS_NONE && (option = next_option(self, argc, argv)) != -1)
        status = take_option(self, options, option);
    if (status != STATUS_NONE)
        return status;
    options->captures = (const char *const *)(argv + optind);
    options->n_captures = (size_t)(argc - optind);
    return judge(self, options);
}

int audit_options_read(const command_t *self, int argc, char **argv, audit_options_t *out)
{
    audit_options_t options = {.progress = -1, .jobs = 1, .n_shards = 1};
    int status = STATUS_ERROR;

    *out = (audit_options_t){0};
    /* There cannot be more of them than arguments, and two of each hint. */
    options.keylogs = calloc((size_t)argc, sizeof(*options.keylogs));
    options.hints = calloc((size_t)argc * 2, sizeof(*options.hints));
    if (options.keylogs == NULL || options.hints == NULL)
        say("out of memory");
    else
        status = read_all(self, argc, argv, &options);
    if (status == STATUS_NONE)
        *out = options;
    else
        audit_options_free(&options);
    return status;
}

void audit_options_free(audit_options_t *options)
{
    if (options == NULL)
        return;
    free(options->keylogs);
    free(options->hints);
    *options = (audit_options_t){0};
}
