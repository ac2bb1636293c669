/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route_text.c - see route_text.h.
 *
 * The map says in which states routes come to each entry, and every state in it is one that some
 * route has. So a route is found from its end: whatever state it has behind an entry, there is one
 * before that entry which the entry makes into it. Nothing is tried in vain.
 */
#include "policy/route_text.h"

#include <stdlib.h>

#include "base/buf.h"

/* Longer routes are shown without their middle. */
#define SHOWN_FIRST 6u
#define SHOWN_LAST 6u

/* What an entry came to, the most telling first. */
typedef enum came {
    CAME_HELD,
    CAME_SKIPPED,
    CAME_FAILED,
    CAME_IGNORED,
    N_CAME
} came_t;

static const char *const came_text[N_CAME]
    = { "", " (skipped)", " (failed)", " (ignore)" };

typedef struct step {
    const ma_entry_t *entry;
    came_t came;
    bool granted; /* it said yes */
} step_t;

/* A route, from its end. */
typedef struct trail {
    const ma_route_map_t *map;
    step_t *steps; /* MA_STACK_MAX_ENTRIES */
    size_t count;
} trail_t;

static unsigned go_back(trail_t *trail, const ma_stack_t *stack, unsigned column, size_t index,
                        unsigned state);

static void push(trail_t *trail, const ma_entry_t *entry, came_t came, bool granted)
{
    if (trail->count < MA_STACK_MAX_ENTRIES)
        trail->steps[trail->count++] = (step_t) { entry, came, granted };
}

static bool comes(const ma_route_map_t *map, const ma_entry_t *entry, unsigned column,
                  unsigned state)
{
    return (map->in[entry->index][column] & MA_ROUTE(state)) != 0;
}

/* ---- one entry, from behind ----------------------------------------------------------------- */

static came_t came_of(unsigned result)
{
    return result == MTLSAUTH_SUCCESS  ? CAME_HELD
           : result == MTLSAUTH_IGNORE ? CAME_IGNORED
                                       : CAME_FAILED;
}

/* Can a plugin that comes to this make `before` into `after`? `leaving`: by ending the stack. */
static bool plugin_makes(const trail_t *trail, const ma_entry_t *entry, came_t came,
                         unsigned before, unsigned after, bool leaving)
{
    unsigned result;

    if (!ma_route_can_run(entry))
        return false;
    if (ma_route_sets(entry->instance, trail->map->fact))
        before |= MA_ROUTE_SET;
    for (result = 0; result < MTLSAUTH_N_RESULTS; result++) {
        ma_routes_t on = 0, out = 0;
        if (came_of(result) != came || !ma_route_can_return(entry->instance, result))
            continue;
        ma_route_act(ma_control_action(&entry->control, (int)result), before, &on, &out);
        if (((leaving ? out : on) & MA_ROUTE(after)) != 0)
            return true;
    }
    return false;
}

static bool substack_makes(const trail_t *trail, const ma_entry_t *entry, came_t came,
                           unsigned before, unsigned after)
{
    ma_routes_t ends = trail->map->end[entry->index][before & MA_ROUTE_SET];
    unsigned inside;

    if (!ma_route_can_run(entry))
        return false;
    for (inside = 0; inside < MA_ROUTE_STATES; inside++) {
        came_t this = (inside & MA_ROUTE_REFUSED) != 0   ? CAME_FAILED
                      : (inside & MA_ROUTE_GRANTED) != 0 ? CAME_HELD
                                                         : CAME_IGNORED;
        if (this == came && (ends & MA_ROUTE(inside)) != 0
            && ma_route_join(before, inside) == after)
            return true;
    }
    return false;
}

/* The same for any entry but an include. */
static bool makes(const trail_t *trail, const ma_entry_t *entry, came_t came, unsigned before,
                  unsigned after)
{
    if (came == CAME_SKIPPED)
        return before == after && (ma_route_can_skip(entry) || !ma_route_can_run(entry));
    if (entry->substack != NULL)
        return substack_makes(trail, entry, came, before, after);
    return plugin_makes(trail, entry, came, before, after, false);
}

