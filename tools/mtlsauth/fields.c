/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.c - `mtlsauth fields`: what expressions can read, and who knows it.
 *
 * The table is the library's own, so that it says what policies are held to and nothing else.
 */
#include <string.h>

#include "base/encode.h"
#include "base/suggest.h"
#include "commands.h"
#include "common/text.h"
#include "plugin/field.h"
#include "suppliers.h"

enum { OPTION_JSON = OPTION_OWN };

static const char help[] =
    "Usage: mtlsauth fields [OPTION]... [NAME]...\n"
    "Lists the fields that expressions can read: name, type, who knows the value, and\n"
    "what it is; with a NAME, those fields alone.\n"
    "\n"
    "      --json                print JSON, one line for each field\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Who knows it: \"client\" (in what the client sent), \"after PLUGIN\" (an entry with that\n"
    "plugin has to stand before), or the servers that supply it.\n"
    "Exit status: 0, or 2 if there is no such field.\n";

static const struct option options[] = {
    { "json", no_argument, NULL, OPTION_JSON },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

/* How one field is printed. */
typedef void print_fn(ma_buf_t *out, const ma_field_row_t *row);

static void add_suppliers(ma_buf_t *out, const ma_field_row_t *row, const char *quote)
{
    size_t i;
    bool first = true;

    for (i = 0; i < n_suppliers; i++) {
        if (!supplier_has(i, row->name))
            continue;
        ma_buf_printf(out, "%s%s%s%s", first ? "" : ",", quote, supplier_names[i], quote);
        first = false;
    }
}

/* ---- for people ---------------------------------------------------------------------------- */

static void print_plain(ma_buf_t *out, const ma_field_row_t *row)
{
    text_cell(out, row->name, 0);
    ma_buf_printf(out, "  %s  ", ma_type_name(row->type));
    switch (row->source) {
    case MA_FROM_CLIENT:
        ma_buf_text(out, "client");
        break;
    case MA_FROM_ATTRIBUTE:
        add_suppliers(out, row, "");
        break;
    default:
        ma_buf_printf(out, "after %s", ma_field_setter(row->fact));
        break;
    }
    ma_buf_text(out, "\n    ");
    text_cell(out, row->help, 0);
    if (row->alias != NULL)
        ma_buf_printf(out, " (also: %s)", row->alias);
    ma_buf_byte(out, '\n');
}

/* ---- for programs -------------------------------------------------------------------------- */

static void add_member(ma_buf_t *out, const char *name, const char *value)
{
    ma_buf_printf(out, "\"%s\":", name);
    if (value != NULL)
        ma_encode_json_string(out, value, strlen(value));
    else
        ma_buf_text(out, "null");
    ma_buf_byte(out, ',');
}

static void print_json(ma_buf_t *out, const ma_field_row_t *row)
{
    bool after = row->source == MA_FROM_FACT || row->source == MA_FROM_PATH;

    ma_buf_byte(out, '{');
    add_member(out, "name", row->name);
    add_member(out, "alias", row->alias);
    add_member(out, "type", ma_type_name(row->type));
    add_member(out, "help", row->help);
    add_member(out, "after", after ? ma_field_setter(row->fact) : NULL);
    ma_buf_text(out, "\"servers\":");
    if (row->source == MA_FROM_ATTRIBUTE) {
        ma_buf_byte(out, '[');
        add_suppliers(out, row, "\"");
        ma_buf_byte(out, ']');
    } else {
        ma_buf_text(out, "null"); /* it does not hang on the server */
    }
    ma_buf_text(out, "}\n");
}

/* ---- which --------------------------------------------------------------------------------- */

#define MAX_NAMES 200u

static int unknown(const char *name)
{
    const char *names[MAX_NAMES];
    size_t i, n = 0, count, lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &lasting);
    const char *nearest;

    for (i = 0; i < count && n + 2 <= MAX_NAMES; i++) {
        names[n++] = rows[i].name;
        if (rows[i].alias != NULL)
            names[n++] = rows[i].alias;
    }
    nearest = ma_suggest(name, names, n);
    if (nearest != NULL)
        say("no field \"%s\"; did you mean %s?", name, nearest);
    else
        say("no field \"%s\"; 'mtlsauth fields' lists them", name);
    return STATUS_ERROR;
}

static int print_named(ma_buf_t *out, const char *name, print_fn *print)
{
    size_t i, count, lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &lasting);

    for (i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0
            || (rows[i].alias != NULL && strcmp(rows[i].alias, name) == 0)) {
            print(out, &rows[i]);
            return STATUS_OK;
        }
    }
    return unknown(name);
}

static int list(char *const *names, print_fn *print)
{
    size_t i, count, lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &lasting);
    int status = STATUS_OK;
    ma_buf_t out;

    ma_buf_init(&out, 0);
    for (i = 0; *names == NULL && i < count; i++)
        print(&out, &rows[i]);
    for (; *names != NULL; names++)
        if (print_named(&out, *names, print) != STATUS_OK)
            status = STATUS_ERROR;
    status = finish(&out, status);
    ma_buf_free(&out);
    return status;
}

static int run(const command_t *self, int argc, char **argv)
{
    print_fn *print = print_plain;
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_JSON:
            print = print_json;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    return list(argv + optind, print);
}

const command_t command_fields = {
    .name = "fields",
    .summary = "list the fields that expressions can read",
    .help = help,
    .options = options,
    .run = run,
};
