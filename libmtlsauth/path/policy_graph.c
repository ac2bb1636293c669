/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_graph.c - see policy_graph.h. Letters in brackets are the steps of RFC 5280 6.1.3 to
 * 6.1.5.
 *
 * A depth is a table of nodes; a node knows its policy, the policies expected below it, and, as a
 * set of bits, its parents in the depth above. Nodes are not deleted when they have no children:
 * only what can be reached from the last depth upwards counts, and that is all that is asked.
 */
#include "path/policy_graph.h"

#include <string.h>

#define ANY_POLICY MA_OID("\x55\x1d\x20\x00")

typedef struct node {
    ma_bytes_t policy;
    ma_bytes_t expected[MA_POLICY_MAX];
    unsigned n_expected;
    uint64_t parents; /* bits of the depth above */
    bool deleted;     /* by a mapping that is inhibited */
} node_t;

typedef struct depth {
    node_t nodes[MA_POLICY_MAX];
    unsigned count;
} depth_t;

typedef struct graph {
    depth_t *depths; /* depths[0] is the anchor's */
    unsigned last;
    bool null;       /* no valid policy is left */
    int64_t explicit_policy;
    int64_t mapping;
    int64_t inhibit_any;
    mtlsauth_result_t result;
    const char *rule;
} graph_t;

static bool fail(graph_t *graph, mtlsauth_result_t result, const char *rule)
{
    graph->result = result;
    graph->rule = rule;
    return false;
}

static bool is_any(ma_bytes_t policy)
{
    return ma_bytes_equal(policy, ANY_POLICY);
}

static node_t *find(depth_t *depth, ma_bytes_t policy)
{
    unsigned i;

    for (i = 0; i < depth->count; i++)
        if (!depth->nodes[i].deleted && ma_bytes_equal(depth->nodes[i].policy, policy))
            return &depth->nodes[i];
    return NULL;
}

static bool expects(const node_t *node, ma_bytes_t policy)
{
    unsigned i;

    for (i = 0; i < node->n_expected; i++)
        if (ma_bytes_equal(node->expected[i], policy))
            return true;
    return false;
}

/* Adds a node that expects itself. */
static node_t *add(graph_t *graph, depth_t *depth, ma_bytes_t policy, uint64_t parents)
{
    node_t *node;

    if (depth->count == MA_POLICY_MAX) {
        (void)fail(graph, MTLSAUTH_LIMIT, "a certificate on the path has more policies than are looked at");
        return NULL;
    }
    node = &depth->nodes[depth->count++];
    *node = (node_t) { .policy = policy, .n_expected = 1, .parents = parents };
    node->expected[0] = policy;
    return node;
}

/* The nodes above that expect a policy. */
static uint64_t parents_of(const depth_t *above, ma_bytes_t policy)
{
    uint64_t parents = 0;
    unsigned i;

    for (i = 0; i < above->count; i++)
        if (!above->nodes[i].deleted && expects(&above->nodes[i], policy))
            parents |= UINT64_C(1) << i;
    return parents;
}

static uint64_t bit_of(const depth_t *depth, const node_t *node)
{
    return UINT64_C(1) << (node - depth->nodes);
}

/* (d)(1): a policy of the certificate, below whoever expects it, or else below anyPolicy. */
static bool take_policy(graph_t *graph, depth_t *above, depth_t *depth, ma_bytes_t policy)
{
    uint64_t parents = parents_of(above, policy);
    const node_t *any = find(above, ANY_POLICY);

    if (parents == 0 && any != NULL)
        parents = bit_of(above, any);
    if (parents == 0 || find(depth, policy) != NULL)
        return true;
    return add(graph, depth, policy, parents) != NULL;
}

/* (d)(2): anyPolicy in the certificate stands for everything that is still expected. */
static bool take_any(graph_t *graph, depth_t *above, depth_t *depth)
{
    unsigned i, j;

    for (i = 0; i < above->count; i++) {
        const node_t *node = &above->nodes[i];
        if (node->deleted)
            continue;
        for (j = 0; j < node->n_expected; j++) {
            ma_bytes_t policy = node->expected[j];
            if (find(depth, policy) == NULL
                && add(graph, depth, policy, parents_of(above, policy)) == NULL)
                return false;
        }
    }
    return true;
}

