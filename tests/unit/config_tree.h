/* SPDX-License-Identifier: BSD-2-Clause */
/* config_tree.h - is what libconfig reads from a text what our scanner read? Header only. */
#ifndef TESTS_UNIT_CONFIG_TREE_H
#define TESTS_UNIT_CONFIG_TREE_H

#include <libconfig.h>
#include <stdbool.h>
#include <string.h>

#include "policy/scan.h"

static inline int config_type_of(ma_node_kind_t kind)
{
    static const int types[] = {
        [MA_NODE_GROUP] = CONFIG_TYPE_GROUP,   [MA_NODE_LIST] = CONFIG_TYPE_LIST,
        [MA_NODE_ARRAY] = CONFIG_TYPE_ARRAY,   [MA_NODE_STRING] = CONFIG_TYPE_STRING,
        [MA_NODE_INT] = CONFIG_TYPE_INT,       [MA_NODE_INT64] = CONFIG_TYPE_INT64,
        [MA_NODE_FLOAT] = CONFIG_TYPE_FLOAT,   [MA_NODE_BOOL] = CONFIG_TYPE_BOOL,
    };

    return types[kind];
}

static inline bool config_same_scalar(const ma_node_t *node, const config_setting_t *setting)
{
    const char *text;
    double real;

    switch (node->kind) {
    case MA_NODE_STRING:
        text = config_setting_get_string(setting);
        return text != NULL && strlen(text) == node->value.string.size
            && memcmp(text, node->value.string.data, node->value.string.size + 1) == 0;
    case MA_NODE_INT:
        return config_setting_get_int(setting) == node->value.integer;
    case MA_NODE_INT64:
        return config_setting_get_int64(setting) == node->value.integer;
    case MA_NODE_FLOAT: /* bit by bit, so that -0.0 counts */
        real = config_setting_get_float(setting);
        return memcmp(&real, &node->value.real, sizeof(real)) == 0;
    case MA_NODE_BOOL:
        return (config_setting_get_bool(setting) != 0) == node->value.boolean;
    default:
        return true;
    }
}

/* True if both trees are the same, and lines[], if any, leads from each setting to its node. */
static inline bool config_same(const ma_node_t *node, config_setting_t *setting,
                               const ma_node_t *const *lines, size_t n_lines)
{
    const ma_node_t *child = node->child;
    const char *name = config_setting_name(setting);
    const unsigned line = config_setting_source_line(setting);
    unsigned i, n = 0;

    if (config_setting_type(setting) != config_type_of(node->kind)
        || !config_same_scalar(node, setting)
        || (name == NULL) != (node->name == NULL)
        || (name != NULL && strcmp(name, node->name) != 0))
        return false;
    if (lines != NULL && !config_setting_is_root(setting)
        && (line == 0 || line > n_lines || lines[line - 1] != node))
        return false;
    if (config_setting_is_aggregate(setting))
        n = (unsigned)config_setting_length(setting);
    for (i = 0; i < n && child != NULL; i++, child = child->next)
        if (!config_same(child, config_setting_get_elem(setting, i), lines, n_lines))
            return false;
    return i == n && child == NULL && n == node->children;
}

/* True if libconfig reads that tree from the text; `refused` if it does not take the text. */
static inline bool config_reads(const char *text, const ma_node_t *root,
                                const ma_node_t *const *lines, size_t n_lines, bool refused)
{
    bool result = refused;
    config_t config;

    config_init(&config);
    if (text != NULL && config_read_string(&config, text) == CONFIG_TRUE)
        result = config_same(root, config_root_setting(&config), lines, n_lines);
    config_destroy(&config);
    return result;
}

#endif
