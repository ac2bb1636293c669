/* SPDX-License-Identifier: BSD-2-Clause */
/* bypass.c - see bypass.h. */
#include "policy/bypass.h"

#include <stdio.h>

#include "policy/route_text.h"

/* The next gates behind an entry, NULL if there is none: what a grant that ends the stack skips. */
typedef struct gates {
    const ma_entry_t *revocation;
    const ma_entry_t *other;
} gates_t;

typedef struct search {
    const ma_loader_t *loader;
    const ma_stack_t *root;
    ma_route_map_t map; /* of the fact that a path was verified */
    unsigned verified;
    unsigned revoked;
} search_t;

static bool refuses(ma_action_t action)
{
    return action == MA_ACTION_BAD || action == MA_ACTION_DIE;
}

/* An entry that can keep out, lets nobody in, and is not the deny that says where a stack ends. */
static bool is_gate(const search_t *search, const ma_entry_t *entry)
{
    const ma_instance_t *instance = entry->instance;
    unsigned result;

    if (instance->grants || ma_route_sets(instance, search->verified) || !ma_route_can_run(entry)
        || ((instance->plugin->flags & MTLSAUTH_PLUGIN_REFUSES) != 0 && !ma_route_can_skip(entry)))
        return false;
    for (result = 0; result < MTLSAUTH_N_RESULTS; result++)
        if (result != MTLSAUTH_SUCCESS && result != MTLSAUTH_IGNORE
            && ma_route_can_return(instance, result)
            && refuses(ma_control_action(&entry->control, (int)result)))
            return true;
    return false;
}

/* A gate that sets what CRLs say, or that refuses by it. */
static bool tells_revocation(const search_t *search, const ma_entry_t *entry)
{
    return ma_route_sets(entry->instance, search->revoked)
        || ma_route_reads(entry, search->revoked);
}

static bool ends_with_a_yes(const ma_entry_t *entry)
{
    return entry->instance->grants && entry->control.kind == MA_CONTROL_SUFFICIENT
        && ma_route_can_run(entry);
}

static void warn(const search_t *search, const ma_entry_t *entry, const ma_entry_t *gate,
                 ma_routes_t states)
{
    char mend[160];

    snprintf(mend, sizeof(mend),
             "put entry %s before it; if it is meant, write control = "
             "\"[success=done default=ignore]\"",
             gate->number);
    ma_log_warning(search->loader->log, &entry->pos, "gate-bypassed", mend,
                   "entry %s (%s) lets clients in whom entry %s (%s) never sees%s", entry->number,
                   entry->plugin, gate->number, gate->plugin,
                   ma_route_text(&search->map, search->root, entry, states,
                                 search->loader->arena));
}

/* The states in which routes come to an entry unrefused; only verified ones, or all. */
static ma_routes_t standing(const search_t *search, const ma_entry_t *entry, bool verified)
{
    const ma_routes_t in = search->map.in[entry->index][0] | search->map.in[entry->index][1];
    ma_routes_t out = 0;
    unsigned s;

    for (s = 0; s < MA_ROUTE_STATES; s++)
        if ((s & MA_ROUTE_REFUSED) == 0 && (!verified || (s & MA_ROUTE_SET) != 0))
            out = (ma_routes_t)(out | (in & MA_ROUTE(s)));
    return out;
}

static void look_at_grant(const search_t *search, const ma_entry_t *entry, const gates_t *behind)
{
    const ma_routes_t verified = standing(search, entry, true);
    const ma_routes_t all = standing(search, entry, false);

    if (behind->revocation != NULL && verified != 0)
        warn(search, entry, behind->revocation, verified);
    else if (behind->other != NULL && !ma_route_can_skip(entry) && all != 0)
        warn(search, entry, behind->other, all);
}

/*
 * From the end of a stack to its begin; *gates are those behind it, and then those behind the entry
 * before it. The end of a substack skips nothing that is outside. As deep as stacks include.
 */
static void look_at_stack(const search_t *search, const ma_stack_t *stack, gates_t *gates)
{
    size_t i;

    for (i = stack->count; i-- > 0;) {
        const ma_entry_t *entry = &stack->entries[i];

        if (entry->substack != NULL) {
            gates_t inside = { NULL, NULL };
            if (ma_entry_is_include(entry))
                inside = *gates;
            look_at_stack(search, entry->substack, &inside);
            if (inside.revocation != NULL)
                gates->revocation = inside.revocation;
            if (inside.other != NULL)
                gates->other = inside.other;
            continue;
        }
        if (ends_with_a_yes(entry))
            look_at_grant(search, entry, gates);
        if (is_gate(search, entry))
            *(tells_revocation(search, entry) ? &gates->revocation : &gates->other) = entry;
    }
}

int ma_bypass_warn(const ma_stack_t *stack, size_t total, const ma_loader_t *loader)
{
    const ma_facts_t *facts = loader->facts;
    search_t search = { .loader = loader, .root = stack,
                        .verified = (unsigned)ma_facts_core(facts, MA_FACT_CERT_VERIFIED),
                        .revoked = (unsigned)ma_facts_core(facts, MA_FACT_CERT_REVOKED) };
    gates_t none = { NULL, NULL };

    if (!ma_log_wants(loader->log, MTLSAUTH_LOG_WARNING))
        return 0;
    if (ma_routes_map(stack, total, search.verified, loader->arena, &search.map) != 0)
        return ma_fail_memory(loader->err);
    look_at_stack(&search, stack, &none);
    return 0;
}
