/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the settings of an entry as the option table of its plugin has them. */
#ifndef MA_POLICY_OPTIONS_H
#define MA_POLICY_OPTIONS_H

#include "policy/condition.h"

/**
 * Reads all options of an entry into a new table (instance->options, in the arena), presets where
 * nothing is written. Settings that are neither options nor the stack's own are errors. Expressions
 * may read what the scope has.
 */
int ma_options_read(const ma_group_t *entry, const ma_scope_t *scope,
                    ma_instance_t *instance) MTLSAUTH_MUST_CHECK;

#endif
