/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the settings of an entry as the option table of its plugin has them. */
#ifndef MA_POLICY_OPTIONS_H
#define MA_POLICY_OPTIONS_H

#include "policy/settings.h"

/**
 * Reads all options of an entry into a new table (instance->options, in the arena), presets where
 * nothing is written. Settings that are neither options nor the stack's own are errors.
 */
int ma_options_read(const ma_group_t *entry, ma_instance_t *instance) MTLSAUTH_MUST_CHECK;

#endif
