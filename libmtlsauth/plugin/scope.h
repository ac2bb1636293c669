/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope.h - what an expression may read where it stands: the fields of the language, as this server
 * and the entries before make them known, and the facts of plugins.
 *
 * For the load. Slots are those that a frame (frame.h) has at run time.
 */
#ifndef MA_PLUGIN_SCOPE_H
#define MA_PLUGIN_SCOPE_H

#include "base/arena.h"
#include "expr/schema.h"
#include "plugin/fact.h"
#include "plugin/instance.h"
#include "plugin/module.h"

typedef struct ma_scope {
    const ma_facts_t *facts;
    ma_modules_t *modules; /**< to say which plugin sets a fact; NULL: not said */
    bool offline; /**< attributes that nobody supplies are unknown at run time, not errors */
    bool set[MA_MAX_ATTRIBUTES + MA_MAX_FACTS]; /**< by number: an entry before sets the fact */
} ma_scope_t;

/** Nothing is set yet. `facts` is borrowed, and may grow; `modules` is borrowed too. */
void ma_scope_init(ma_scope_t *scope, const ma_facts_t *facts, ma_modules_t *modules,
                   bool offline);
/** An entry that always runs before what comes next: its facts can be read from now on. */
void ma_scope_add(ma_scope_t *scope, const ma_instance_t *instance);

/**
 * The fields as they stand, in the arena. A field that cannot be read has `missing` and `mend`.
 * Returns 0 or MTLSAUTH_E_NO_MEMORY.
 */
int ma_scope_schema(const ma_scope_t *scope, ma_arena_t *arena,
                    ma_schema_t *out) MTLSAUTH_MUST_CHECK;

#endif
