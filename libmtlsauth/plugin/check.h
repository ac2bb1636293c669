/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - one policy's evaluation of one request: what its entries see and set.
 *
 * The engine makes one for the policy and one for its candidate, so that neither sees the other's
 * facts. Belongs to one thread.
 */
#ifndef MA_PLUGIN_CHECK_H
#define MA_PLUGIN_CHECK_H

#include "path/verify.h"
#include "plugin/instance.h"

/** Longest message of an entry. */
#define MA_MESSAGE_MAX 1024u

struct mtlsauth_check {
    /* given by the engine */
    const mtlsauth_cert_t *leaf; /**< NULL: none presented */
    const mtlsauth_cert_t *const *chain;
    size_t n_chain;
    int64_t now;
    bool replay;  /**< `now` is a chosen time of the past */
    bool offline; /**< what nobody supplies is not known, rather than absent */
    bool explain; /**< explain successes too */
    const char *const *strip; /**< headers that the client may not set: in lower case, `-` for `_` */
    size_t n_strip;
    const ma_trust_t *trust;
    ma_known_t *known; /**< NULL: paths are not remembered */
    const ma_facts_t *defs;
    const ma_fact_value_t *attributes; /**< one for each of the caller's */
    ma_arena_t *arena;                 /**< of the request */

    /* set by services */
    struct ma_request_frame *frame; /**< what expressions see; NULL until the first one */
    ma_fact_value_t *facts; /**< one for each fact behind the attributes */
    ma_path_t path;         /**< verified, or but for its dates */
    const ma_known_path_t *known_path; /**< the same, if it was recalled as it is; else NULL */
    const ma_verify_how_t *how; /**< that `path` was verified with; asked of CRLs too */
    bool verified;          /**< `path` holds: the fact that the invariant looks at */
    bool broken;            /**< a plugin broke the contract: its result is "error" */

    /* the entry at hand */
    const ma_instance_t *instance;
    ma_buf_t message; /**< over `room`, so that it is cut, not lost; not yet encoded */
    char room[MA_MESSAGE_MAX];
};

#endif
