/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - one request as expressions see it: values by slot, made when they are first read.
 *
 * What comes from the certificate and the server is made at most once a request; facts, and what
 * hangs on them, anew for every expression, because the entries between set them. Lives in the
 * request's arena and belongs to one thread.
 *
 * An attribute that the server supplies and this request lacks reads as nothing. Offline there is
 * no server: what was not given is unknown then. To say that a request lacked it, give it empty.
 */
#ifndef MA_PLUGIN_FRAME_H
#define MA_PLUGIN_FRAME_H

#include "expr/program.h"
#include "plugin/check.h"

typedef struct ma_request_frame {
    const mtlsauth_check_t *check;
    bool offline;
    ma_value_t *values;
    uint8_t *states;
    size_t n_slots;
    /**
     * There was no memory for a value: its slot is still to make. Whatever an evaluation then came
     * to counts as MA_OUTCOME_ERROR.
     */
    bool failed;
    ma_frame_t frame;
} ma_request_frame_t;

/** Evaluates a condition over a request; the frame is made when it is first needed. */
ma_outcome_t ma_request_test(mtlsauth_check_t *check, const ma_program_t *program);

/** A frame over a request that is being judged; NULL: out of memory. */
ma_request_frame_t *ma_request_frame_new(const mtlsauth_check_t *check,
                                         bool offline) MTLSAUTH_MUST_CHECK;
/** Before every evaluation: forgets what entries may have set since, and renews the steps. */
ma_frame_t *ma_request_frame_begin(ma_request_frame_t *frame);
/** What an evaluation over the frame came to: MA_OUTCOME_ERROR if a value could not be made. */
ma_outcome_t ma_request_frame_end(const ma_request_frame_t *frame, ma_outcome_t outcome);

#endif
