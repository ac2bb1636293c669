/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes.h - what no run of a stack can do, found at load.
 *
 * Follows every route that results can take through a stack, and refuses one in which nothing can
 * grant, one with a route to allow that passes no validity, two verifications on one route, and an
 * entry that reads what may not have been set on the way to it.
 */
#ifndef MA_POLICY_ROUTES_H
#define MA_POLICY_ROUTES_H

#include "policy/stack.h"

int ma_routes_check(const ma_stack_t *stack, const ma_facts_t *facts, bool allow_unverified,
                    const ma_pos_t *stack_pos, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
