/* SPDX-License-Identifier: BSD-2-Clause */
/* routes.c - see routes.h. */
#include "policy/routes.h"

#include <string.h>

#include "policy/route_text.h"

#define MEND_VALIDITY "put { control = \"requisite\"; plugin = \"validity\"; } before it"

typedef struct walk {
    ma_route_map_t map;
    const char *name; /* of the fact; NULL: nothing is checked */
    bool once;        /* it must not be set twice on a route */
    const ma_stack_t *root;
    const ma_entry_t *wrong; /* the first entry that does what it must not */
    ma_routes_t wrong_in;    /* on such routes */
    bool twice;              /* it sets the fact again; else it reads what is not set */
} walk_t;

static ma_routes_t walk_stack(walk_t *walk, const ma_stack_t *stack, unsigned column,
                              ma_routes_t in);
static ma_routes_t walk_entries(walk_t *walk, const ma_stack_t *stack, unsigned column,
                                ma_routes_t in, ma_routes_t *out);

/* ---- one entry ------------------------------------------------------------------------------ */

static bool has(const unsigned *numbers, size_t count, unsigned fact)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (numbers[i] == fact)
            return true;
    return false;
}

bool ma_route_sets(const ma_instance_t *instance, unsigned fact)
{
    return has(instance->writes, instance->plugin->n_writes, fact);
}

bool ma_route_reads(const ma_entry_t *entry, unsigned fact)
{
    const ma_instance_t *instance = entry->instance;
    uint32_t i;

    if (entry->when != NULL && has(entry->when->facts, entry->when->n_facts, fact))
        return true;
    if (instance == NULL)
        return false;
    for (i = 0; i < instance->plugin->n_options; i++)
        if (has(instance->options[i].facts, instance->options[i].n_facts, fact))
            return true;
    return has(instance->reads, instance->plugin->n_reads, fact);
}

bool ma_route_can_return(const ma_instance_t *instance, unsigned result)
{
    uint32_t flags = instance->plugin->flags;

    if ((flags & MTLSAUTH_PLUGIN_HOLDS) != 0)
        return result == MTLSAUTH_SUCCESS;
    return (flags & MTLSAUTH_PLUGIN_REFUSES) == 0
        || (result != MTLSAUTH_SUCCESS && result != MTLSAUTH_IGNORE);
}

bool ma_route_can_skip(const ma_entry_t *entry)
{
    return entry->when != NULL && !entry->when->always;
}

bool ma_route_can_run(const ma_entry_t *entry)
{
    return entry->when == NULL || !entry->when->never;
}

void ma_route_act(ma_action_t action, unsigned state, ma_routes_t *on, ma_routes_t *out)
{
    switch (action) {
    case MA_ACTION_OK:
        *on |= MA_ROUTE(state | MA_ROUTE_GRANTED);
        break;
    case MA_ACTION_DONE:
        *((state & MA_ROUTE_REFUSED) != 0 ? on : out) |= MA_ROUTE(state | MA_ROUTE_GRANTED);
        break;
    case MA_ACTION_IGNORE:
        *on |= MA_ROUTE(state);
        break;
    case MA_ACTION_DIE:
        *out |= MA_ROUTE(state | MA_ROUTE_REFUSED);
        break;
    case MA_ACTION_BAD:
        *on |= MA_ROUTE(state | MA_ROUTE_REFUSED);
        break;
    }
}

unsigned ma_route_join(unsigned outside, unsigned inside)
{
    unsigned state = outside | (inside & MA_ROUTE_SET);

    if ((inside & MA_ROUTE_REFUSED) != 0)
        return state | MA_ROUTE_REFUSED;
    return state | (inside & MA_ROUTE_GRANTED);
}

/* ---- sets of routes ------------------------------------------------------------------------- */

/* Those of the set that have the bit, or with `without` lack it. */
static ma_routes_t those(ma_routes_t states, unsigned bit, bool without)
{
    ma_routes_t out = 0;
    unsigned s;

    for (s = 0; s < MA_ROUTE_STATES; s++)
        if ((states & MA_ROUTE(s)) != 0 && ((s & bit) != 0) != without)
            out |= MA_ROUTE(s);
    return out;
}