static bool is_empty(const depth_t *depth)
{
    unsigned i;

    for (i = 0; i < depth->count; i++)
        if (!depth->nodes[i].deleted)
            return false;
    return true;
}

/* (d) and (e) for the certificate at depth `i`. */
static bool take_policies(graph_t *graph, unsigned i, const mtlsauth_cert_t *cert)
{
    depth_t *above = &graph->depths[i - 1], *depth = &graph->depths[i];
    bool any = false, last = i == graph->last;
    ma_der_t list = ma_der(cert->policies);

    if (graph->null || (cert->present & MA_EXT_POLICIES) == 0) {
        graph->null = true;
        return true;
    }
    while (ma_der_more(&list)) {
        ma_element_t policy = ma_der_want(&list, MA_DER_SEQUENCE);
        ma_der_t in = ma_der_into(&policy);
        ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
        if (is_any(oid))
            any = true;
        else if (!take_policy(graph, above, depth, oid))
            return false;
    }
    if (any && (graph->inhibit_any > 0 || (!last && ma_cert_self_issued(cert))))
        if (!take_any(graph, above, depth))
            return false;
    graph->null = is_empty(depth);
    return true;
}

/* A mapping's node: the one of that policy, or one made below anyPolicy for it (6.1.4 (b)(1)). */
static node_t *mapped_node(graph_t *graph, unsigned i, ma_bytes_t issuer_policy)
{
    depth_t *depth = &graph->depths[i];
    node_t *node = find(depth, issuer_policy);
    const node_t *any = find(depth, ANY_POLICY);

    if (node != NULL || any == NULL)
        return node;
    return add(graph, depth, issuer_policy, any->parents);
}

/* One mapping, when mapping is permitted. The first for a policy replaces what the node expected. */
static bool map_policy(graph_t *graph, unsigned i, ma_bytes_t from, ma_bytes_t to,
                       uint64_t *replaced)
{
    depth_t *depth = &graph->depths[i];
    node_t *node = mapped_node(graph, i, from);

    if (node == NULL)
        return graph->result == MTLSAUTH_SUCCESS;
    if ((*replaced & bit_of(depth, node)) == 0) {
        *replaced |= bit_of(depth, node);
        node->n_expected = 0;
    }
    if (expects(node, to))
        return true;
    if (node->n_expected == MA_POLICY_MAX)
        return fail(graph, MTLSAUTH_LIMIT, "a certificate on the path has more mappings than are looked at");
    node->expected[node->n_expected++] = to;
    return true;
}

/* 6.1.4 (a) and (b). */
static bool take_mappings(graph_t *graph, unsigned i, const mtlsauth_cert_t *cert)
{
    ma_der_t list = ma_der(cert->mappings);
    uint64_t replaced = 0;

    while (ma_der_more(&list)) {
        ma_element_t mapping = ma_der_want(&list, MA_DER_SEQUENCE);
        ma_der_t in = ma_der_into(&mapping);
        ma_bytes_t from = ma_der_want(&in, MA_DER_OID).value;
        ma_bytes_t to = ma_der_want(&in, MA_DER_OID).value;
        node_t *node;
        if (is_any(from) || is_any(to))
            return fail(graph, MTLSAUTH_CONSTRAINT,
                        "a CA on the path maps from or to anyPolicy (RFC 5280 6.1.4 (a))");
        if (graph->null)
            continue;
        if (graph->mapping > 0) {
            if (!map_policy(graph, i, from, to, &replaced))
                return false;
            continue;
        }
        node = find(&graph->depths[i], from);
        if (node != NULL)
            node->deleted = true;
    }
    graph->null = graph->null || is_empty(&graph->depths[i]);
    return true;
}

static void lower_to(int64_t *counter, int64_t value)
{
    if (value >= 0 && value < *counter)
        *counter = value;
}

static void count_down(int64_t *counter)
{
    if (*counter > 0)
        --*counter;
}

/* 6.1.4 (h), (i), (j). */
static void next_counters(graph_t *graph, const mtlsauth_cert_t *cert)
{
    if (!ma_cert_self_issued(cert)) {
        count_down(&graph->explicit_policy);
        count_down(&graph->mapping);
        count_down(&graph->inhibit_any);
    }
    lower_to(&graph->explicit_policy, cert->require_explicit);
    lower_to(&graph->mapping, cert->inhibit_mapping);
    lower_to(&graph->inhibit_any, cert->inhibit_any);
}

