/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - see options.h. */
#include "policy/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Settings of an entry that are the stack's and never a plugin's. */
static const char *const stack_settings[] = { "control", "plugin", "when", "when_file" };

#define N_STACK_SETTINGS (sizeof(stack_settings) / sizeof(stack_settings[0]))

static int fail_at(const ma_group_t *entry, const config_setting_t *setting, const char *mend,
                   const char *name, const char *rule)
{
    ma_pos_t pos = ma_group_pos(entry, setting);

    return ma_fail(entry->loader->err, MTLSAUTH_E_POLICY, &pos, mend, "%s: %s", name, rule);
}

static bool has_bounds(const mtlsauth_option_t *option)
{
    return option->min != 0 || option->max != 0;
}

static int check_bounds(const ma_group_t *entry, const config_setting_t *setting,
                        const mtlsauth_option_t *option, int64_t value)
{
    const char *unit = option->kind == MTLSAUTH_OPTION_DURATION ? "s" : "";
    ma_pos_t pos = ma_group_pos(entry, setting);

    if (!has_bounds(option) || (value >= option->min && value <= option->max))
        return 0;
    return ma_fail(entry->loader->err, MTLSAUTH_E_POLICY, &pos, NULL,
                   "%s: must be between %" PRId64 "%s and %" PRId64 "%s", option->name,
                   option->min, unit, option->max, unit);
}

static int read_int(const ma_group_t *entry, const config_setting_t *setting,
                    const mtlsauth_option_t *option, ma_option_value_t *value)
{
    int type = config_setting_type(setting);

    if (type == CONFIG_TYPE_INT)
        value->number = config_setting_get_int(setting);
    else if (type == CONFIG_TYPE_INT64)
        value->number = config_setting_get_int64(setting);
    else
        return ma_group_wrong_type(entry, setting, "a number", "write a whole number");
    return check_bounds(entry, setting, option, value->number);
}

static int read_duration(const ma_group_t *entry, const config_setting_t *setting,
                         const mtlsauth_option_t *option, ma_option_value_t *value)
{
    static const char mend[] = "write a number and a unit, such as \"90s\", \"15m\", \"24h\" or \"14d\"";

    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return ma_group_wrong_type(entry, setting, "a duration", mend);
    if (!ma_duration(config_setting_get_string(setting), &value->number))
        return fail_at(entry, setting, mend, option->name,
                       "not a duration, or longer than 100 years");
    return check_bounds(entry, setting, option, value->number);
}

/* The number of a choice, or -1. */
static int find_choice(const mtlsauth_option_t *option, const char *text)
{
    int i;

    for (i = 0; option->choices[i] != NULL; i++)
        if (strcmp(option->choices[i], text) == 0)
            return i;
    return -1;
}

static int read_enum(const ma_group_t *entry, const config_setting_t *setting,
                     const mtlsauth_option_t *option, ma_option_value_t *value)
{
    ma_pos_t pos = ma_group_pos(entry, setting);
    char choices[256];
    ma_buf_t list;
    int i;

    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return ma_group_wrong_type(entry, setting, "a string", "put it in quotes");
    value->number = find_choice(option, config_setting_get_string(setting));
    if (value->number >= 0)
        return 0;
    ma_buf_fixed(&list, choices, sizeof(choices));
    ma_buf_text(&list, "write ");
    for (i = 0; option->choices[i] != NULL; i++)
        ma_buf_printf(&list, "%s\"%s\"", i > 0 ? " or " : "", option->choices[i]);
    return ma_fail(entry->loader->err, MTLSAUTH_E_POLICY, &pos, ma_buf_string(&list),
                   "%s: unknown value \"%s\"", option->name, config_setting_get_string(setting));
}

