/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route_text.h - one route out of a map of them, in words:
 *
 *     "; route: 1 validity (skipped) -> 2 crl -> 3 permit = allow"
 *
 * An entry that has nothing behind it held. The texts are made in the arena; where there is no
 * memory for one it is "", because what it belongs to is worth saying without it.
 */
#ifndef MA_POLICY_ROUTE_TEXT_H
#define MA_POLICY_ROUTE_TEXT_H

#include "policy/routes.h"

/** A route that comes to the entry in one of the states. */
const char *ma_route_text(const ma_route_map_t *map, const ma_stack_t *root,
                          const ma_entry_t *entry, ma_routes_t states, ma_arena_t *arena);
/**
 * A route to the end of the policy in one of the states, which are all allowed. *entry: the last
 * one on it that said yes; NULL if there is no such route, or no memory.
 */
const char *ma_route_text_end(const ma_route_map_t *map, const ma_stack_t *root,
                              ma_routes_t states, ma_arena_t *arena, const ma_entry_t **entry);

#endif
