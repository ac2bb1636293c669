/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condition.h - the expressions of a policy: read from a setting or a file, checked against what
 * may be read where they stand, and compiled.
 *
 * Constant after load, in the loader's arena but for what ma_conditions_free() releases.
 */
#ifndef MA_POLICY_CONDITION_H
#define MA_POLICY_CONDITION_H

#include "expr/program.h"
#include "plugin/scope.h"
#include "policy/settings.h"

typedef struct ma_condition {
    const char *text; /**< in its canonical spelling, printable, for traces */
    ma_pos_t pos;
    ma_program_t *program; /**< constant, but for its end */
    bool always, never;    /**< it comes to the same whatever the request is */
    const unsigned *facts; /**< numbers of those it reads, each once */
    size_t n_facts;
    const ma_field_t *const *fields; /**< all that it reads, in the order in which they stand */
    size_t n_fields;
    struct ma_condition *next; /**< all of a load, the last one first */
} ma_condition_t;

/**
 * Reads `when` or `when_file` of an entry; *out stays NULL if it has neither. Both is an error. The
 * scope says what may be read.
 */
int ma_condition_read(const ma_group_t *group, const ma_scope_t *scope,
                      const ma_condition_t **out) MTLSAUTH_MUST_CHECK;
/** Reads one from a string setting: an option of a plugin. */
int ma_condition_setting(const ma_group_t *group, const config_setting_t *setting,
                         const ma_scope_t *scope, const ma_condition_t **out) MTLSAUTH_MUST_CHECK;

/** Releases what the programs of a load hold outside the arena. */
void ma_conditions_free(ma_condition_t *conditions);

#endif
