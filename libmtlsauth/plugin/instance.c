/* SPDX-License-Identifier: BSD-2-Clause */
/* instance.c - see instance.h. */
#include "plugin/instance.h"

#include <string.h>

#include "plugin/services.h"

static bool has_list(const ma_instance_t *instance, uint32_t flag)
{
    uint32_t i;

    for (i = 0; i < instance->plugin->n_options; i++)
        if ((instance->plugin->options[i].flags & flag) != 0 && instance->options[i].set)
            return true;
    return false;
}

/* A list plugin grants if it has something to allow; with neither list it has nothing to say. */
static int decide_grant(ma_instance_t *instance, mtlsauth_error_t **err)
{
    const mtlsauth_plugin_t *plugin = instance->plugin;

    instance->grants = (plugin->flags & MTLSAUTH_PLUGIN_GRANT) != 0;
    if (!ma_descriptor_is_list(plugin))
        return 0;
    if (!has_list(instance, MTLSAUTH_OPTION_ALLOW) && !has_list(instance, MTLSAUTH_OPTION_DENY))
        return ma_fail(err, MTLSAUTH_E_POLICY, &instance->pos,
                       "give it a list to allow, or one to deny",
                       "plugin \"%s\" has no list to match", plugin->name);
    instance->grants = instance->grants && has_list(instance, MTLSAUTH_OPTION_ALLOW);
    return 0;
}

static int number_writes(ma_instance_t *instance, ma_arena_t *arena, ma_facts_t *facts,
                         mtlsauth_error_t **err)
{
    const mtlsauth_plugin_t *plugin = instance->plugin;
    uint32_t i;
    int ret = 0;

    instance->writes = ma_arena_array(arena, plugin->n_writes, sizeof(unsigned));
    if (instance->writes == NULL)
        return ma_fail_memory(err);
    for (i = 0; ret == 0 && i < plugin->n_writes; i++)
        ret = ma_facts_declare(facts, plugin->writes[i].name,
                               (mtlsauth_type_t)plugin->writes[i].type, plugin->name,
                               &instance->pos, &instance->writes[i], err);
    return ret;
}

static int number_reads(ma_instance_t *instance, ma_arena_t *arena, const ma_facts_t *facts,
                        mtlsauth_error_t **err)
{
    const mtlsauth_plugin_t *plugin = instance->plugin;
    uint32_t i;

    instance->reads = ma_arena_array(arena, plugin->n_reads, sizeof(unsigned));
    if (instance->reads == NULL)
        return ma_fail_memory(err);
    for (i = 0; i < plugin->n_reads; i++) {
        int number = ma_facts_find(facts, plugin->reads[i]);
        if (number < 0 && ma_attribute_type(plugin->reads[i]) != 0)
            return ma_fail(err, MTLSAUTH_E_POLICY, &instance->pos,
                           "remove the entry, or use this policy where that is known",
                           "plugin \"%s\" reads %s, which this server never supplies",
                           plugin->name, plugin->reads[i]);
        if (number < 0)
            return ma_fail(err, MTLSAUTH_E_POLICY, &instance->pos,
                           "put an entry whose plugin sets it before this one",
                           "plugin \"%s\" reads %s, which no entry before it sets", plugin->name,
                           plugin->reads[i]);
        instance->reads[i] = (unsigned)number;
    }
    return 0;
}

int ma_instance_load(ma_instance_t *instance, const ma_loading_t *loading, ma_facts_t *facts)
{
    const mtlsauth_plugin_t *plugin = instance->plugin;
    int ret = decide_grant(instance, loading->err);

    if (ret == 0)
        ret = number_reads(instance, loading->arena, facts, loading->err);
    if (ret == 0)
        ret = number_writes(instance, loading->arena, facts, loading->err);
    if (ret != 0)
        return ret;
    instance->face.core = ma_services();
    instance->loaded = true;
    if (plugin->load == NULL)
        return 0;
    instance->loading = loading;
    ret = plugin->load(&instance->face);
    instance->loading = NULL;
    if (ret == 0)
        return 0;
    /* A plugin that failed without a word, or with a number that is no status. */
    return ma_fail(loading->err, ret < 0 ? ret : MTLSAUTH_E_PLUGIN, &instance->pos, NULL,
                   "plugin \"%s\" cannot be used with these options", plugin->name);
}

void ma_instance_unload(ma_instance_t *instance)
{
    if (!instance->loaded)
        return;
    instance->loaded = false;
    if (instance->plugin->unload != NULL)
        instance->plugin->unload(&instance->face);
}
