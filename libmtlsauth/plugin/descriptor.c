/* SPDX-License-Identifier: BSD-2-Clause */
/* descriptor.c - see descriptor.h. */
#include "plugin/descriptor.h"

#include <string.h>

#define KNOWN_FLAGS                                                                                \
    (MTLSAUTH_PLUGIN_GRANT | MTLSAUTH_PLUGIN_REFUSES | MTLSAUTH_PLUGIN_HOLDS)
#define KNOWN_OPTION_FLAGS                                                                         \
    (MTLSAUTH_OPTION_REQUIRED | MTLSAUTH_OPTION_ALLOW | MTLSAUTH_OPTION_DENY)

/* Sizes of the structs in minor version 0: no plugin may be shorter. */
#define LEAST_PLUGIN_SIZE sizeof(mtlsauth_plugin_t)
#define LEAST_OPTION_SIZE sizeof(mtlsauth_option_t)
#define LEAST_FACT_SIZE sizeof(mtlsauth_fact_t)
/* Larger than any release could need: a size beyond it is garbage. */
#define MOST_SIZE 4096u

/* What check_* functions need to say where a mistake is. */
typedef struct source {
    const char *from;
    const ma_pos_t *pos;
    mtlsauth_error_t **err;
} source_t;

static int refuse(const source_t *source, const char *rule, const char *what)
{
    return ma_fail(source->err, MTLSAUTH_E_PLUGIN, source->pos, "rebuild or replace the plugin",
                   "plugin %s: %s%s%s", source->from, rule, what[0] != '\0' ? ": " : "", what);
}

bool ma_plugin_name_valid(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t size = strlen(name);

    return size > 0 && size <= 64 && strspn(name, letters) == size;
}

bool ma_descriptor_is_list(const mtlsauth_plugin_t *plugin)
{
    uint32_t i;

    for (i = 0; i < plugin->n_options; i++)
        if ((plugin->options[i].flags & (MTLSAUTH_OPTION_ALLOW | MTLSAUTH_OPTION_DENY)) != 0)
            return true;
    return false;
}

/* The first eight bytes, before anything else is believed. */
static int check_head(const void *exported, const source_t *source)
{
    uint16_t version[2];
    uint32_t size;

    memcpy(version, exported, sizeof(version));
    memcpy(&size, (const char *)exported + sizeof(version), sizeof(size));
    if (version[0] != MTLSAUTH_PLUGIN_ABI_MAJOR)
        return ma_fail(source->err, MTLSAUTH_E_PLUGIN, source->pos,
                       "use a build of the plugin for this version of mtlsauth",
                       "plugin %s has ABI %u.%u, and this library speaks %u", source->from,
                       version[0], version[1], MTLSAUTH_PLUGIN_ABI_MAJOR);
    if (size < LEAST_PLUGIN_SIZE || size > MOST_SIZE)
        return ma_fail(source->err, MTLSAUTH_E_PLUGIN, source->pos, "rebuild the plugin",
                       "plugin %s has a descriptor of %u bytes, and ABI %u needs %zu",
                       source->from, size, MTLSAUTH_PLUGIN_ABI_MAJOR, LEAST_PLUGIN_SIZE);
    return 0;
}

static int check_sizes(const mtlsauth_plugin_t *plugin, const source_t *source)
{
    if (plugin->option_size < LEAST_OPTION_SIZE || plugin->option_size > MOST_SIZE
        || plugin->fact_size < LEAST_FACT_SIZE || plugin->fact_size > MOST_SIZE)
        return refuse(source, "rows of its tables have a wrong size", "");
    if (plugin->n_options > MA_PLUGIN_MAX_OPTIONS || plugin->n_writes > MA_PLUGIN_MAX_FACTS
        || plugin->n_reads > MA_PLUGIN_MAX_FACTS)
        return refuse(source, "too many options or facts", "");
    if ((plugin->n_options > 0 && plugin->options == NULL)
        || (plugin->n_writes > 0 && plugin->writes == NULL)
        || (plugin->n_reads > 0 && plugin->reads == NULL))
        return refuse(source, "a table that is missing", "");
    if ((plugin->flags & ~KNOWN_FLAGS) != 0)
        return refuse(source, "flags that this version does not know", "");
    if ((plugin->flags & MTLSAUTH_PLUGIN_REFUSES) != 0
        && (plugin->flags & (MTLSAUTH_PLUGIN_GRANT | MTLSAUTH_PLUGIN_HOLDS)) != 0)
        return refuse(source, "it cannot both grant, or always hold, and always refuse", "");
    if (plugin->check == NULL)
        return refuse(source, "no check function", "");
    return 0;
}

