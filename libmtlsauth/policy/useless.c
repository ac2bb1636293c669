/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * useless.c - see useless.h.
 *
 * What a route still meets behind an entry comes to one of three things, whatever the route was
 * before: it is refused; something says yes; or neither. So the rest of the stack is a set of these
 * three, found from the end of the stack to its begin. An entry matters if, for some route that
 * comes to it and some rest, the verdict is another than if the entry were not there.
 *
 * The sets lose which of them belong together. That makes entries seem to matter that do not, and
 * never the other way round.
 */
#include "policy/useless.h"

#include "policy/route_text.h"

enum { REST_REFUSES = 1u, REST_GRANTS = 2u, REST_OPEN = 4u, N_RESTS = 3u };

typedef uint8_t rests_t;

typedef struct search {
    const ma_loader_t *loader;
    const ma_stack_t *root;
    ma_route_map_t map;
    rests_t *behind; /* what follows each entry, by its index */
    rests_t *done;   /* what follows if it ends its stack with a yes */
    bool allows;     /* the policy lets in some */
} search_t;

/* ---- the rest of a stack -------------------------------------------------------------------- */

/* The rests, if something says yes before them. */
static rests_t granted(rests_t rests)
{
    return (rests & REST_OPEN) != 0 ? (rests_t)((rests & ~REST_OPEN) | REST_GRANTS) : rests;
}

/* The actions that an entry can come to, a bit each. */
static unsigned actions_of(const search_t *search, const ma_entry_t *entry)
{
    unsigned actions = 0, i;
    ma_routes_t ends;

    if (!ma_route_can_run(entry))
        return 0;
    if (entry->instance != NULL) {
        for (i = 0; i < MTLSAUTH_N_RESULTS; i++)
            if (ma_route_can_return(entry->instance, i))
                actions |= 1u << ma_control_action(&entry->control, (int)i);
        return actions;
    }
    ends = search->map.end[entry->index][0];
    for (i = 0; i < MA_ROUTE_STATES; i++)
        if ((ends & MA_ROUTE(i)) != 0)
            actions |= 1u << ((i & MA_ROUTE_REFUSED) != 0   ? MA_ACTION_BAD
                              : (i & MA_ROUTE_GRANTED) != 0 ? MA_ACTION_OK
                                                            : MA_ACTION_IGNORE);
    return actions;
}

static rests_t rest_of_stack(search_t *search, const ma_stack_t *stack, rests_t end, rests_t done);

/* What the end of a substack means to those inside: what follows it, for the routes that came. */
static rests_t rest_outside(const search_t *search, const ma_entry_t *entry, rests_t behind)
{
    ma_routes_t in = search->map.in[entry->index][0];
    rests_t rests = 0;

    if ((in & MA_ROUTE(0)) != 0)
        rests |= behind;
    if ((in & MA_ROUTE(MA_ROUTE_GRANTED)) != 0)
        rests |= granted(behind);
    return rests != 0 ? rests : REST_REFUSES;
}

/* What follows before an entry, given what follows behind it. */
static rests_t rest_of_entry(search_t *search, const ma_entry_t *entry, rests_t behind,
                             rests_t done)
{
    unsigned actions = actions_of(search, entry);
    rests_t rests = 0, outside;

    if (ma_route_can_skip(entry) || !ma_route_can_run(entry))
        rests |= behind;
    if (ma_entry_is_include(entry)) {
        outside = rest_of_stack(search, entry->substack, behind, done);
        return ma_route_can_run(entry) ? rests | outside : rests;
    }
    if (entry->substack != NULL) {
        outside = rest_outside(search, entry, behind);
        (void)rest_of_stack(search, entry->substack, outside, granted(outside));
    }
    if ((actions & 1u << MA_ACTION_IGNORE) != 0)
        rests |= behind;
    if ((actions & 1u << MA_ACTION_OK) != 0)
        rests |= granted(behind);
    if ((actions & 1u << MA_ACTION_DONE) != 0)
        rests |= done;
    if ((actions & (1u << MA_ACTION_BAD | 1u << MA_ACTION_DIE)) != 0)
        rests |= REST_REFUSES;
    return rests;
}

static rests_t rest_of_stack(search_t *search, const ma_stack_t *stack, rests_t end, rests_t done)
{
    rests_t rests = end;
    size_t i;

    for (i = stack->count; i-- > 0;) {
        const ma_entry_t *entry = &stack->entries[i];
        search->behind[entry->index] = rests;
        search->done[entry->index] = done;
        rests = rest_of_entry(search, entry, rests, done);
    }
    return rests;
}

/* ---- does an entry matter? ------------------------------------------------------------------ */

static bool allows(unsigned rest, bool yes)
{
    return rest == REST_GRANTS || (rest == REST_OPEN && yes);
}

/* Is there a rest behind a yes that ends the stack which comes to another verdict? */
static bool done_differs(rests_t done, bool verdict)
{
    return (done & (verdict ? REST_REFUSES : REST_GRANTS)) != 0;
}

