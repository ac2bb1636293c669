/* SPDX-License-Identifier: BSD-2-Clause */
/* snapshot.c - see snapshot.h. */
#include "engine/snapshot.h"

#include <stdlib.h>

#include "base/slots.h"

void mtlsauth_snapshot_free(mtlsauth_snapshot_t *snapshot)
{
    ma_instance_t *instance;

    if (snapshot == NULL)
        return;
    for (instance = snapshot->instances; instance != NULL; instance = instance->next)
        ma_instance_unload(instance);
    ma_conditions_free(snapshot->conditions);
    ma_known_free(snapshot->known); /* some of its certificates are the policies' */
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

static int lend_all(ma_known_t *known, const ma_cert_list_t *list)
{
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < list->count; i++)
        ret = ma_known_lend(known, list->items[i]);
    return ret;
}

static int lend_trust(ma_known_t *known, const ma_policy_t *policy)
{
    int ret = lend_all(known, &policy->trust.anchors);

    if (ret == 0)
        ret = lend_all(known, &policy->trust.intermediates);
    if (ret == 0 && policy->candidate != NULL)
        ret = lend_trust(known, policy->candidate);
    return ret;
}

/* A path that is remembered has one certificate of its own, and shares the others with many. */
static int make_known(mtlsauth_snapshot_t *snapshot, size_t remembered)
{
    size_t i, certs = remembered + remembered / 2;
    int ret;

    if (remembered == 0)
        return 0;
    for (i = 0; i < snapshot->set.count; i++)
        certs += snapshot->set.policies[i]->trust.anchors.count
            + snapshot->set.policies[i]->trust.intermediates.count;
    ret = ma_known_new(certs < MA_SLOTS_MAX ? certs : MA_SLOTS_MAX, &snapshot->known);
    for (i = 0; ret == 0 && i < snapshot->set.count; i++)
        ret = lend_trust(snapshot->known, snapshot->set.policies[i]);
    return ret;
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
    ma_crl_register_init(&snapshot->crls, &snapshot->arena);
    loader.crls = &snapshot->crls;
    ret = ma_facts_init(&snapshot->facts, source->attributes, source->n_attributes, err);
    if (ret == 0)
        ret = ma_set_load(&loader, source->policy, &snapshot->set);
    snapshot->instances = loader.instances;
    snapshot->conditions = loader.conditions;
    if (ret == 0 && make_known(snapshot, loader.remembered) != 0)
        ret = ma_fail_memory(err);
    if (ret != 0) {
        mtlsauth_snapshot_free(snapshot);
        return ret;
    }
    snapshot->most_entries = most_entries(&snapshot->set);
    *out = snapshot;
    return 0;
}
