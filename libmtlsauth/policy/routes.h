/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes.h - what no run of a stack can do, found at load.
 *
 * Follows every route that results can take through a stack, and refuses one in which nothing can
 * grant, one with a route to allow that passes no validity, two verifications on one route, and an
 * entry that reads what may not have been set on the way to it. Each of these errors shows a route
 * that goes wrong.
 *
 * One fact is followed at a time. All that a route can be at one place is three bits, so the routes
 * at a place are a set of eight states, and a walk over the stack carries all routes at once. What
 * it saw on the way is a map: route_text.h finds one route in it, useless.h the entries that do
 * nothing.
 */
#ifndef MA_POLICY_ROUTES_H
#define MA_POLICY_ROUTES_H

#include "policy/stack.h"

/** What a route can be at a place: the fact was set; something said yes; something refused. */
enum { MA_ROUTE_SET = 1u, MA_ROUTE_GRANTED = 2u, MA_ROUTE_REFUSED = 4u, MA_ROUTE_STATES = 8u };

/** A set of states, a bit each. */
typedef uint8_t ma_routes_t;
#define MA_ROUTE(state) ((ma_routes_t)(1u << (state)))
#define MA_ROUTES_ALL ((ma_routes_t)0xff)

/**
 * The states in which routes come to an entry, and in which they leave the stack that an entry is.
 * Row ma_entry_t.index of each; the column says whether the fact was set where the innermost
 * substack around the entry began (outside of any: 0).
 */
typedef struct ma_route_map {
    unsigned fact;
    ma_routes_t (*in)[2];
    ma_routes_t (*end)[2];
} ma_route_map_t;

/** No fact at all: where routes go, whatever is set. */
#define MA_ROUTE_NO_FACT (~0u)

/** The checks. `total` counts the entries of all levels. */
int ma_routes_check(const ma_stack_t *stack, size_t total, const ma_facts_t *facts,
                    bool allow_unverified, const ma_pos_t *stack_pos, ma_arena_t *arena,
                    mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** The map of one fact, without checks. Returns 0 or MTLSAUTH_E_NO_MEMORY. */
int ma_routes_map(const ma_stack_t *stack, size_t total, unsigned fact, ma_arena_t *arena,
                  ma_route_map_t *out) MTLSAUTH_MUST_CHECK;

/** What one action makes of one route: where it goes on, or that it leaves the stack. */
void ma_route_act(ma_action_t action, unsigned state, ma_routes_t *on, ma_routes_t *out);
/** What the end of a substack makes of the route that came to it. */
unsigned ma_route_join(unsigned outside, unsigned inside);
/** True if the plugin can come to that result, as far as the core knows. */
bool ma_route_can_return(const ma_instance_t *instance, unsigned result);
/** True if the entry can be passed over, or dispatched. */
bool ma_route_can_skip(const ma_entry_t *entry);
bool ma_route_can_run(const ma_entry_t *entry);
/** True if the plugin sets the fact. */
bool ma_route_sets(const ma_instance_t *instance, unsigned fact);
/** True if the entry reads the fact: its plugin, its condition or one of its options. */
bool ma_route_reads(const ma_entry_t *entry, unsigned fact);

#endif
