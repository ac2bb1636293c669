/* SPDX-License-Identifier: BSD-2-Clause */
/* check_usage.h - the command line of `mtlsauth check`, read. For check.c. */
#ifndef MTLSAUTH_TOOL_CHECK_USAGE_H
#define MTLSAUTH_TOOL_CHECK_USAGE_H

#include "common/command.h"
#include "setting.h"

/** What the command line asks for. Strings are borrowed from it. */
typedef struct check_usage {
    const char *policy;
    const char *service;       /**< or NULL */
    const char *plugin_dir;    /**< or NULL */
    const char *password_file; /**< or NULL */
    const char *cert;          /**< or NULL, with no_cert */
    const char **chain;        /**< files; owned */
    size_t n_chain;
    setting_t *settings; /**< owned */
    size_t n_settings;
    int64_t time;
    bool has_time;
    bool no_cert;
    bool json;
    bool insecure;
} check_usage_t;

extern const struct option check_options[];

/** Returns STATUS_NONE, or the status to exit with: an error was reported, or help was printed. */
int check_usage_read(const command_t *self, int argc, char **argv, check_usage_t *out);
void check_usage_free(check_usage_t *usage);

#endif
