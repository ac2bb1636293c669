/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h - everything that one load of the policies made. Immutable once loaded.
 *
 * Who may still look at it is reclaim.h's business.
 */
#ifndef MA_ENGINE_SNAPSHOT_H
#define MA_ENGINE_SNAPSHOT_H

#include "cred/known.h"
#include "policy/set.h"

struct mtlsauth_snapshot {
    ma_arena_t arena;
    ma_facts_t facts;
    ma_set_t set;
    ma_instance_t *instances;
    ma_condition_t *conditions;
    ma_known_t *known; /**< certificates of all policies; NULL if none remembers paths */
    ma_crl_register_t crls; /**< the lists that it was made of */
    size_t most_entries;      /**< of any policy: room for a trace */
    struct mtlsauth_snapshot *next; /**< in the list of retired ones */
};

/** What a load needs of its engine. */
typedef struct ma_snapshot_source {
    const char *policy;
    const char *const *attributes;
    size_t n_attributes;
    ma_safety_t safety;
    bool offline;
    const ma_log_t *log;
    ma_modules_t *modules;
} ma_snapshot_source_t;

int ma_snapshot_load(const ma_snapshot_source_t *source, mtlsauth_snapshot_t **out,
                     mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
