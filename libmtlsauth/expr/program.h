/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program.h - a checked expression, made ready to run: sets are hashed or sorted, patterns
 * compiled, constant parts folded. Constant after it was made; threads share it.
 */
#ifndef MA_EXPR_PROGRAM_H
#define MA_EXPR_PROGRAM_H

#include "base/arena.h"
#include "expr/ast.h"

typedef struct ma_program ma_program_t;

/** How an evaluation ended. */
typedef enum ma_outcome {
    MA_OUTCOME_ERROR = 0,    /**< out of memory, or something broke */
    MA_OUTCOME_FALSE,
    MA_OUTCOME_TRUE,
    MA_OUTCOME_LIMIT,        /**< too many steps, too long a string, a pattern that takes too long */
    MA_OUTCOME_UNDETERMINED  /**< a field was read that nobody knows */
} ma_outcome_t;

/** What an evaluation reads and writes. One thread at a time. */
typedef struct ma_frame {
    /** Values by slot. A field that is not known to be made is asked of `make` first. */
    const ma_value_t *values;
    const uint8_t *states; /**< MA_SLOT_*, by slot */
    /**
     * Makes the value of a slot: sets value and state. Not called for slots that are made. A slot
     * that is still to make after it could not be made: the evaluation ends in an error.
     */
    void (*make)(void *context, unsigned slot);
    void *context;
    ma_arena_t *arena; /**< for strings that functions build */
    uint32_t steps;    /**< left; counted down */
} ma_frame_t;

enum { MA_SLOT_TO_MAKE = 0, MA_SLOT_MADE = 1, MA_SLOT_UNKNOWN = 2 };

/** Steps that one evaluation may take. */
#define MA_EXPR_STEPS 100000u

/**
 * Compiles a tree that was checked. What cannot be put right in the tree (a pattern that does not
 * compile) is an error with its place. `source` and the tree may go after it; the arena must stay.
 */
int ma_program_new(const ma_source_t *source, const ma_expr_t *expr, ma_arena_t *arena,
                   ma_program_t **out, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** Releases what is not in the arena (compiled patterns). */
void ma_program_free(ma_program_t *program);

/** Evaluates a condition. */
ma_outcome_t ma_program_test(const ma_program_t *program, ma_frame_t *frame);
/** Evaluates an expression of another type; TRUE: *out is its value. */
ma_outcome_t ma_program_value(const ma_program_t *program, ma_frame_t *frame, ma_value_t *out);

#endif
