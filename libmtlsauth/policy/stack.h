/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.h - the ordered entries of a policy, read from its `stack` list.
 *
 * An included stack is spliced in place, or where it has a condition kept together under it; a
 * substack stays an entry of its own. All of it lives in the loader's arena and is constant after
 * load.
 */
#ifndef MA_POLICY_STACK_H
#define MA_POLICY_STACK_H

#include "policy/condition.h"
#include "policy/control.h"
#include "policy/settings.h"

#define MA_STACK_MAX_DEPTH 16u
#define MA_STACK_MAX_ENTRIES 1024u

typedef struct ma_stack ma_stack_t;

typedef struct ma_entry {
    const char *number; /**< "3", "3.1" */
    const char *plugin; /**< plugin name, or "substack" */
    size_t index;       /**< among all entries of the policy; a row of tables over them */
    ma_control_t control; /**< as it works: a gate's success is ignore */
    ma_pos_t pos;
    const ma_condition_t *when;    /**< NULL: always */
    const ma_instance_t *instance; /**< NULL: a stack */
    const ma_stack_t *substack;    /**< of a substack, or of an include with a condition */
} ma_entry_t;

struct ma_stack {
    ma_entry_t *entries;
    size_t count;
    size_t room;
};

/** True if the entries of `substack` belong to the stack around it: done and die end the whole. */
static inline bool ma_entry_is_include(const ma_entry_t *entry)
{
    return entry->control.kind == MA_CONTROL_INCLUDE;
}

/** Reads the stack of a policy's root group. *total: entries of all levels, for the trace. */
int ma_stack_read(const ma_group_t *root, const ma_trust_t *trust, ma_stack_t *out,
                  size_t *total) MTLSAUTH_MUST_CHECK;

#endif
