/* SPDX-License-Identifier: BSD-2-Clause */
/* snapshot.c - see snapshot.h. */
#include "engine/snapshot.h"

#include <stdlib.h>

void mtlsauth_snapshot_free(mtlsauth_snapshot_t *snapshot)
{
    ma_instance_t *instance;

    if (snapshot == NULL)
        return;
    for (instance = snapshot->instances; instance != NULL; instance = instance->next)
        ma_instance_unload(instance);
    ma_set_free(&snapshot->set);
    ma_arena_free(&snapshot->arena);
    free(snapshot);
}

static size_t most_entries(const ma_set_t *set)
{
    size_t i, most = 0;

    for (i = 0; i < set->count; i++) {
        const ma_policy_t *policy = set->policies[i];
        if (policy->n_entries > most)
            most = policy->n_entries;
        if (policy->candidate != NULL && policy->candidate->n_entries > most)
            most = policy->candidate->n_entries;
    }
    return most;
}

int ma_snapshot_load(const ma_snapshot_source_t *source, mtlsauth_snapshot_t **out,
                     mtlsauth_error_t **err)
{
    mtlsauth_snapshot_t *snapshot = calloc(1, sizeof(*snapshot));
    ma_loader_t loader = { .safety = source->safety,
                           .log = source->log,
                           .modules = source->modules,
                           .offline = source->offline,
                           .err = err };
    int ret;

    if (snapshot == NULL)
        return ma_fail_memory(err);
    ma_arena_init(&snapshot->arena, 0);
    loader.arena = &snapshot->arena;
    loader.facts = &snapshot->facts;
    ret = ma_facts_init(&snapshot->facts, source->attributes, source->n_attributes, err);
    if (ret == 0)
        ret = ma_set_load(&loader, source->policy, &snapshot->set);
    snapshot->instances = loader.instances;
    if (ret != 0) {
        mtlsauth_snapshot_free(snapshot);
        return ret;
    }
    snapshot->most_entries = most_entries(&snapshot->set);
    *out = snapshot;
    return 0;
}
