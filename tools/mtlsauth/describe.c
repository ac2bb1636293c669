/* SPDX-License-Identifier: BSD-2-Clause */
/* describe.c - see describe.h. */
#include "describe.h"

#include <inttypes.h>
#include <stdbool.h>

#include "common/text.h"

#define MAX_COLUMN 40u /* a cell that is wider moves only its own row */
#define FACT_WIDTH 24u
#define GRANT_WIDTH 5u

static void add(ma_buf_t *out, const char *text)
{
    if (text != NULL)
        text_cell(out, text, 0);
}

static const char *grant_or_gate(const mtlsauth_plugin_t *plugin)
{
    return (plugin->flags & MTLSAUTH_PLUGIN_GRANT) != 0 ? "grant" : "gate";
}

void describe_line(ma_buf_t *out, const mtlsauth_plugin_t *plugin, size_t name_width)
{
    text_cell(out, plugin->name, name_width);
    ma_buf_text(out, "  ");
    text_cell(out, grant_or_gate(plugin), GRANT_WIDTH);
    ma_buf_text(out, "  ");
    add(out, plugin->summary);
    ma_buf_byte(out, '\n');
}

/* In the largest unit that it is a whole number of, as a policy writes it. */
static void add_duration(ma_buf_t *out, int64_t seconds)
{
    static const struct {
        int64_t size;
        char letter;
    } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };
    size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (seconds == 0 || seconds % units[i].size != 0)
            continue;
        ma_buf_printf(out, "%" PRId64 "%c", seconds / units[i].size, units[i].letter);
        return;
    }
    ma_buf_printf(out, "%" PRId64 "s", seconds);
}

static void add_bounds(ma_buf_t *out, const mtlsauth_option_t *option)
{
    if (option->min == 0 && option->max == 0)
        return;
    ma_buf_byte(out, ' ');
    if (option->kind == MTLSAUTH_OPTION_DURATION) {
        add_duration(out, option->min);
        ma_buf_text(out, "..");
        add_duration(out, option->max);
    } else {
        ma_buf_printf(out, "%" PRId64 "..%" PRId64, option->min, option->max);
    }
}

static void add_choices(ma_buf_t *out, const mtlsauth_option_t *option)
{
    size_t i;

    for (i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
        ma_buf_text(out, i > 0 ? "|" : "");
        add(out, option->choices[i]);
    }
}

static void add_kind(ma_buf_t *out, const mtlsauth_option_t *option)
{
    static const char *const kinds[] = {
        [MTLSAUTH_OPTION_BOOL] = "true|false",
        [MTLSAUTH_OPTION_INT] = "integer",
        [MTLSAUTH_OPTION_DURATION] = "duration",
        [MTLSAUTH_OPTION_STRING] = "string",
        [MTLSAUTH_OPTION_STRINGS] = "strings",
        [MTLSAUTH_OPTION_PATH] = "path",
        [MTLSAUTH_OPTION_PATHS] = "paths",
        [MTLSAUTH_OPTION_EXPRESSION] = "expression",
    };

    if (option->kind == MTLSAUTH_OPTION_ENUM)
        add_choices(out, option);
    else if (option->kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[option->kind] != NULL)
        ma_buf_text(out, kinds[option->kind]);
    if (option->kind == MTLSAUTH_OPTION_INT || option->kind == MTLSAUTH_OPTION_DURATION)
        add_bounds(out, option);
    if ((option->flags & MTLSAUTH_OPTION_REQUIRED) != 0)
        ma_buf_text(out, ", required");
    if (option->preset != NULL) {
        ma_buf_text(out, ", default ");
        add(out, option->preset);
    }
}

static bool is_list(const mtlsauth_option_t *option)
{
    return option->kind == MTLSAUTH_OPTION_STRINGS || option->kind == MTLSAUTH_OPTION_PATHS;
}

static size_t wider(const char *text, size_t width)
{
    size_t own = text_width(text);

    return own > width && own <= MAX_COLUMN ? own : width;
}

static void add_options(ma_buf_t *out, const mtlsauth_plugin_t *plugin)
{
    size_t i, names = 0, kinds = 0;
    bool lists = false;
    ma_buf_t kind;

    ma_buf_init(&kind, 0);
    for (i = 0; i < plugin->n_options; i++) {
        ma_buf_clear(&kind);
        add_kind(&kind, &plugin->options[i]);
        names = wider(plugin->options[i].name, names);
        kinds = wider(ma_buf_string(&kind), kinds);
        lists = lists || is_list(&plugin->options[i]);
    }
    ma_buf_text(out, plugin->n_options > 0 ? "\noptions\n" : "\nno options\n");
    for (i = 0; i < plugin->n_options; i++) {
        ma_buf_clear(&kind);
        add_kind(&kind, &plugin->options[i]);
        ma_buf_text(out, "  ");
        text_cell(out, plugin->options[i].name, names);
        ma_buf_text(out, "  ");
        text_cell(out, ma_buf_string(&kind), kinds);
        ma_buf_text(out, "  ");
        add(out, plugin->options[i].help);
        ma_buf_byte(out, '\n');
    }
    if (lists)
        ma_buf_text(out, "  For lists (strings, paths) NAME_file adds the lines of a file.\n");
    out->failed = out->failed || kind.failed;
    ma_buf_free(&kind);
}

static const char *fact_type(uint32_t type)
{
    switch (type) {
    case MTLSAUTH_TYPE_BOOL:
        return "true|false";
    case MTLSAUTH_TYPE_INT:
        return "integer";
    default:
        return "string";
    }
}

static void add_facts(ma_buf_t *out, const mtlsauth_plugin_t *plugin)
{
    size_t i;

    if (plugin->n_writes > 0)
        ma_buf_text(out, "\nsets\n");
    for (i = 0; i < plugin->n_writes; i++) {
        ma_buf_text(out, "  ");
        text_cell(out, plugin->writes[i].name, FACT_WIDTH);
        ma_buf_printf(out, "  %-10s  ", fact_type(plugin->writes[i].type));
        add(out, plugin->writes[i].help);
        ma_buf_byte(out, '\n');
    }
    if (plugin->n_reads > 0)
        ma_buf_text(out, "\nreads\n");
    for (i = 0; i < plugin->n_reads; i++) {
        ma_buf_text(out, "  ");
        add(out, plugin->reads[i]);
        ma_buf_byte(out, '\n');
    }
}

void describe_plugin(ma_buf_t *out, const mtlsauth_plugin_t *plugin)
{
    add(out, plugin->name);
    ma_buf_printf(out, ": a %s\n", grant_or_gate(plugin));
    ma_buf_text(out, "  ");
    add(out, plugin->summary);
    ma_buf_byte(out, '\n');
    add_options(out, plugin);
    add_facts(out, plugin);
}
