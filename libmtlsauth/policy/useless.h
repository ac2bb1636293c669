/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * useless.h - entries that load, and do nothing: warnings, with a route that shows it.
 *
 * An entry that no route comes to; one that every route comes to refused already; one that,
 * whatever it comes to, changes no verdict; and a condition that is always true, or never.
 * None of them lets anyone in by itself, but each is most likely not what was meant.
 *
 * What it does not find: entries that are useless because of what their lists hold, or because of
 * two conditions that exclude each other.
 */
#ifndef MA_POLICY_USELESS_H
#define MA_POLICY_USELESS_H

#include "policy/routes.h"

/** Warns in the loader's log. `total` counts the entries of all levels. */
int ma_useless_warn(const ma_stack_t *stack, size_t total,
                    const ma_loader_t *loader) MTLSAUTH_MUST_CHECK;

#endif