/* Does a route come out behind the last entry of a stack in that state? */
static bool passes(const trail_t *trail, const ma_stack_t *stack, unsigned column, unsigned state)
{
    const ma_entry_t *last;
    unsigned before, came;

    if (stack->count == 0)
        return true;
    last = &stack->entries[stack->count - 1];
    if (ma_entry_is_include(last) && ma_route_can_run(last)
        && passes(trail, last->substack, column, state))
        return true;
    for (before = 0; before < MA_ROUTE_STATES; before++)
        for (came = 0; comes(trail->map, last, column, before) && came < N_CAME; came++)
            if ((!ma_entry_is_include(last) || came == CAME_SKIPPED)
                && makes(trail, last, (came_t)came, before, state))
                return true;
    return false;
}

/* The state before an entry, of a route that is in `after` behind it. */
static unsigned step_back(trail_t *trail, const ma_entry_t *entry, unsigned column,
                          unsigned after)
{
    unsigned before, came;

    if (ma_entry_is_include(entry)) {
        if (ma_route_can_run(entry) && passes(trail, entry->substack, column, after))
            return go_back(trail, entry->substack, column, entry->substack->count, after);
        push(trail, entry, CAME_SKIPPED, false);
        return after;
    }
    for (came = 0; came < N_CAME; came++)
        for (before = 0; before < MA_ROUTE_STATES; before++)
            if (comes(trail->map, entry, column, before)
                && makes(trail, entry, (came_t)came, before, after)) {
                push(trail, entry, (came_t)came,
                     came == CAME_HELD && (after & MA_ROUTE_GRANTED) != 0
                         && (entry->instance == NULL || entry->instance->grants));
                return before;
            }
    return after;
}

/* From before entry `index` to the begin of a stack: the state there. */
static unsigned go_back(trail_t *trail, const ma_stack_t *stack, unsigned column, size_t index,
                        unsigned state)
{
    while (index-- > 0)
        state = step_back(trail, &stack->entries[index], column, state);
    return state;
}

/* ---- whole routes --------------------------------------------------------------------------- */

/* The first of the states in which routes come to an entry, or MA_ROUTE_STATES. */
static unsigned first_of(const trail_t *trail, const ma_entry_t *entry, unsigned column,
                         ma_routes_t states)
{
    unsigned s;

    for (s = 0; s < MA_ROUTE_STATES; s++)
        if ((states & MA_ROUTE(s)) != 0 && comes(trail->map, entry, column, s))
            return s;
    return MA_ROUTE_STATES;
}

static bool trace(trail_t *trail, const ma_stack_t *stack, unsigned column,
                  const ma_entry_t *target, ma_routes_t states, unsigned *state);

/* trace() inside an entry; *state is then the one before the entry. */
static bool trace_inside(trail_t *trail, const ma_entry_t *entry, unsigned column,
                         const ma_entry_t *target, ma_routes_t states, unsigned *state)
{
    static const ma_routes_t starts[2] = { 0x55, 0xaa }; /* without MA_ROUTE_SET, and with it */
    unsigned inner, start;

    if (ma_entry_is_include(entry))
        return trace(trail, entry->substack, column, target, states, state);
    for (inner = 0; inner < 2; inner++) {
        start = first_of(trail, entry, column, starts[inner]);
        if (start == MA_ROUTE_STATES
            || !trace(trail, entry->substack, inner, target, states, state))
            continue;
        *state = start;
        return true;
    }
    return false;
}

/*
 * From an entry, in one of the states, to the begin of a stack that has it at any depth. Sets
 * *state to the one there. False: it is not in there, or no route comes to it so.
 */
static bool trace(trail_t *trail, const ma_stack_t *stack, unsigned column,
                  const ma_entry_t *target, ma_routes_t states, unsigned *state)
{
    bool found;
    size_t i;

    for (i = 0; i < stack->count; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        if (entry == target) {
            *state = first_of(trail, entry, column, states);
            found = *state != MA_ROUTE_STATES;
        } else {
            found = entry->substack != NULL
                && trace_inside(trail, entry, column, target, states, state);
        }
        if (found) {
            *state = go_back(trail, stack, column, i, *state);
            return true;
        }
    }
    return false;
}

