/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instance.h - one entry's use of a plugin: its options, its facts, its state.
 *
 * Lives in the arena of its snapshot and is constant after load, so that threads share it.
 */
#ifndef MA_PLUGIN_INSTANCE_H
#define MA_PLUGIN_INSTANCE_H

#include "base/file.h"
#include "base/log.h"
#include "expr/program.h"
#include "crl/register.h"
#include "path/trust.h"
#include "plugin/descriptor.h"
#include "plugin/fact.h"

/** The value of one option. Which member counts follows from its kind. */
typedef struct ma_option_value {
    bool set;
    ma_pos_t pos;
    int64_t number;          /**< bool, int, duration, enum */
    ma_bytes_t string;       /**< string, path; a NUL stands behind it */
    const ma_bytes_t *items; /**< strings, paths; a NUL stands behind each */
    const ma_pos_t *item_pos;
    size_t count;
    const ma_program_t *program; /**< expression */
    const unsigned *facts;       /**< numbers of those that it reads */
    size_t n_facts;
} ma_option_value_t;

/** What an instance may use while it is loaded, and not after. */
typedef struct ma_loading {
    ma_arena_t *arena; /**< of the snapshot */
    const ma_safety_t *safety;
    const ma_log_t *log;
    const ma_trust_t *trust;
    size_t *remembered; /**< verified paths that all entries together want to remember */
    mtlsauth_error_t **err;
    ma_crl_register_t *crls; /**< the lists that are loaded are entered here */
} ma_loading_t;

typedef struct ma_instance {
    mtlsauth_instance_t face; /**< what the plugin sees; first, so that one casts to the other */
    const mtlsauth_plugin_t *plugin;
    ma_pos_t pos;
    ma_option_value_t *options; /**< one for each in the descriptor */
    unsigned *writes;           /**< numbers of the facts it writes */
    unsigned *reads;            /**< numbers of the facts it reads */
    bool grants;                /**< its success may let a client in */
    bool loaded;                /**< unload is owed */
    const ma_loading_t *loading; /**< NULL after load */
    struct ma_instance *next;    /**< all instances of a snapshot, the last one first */
} ma_instance_t;

/**
 * Completes an instance whose plugin, pos and options are set: decides whether it grants, numbers
 * its facts, calls load(). unload is owed even when this fails.
 */
int ma_instance_load(ma_instance_t *instance, const ma_loading_t *loading,
                     ma_facts_t *facts) MTLSAUTH_MUST_CHECK;
/** Calls unload() if it is owed. */
void ma_instance_unload(ma_instance_t *instance);

#endif
