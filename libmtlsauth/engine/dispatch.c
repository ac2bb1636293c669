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

/* One run. The rows are remembered by which the verdict is explained. */
typedef struct run {
    ma_judgement_t *judgement;
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

static mtlsauth_trace_t *new_row(run_t *run, const ma_entry_t *entry)
{
    ma_judgement_t *judgement = run->judgement;
    mtlsauth_trace_t *row = &judgement->rows[judgement->n_trace];

    *row = (mtlsauth_trace_t) {
        .entry = entry->number,
        .plugin = entry->plugin,
        .control = entry->control.text,
        .when = "",
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

/* A substack counts as one entry, with its own verdict for a result. */
static void run_substack(run_t *run, const ma_entry_t *entry, level_t *level)
{
    mtlsauth_trace_t *row = new_row(run, entry);
    level_t inner = run_stack(run, entry->substack);

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

static level_t run_stack(run_t *run, const ma_stack_t *stack)
{
    level_t level = { false, false };
    size_t i;

    for (i = 0; i < stack->count; i++) {
        const ma_entry_t *entry = &stack->entries[i];
        if (entry->substack != NULL)
            run_substack(run, entry, &level);
        else if (run_plugin(run, entry, &level))
            break;
    }
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

    judgement->allow = level.granted && !level.refused;
    if (judgement->allow)
        explain(judgement, MTLSAUTH_SUCCESS, run->last_yes, "the policy lets this client in");
    else if (level.refused)
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
