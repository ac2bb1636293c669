/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - see frame.h.
 *
 * A slot is the number of a row of the fields' table; behind them come the facts of plugins, in the
 * order of the registry. scope.c counts the same way.
 */
#include "plugin/frame.h"

#include <string.h>

#include "base/match.h"

#include "plugin/field.h"

/* What a field reads as where there is nothing to read. */
static const ma_value_t nothing = { .bytes = { (const uint8_t *)"", 0 } };

/*
 * The headers in the order in which they were sent; they are kept the other way round. Those that
 * only the server may set are left out, as the application will not see them either.
 */
static bool make_map(const mtlsauth_check_t *check, const ma_header_t *headers, ma_value_t *out)
{
    const ma_pair_t *first = NULL;

    for (; headers != NULL; headers = headers->next) {
        ma_pair_t *pair;
        if (ma_header_listed(check->strip, check->n_strip, (const char *)headers->name.data,
                             headers->name.size))
            continue;
        pair = ma_arena_alloc(check->arena, sizeof(*pair));
        if (pair == NULL)
            return false;
        *pair = (ma_pair_t) { headers->name, headers->value, first };
        first = pair;
    }
    out->pairs = first;
    return true;
}

/* What a request lacks reads as nothing. */
static bool take(const mtlsauth_check_t *check, const ma_fact_value_t *from, ma_value_t *out)
{
    if (!from->set)
        return true;
    out->number = from->number;
    if (from->bytes.data != NULL)
        out->bytes = from->bytes;
    return make_map(check, from->headers, out);
}

/* The core's own facts are set by every run of their entry: if one is not, nobody knows it. */
static uint8_t make_fact(const mtlsauth_check_t *check, const ma_field_row_t *row,
                         ma_value_t *out)
{
    const ma_fact_value_t *fact = &check->facts[row->fact];
    bool made;

    if (!fact->set)
        return MA_SLOT_UNKNOWN;
    made = row->source == MA_FROM_PATH ? row->make(check, row, out) : take(check, fact, out);
    return made ? MA_SLOT_MADE : MA_SLOT_TO_MAKE;
}

static uint8_t make_attribute(const ma_request_frame_t *frame, const char *name, ma_value_t *out)
{
    const mtlsauth_check_t *check = frame->check;
    int number = ma_facts_find(check->defs, name);

    if (number < 0 || (size_t)number >= check->defs->n_attributes)
        return MA_SLOT_UNKNOWN;
    if (frame->offline && !check->attributes[number].set && !check->attributes[number].lacks)
        return MA_SLOT_UNKNOWN;
    return take(check, &check->attributes[number], out) ? MA_SLOT_MADE : MA_SLOT_TO_MAKE;
}

static uint8_t make_row(const ma_request_frame_t *frame, const ma_field_row_t *row,
                        ma_value_t *out)
{
    const mtlsauth_check_t *check = frame->check;

    switch (row->source) {
    case MA_FROM_ATTRIBUTE:
        return make_attribute(frame, row->name, out);
    case MA_FROM_FACT:
    case MA_FROM_PATH:
        return make_fact(check, row, out);
    case MA_FROM_CLIENT:
        if (check->leaf == NULL || row->make(check, row, out))
            return MA_SLOT_MADE;
        return MA_SLOT_TO_MAKE;
    default:
        return MA_SLOT_UNKNOWN;
    }
}

static void make(void *context, unsigned slot)
{
    ma_request_frame_t *frame = context;
    size_t n_rows, n_lasting;
    const ma_field_row_t *rows = ma_field_rows(&n_rows, &n_lasting);
    ma_value_t value = nothing;
    uint8_t state = MA_SLOT_TO_MAKE;

    if (slot < n_rows)
        state = make_row(frame, &rows[slot], &value);
    else if (slot < frame->n_slots
             && take(frame->check, &frame->check->facts[MA_N_CORE_FACTS + slot - n_rows], &value))
        state = MA_SLOT_MADE;
    if (state == MA_SLOT_TO_MAKE)
        frame->failed = true;
    if (slot >= frame->n_slots)
        return;
    frame->values[slot] = state == MA_SLOT_MADE ? value : nothing;
    frame->states[slot] = state;
}

ma_request_frame_t *ma_request_frame_new(const mtlsauth_check_t *check, bool offline)
{
    ma_request_frame_t *frame = ma_arena_alloc(check->arena, sizeof(*frame));
    size_t n_rows, n_lasting;

    if (frame == NULL)
        return NULL;
    (void)ma_field_rows(&n_rows, &n_lasting);
    frame->check = check;
    frame->offline = offline;
    frame->n_slots = n_rows + check->defs->count - ma_facts_core(check->defs, MA_N_CORE_FACTS);
    frame->values = ma_arena_array(check->arena, frame->n_slots, sizeof(*frame->values));
    frame->states = ma_arena_array(check->arena, frame->n_slots, sizeof(*frame->states));
    if (frame->values == NULL || frame->states == NULL)
        return NULL;
    frame->frame = (ma_frame_t) {
        .values = frame->values,
        .states = frame->states,
        .make = make,
        .context = frame,
        .arena = check->arena,
    };
    return frame;
}

ma_frame_t *ma_request_frame_begin(ma_request_frame_t *frame)
{
    size_t n_rows, n_lasting;

    (void)ma_field_rows(&n_rows, &n_lasting);
    memset(frame->states + n_lasting, MA_SLOT_TO_MAKE, frame->n_slots - n_lasting);
    frame->frame.steps = MA_EXPR_STEPS;
    frame->failed = false;
    return &frame->frame;
}

ma_outcome_t ma_request_frame_end(const ma_request_frame_t *frame, ma_outcome_t outcome)
{
    return frame->failed ? MA_OUTCOME_ERROR : outcome;
}

ma_outcome_t ma_request_test(mtlsauth_check_t *check, const ma_program_t *program)
{
    if (check->frame == NULL)
        check->frame = ma_request_frame_new(check, check->offline);
    if (check->frame == NULL)
        return MA_OUTCOME_ERROR;
    return ma_request_frame_end(check->frame,
                                ma_program_test(program, ma_request_frame_begin(check->frame)));
}