/* The set with a bit added to every route. */
static ma_routes_t with(ma_routes_t states, unsigned bit)
{
    ma_routes_t out = 0;
    unsigned s;

    for (s = 0; s < MA_ROUTE_STATES; s++)
        if ((states & MA_ROUTE(s)) != 0)
            out |= MA_ROUTE(s | bit);
    return out;
}

static ma_routes_t act_all(const ma_entry_t *entry, ma_routes_t in, ma_routes_t *out)
{
    ma_routes_t on = 0;
    unsigned s, result;

    for (s = 0; s < MA_ROUTE_STATES; s++) {
        if ((in & MA_ROUTE(s)) == 0)
            continue;
        for (result = 0; result < MTLSAUTH_N_RESULTS; result++)
            if (ma_route_can_return(entry->instance, result))
                ma_route_act(ma_control_action(&entry->control, (int)result), s, &on, out);
    }
    return on;
}

static void find_wrong(walk_t *walk, const ma_entry_t *entry, ma_routes_t in)
{
    ma_routes_t unset = those(in, MA_ROUTE_SET, true), set = those(in, MA_ROUTE_SET, false);

    if (walk->wrong != NULL || walk->name == NULL)
        return;
    if (unset != 0 && ma_route_reads(entry, walk->map.fact)) {
        walk->wrong = entry;
        walk->wrong_in = unset;
    } else if (set != 0 && walk->once && entry->instance != NULL
               && ma_route_sets(entry->instance, walk->map.fact)) {
        walk->wrong = entry;
        walk->wrong_in = set;
        walk->twice = true;
    }
}

static ma_routes_t walk_plugin(walk_t *walk, const ma_entry_t *entry, ma_routes_t in,
                               ma_routes_t *out)
{
    if (ma_route_sets(entry->instance, walk->map.fact))
        in = with(in, MA_ROUTE_SET);
    return act_all(entry, in, out);
}

/* A substack has a verdict of its own, which counts as one entry. */
static ma_routes_t walk_substack(walk_t *walk, const ma_entry_t *entry, ma_routes_t in)
{
    ma_routes_t on = 0, *end = walk->map.end[entry->index];
    unsigned s, t, column;

    for (s = 0; s < MA_ROUTE_STATES; s++) {
        if ((in & MA_ROUTE(s)) == 0)
            continue;
        column = s & MA_ROUTE_SET;
        if (end[column] == 0)
            end[column] = walk_stack(walk, entry->substack, column, MA_ROUTE(column));
        for (t = 0; t < MA_ROUTE_STATES; t++)
            if ((end[column] & MA_ROUTE(t)) != 0)
                on |= MA_ROUTE(ma_route_join(s, t));
    }
    return on;
}

static ma_routes_t walk_entry(walk_t *walk, const ma_entry_t *entry, unsigned column,
                              ma_routes_t in, ma_routes_t *out)
{
    if (entry->substack == NULL)
        return walk_plugin(walk, entry, in, out);
    if (!ma_entry_is_include(entry))
        return walk_substack(walk, entry, in);
    return walk_entries(walk, entry->substack, column, in, out);
}

/* Those that go on behind the entries of a stack; those that left it on the way join *out. */
static ma_routes_t walk_entries(walk_t *walk, const ma_stack_t *stack, unsigned column,
                                ma_routes_t in, ma_routes_t *out)
{
    size_t i;

    for (i = 0; i < stack->count && in != 0; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        ma_routes_t on = ma_route_can_skip(entry) ? in : 0;
        walk->map.in[entry->index][column] |= in;
        find_wrong(walk, entry, in);
        if (ma_route_can_run(entry))
            on |= walk_entry(walk, entry, column, in, out);
        else
            on = in;
        in = on;
    }
    return in;
}

/* All routes as they are at the end of a stack, however they came there. */
static ma_routes_t walk_stack(walk_t *walk, const ma_stack_t *stack, unsigned column,
                              ma_routes_t in)
{
    ma_routes_t out = 0;

    in = walk_entries(walk, stack, column, in, &out);
    return in | out;
}

/* ---- what is wrong with them ---------------------------------------------------------------- */

