/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.c - `mtlsauth fields`: what expressions can read, and who knows it.
 *
 * The table is the library's own, so that it says what policies are held to and nothing else; the
 * facts of plugins are what their descriptors declare. None of their functions is called.
 */
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/suggest.h"
#include "commands.h"
#include "common/text.h"
#include "plugin/field.h"
#include "plugin/module.h"
#include "suppliers.h"

enum { OPTION_JSON = OPTION_OWN };

static const char help[] =
    "Usage: mtlsauth fields [OPTION]... [NAME]...\n"
    "Lists the fields that expressions can read, facts of plugins among them: name, type,\n"
    "who knows the value, and what it is; with a NAME, those fields alone.\n"
    "\n"
    "      --json                print JSON, one line for each field\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      load files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Who knows it: \"client\" (in what the client sent), \"after PLUGIN\" (an entry with that\n"
    "plugin has to stand before), or the servers that supply it. A fact that several plugins\n"
    "set has a line for each.\n"
    "Exit status: 0, or 2 if there is no such field, or a plugin cannot be loaded.\n";

static const struct option options[] = {
    { "json", no_argument, NULL, OPTION_JSON },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

/* A field as it is shown. */
typedef struct shown {
    const char *name;
    const char *alias; /* or NULL */
    const char *help;
    const char *after; /* the plugin that sets it, or NULL */
    ma_type_t type;
    bool supplied; /* by servers */
} shown_t;

typedef struct table {
    ma_modules_t modules; /* what plugins say is borrowed from here */
    ma_arena_t arena;
    shown_t *fields;
    size_t count;
} table_t;

/* How one field is printed. */
typedef void print_fn(ma_buf_t *out, const shown_t *field);

static void add_suppliers(ma_buf_t *out, const shown_t *field, const char *quote)
{
    size_t i;
    bool first = true;

    for (i = 0; i < n_suppliers; i++) {
        if (!supplier_has(i, field->name))
            continue;
        ma_buf_printf(out, "%s%s%s%s", first ? "" : ",", quote, supplier_names[i], quote);
        first = false;
    }
}

/* ---- for people ---------------------------------------------------------------------------- */

static void print_plain(ma_buf_t *out, const shown_t *field)
{
    text_cell(out, field->name, 0);
    ma_buf_printf(out, "  %s  ", ma_type_name(field->type));
    if (field->after != NULL)
        ma_buf_printf(out, "after %s", field->after);
    else if (field->supplied)
        add_suppliers(out, field, "");
    else
        ma_buf_text(out, "client");
    ma_buf_text(out, "\n    ");
    text_cell(out, field->help, 0);
    if (field->alias != NULL)
        ma_buf_printf(out, " (also: %s)", field->alias);
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

static void print_json(ma_buf_t *out, const shown_t *field)
{
    ma_buf_byte(out, '{');
    add_member(out, "name", field->name);
    add_member(out, "alias", field->alias);
    add_member(out, "type", ma_type_name(field->type));
    add_member(out, "help", field->help);
    add_member(out, "after", field->after);
    ma_buf_text(out, "\"servers\":");
    if (field->supplied) {
        ma_buf_byte(out, '[');
        add_suppliers(out, field, "\"");
        ma_buf_byte(out, ']');
    } else {
        ma_buf_text(out, "null"); /* it does not hang on the server */
    }
    ma_buf_text(out, "}\n");
}

/* ---- the table ----------------------------------------------------------------------------- */

static void add_row(table_t *table, const ma_field_row_t *row)
{
    const bool is_set = row->source == MA_FROM_FACT || row->source == MA_FROM_PATH;

    table->fields[table->count++] = (shown_t) {
        .name = row->name,
        .alias = row->alias,
        .help = row->help,
        .after = is_set ? ma_field_setter(row->fact) : NULL,
        .type = row->type,
        .supplied = row->source == MA_FROM_ATTRIBUTE,
    };
}

/* What the core knows by itself, such as validity's cert_verified, stands in its own rows. */
static void add_facts(table_t *table, const mtlsauth_plugin_t *plugin)
{
    uint32_t i;

    for (i = 0; i < plugin->n_writes; i++) {
        const mtlsauth_fact_t *fact = &plugin->writes[i];

        if (ma_fact_reserved(fact->name))
            continue;
        table->fields[table->count++] = (shown_t) {
            .name = fact->name,
            .help = fact->help != NULL ? fact->help : "",
            .after = plugin->name,
            .type = ma_field_type((mtlsauth_type_t)fact->type),
        };
    }
}

/* Loads the plugins of the directory. One that cannot be loaded is left out, and told of. */
static int load_plugins(table_t *table, const mtlsauth_plugin_t ***out, size_t *n_out)
{
    const char *const *names = NULL;
    const mtlsauth_plugin_t **plugins;
    mtlsauth_error_t *err = NULL;
    size_t i, count = 0, n = 0;
    int status = STATUS_OK;

    if (ma_modules_list(&table->modules, &names, &count, &err) != 0)
        goto fail;
    plugins = ma_arena_array(&table->arena, count, sizeof(const mtlsauth_plugin_t *));
    if (plugins == NULL) {
        say("out of memory");
        return STATUS_ERROR;
    }
    for (i = 0; i < count; i++) {
        if (ma_modules_get(&table->modules, names[i], NULL, &plugins[n], &err) == 0) {
            n++;
            continue;
        }
        say_error(err);
        mtlsauth_error_free(err);
        err = NULL;
        status = STATUS_ERROR;
    }
    *out = plugins;
    *n_out = n;
    return status;
fail:
    say_error(err);
    mtlsauth_error_free(err);
    return STATUS_ERROR;
}

/* Without a directory there are no plugins: the usual one need not be there. */
static int make_table(table_t *table, bool has_plugins)
{
    size_t i, n_rows, n_lasting, room, n_plugins = 0;
    const ma_field_row_t *rows = ma_field_rows(&n_rows, &n_lasting);
    const mtlsauth_plugin_t **plugins = NULL;
    int status = has_plugins ? load_plugins(table, &plugins, &n_plugins) : STATUS_OK;

    for (room = n_rows, i = 0; i < n_plugins; i++)
        room += plugins[i]->n_writes; /* bounded by the descriptor's check */
    table->fields = ma_arena_array(&table->arena, room, sizeof(*table->fields));
    if (table->fields == NULL) {
        say("out of memory");
        return STATUS_ERROR;
    }
    for (i = 0; i < n_rows; i++)
        add_row(table, &rows[i]);
    for (i = 0; i < n_plugins; i++)
        add_facts(table, plugins[i]);
    return status;
}

/* ---- which --------------------------------------------------------------------------------- */

static int unknown(table_t *table, const char *name)
{
    const char **names = ma_arena_array(&table->arena, 2 * table->count, sizeof(*names));
    const char *nearest = NULL;
    size_t i, n = 0;

    for (i = 0; names != NULL && i < table->count; i++) {
        names[n++] = table->fields[i].name;
        if (table->fields[i].alias != NULL)
            names[n++] = table->fields[i].alias;
    }
    if (names != NULL)
        nearest = ma_suggest(name, names, n);
    if (nearest != NULL)
        say("no field \"%s\"; did you mean %s?", name, nearest);
    else
        say("no field \"%s\"; 'mtlsauth fields' lists them", name);
    return STATUS_ERROR;
}

static int print_named(table_t *table, ma_buf_t *out, const char *name, print_fn *print)
{
    bool found = false;
    size_t i;

    for (i = 0; i < table->count; i++) {
        const shown_t *field = &table->fields[i];

        if (strcmp(field->name, name) == 0
            || (field->alias != NULL && strcmp(field->alias, name) == 0)) {
            print(out, field);
            found = true;
        }
    }
    return found ? STATUS_OK : unknown(table, name);
}

static int print_table(table_t *table, char *const *names, print_fn *print)
{
    int status = STATUS_OK;
    ma_buf_t out;
    size_t i;

    ma_buf_init(&out, 0);
    for (i = 0; *names == NULL && i < table->count; i++)
        print(&out, &table->fields[i]);
    for (; *names != NULL; names++)
        if (print_named(table, &out, *names, print) != STATUS_OK)
            status = STATUS_ERROR;
    status = finish(&out, status);
    ma_buf_free(&out);
    return status;
}

static int list(const char *directory, const ma_safety_t *safety, char *const *names,
                print_fn *print)
{
    const bool named = directory != NULL;
    table_t table = { .count = 0 };
    int made, status = STATUS_ERROR;

    if (!named)
        directory = MTLSAUTH_PLUGIN_DIR;
    if (ma_modules_init(&table.modules, directory, safety, NULL, 0) != 0) {
        say("out of memory");
        return STATUS_ERROR;
    }
    ma_arena_init(&table.arena, 0);
    made = make_table(&table, named || access(directory, F_OK) == 0);
    if (table.fields != NULL)
        status = print_table(&table, names, print);
    ma_arena_free(&table.arena);
    ma_modules_free(&table.modules);
    return made != STATUS_OK ? made : status;
}

static int run(const command_t *self, int argc, char **argv)
{
    print_fn *print = print_plain;
    const char *directory = NULL;
    ma_safety_t safety = { .insecure = false };
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_JSON:
            print = print_json;
            break;
        case OPTION_PLUGIN_DIR:
            directory = optarg;
            break;
        case OPTION_INSECURE:
            safety.insecure = true;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    return list(directory, &safety, argv + optind, print);
}

const command_t command_fields = {
    .name = "fields",
    .summary = "list the fields that expressions can read",
    .help = help,
    .options = options,
    .run = run,
};
