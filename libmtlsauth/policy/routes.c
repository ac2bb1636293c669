/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes.c - see routes.h.
 *
 * One fact is followed at a time. All a route can be at one place is three bits: was the fact set,
 * did something say yes, did something refuse. So the set of routes at a place is a set of eight
 * states, one bit each, and a walk over the stack carries all routes at once.
 */
#include "policy/routes.h"

enum { SET = 1u, GRANTED = 2u, REFUSED = 4u, N_STATES = 8u };

typedef uint8_t states_t;
#define STATE(s) ((states_t)(1u << (s)))

typedef struct walk {
    unsigned fact;     /* its number */
    const char *name;
    bool once;         /* it must not be set twice on a route */
    const ma_facts_t *facts;
    const ma_entry_t *careless; /* the last entry that said yes on a route where it was not set */
    int ret;
    mtlsauth_error_t **err;
} walk_t;

static states_t walk_stack(walk_t *walk, const ma_stack_t *stack, states_t in);
static states_t walk_entries(walk_t *walk, const ma_stack_t *stack, states_t in, states_t *out);

static bool uses(const unsigned *numbers, size_t count, unsigned fact)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (numbers[i] == fact)
            return true;
    return false;
}

static bool options_use(const ma_instance_t *instance, unsigned fact)
{
    uint32_t i;

    for (i = 0; i < instance->plugin->n_options; i++)
        if (uses(instance->options[i].facts, instance->options[i].n_facts, fact))
            return true;
    return false;
}

/* True if some route in the set has the bit, or with `without` lacks it. */
static bool some(states_t states, unsigned bit, bool without)
{
    unsigned s;

    for (s = 0; s < N_STATES; s++)
        if ((states & STATE(s)) != 0 && ((s & bit) != 0) != without)
            return true;
    return false;
}

/* The set with a bit added to every route. */
static states_t with(states_t states, unsigned bit)
{
    states_t out = 0;
    unsigned s;

    for (s = 0; s < N_STATES; s++)
        if ((states & STATE(s)) != 0)
            out |= STATE(s | bit);
    return out;
}

/* What one action makes of one route: where it goes on, or that it leaves the stack. */
static void act(ma_action_t action, unsigned state, states_t *on, states_t *out)
{
    switch (action) {
    case MA_ACTION_OK:
        *on |= STATE(state | GRANTED);
        break;
    case MA_ACTION_DONE:
        *((state & REFUSED) != 0 ? on : out) |= STATE(state | GRANTED);
        break;
    case MA_ACTION_IGNORE:
        *on |= STATE(state);
        break;
    case MA_ACTION_DIE:
        *out |= STATE(state | REFUSED);
        break;
    case MA_ACTION_BAD:
        *on |= STATE(state | REFUSED);
        break;
    }
}

/* A plugin's possible results; all of them, as far as the core knows. */
static bool can_return(const ma_instance_t *instance, unsigned result)
{
    return (instance->plugin->flags & MTLSAUTH_PLUGIN_REFUSES) == 0
        || (result != MTLSAUTH_SUCCESS && result != MTLSAUTH_IGNORE);
}

static states_t act_all(walk_t *walk, const ma_entry_t *entry, states_t in, states_t *out)
{
    states_t on = 0;
    unsigned s, result;

    for (s = 0; s < N_STATES; s++) {
        if ((in & STATE(s)) == 0)
            continue;
        for (result = 0; result < MTLSAUTH_N_RESULTS; result++) {
            ma_action_t action = ma_control_action(&entry->control, (int)result);
            if (!can_return(entry->instance, result))
                continue;
            if ((s & SET) == 0 && (action == MA_ACTION_OK || action == MA_ACTION_DONE))
                walk->careless = entry;
            act(action, s, &on, out);
        }
    }
    return on;
}

static void fail_read(walk_t *walk, const ma_entry_t *entry)
{
    walk->ret = ma_fail(walk->err, MTLSAUTH_E_POLICY, &entry->pos,
                        walk->once ? "put { control = \"requisite\"; plugin = \"validity\"; } "
                                     "before it"
                                   : "put an entry that sets it before it, where every route passes",
                        "entry %s (%s) reads %s, which no entry may have set before it",
                        entry->number, entry->plugin, walk->name);
}

static void fail_twice(walk_t *walk, const ma_entry_t *entry)
{
    walk->ret = ma_fail(walk->err, MTLSAUTH_E_POLICY, &entry->pos, "keep one of them",
                        "entry %s (%s) verifies the path a second time on one route",
                        entry->number, entry->plugin);
}

