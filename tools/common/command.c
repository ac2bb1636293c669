/* SPDX-License-Identifier: BSD-2-Clause */
/* command.c - see command.h. */
#include "common/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/suggest.h"
#include "common/caret.h"

#define MAX_OPTIONS 32u

static void write_error(const ma_buf_t *line)
{
    /* Where it fails there is nobody left to tell; the exit status does. */
    (void)fputs(ma_buf_ok(line) ? ma_buf_string(line) : "out of memory\n", stderr);
}

static void say_list(const char *format, va_list args) MTLSAUTH_PRINTF(1, 0);

static void say_list(const char *format, va_list args)
{
    ma_buf_t text, line;

    ma_buf_init(&text, 0);
    ma_buf_init(&line, 0);
    ma_buf_vprintf(&text, format, args);
    ma_buf_printf(&line, "%s: ", program_name);
    ma_encode_terminal(&line, ma_buf_string(&text), text.size);
    ma_buf_byte(&line, '\n');
    line.failed = line.failed || text.failed;
    write_error(&line);
    ma_buf_free(&text);
    ma_buf_free(&line);
}

void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_list(format, args);
    va_end(args);
}

void say_printable(const char *label, const char *line)
{
    fprintf(stderr, "%s: %s%s\n", program_name, label, line);
}

void say_error(const mtlsauth_error_t *err)
{
    ma_buf_t place;

    if (err == NULL) {
        say("out of memory");
        return;
    }
    ma_buf_init(&place, 0);
    caret_show(&place, mtlsauth_error_file(err), mtlsauth_error_line(err),
               mtlsauth_error_column(err));
    say_printable("", mtlsauth_error_text(err));
    (void)fputs(ma_buf_string(&place), stderr);
    ma_buf_free(&place);
}

int wrong_usage(const command_t *self, const char *format, ...)
{
    const char *name = self != NULL ? self->name : "";
    va_list args;

    va_start(args, format);
    say_list(format, args);
    va_end(args);
    say("try '%s %s%s--help'", program_name, name, name[0] != '\0' ? " " : "");
    return STATUS_ERROR;
}

static const struct option *find_option(const command_t *self, int value)
{
    const struct option *option;

    for (option = self->options; option->name != NULL; option++)
        if (option->val == value)
            return option;
    return NULL;
}

static void unknown_option(const command_t *self, const char *given)
{
    const char *names[MAX_OPTIONS];
    char word[64];
    const char *nearest = NULL;
    size_t n = 0;

    while (n < MAX_OPTIONS && self->options[n].name != NULL) {
        names[n] = self->options[n].name;
        n++;
    }
    if (strncmp(given, "--", 2) == 0) {
        snprintf(word, sizeof(word), "%.*s", (int)strcspn(given + 2, "="), given + 2);
        nearest = ma_suggest(word, names, n);
    }
    if (nearest != NULL)
        wrong_usage(self, "no option %s; did you mean --%s?", given, nearest);
    else
        wrong_usage(self, "no option %s", given);
}

int next_option(const command_t *self, int argc, char **argv)
{
    const struct option *option;
    int got;

    opterr = 0;
    got = getopt_long(argc, argv, ":h", self->options, NULL);
    if (got != '?' && got != ':')
        return got;
    option = optopt != 0 ? find_option(self, optopt) : NULL;
    if (got == ':' && option != NULL)
        wrong_usage(self, "--%s needs a value", option->name);
    else if (option != NULL)
        wrong_usage(self, "--%s takes no value", option->name);
    else if (optopt != 0)
        wrong_usage(self, "no option -%c", optopt);
    else
        unknown_option(self, argv[optind - 1]);
    return '?';
}

int finish_text(const char *text, int status)
{
    size_t size = strlen(text);

    if (fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0)
        return status;
    say("standard output: %s", strerror(errno));
    return STATUS_ERROR;
}

int finish(const ma_buf_t *out, int status)
{
    if (ma_buf_ok(out))
        return finish_text(ma_buf_string(out), status);
    say("out of memory");
    return STATUS_ERROR;
}