static bool is_wanted(const ma_policy_inputs_t *inputs, ma_bytes_t policy)
{
    size_t i;

    if (inputs->initial == NULL)
        return true;
    for (i = 0; i < inputs->n_initial; i++)
        if (is_any(inputs->initial[i]) || ma_bytes_equal(inputs->initial[i], policy))
            return true;
    return false;
}

/*
 * 6.1.5 (g): is a policy of the user's left? The policies of the anchor's domain are those of nodes
 * that hang below anyPolicy; each must be wanted. Going down, a node is good if it is such a one,
 * or has a good parent. anyPolicy itself is good: it stands for whatever the user wants.
 */
static bool some_wanted(const graph_t *graph, const ma_policy_inputs_t *inputs)
{
    uint64_t good = 1, next, any = 1; /* of depth 0: its one node, anyPolicy */
    unsigned i, j;

    for (i = 1; i <= graph->last; i++) {
        const depth_t *depth = &graph->depths[i];
        uint64_t next_any = 0;
        next = 0;
        for (j = 0; j < depth->count; j++) {
            const node_t *node = &depth->nodes[j];
            uint64_t bit = UINT64_C(1) << j;
            if (node->deleted)
                continue;
            if (is_any(node->policy)) {
                next_any |= bit;
                next |= bit;
            } else if ((node->parents & any) != 0 ? is_wanted(inputs, node->policy)
                                                  : (node->parents & good) != 0) {
                next |= bit;
            }
        }
        good = next;
        any = next_any;
    }
    return good != 0 && (inputs->initial == NULL || inputs->n_initial > 0);
}

static bool walk(graph_t *graph, const ma_path_t *path, const ma_policy_inputs_t *inputs)
{
    static const char missing[]
        = "the path has no valid certificate policy, and one is required (RFC 5280 6.1.3 (f))";
    unsigned i;

    for (i = 1; i <= graph->last; i++) {
        const mtlsauth_cert_t *cert = path->certs[graph->last - i];
        if (!take_policies(graph, i, cert))
            return false;
        if (graph->explicit_policy == 0 && graph->null)
            return fail(graph, MTLSAUTH_CONSTRAINT, missing);
        if (i == graph->last)
            break;
        if (!take_mappings(graph, i, cert))
            return false;
        next_counters(graph, cert);
    }
    /* 6.1.5 (a), (b), then (g). */
    count_down(&graph->explicit_policy);
    if (path->certs[0]->require_explicit == 0)
        graph->explicit_policy = 0;
    if (graph->explicit_policy == 0 && (graph->null || !some_wanted(graph, inputs)))
        return fail(graph, MTLSAUTH_CONSTRAINT,
                    "no certificate policy of the path is one that is required (RFC 5280 6.1.5 (g))");
    return true;
}

/* Nothing can fail where nobody asks for a policy, and no CA does; the usual case costs nothing. */
static bool is_needed(const ma_path_t *path, const ma_policy_inputs_t *inputs)
{
    size_t i;

    if (inputs->explicit_policy)
        return true;
    for (i = 0; i + 1 < path->length; i++)
        if ((path->certs[i]->present & (MA_EXT_POLICY_CONSTRAINTS | MA_EXT_MAPPINGS)) != 0)
            return true;
    return false;
}

mtlsauth_result_t ma_policy_graph_check(const ma_path_t *path, const ma_policy_inputs_t *inputs,
                                        ma_arena_t *arena, const char **rule)
{
    graph_t graph = { .last = (unsigned)path->length - 1, .result = MTLSAUTH_SUCCESS };
    int64_t never = (int64_t)path->length; /* "n+1" of 6.1.2: a count that does not run out */

    if (!is_needed(path, inputs))
        return MTLSAUTH_SUCCESS;
    graph.depths = ma_arena_array(arena, path->length, sizeof(*graph.depths));
    if (graph.depths == NULL)
        return MTLSAUTH_ERROR;
    graph.explicit_policy = inputs->explicit_policy ? 0 : never;
    graph.mapping = inputs->inhibit_mapping ? 0 : never;
    graph.inhibit_any = inputs->inhibit_any ? 0 : never;
    (void)add(&graph, &graph.depths[0], ANY_POLICY, 0);
    if (!walk(&graph, path, inputs))
        *rule = graph.rule;
    return graph.result;
}
