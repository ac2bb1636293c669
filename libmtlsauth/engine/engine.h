/* SPDX-License-Identifier: BSD-2-Clause */
/* engine.h - what an engine holds for its whole life. */
#ifndef MA_ENGINE_ENGINE_H
#define MA_ENGINE_ENGINE_H

#include "engine/reclaim.h"

/** Attributes that the core itself reads; -1: the caller does not supply it. */
typedef struct ma_core_attributes {
    int host;
    int sni;
    int method;
    int path;
    int resumed;
    int tls_version;
    int source;
    int source_port;
    int destination;
    int destination_port;
    int user;
    int resource;
    int action;
} ma_core_attributes_t;

struct mtlsauth_engine {
    ma_arena_t arena;        /**< holds the strings below */
    const char *policy;
    const char *server;
    const char *const *attributes;
    mtlsauth_type_t types[MA_MAX_ATTRIBUTES];
    size_t n_attributes;
    ma_core_attributes_t core;
    ma_safety_t safety;
    bool offline;
    bool explain;
    ma_log_t log;
    ma_modules_t modules;
    ma_reclaim_t reclaim;
};

/**
 * mtlsauth_engine_open(), with the warnings of loads in parts, to `warning` with the context of the
 * log. For the tool.
 */
int ma_engine_open(mtlsauth_engine_t **out, const mtlsauth_open_t *how, ma_warning_fn *warning,
                   mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
