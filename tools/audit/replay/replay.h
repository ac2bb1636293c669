/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h - asks the library what a policy says of each handshake.
 *
 * A handshake is judged with the certificates that the client sent; one with none is judged as such.
 * What cannot be known is never judged: its verdict is undetermined, with reason "unavailable" and
 * what is missing as the message. A handshake that was refused or did not finish is judged all the
 * same: what would have been said.
 */
#ifndef AUDIT_REPLAY_REPLAY_H
#define AUDIT_REPLAY_REPLAY_H

#include "audit/replay/decisions.h"
#include "audit/replay/judgement.h"

/** When to judge. */
typedef enum replay_at {
    REPLAY_AT_CAPTURE = 0, /**< at the end of the handshake; with a log, when the server decided */
    REPLAY_AT_NOW,         /**< at the time of replay_new() */
    REPLAY_AT_TIME
} replay_at_t;

typedef struct replay_how {
    const char *policy;      /**< file or directory; NULL: the built-in directory */
    const char *baseline;    /**< NULL: none */
    const char *service;     /**< NULL: chosen by host */
    const char *plugin_dir;  /**< NULL: the built-in directory */
    bool insecure_files;
    const char *as;          /**< one of server_names(), or NULL */
    replay_at_t at;
    int64_t time;            /**< with REPLAY_AT_TIME: seconds since 1970 */
    decisions_t *decisions;  /**< borrowed; NULL: no log */
    const char *(*cipher_name)(uint16_t suite); /**< OpenSSL's name; NULL or "": not known */
    judgement_fn *judged;
    void *context;
    void (*warn)(void *context, const char *line); /**< of the engines; may be NULL */
} replay_how_t;

typedef struct replay_counts {
    uint64_t handshakes;
    uint64_t rows;           /**< judgements: more than handshakes with a log */
    uint64_t allowed, denied, undetermined, changed; /**< of rows, by `would` */
} replay_counts_t;

typedef struct replay replay_t;

/** `how` is copied; what it points to must outlive the replay. 0, or -1 with the reason in `why`. */
int replay_new(const replay_how_t *how, replay_t **out, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** Another context for `judged` and `warn`, as for a process that was forked. */
void replay_context(replay_t *replay, void *context);
/** What to give to session/ as its next. */
const handshake_sink_t *replay_sink(replay_t *replay);
const replay_counts_t *replay_counts(const replay_t *replay);
void replay_free(replay_t *replay);

/** The exit status: 1 denied (with a baseline: changed); 3 in part not known; 0. */
int replay_exit_status(const replay_counts_t *counts, bool baseline, bool unreadable);

#endif