/* For a route that came with a yes, or without. */
static bool differs(const search_t *search, const ma_entry_t *entry, bool yes)
{
    unsigned actions = actions_of(search, entry), i;

    for (i = 0; i < N_RESTS; i++) {
        unsigned rest = 1u << i;
        bool without = allows(rest, yes);
        if ((search->behind[entry->index] & rest) == 0)
            continue;
        if ((actions & 1u << MA_ACTION_OK) != 0 && allows(rest, true) != without)
            return true;
        if ((actions & (1u << MA_ACTION_BAD | 1u << MA_ACTION_DIE)) != 0 && without)
            return true;
        if ((actions & 1u << MA_ACTION_DONE) != 0
            && done_differs(search->done[entry->index], without))
            return true;
    }
    return false;
}

/* True if some entry reads what this one sets. */
static bool is_read(const ma_stack_t *stack, const ma_instance_t *instance)
{
    uint32_t fact;
    size_t i;

    for (i = 0; i < stack->count; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        for (fact = 0; fact < instance->plugin->n_writes; fact++)
            if (ma_route_reads(entry, instance->writes[fact]))
                return true;
        if (entry->substack != NULL && is_read(entry->substack, instance))
            return true;
    }
    return false;
}

/* Entries that are there for something else than what they come to. */
static bool is_needed(const search_t *search, const ma_entry_t *entry)
{
    const ma_instance_t *instance = entry->instance;
    unsigned verified = (unsigned)ma_facts_core(search->loader->facts, MA_FACT_CERT_VERIFIED);

    if (instance == NULL)
        return ma_entry_is_include(entry); /* its entries are looked at one by one */
    if (entry->when == NULL && (instance->plugin->flags & MTLSAUTH_PLUGIN_REFUSES) != 0)
        return true; /* the deny that says where a stack ends */
    return ma_route_sets(instance, verified) || is_read(search->root, instance);
}

/* ---- saying so ------------------------------------------------------------------------------ */

static const char *route_to(const search_t *search, const ma_entry_t *entry)
{
    return ma_route_text(&search->map, search->root, entry, MA_ROUTES_ALL, search->loader->arena);
}

static void warn_constant(const search_t *search, const ma_entry_t *entry)
{
    const ma_condition_t *when = entry->when;

    if (when == NULL)
        return;
    if (when->always)
        ma_log_warning(search->loader->log, &when->pos, "when-always",
                       "remove it, or compare with a field",
                       "the condition of entry %s (%s) is true whatever the request is",
                       entry->number, entry->plugin);
    if (when->never)
        ma_log_warning(search->loader->log, &when->pos, "when-never",
                       "correct it, or remove the entry",
                       "the condition of entry %s (%s) is never true, and the entry never asked",
                       entry->number, entry->plugin);
}

static void warn_unreachable(const search_t *search, const ma_entry_t *entry,
                             const ma_entry_t *before)
{
    ma_log_warning(search->loader->log, &entry->pos, "entry-unreachable",
                   "remove it, or give the entry before it a condition",
                   "no route comes to entry %s (%s): all end at entry %s (%s) at the latest%s",
                   entry->number, entry->plugin, before->number, before->plugin,
                   route_to(search, before));
}

static void warn_refused(const search_t *search, const ma_entry_t *entry)
{
    ma_log_warning(search->loader->log, &entry->pos, "entry-refused",
                   "remove it, or give the entry that refuses a condition",
                   "every route comes to entry %s (%s) refused already%s", entry->number,
                   entry->plugin, route_to(search, entry));
}

static void warn_idle(const search_t *search, const ma_entry_t *entry)
{
    ma_log_warning(search->loader->log, &entry->pos, "entry-idle",
                   "remove it, or put it where its answer counts",
                   "entry %s (%s) changes no verdict, whatever it comes to%s", entry->number,
                   entry->plugin, route_to(search, entry));
}

/* Looks at the entries in order. What no route comes to, or all refused, stays so to the end. */
static void warn_stack(const search_t *search, const ma_stack_t *stack)
{
    bool yes, no;
    size_t i;

    for (i = 0; i < stack->count; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        ma_routes_t in = search->map.in[entry->index][0];
        no = (in & MA_ROUTE(0)) != 0;
        yes = (in & MA_ROUTE(MA_ROUTE_GRANTED)) != 0;
        if (in == 0 && i > 0)
            warn_unreachable(search, entry, &stack->entries[i - 1]);
        else if (in != 0 && !yes && !no)
            warn_refused(search, entry);
        if (!yes && !no)
            return;
        warn_constant(search, entry);
        if (!ma_route_can_run(entry))
            continue;
        if (search->allows && !is_needed(search, entry) && !(no && differs(search, entry, false))
            && !(yes && differs(search, entry, true)))
            warn_idle(search, entry);
        else if (entry->substack != NULL)
            warn_stack(search, entry->substack);
    }
}

int ma_useless_warn(const ma_stack_t *stack, size_t total, const ma_loader_t *loader)
{
    search_t search = { .loader = loader, .root = stack };
    rests_t rests;

    if (!ma_log_wants(loader->log, MTLSAUTH_LOG_WARNING))
        return 0;
    search.behind = ma_arena_array(loader->arena, total, sizeof(*search.behind));
    search.done = ma_arena_array(loader->arena, total, sizeof(*search.done));
    if (search.behind == NULL || search.done == NULL
        || ma_routes_map(stack, total, MA_ROUTE_NO_FACT, loader->arena, &search.map) != 0)
        return ma_fail_memory(loader->err);
    rests = rest_of_stack(&search, stack, REST_OPEN, REST_GRANTS);
    search.allows = (rests & REST_GRANTS) != 0;
    warn_stack(&search, stack);
    return 0;
}
