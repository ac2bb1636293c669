/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatch.c - see dispatch.h.
 *
 * The verdict is allow only if at least one entry said ok or done and none said bad or die. Nothing
 * here can turn a refusal back.
 */
#include "engine/dispatch.h"

#include <string.h>

#include "base/encode.h"
#include "plugin/frame.h"

/* One run. The rows are remembered by which the verdict is explained. */
typedef struct run {
    ma_judgement_t *judgement;
    bool undetermined;         /* the stack ended at a condition that nobody can tell of */
    const mtlsauth_trace_t *first_bad;
    mtlsauth_result_t bad_result;
    const mtlsauth_trace_t *last_ignored;
    mtlsauth_result_t ignored_result;
    const mtlsauth_trace_t *last_yes;
} run_t;

/* What a stack, or a substack, has come to so far. */
typedef struct level {
    bool granted;
    bool refused;
} level_t;

static level_t run_stack(run_t *run, const ma_stack_t *stack);
static bool run_entries(run_t *run, const ma_stack_t *stack, level_t *level);

static mtlsauth_trace_t *new_row(run_t *run, const ma_entry_t *entry)
{
    ma_judgement_t *judgement = run->judgement;
    mtlsauth_trace_t *row = &judgement->rows[judgement->n_trace];

    *row = (mtlsauth_trace_t) {
        .entry = entry->number,
        .plugin = entry->plugin,
        .control = entry->control.text,
        .when = entry->when != NULL ? entry->when->text : "",
        .message = "",
        .file = entry->pos.file,
        .line = entry->pos.line,
    };
    judgement->trace[judgement->n_trace++] = row;
    return row;
}

/* The message of an entry, printable, in the request's arena. */
static const char *keep_message(struct mtlsauth_check *check)
{
    char room[4 * MA_MESSAGE_MAX + 1];
    ma_buf_t text;
    char *copy;

    if (check->message.size == 0)
        return "";
    ma_buf_fixed(&text, room, sizeof(room));
    ma_encode_log(&text, check->room, strlen(check->room));
    copy = ma_arena_string(check->arena, ma_buf_string(&text));
    return copy != NULL ? copy : "";
}

/* Asks the plugin. What it returns is foreign: anything that is no result is an error. */
static mtlsauth_result_t ask(const ma_entry_t *entry, struct mtlsauth_check *check)
{
    int result;

    check->instance = entry->instance;
    check->broken = false;
    ma_buf_fixed(&check->message, check->room, sizeof(check->room));
    result = entry->instance->plugin->check(&entry->instance->face, check);
    if (check->broken || result < 0 || (unsigned)result >= MTLSAUTH_N_RESULTS)
        return MTLSAUTH_ERROR;
    return (mtlsauth_result_t)result;
}

static void note(run_t *run, const mtlsauth_trace_t *row, mtlsauth_result_t result,
                 ma_action_t action)
{
    switch (action) {
    case MA_ACTION_OK:
    case MA_ACTION_DONE:
        run->last_yes = row;
        break;
    case MA_ACTION_IGNORE:
        if (result != MTLSAUTH_SUCCESS && result != MTLSAUTH_IGNORE) {
            run->last_ignored = row;
            run->ignored_result = result;
        }
        break;
    case MA_ACTION_BAD:
    case MA_ACTION_DIE:
        if (run->first_bad == NULL) {
            run->first_bad = row;
            run->bad_result = result;
        }
        break;
    }
}

/* ---- conditions ----------------------------------------------------------------------------- */

/* The first field of a condition that was read, and that nobody knows. */
static const char *unknown_field(const run_t *run, const ma_condition_t *condition)
{
    size_t i;

    for (i = 0; i < condition->n_fields; i++)
        if (run->judgement->check.frame->states[condition->fields[i]->slot] == MA_SLOT_UNKNOWN)
            return condition->fields[i]->name;
    return "a field";
}

static void pass_over(run_t *run, const ma_entry_t *entry)
{
    mtlsauth_trace_t *row = new_row(run, entry);

    row->result = "skipped";
    row->action = ma_action_name(MA_ACTION_IGNORE);
}

static void give_up(run_t *run, const ma_entry_t *entry)
{
    mtlsauth_trace_t *row = new_row(run, entry);
    char *text = ma_arena_printf(run->judgement->check.arena,
                                 "it hangs on %s, which is not known here",
                                 unknown_field(run, entry->when));

    row->result = "undetermined";
    row->action = ma_action_name(MA_ACTION_DIE);
    row->message = text != NULL ? text : "";
    run->undetermined = true;
    if (run->first_bad == NULL)
        run->last_yes = row;
}

/* A condition that could not be told from what it says: the entry's result, whatever its plugin. */
static bool fail_condition(run_t *run, const ma_entry_t *entry, level_t *level,
                           mtlsauth_result_t result, const char *message)
{
    mtlsauth_trace_t *row = new_row(run, entry);
    ma_action_t action = entry->instance != NULL ? ma_control_action(&entry->control, (int)result)
                                                 : MA_ACTION_DIE;

    if (action == MA_ACTION_OK || action == MA_ACTION_DONE)
        action = MA_ACTION_BAD;
    row->result = mtlsauth_result_name((int)result);
    row->action = ma_action_name(action);
    row->message = message;
    note(run, row, result, action);
    if (action == MA_ACTION_BAD || action == MA_ACTION_DIE)
        level->refused = true;
    return action == MA_ACTION_DIE;
}

/* ---- entries -------------------------------------------------------------------------------- */

