/* SPDX-License-Identifier: BSD-2-Clause */
/* check_usage.c - see check_usage.h. Everything that can be wrong is said before a file is read. */
#include "check_usage.h"

#include <stdlib.h>
#include <string.h>

#include "common/when.h"

enum {
    OPTION_POLICY = OPTION_OWN,
    OPTION_SERVICE,
    OPTION_CERT,
    OPTION_CHAIN,
    OPTION_NO_CERT,
    OPTION_SET,
    OPTION_TIME,
    OPTION_JSON,
    OPTION_PASSWORD_FILE
};

const struct option check_options[] = {
    { "policy", required_argument, NULL, OPTION_POLICY },
    { "service", required_argument, NULL, OPTION_SERVICE },
    { "cert", required_argument, NULL, OPTION_CERT },
    { "chain", required_argument, NULL, OPTION_CHAIN },
    { "no-cert", no_argument, NULL, OPTION_NO_CERT },
    { "set", required_argument, NULL, OPTION_SET },
    { "time", required_argument, NULL, OPTION_TIME },
    { "json", no_argument, NULL, OPTION_JSON },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static int take_setting(const command_t *self, check_usage_t *usage, const char *text)
{
    setting_t *setting = &usage->settings[usage->n_settings];
    ma_buf_t why;
    size_t i;
    int status = STATUS_NONE;

    ma_buf_init(&why, 0);
    if (setting_parse(text, setting, &why) != 0)
        status = wrong_usage(self, "--set: %s", ma_buf_string(&why));
    for (i = 0; status == STATUS_NONE && i < usage->n_settings; i++)
        if (setting_same(&usage->settings[i], setting))
            status = wrong_usage(self, "--set %s: that field was set already", text);
    if (status == STATUS_NONE)
        usage->n_settings++;
    ma_buf_free(&why);
    return status;
}

static int take_time(const command_t *self, check_usage_t *usage, const char *text)
{
    usage->has_time = strcmp(text, "now") != 0;
    if (usage->has_time && !when_parse(text, &usage->time))
        return wrong_usage(self,
                           "--time: \"%s\" is no time; write now, 2026-03-01T12:00:00Z or "
                           "seconds since 1970",
                           text);
    return STATUS_NONE;
}

static int take_cert(const command_t *self, check_usage_t *usage, const char *file)
{
    if (usage->cert != NULL)
        return wrong_usage(self, "two certificates, %s and %s; one is judged at a time, and what "
                                 "was sent with it is named by --chain",
                           usage->cert, file);
    usage->cert = file;
    return STATUS_NONE;
}

static int take_option(const command_t *self, check_usage_t *usage, int option)
{
    switch (option) {
    case OPTION_POLICY:
        usage->policy = optarg;
        break;
    case OPTION_SERVICE:
        usage->service = optarg;
        break;
    case OPTION_CERT:
        return take_cert(self, usage, optarg);
    case OPTION_CHAIN:
        usage->chain[usage->n_chain++] = optarg;
        break;
    case OPTION_NO_CERT:
        usage->no_cert = true;
        break;
    case OPTION_SET:
        return take_setting(self, usage, optarg);
    case OPTION_TIME:
        return take_time(self, usage, optarg);
    case OPTION_JSON:
        usage->json = true;
        break;
    case OPTION_PLUGIN_DIR:
        usage->plugin_dir = optarg;
        break;
    case OPTION_INSECURE:
        usage->insecure = true;
        break;
    case OPTION_PASSWORD_FILE:
        usage->password_file = optarg;
        break;
    case OPTION_HELP:
        return finish_text(self->help, STATUS_OK);
    default:
        return STATUS_ERROR;
    }
    return STATUS_NONE;
}

static bool is_standard_input(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

/* What is wrong with the options taken together. */
static int judge(const command_t *self, const check_usage_t *usage)
{
    size_t i;
    unsigned standard = is_standard_input(usage->cert) + is_standard_input(usage->password_file);

    if (usage->no_cert && (usage->cert != NULL || usage->n_chain > 0))
        return wrong_usage(self, "--no-cert says that the client sent no certificate; leave it "
                                 "out, or %s",
                           usage->cert != NULL ? usage->cert : "--chain");
    if (!usage->no_cert && usage->cert == NULL)
        return wrong_usage(self, "name the file of a certificate, or give --no-cert");
    for (i = 0; i < usage->n_chain; i++)
        standard += is_standard_input(usage->chain[i]);
    if (standard > 1)
        return wrong_usage(self, "standard input (-) can be read only once");
    return STATUS_NONE;
}

static int read_all(const command_t *self, int argc, char **argv, check_usage_t *usage)
{
    int option, status = STATUS_NONE;

    while (status == STATUS_NONE && (option = next_option(self, argc, argv)) != -1)
        status = take_option(self, usage, option);
    while (status == STATUS_NONE && optind < argc)
        status = take_cert(self, usage, argv[optind++]);
    return status == STATUS_NONE ? judge(self, usage) : status;
}

int check_usage_read(const command_t *self, int argc, char **argv, check_usage_t *out)
{
    check_usage_t usage = { .policy = MTLSAUTH_POLICY_DIR };
    int status = STATUS_ERROR;

    /* There cannot be more of them than arguments. */
    usage.chain = calloc((size_t)argc, sizeof(*usage.chain));
    usage.settings = calloc((size_t)argc, sizeof(*usage.settings));
    if (usage.chain == NULL || usage.settings == NULL)
        say("out of memory");
    else
        status = read_all(self, argc, argv, &usage);
    if (status == STATUS_NONE)
        *out = usage;
    else
        check_usage_free(&usage);
    return status;
}

void check_usage_free(check_usage_t *usage)
{
    if (usage == NULL)
        return;
    free(usage->chain);
    free(usage->settings);
    *usage = (check_usage_t) { 0 };
}
