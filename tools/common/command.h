/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.h - what the commands of the tools share: exit statuses, messages, options, output.
 *
 * Results go to standard output in one piece, at the end, and everything else to standard error.
 * A command returns its exit status; 0 only if all that it was asked for was done and written.
 */
#ifndef COMMON_COMMAND_H
#define COMMON_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include <mtlsauth/mtlsauth.h>

#include "base/buf.h"

/** Of the commands; lint's 1 means "warnings only". */
enum status {
    STATUS_OK = 0, /**< allow; clean */
    STATUS_DENY = 1,
    STATUS_WARNINGS = 1,
    STATUS_FAILED = 1, /**< tests that failed, and nothing worse */
    STATUS_ERROR = 2, /**< wrong usage, or something that could not be read or written */
    STATUS_UNDETERMINED = 3,
    STATUS_NONE = -1 /**< nothing to exit for yet */
};

typedef struct command {
    const char *name;    /**< "" for that of a program that has but one */
    const char *summary; /**< one line */
    const char *help;    /**< all that --help prints */
    const struct option *options;
    int (*run)(const struct command *self, int argc, char **argv);
} command_t;

/** "mtlsauth", as messages begin; each program defines its own. */
extern const char program_name[];

/** A message to standard error: one line, made printable, with the program's name before it. */
void say(const char *format, ...) MTLSAUTH_PRINTF(1, 2);
/** A line that is printable already (a log line of the library), with a label before it. */
void say_printable(const char *label, const char *line);
/** The error of an open, and the line of the file with a mark under the place. */
void say_error(const mtlsauth_error_t *err);
/** Wrong usage: says so, and where to look; returns STATUS_ERROR. */
int wrong_usage(const command_t *self, const char *format, ...) MTLSAUTH_PRINTF(2, 3);

/** Values of options that all commands have; others begin behind. */
enum { OPTION_HELP = 'h', OPTION_PLUGIN_DIR = 256, OPTION_INSECURE, OPTION_OWN };

/** The next option as getopt_long() gives it; -1 behind the last. A wrong one is reported: '?'. */
int next_option(const command_t *self, int argc, char **argv);

/** Writes the output and says so if that fails. Returns `status`, or STATUS_ERROR. */
int finish(const ma_buf_t *out, int status);
/** The same for a text. */
int finish_text(const char *text, int status);

#endif