static states_t walk_plugin(walk_t *walk, const ma_entry_t *entry, states_t in, states_t *out)
{
    const ma_instance_t *instance = entry->instance;
    states_t skipped = entry->when != NULL ? in : 0;

    if (uses(instance->reads, instance->plugin->n_reads, walk->fact) && some(in, SET, true))
        fail_read(walk, entry);
    if (uses(instance->writes, instance->plugin->n_writes, walk->fact)) {
        if (walk->once && some(in, SET, false))
            fail_twice(walk, entry);
        in = with(in, SET);
    }
    return act_all(walk, entry, in, out) | skipped;
}

/* An include under a condition: its entries are of the stack around it. */
static states_t walk_include(walk_t *walk, const ma_entry_t *entry, states_t in, states_t *out)
{
    return walk_entries(walk, entry->substack, in, out) | in;
}

/* A substack has a verdict of its own, which counts as one entry. */
static states_t walk_substack(walk_t *walk, const ma_entry_t *entry, states_t in)
{
    states_t on = entry->when != NULL ? in : 0, inner;
    unsigned s, t;

    for (s = 0; s < N_STATES; s++) {
        if ((in & STATE(s)) == 0)
            continue;
        inner = walk_stack(walk, entry->substack, STATE(s & SET));
        for (t = 0; t < N_STATES; t++) {
            unsigned next = s | (t & SET);
            if ((inner & STATE(t)) == 0)
                continue;
            if ((t & REFUSED) != 0)
                next |= REFUSED;
            else
                next |= t & GRANTED;
            on |= STATE(next);
        }
    }
    return on;
}

/* Those that go on behind the entries of a stack; those that left it on the way join *out. */
static states_t walk_entries(walk_t *walk, const ma_stack_t *stack, states_t in, states_t *out)
{
    size_t i;

    for (i = 0; i < stack->count && in != 0 && walk->ret == 0; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        if (entry->when != NULL && uses(entry->when->facts, entry->when->n_facts, walk->fact)
            && some(in, SET, true))
            fail_read(walk, entry);
        if (entry->instance != NULL && options_use(entry->instance, walk->fact)
            && some(in, SET, true))
            fail_read(walk, entry);
        if (entry->substack == NULL)
            in = walk_plugin(walk, entry, in, out);
        else if (ma_entry_is_include(entry))
            in = walk_include(walk, entry, in, out);
        else
            in = walk_substack(walk, entry, in);
    }
    return in;
}

/* All routes as they are at the end of a stack, however they came there. */
static states_t walk_stack(walk_t *walk, const ma_stack_t *stack, states_t in)
{
    states_t out = 0;

    in = walk_entries(walk, stack, in, &out);
    return in | out;
}

/* The verdicts that the routes come to, and whether each is an allow. */
static int check_end(const walk_t *walk, states_t end, bool allow_unverified,
                     const ma_pos_t *stack_pos)
{
    bool allows = false, careless = false;
    unsigned s;

    for (s = 0; s < N_STATES; s++) {
        if ((end & STATE(s)) == 0 || (s & REFUSED) != 0 || (s & GRANTED) == 0)
            continue;
        allows = true;
        careless = careless || (s & SET) == 0;
    }
    if (!allows && some(end, REFUSED, true))
        return ma_fail(walk->err, MTLSAUTH_E_POLICY, stack_pos,
                       "end it with { control = \"required\"; plugin = \"permit\"; } to let in "
                       "all that passed the gates, or with a requisite deny to let in nobody",
                       "nothing in this stack can let anyone in: no entry of it grants");
    if (careless && !allow_unverified)
        return ma_fail(walk->err, MTLSAUTH_E_POLICY, &walk->careless->pos,
                       "put { control = \"requisite\"; plugin = \"validity\"; } before it, or set "
                       "allow_unverified = true",
                       "entry %s (%s) can let in a client whose certificate nothing has verified",
                       walk->careless->number, walk->careless->plugin);
    return 0;
}

/* Follows one fact; for cert_verified, looks at where the routes end too. */
static int check_fact(const ma_stack_t *stack, const ma_facts_t *facts, unsigned fact,
                      bool allow_unverified, const ma_pos_t *stack_pos, mtlsauth_error_t **err)
{
    bool verified = fact == ma_facts_core(facts, MA_FACT_CERT_VERIFIED);
    walk_t walk = { .fact = fact, .name = facts->defs[fact].name, .once = verified,
                    .facts = facts, .err = err };
    states_t end = walk_stack(&walk, stack, STATE(0));

    if (walk.ret != 0 || !verified)
        return walk.ret;
    return check_end(&walk, end, allow_unverified, stack_pos);
}

int ma_routes_check(const ma_stack_t *stack, const ma_facts_t *facts, bool allow_unverified,
                    const ma_pos_t *stack_pos, mtlsauth_error_t **err)
{
    size_t fact;
    int ret = 0;

    for (fact = facts->n_attributes; ret == 0 && fact < facts->count; fact++)
        ret = check_fact(stack, facts, (unsigned)fact, allow_unverified, stack_pos, err);
    return ret;
}