static int read_text(const ma_group_t *entry, const mtlsauth_option_t *option,
                     ma_option_value_t *value)
{
    const char *text = NULL;
    int ret;

    if (option->kind == MTLSAUTH_OPTION_PATH)
        ret = ma_group_path(entry, option->name, &text);
    else
        ret = ma_group_string(entry, option->name, &text);
    if (ret == 0)
        value->string = (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
    return ret;
}

static int read_list(const ma_group_t *entry, const mtlsauth_option_t *option,
                     ma_option_value_t *value)
{
    ma_strings_t list = { .set = false };
    int ret = ma_group_strings(entry, option->name, option->kind == MTLSAUTH_OPTION_PATHS, &list);

    if (ret != 0 || !list.set)
        return ret;
    value->set = true;
    value->pos = list.at;
    value->items = list.items;
    value->item_pos = list.pos;
    value->count = list.count;
    return 0;
}

static int read_expression(const ma_group_t *entry, const config_setting_t *setting,
                           const ma_scope_t *scope, ma_option_value_t *value)
{
    const ma_condition_t *condition = NULL;
    int ret = ma_condition_setting(entry, setting, scope, &condition);

    if (ret != 0)
        return ret;
    value->program = condition->program;
    value->facts = condition->facts;
    value->n_facts = condition->n_facts;
    return 0;
}

static int read_scalar(const ma_group_t *entry, const config_setting_t *setting,
                       const mtlsauth_option_t *option, const ma_scope_t *scope,
                       ma_option_value_t *value)
{
    bool flag = false;
    int ret;

    value->set = true;
    value->pos = ma_group_pos(entry, setting);
    switch (option->kind) {
    case MTLSAUTH_OPTION_BOOL:
        ret = ma_group_bool(entry, option->name, &flag);
        value->number = flag;
        return ret;
    case MTLSAUTH_OPTION_INT:
        return read_int(entry, setting, option, value);
    case MTLSAUTH_OPTION_DURATION:
        return read_duration(entry, setting, option, value);
    case MTLSAUTH_OPTION_ENUM:
        return read_enum(entry, setting, option, value);
    case MTLSAUTH_OPTION_EXPRESSION:
        return read_expression(entry, setting, scope, value);
    default:
        return read_text(entry, option, value);
    }
}

/* A preset is written by the plugin's author; one that does not parse leaves the option unset. */
static void take_preset(const mtlsauth_option_t *option, ma_option_value_t *value)
{
    const char *text = option->preset;

    switch (option->kind) {
    case MTLSAUTH_OPTION_BOOL:
        value->number = strcmp(text, "true") == 0;
        value->set = true;
        break;
    case MTLSAUTH_OPTION_INT:
        /* NOLINTNEXTLINE(cert-err34-c): no input: a plugin has it */
        value->set = sscanf(text, "%" SCNd64, &value->number) == 1;
        break;
    case MTLSAUTH_OPTION_DURATION:
        value->set = ma_duration(text, &value->number);
        break;
    case MTLSAUTH_OPTION_ENUM:
        value->number = find_choice(option, text);
        value->set = value->number >= 0;
        break;
    case MTLSAUTH_OPTION_EXPRESSION: /* a descriptor has none: see descriptor.c */
        break;
    default:
        value->string = (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
        value->set = true;
        break;
    }
}

static bool is_list(const mtlsauth_option_t *option)
{
    return option->kind == MTLSAUTH_OPTION_STRINGS || option->kind == MTLSAUTH_OPTION_PATHS;
}

static int read_option(const ma_group_t *entry, const mtlsauth_option_t *option,
                       const ma_scope_t *scope, ma_option_value_t *value)
{
    const config_setting_t *setting = ma_group_get(entry, option->name);
    ma_pos_t at = ma_group_pos(entry, entry->setting);
    int ret = 0;

    if (is_list(option))
        ret = read_list(entry, option, value);
    else if (setting != NULL)
        ret = read_scalar(entry, setting, option, scope, value);
    if (ret == 0 && !value->set && option->preset != NULL)
        take_preset(option, value);
    if (ret == 0 && !value->set && (option->flags & MTLSAUTH_OPTION_REQUIRED) != 0)
        return ma_fail(entry->loader->err, MTLSAUTH_E_POLICY, &at, "add it",
                       "option \"%s\" is missing: %s", option->name, option->help);
    return ret;
}

/* Names that an entry of this plugin may use: the stack's, the options', and their files'. */
static int check_names(const ma_group_t *entry, const mtlsauth_plugin_t *plugin)
{
    ma_arena_t *arena = entry->loader->arena;
    const char **known
        = ma_arena_array(arena, N_STACK_SETTINGS + 2 * (size_t)plugin->n_options, sizeof(*known));
    char *where = ma_arena_printf(arena, "an entry of plugin \"%s\"", plugin->name);
    size_t count = 0;
    uint32_t i;

    if (known == NULL || where == NULL)
        return ma_fail_memory(entry->loader->err);
    for (i = 0; i < N_STACK_SETTINGS; i++)
        known[count++] = stack_settings[i];
    for (i = 0; i < plugin->n_options; i++) {
        known[count++] = plugin->options[i].name;
        if (!is_list(&plugin->options[i]))
            continue;
        known[count] = ma_arena_printf(arena, "%s" MA_NAME_FILE_SUFFIX, plugin->options[i].name);
        if (known[count++] == NULL)
            return ma_fail_memory(entry->loader->err);
    }
    return ma_group_only(entry, known, count, where);
}

int ma_options_read(const ma_group_t *entry, const ma_scope_t *scope, ma_instance_t *instance)
{
    const mtlsauth_plugin_t *plugin = instance->plugin;
    uint32_t i;
    int ret = check_names(entry, plugin);

    if (ret != 0)
        return ret;
    instance->options
        = ma_arena_array(entry->loader->arena, plugin->n_options, sizeof(*instance->options));
    if (instance->options == NULL)
        return ma_fail_memory(entry->loader->err);
    for (i = 0; ret == 0 && i < plugin->n_options; i++)
        ret = read_option(entry, &plugin->options[i], scope, &instance->options[i]);
    return ret;
}