/* An entry that ends the policy in one of the states, and from which: *before. */
static const ma_entry_t *find_leaver(const trail_t *trail, const ma_stack_t *stack,
                                     ma_routes_t states, ma_routes_t *before)
{
    const ma_entry_t *found;
    unsigned s, t;
    size_t i;

    for (i = 0; i < stack->count; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        found = ma_entry_is_include(entry)
            ? find_leaver(trail, entry->substack, states, before) : NULL;
        if (found != NULL)
            return found;
        for (s = 0; entry->instance != NULL && s < MA_ROUTE_STATES; s++)
            for (t = 0; comes(trail->map, entry, 0, s) && t < MA_ROUTE_STATES; t++)
                if ((states & MA_ROUTE(t)) != 0
                    && plugin_makes(trail, entry, CAME_HELD, s, t, true)) {
                    *before = MA_ROUTE(s);
                    return entry;
                }
    }
    return NULL;
}

static bool trace_end(trail_t *trail, const ma_stack_t *root, ma_routes_t states)
{
    const ma_entry_t *leaver;
    ma_routes_t before = 0;
    unsigned state;

    for (state = 0; state < MA_ROUTE_STATES; state++)
        if ((states & MA_ROUTE(state)) != 0 && passes(trail, root, 0, state)) {
            (void)go_back(trail, root, 0, root->count, state);
            return true;
        }
    leaver = find_leaver(trail, root, states, &before);
    if (leaver == NULL)
        return false;
    push(trail, leaver, CAME_HELD, true);
    return trace(trail, root, 0, leaver, before, &state);
}

/* ---- in words ------------------------------------------------------------------------------- */

static const char *show(const trail_t *trail, const char *end, ma_arena_t *arena)
{
    const char *text = NULL;
    ma_buf_t out;
    size_t i;

    ma_buf_init(&out, 0);
    ma_buf_text(&out, "; route: ");
    for (i = 0; i < trail->count; i++) {
        const step_t *step = &trail->steps[trail->count - 1 - i];
        if (i == SHOWN_FIRST && trail->count > SHOWN_FIRST + SHOWN_LAST)
            ma_buf_text(&out, " -> ...");
        if (i >= SHOWN_FIRST && i + SHOWN_LAST < trail->count)
            continue;
        ma_buf_printf(&out, "%s%s %s%s", i > 0 ? " -> " : "", step->entry->number,
                      step->entry->plugin, came_text[step->came]);
    }
    ma_buf_text(&out, end);
    if (ma_buf_ok(&out))
        text = ma_arena_string(arena, ma_buf_string(&out));
    ma_buf_free(&out);
    return text != NULL ? text : "";
}

static bool trail_init(trail_t *trail, const ma_route_map_t *map)
{
    *trail = (trail_t) { .map = map,
                         .steps = calloc(MA_STACK_MAX_ENTRIES, sizeof(*trail->steps)) };
    return trail->steps != NULL;
}

const char *ma_route_text(const ma_route_map_t *map, const ma_stack_t *root,
                          const ma_entry_t *entry, ma_routes_t states, ma_arena_t *arena)
{
    const char *text = "";
    unsigned state;
    trail_t trail;

    if (!trail_init(&trail, map))
        return text;
    push(&trail, entry, CAME_HELD, false);
    if (trace(&trail, root, 0, entry, states, &state))
        text = show(&trail, "", arena);
    free(trail.steps);
    return text;
}

const char *ma_route_text_end(const ma_route_map_t *map, const ma_stack_t *root,
                              ma_routes_t states, ma_arena_t *arena, const ma_entry_t **entry)
{
    const char *text = "";
    trail_t trail;
    size_t i;

    *entry = NULL;
    if (!trail_init(&trail, map))
        return text;
    if (trace_end(&trail, root, states)) {
        text = show(&trail, " = allow", arena);
        for (i = trail.count; i > 0; i--) /* the last one on the route that granted */
            if (trail.steps[i - 1].granted)
                *entry = trail.steps[i - 1].entry;
    }
    free(trail.steps);
    return text;
}
