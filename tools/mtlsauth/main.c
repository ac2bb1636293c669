/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the command line tool: finds the command, or prints help and version.
 *
 * It reads no environment and no locale, so that a line of it means the same everywhere.
 */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "commands.h"

const char program_name[] = "mtlsauth";

static const command_t *const commands[] = {
    &command_check, &command_expiry, &command_fields, &command_fmt, &command_lint, &command_plugins,
    &command_test,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int print_help(void)
{
    ma_buf_t out;
    size_t i;
    int status;

    ma_buf_init(&out, 0);
    ma_buf_text(&out, "Usage: mtlsauth COMMAND [OPTION]... [ARGUMENT]...\n"
                      "Tries and checks policies for TLS client certificates.\n\n"
                      "Commands:\n");
    for (i = 0; i < N_COMMANDS; i++)
        ma_buf_printf(&out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    ma_buf_text(&out, "\n"
                      "Options:\n"
                      "  -h, --help     print this and exit\n"
                      "      --version  print the version and exit\n\n"
                      "'mtlsauth COMMAND --help' says more; so does mtlsauth(1).\n");
    status = finish(&out, STATUS_OK);
    ma_buf_free(&out);
    return status;
}

static int print_version(void)
{
    ma_buf_t out;
    int status;

    ma_buf_init(&out, 0);
    ma_buf_printf(&out, "mtlsauth %s\n", MTLSAUTH_VERSION);
    if (strcmp(MTLSAUTH_VERSION, mtlsauth_version()) != 0)
        ma_buf_printf(&out, "library %s\n", mtlsauth_version());
    status = finish(&out, STATUS_OK);
    ma_buf_free(&out);
    return status;
}

static int unknown_command(const char *word)
{
    const char *names[N_COMMANDS];
    const char *nearest;
    size_t i;

    if (word[0] == '-')
        return wrong_usage(NULL, "no option %s in front of a command", word);
    for (i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i]->name;
    nearest = ma_suggest(word, names, N_COMMANDS);
    if (nearest != NULL)
        return wrong_usage(NULL, "no command \"%s\"; did you mean %s?", word, nearest);
    return wrong_usage(NULL, "no command \"%s\"", word);
}

int main(int argc, char **argv)
{
    size_t i;

    if (argc < 2)
        return wrong_usage(NULL, "name a command: check, expiry, fields, fmt, lint, plugins or test");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_help();
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    for (i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(commands[i], argc - 1, argv + 1);
    return unknown_command(argv[1]);
}
