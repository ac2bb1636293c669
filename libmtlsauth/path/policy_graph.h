/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_graph.h - certificate policies along a path (RFC 5280 6.1 as RFC 9618 amends it).
 *
 * RFC 9618 replaces the policy tree, which certificates can blow up exponentially, by a graph that
 * has one node a policy and depth. Here a depth has at most MA_POLICY_MAX nodes.
 */
#ifndef MA_PATH_POLICY_GRAPH_H
#define MA_PATH_POLICY_GRAPH_H

#include "base/arena.h"
#include "path/path.h"

/** Policies and mappings of one certificate that are looked at. */
#define MA_POLICY_MAX 64u

/** The inputs (c), (e), (f), (g) of 6.1.1. */
typedef struct ma_policy_inputs {
    const ma_bytes_t *initial; /**< contents of OIDs; NULL: any policy */
    size_t n_initial;
    bool explicit_policy;
    bool inhibit_mapping;
    bool inhibit_any;
} ma_policy_inputs_t;

/**
 * Processes the policies of a path, leaf first, anchor last. Scratch memory comes from the arena.
 * Returns MTLSAUTH_SUCCESS, MTLSAUTH_CONSTRAINT with a static *rule, MTLSAUTH_LIMIT, or
 * MTLSAUTH_ERROR (out of memory).
 */
mtlsauth_result_t ma_policy_graph_check(const ma_path_t *path, const ma_policy_inputs_t *inputs,
                                        ma_arena_t *arena, const char **rule) MTLSAUTH_MUST_CHECK;

#endif
