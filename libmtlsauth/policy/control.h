/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - what the result of an entry does to the stack: "required" ... and the bracket form.
 *
 *     required     [success=ok ignore=ignore default=bad]
 *     requisite    [success=ok ignore=ignore default=die]
 *     sufficient   [success=done default=ignore]
 *     optional     [success=ok default=ignore]
 *
 * A result that is not listed is bad. Only success may be ok or done.
 */
#ifndef MA_POLICY_CONTROL_H
#define MA_POLICY_CONTROL_H

#include <stdbool.h>

#include "base/error.h"

/** Zero is the action that no stack survives. */
typedef enum ma_action {
    MA_ACTION_BAD = 0, /**< refuses; the stack goes on, to keep the reason to itself */
    MA_ACTION_DIE,     /**< refuses and ends the stack */
    MA_ACTION_IGNORE,
    MA_ACTION_OK,  /**< says yes; the stack goes on */
    MA_ACTION_DONE /**< says yes and ends the stack, unless something said bad before */
} ma_action_t;

typedef enum ma_control_kind {
    MA_CONTROL_REQUIRED,
    MA_CONTROL_REQUISITE,
    MA_CONTROL_SUFFICIENT,
    MA_CONTROL_OPTIONAL,
    MA_CONTROL_BRACKET,
    MA_CONTROL_INCLUDE,
    MA_CONTROL_SUBSTACK
} ma_control_kind_t;

typedef struct ma_control {
    const char *text; /**< as written */
    ma_control_kind_t kind;
    bool names_success; /**< a bracket that lists success itself */
    uint8_t actions[MTLSAUTH_N_RESULTS];
} ma_control_t;

/** Reads a control. `text` is kept. `pos` is that of the value. */
int ma_control_parse(const char *text, const ma_pos_t *pos, ma_control_t *out,
                     mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** The action for a result; anything out of range is bad. */
ma_action_t ma_control_action(const ma_control_t *control, int result);

/** "ok", "done", "bad", "die", "ignore". */
const char *ma_action_name(ma_action_t action);

#endif