static int fail_wrong(const walk_t *walk, ma_arena_t *arena, mtlsauth_error_t **err)
{
    const ma_entry_t *entry = walk->wrong;
    const char *route = ma_route_text(&walk->map, walk->root, entry, walk->wrong_in, arena);

    if (walk->twice)
        return ma_fail_rule(err, "validity-twice", MTLSAUTH_E_POLICY, &entry->pos,
                            "keep one of them",
                            "entry %s (%s) verifies the path a second time on one route%s",
                            entry->number, entry->plugin, route);
    return ma_fail_rule(err, "fact-unset", MTLSAUTH_E_POLICY, &entry->pos,
                        walk->once ? MEND_VALIDITY : "put an entry that sets it before it, where "
                                                     "every route passes",
                        "entry %s (%s) reads %s, which no entry may have set before it%s",
                        entry->number, entry->plugin, walk->name, route);
}

/* The verdicts that the routes come to, and whether each is an allow. */
static int check_end(const walk_t *walk, ma_routes_t end, bool allow_unverified,
                     const ma_pos_t *stack_pos, ma_arena_t *arena, mtlsauth_error_t **err)
{
    ma_routes_t standing = those(end, MA_ROUTE_REFUSED, true);
    ma_routes_t allowed = those(standing, MA_ROUTE_GRANTED, false);
    ma_routes_t careless = those(allowed, MA_ROUTE_SET, true);
    const ma_entry_t *entry = NULL;
    const char *route;

    if (allowed == 0 && standing != 0)
        return ma_fail_rule(err, "stack-no-grant", MTLSAUTH_E_POLICY, stack_pos,
                            "end it with { control = \"required\"; plugin = \"permit\"; } to let "
                            "in all that passed the gates, or with a requisite deny to let in "
                            "nobody",
                            "nothing in this stack can let anyone in: no entry of it grants");
    if (careless == 0 || allow_unverified)
        return 0;
    route = ma_route_text_end(&walk->map, walk->root, careless, arena, &entry);
    if (entry == NULL)
        return ma_fail_memory(err);
    return ma_fail_rule(err, "allow-unverified", MTLSAUTH_E_POLICY, &entry->pos,
                        MEND_VALIDITY ", or set allow_unverified = true",
                        "entry %s (%s) can let in a client whose certificate nothing has "
                        "verified%s",
                        entry->number, entry->plugin, route);
}

static int new_map(size_t total, ma_arena_t *arena, ma_route_map_t *map)
{
    map->in = ma_arena_array(arena, total, sizeof(*map->in));
    map->end = ma_arena_array(arena, total, sizeof(*map->end));
    return map->in == NULL || map->end == NULL ? MTLSAUTH_E_NO_MEMORY : 0;
}

/* Follows a fact from the begin; returns the routes at the end. The tables are used again. */
static ma_routes_t walk_all(walk_t *walk, const ma_stack_t *stack, size_t total)
{
    memset(walk->map.in, 0, total * sizeof(*walk->map.in));
    memset(walk->map.end, 0, total * sizeof(*walk->map.end));
    walk->root = stack;
    return walk_stack(walk, stack, 0, MA_ROUTE(0));
}

int ma_routes_map(const ma_stack_t *stack, size_t total, unsigned fact, ma_arena_t *arena,
                  ma_route_map_t *out)
{
    walk_t walk = { .map = { .fact = fact } };

    if (new_map(total, arena, &walk.map) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    (void)walk_all(&walk, stack, total);
    *out = walk.map;
    return 0;
}

int ma_routes_check(const ma_stack_t *stack, size_t total, const ma_facts_t *facts,
                    bool allow_unverified, const ma_pos_t *stack_pos, ma_arena_t *arena,
                    mtlsauth_error_t **err)
{
    size_t verified = ma_facts_core(facts, MA_FACT_CERT_VERIFIED);
    walk_t walk = { .root = stack };
    ma_routes_t end;
    size_t fact;
    int ret = 0;

    if (new_map(total, arena, &walk.map) != 0)
        return ma_fail_memory(err);
    for (fact = facts->n_attributes; ret == 0 && fact < facts->count; fact++) {
        walk.map.fact = (unsigned)fact;
        walk.name = facts->defs[fact].name;
        walk.once = fact == verified;
        end = walk_all(&walk, stack, total);
        if (walk.wrong != NULL)
            ret = fail_wrong(&walk, arena, err);
        else if (fact == verified)
            ret = check_end(&walk, end, allow_unverified, stack_pos, arena, err);
    }
    return ret;
}