/* Returns true if the stack ends here. */
static bool run_plugin(run_t *run, const ma_entry_t *entry, level_t *level)
{
    struct mtlsauth_check *check = &run->judgement->check;
    mtlsauth_trace_t *row = new_row(run, entry);
    mtlsauth_result_t result = ask(entry, check);
    ma_action_t action = ma_control_action(&entry->control, (int)result);

    /* The load refuses such a stack; the run does not rely on it. */
    if ((action == MA_ACTION_OK || action == MA_ACTION_DONE)
        && (result != MTLSAUTH_SUCCESS || !entry->instance->grants))
        action = MA_ACTION_BAD;
    row->result = mtlsauth_result_name((int)result);
    row->action = ma_action_name(action);
    row->message = keep_message(check);
    note(run, row, result, action);
    if (action == MA_ACTION_OK || action == MA_ACTION_DONE)
        level->granted = true;
    if (action == MA_ACTION_BAD || action == MA_ACTION_DIE)
        level->refused = true;
    return action == MA_ACTION_DIE || (action == MA_ACTION_DONE && !level->refused);
}

/*
 * A substack counts as one entry, with its own verdict for a result. One that ended undetermined
 * has none.
 */
static void run_substack(run_t *run, const ma_entry_t *entry, level_t *level)
{
    mtlsauth_trace_t *row = new_row(run, entry);
    level_t inner = run_stack(run, entry->substack);

    if (run->undetermined) {
        row->result = "undetermined";
        row->action = ma_action_name(MA_ACTION_DIE);
        return;
    }

    if (inner.refused) {
        row->result = run->first_bad->result;
        row->action = ma_action_name(MA_ACTION_BAD);
        level->refused = true;
    } else if (inner.granted) {
        row->result = mtlsauth_result_name(MTLSAUTH_SUCCESS);
        row->action = ma_action_name(MA_ACTION_OK);
        level->granted = true;
    } else {
        row->result = mtlsauth_result_name(MTLSAUTH_IGNORE);
        row->action = ma_action_name(MA_ACTION_IGNORE);
    }
}

/* Dispatches an entry whose condition holds. Returns true if the stack ends here. */
static bool dispatch(run_t *run, const ma_entry_t *entry, level_t *level)
{
    if (entry->substack == NULL)
        return run_plugin(run, entry, level);
    if (ma_entry_is_include(entry))
        return run_entries(run, entry->substack, level);
    run_substack(run, entry, level);
    return run->undetermined;
}

static bool run_entry(run_t *run, const ma_entry_t *entry, level_t *level)
{
    ma_outcome_t outcome = entry->when != NULL
        ? ma_request_test(&run->judgement->check, entry->when->program)
        : MA_OUTCOME_TRUE;

    switch (outcome) {
    case MA_OUTCOME_TRUE:
        return dispatch(run, entry, level);
    case MA_OUTCOME_FALSE:
        pass_over(run, entry);
        return false;
    case MA_OUTCOME_UNDETERMINED:
        if (!run->judgement->check.offline) /* a server knows all that it says it does */
            break;
        give_up(run, entry);
        return true;
    case MA_OUTCOME_LIMIT:
        return fail_condition(run, entry, level, MTLSAUTH_LIMIT,
                              "its condition takes more work than is done for one request");
    case MA_OUTCOME_ERROR:
        break;
    }
    return fail_condition(run, entry, level, MTLSAUTH_ERROR,
                          "its condition could not be evaluated");
}

static bool run_entries(run_t *run, const ma_stack_t *stack, level_t *level)
{
    size_t i;

    for (i = 0; i < stack->count; i++)
        if (run_entry(run, &stack->entries[i], level))
            return true;
    return false;
}

static level_t run_stack(run_t *run, const ma_stack_t *stack)
{
    level_t level = { false, false };

    (void)run_entries(run, stack, &level);
    return level;
}

static void explain(ma_judgement_t *judgement, mtlsauth_result_t reason,
                    const mtlsauth_trace_t *row, const char *otherwise)
{
    judgement->reason = reason;
    judgement->entry = row != NULL ? row->entry : "";
    judgement->message = row != NULL && row->message[0] != '\0' ? row->message : otherwise;
}

/* The reason is the first bad; failing that the last failure that was ignored; else no_grant. */
static void conclude(run_t *run, level_t level)
{
    ma_judgement_t *judgement = run->judgement;

    judgement->allow = level.granted && !level.refused && !run->undetermined;
    /* What refused before stays a refusal, whatever would have come. */
    judgement->undetermined = run->undetermined && run->first_bad == NULL;
    if (judgement->undetermined)
        explain(judgement, MTLSAUTH_UNAVAILABLE, run->last_yes, "it cannot be told here");
    else if (judgement->allow)
        explain(judgement, MTLSAUTH_SUCCESS, run->last_yes, "the policy lets this client in");
    else if (run->first_bad != NULL)
        explain(judgement, run->bad_result, run->first_bad, "the policy refuses this client");
    else if (run->last_ignored != NULL)
        explain(judgement, run->ignored_result, run->last_ignored, "no entry said yes");
    else
        explain(judgement, MTLSAUTH_NO_GRANT, NULL, "no entry said yes");
}

void ma_dispatch(const ma_policy_t *policy, ma_judgement_t *judgement)
{
    run_t run = { .judgement = judgement };
    level_t level;

    judgement->n_trace = 0;
    level = run_stack(&run, &policy->stack);
    conclude(&run, level);
    /* The invariant: whatever the stack said, nobody comes in unverified. */
    if (judgement->allow && !judgement->check.verified && !policy->allow_unverified) {
        judgement->allow = false;
        explain(judgement, MTLSAUTH_UNVERIFIED, NULL,
                "the stack allows, but no path to an anchor verified");
    }
}
