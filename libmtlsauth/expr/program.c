/* SPDX-License-Identifier: BSD-2-Clause */
/* program.c - see program.h: how an evaluation begins and ends. */
#include "expr/program.h"

#include <string.h>

#include "expr/eval.h"

bool ma_run_start(ma_run_t *run, const ma_program_t *program, ma_frame_t *frame)
{
    const size_t n = program->n_lookups;

    run->frame = frame;
    run->loop = NULL;
    run->stop = MA_OUTCOME_ERROR;
    run->matcher = (ma_matcher_t){.arena = frame->arena};
    run->found = run->room;
    if (n > MA_RUN_LOOKUPS) {
        run->found = ma_arena_array(frame->arena, n, sizeof(*run->found));
        if (run->found == NULL)
            return false;
    } else if (n > 0) {
        memset(run->room, 0, n * sizeof(*run->room));
    }
    return ma_eval_pay(run, program->cost);
}

ma_outcome_t ma_program_test(const ma_program_t *program, ma_frame_t *frame)
{
    ma_run_t run;
    int result;

    if (!program->is_test)
        return MA_OUTCOME_ERROR;
    if (!ma_run_start(&run, program, frame))
        return run.stop;
    result = ma_eval_test(&run, &program->root);
    if (result < 0)
        return run.stop;
    return result != 0 ? MA_OUTCOME_TRUE : MA_OUTCOME_FALSE;
}

ma_outcome_t ma_program_value(const ma_program_t *program, ma_frame_t *frame, ma_value_t *out)
{
    ma_value_t room;
    const ma_value_t *value = &room;
    ma_run_t run;
    int result;

    if (!ma_run_start(&run, program, frame))
        return run.stop;
    if (program->is_test) {
        result = ma_eval_test(&run, &program->root);
        if (result < 0)
            return run.stop;
        room = (ma_value_t){.number = result};
    } else {
        value = ma_eval_value(&run, &program->root, &room);
        if (value == NULL)
            return run.stop;
    }
    *out = *value;
    return MA_OUTCOME_TRUE;
}

void ma_program_free(ma_program_t *program)
{
    ma_release_t *release;

    for (release = program != NULL ? program->releases : NULL; release != NULL;
         release = release->next)
        release->release(release->made);
    if (program != NULL)
        program->releases = NULL;
}