static int check_option(const mtlsauth_option_t *option, const source_t *source)
{
    if (option->name == NULL || !ma_plugin_name_valid(option->name) || option->help == NULL)
        return refuse(source, "an option without a proper name or help",
                      option->name != NULL ? option->name : "");
    if (option->kind < MTLSAUTH_OPTION_BOOL || option->kind > MTLSAUTH_OPTION_ENUM)
        return refuse(source, "an option of an unknown kind", option->name);
    if (option->kind == MTLSAUTH_OPTION_EXPRESSION && option->preset != NULL)
        return refuse(source, "an expression with a preset: what it may read hangs on the policy",
                      option->name);
    if ((option->flags & ~KNOWN_OPTION_FLAGS) != 0)
        return refuse(source, "an option with unknown flags", option->name);
    if (option->kind == MTLSAUTH_OPTION_ENUM
        && (option->choices == NULL || option->choices[0] == NULL))
        return refuse(source, "an enum option without choices", option->name);
    if (option->min > option->max)
        return refuse(source, "an option whose bounds cross", option->name);
    return 0;
}

static int copy_options(mtlsauth_plugin_t *plugin, ma_arena_t *arena, const source_t *source)
{
    const char *row = (const char *)plugin->options;
    mtlsauth_option_t *copy = ma_arena_array(arena, plugin->n_options, sizeof(*copy));
    uint32_t i, j;
    int ret;

    if (copy == NULL)
        return ma_fail_memory(source->err);
    for (i = 0; i < plugin->n_options; i++, row += plugin->option_size) {
        memcpy(&copy[i], row, sizeof(copy[i]));
        ret = check_option(&copy[i], source);
        if (ret != 0)
            return ret;
        for (j = 0; j < i; j++)
            if (strcmp(copy[i].name, copy[j].name) == 0)
                return refuse(source, "an option that stands twice", copy[i].name);
    }
    plugin->options = copy;
    return 0;
}

static int copy_facts(mtlsauth_plugin_t *plugin, ma_arena_t *arena, const source_t *source)
{
    const char *row = (const char *)plugin->writes;
    mtlsauth_fact_t *copy = ma_arena_array(arena, plugin->n_writes, sizeof(*copy));
    uint32_t i;

    if (copy == NULL)
        return ma_fail_memory(source->err);
    for (i = 0; i < plugin->n_writes; i++, row += plugin->fact_size) {
        memcpy(&copy[i], row, sizeof(copy[i]));
        if (copy[i].name == NULL || copy[i].type < MTLSAUTH_TYPE_BOOL
            || copy[i].type > MTLSAUTH_TYPE_STRING)
            return refuse(source, "a fact without a name or a proper type",
                          copy[i].name != NULL ? copy[i].name : "");
    }
    for (i = 0; i < plugin->n_reads; i++)
        if (plugin->reads[i] == NULL)
            return refuse(source, "a fact without a name", "");
    plugin->writes = copy;
    return 0;
}

int ma_descriptor_check(const void *exported, const char *name, const char *from,
                        ma_arena_t *arena, const ma_pos_t *pos, mtlsauth_plugin_t *out,
                        mtlsauth_error_t **err)
{
    source_t source = { from, pos, err };
    mtlsauth_plugin_t plugin;
    int ret = check_head(exported, &source);

    if (ret != 0)
        return ret;
    memcpy(&plugin, exported, sizeof(plugin));
    if (plugin.name == NULL || strcmp(plugin.name, name) != 0)
        return ma_fail(err, MTLSAUTH_E_PLUGIN, pos, "name the file as its descriptor says",
                       "plugin %s says that its name is \"%s\", not \"%s\"", from,
                       plugin.name != NULL ? plugin.name : "", name);
    ret = check_sizes(&plugin, &source);
    if (ret == 0)
        ret = copy_options(&plugin, arena, &source);
    if (ret == 0)
        ret = copy_facts(&plugin, arena, &source);
    if (ret != 0)
        return ret;
    if (plugin.summary == NULL)
        plugin.summary = "";
    *out = plugin;
    return 0;
}
