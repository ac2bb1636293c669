/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the command line of mtlsauth-audit, read and checked as far as that needs no file. */
#ifndef AUDIT_OPTIONS_H
#define AUDIT_OPTIONS_H

#include <stdint.h>

#include "audit/find/find.h"
#include "audit/replay/replay.h"
#include "common/command.h"

/** What is written to standard output. */
typedef enum output_kind {
    OUTPUT_TEXT = 0,
    OUTPUT_JSON,
    OUTPUT_CSV,
    OUTPUT_HTML
} output_kind_t;

/** Strings are borrowed from the command line. */
typedef struct audit_options {
    const char *policy, *baseline, *service, *plugin_dir;
    const char *server;              /**< --as; NULL: all that the capture shows */
    const char *decisions;
    const char *filter;
    const char **keylogs;
    size_t n_keylogs;
    find_hint_t *hints;
    size_t n_hints;
    const char *const *captures;
    size_t n_captures;
    replay_at_t at;
    int64_t time;                    /**< of REPLAY_AT_TIME */
    output_kind_t output;
    bool summary;                    /**< nothing but the summary */
    bool insecure;
    bool all;                        /**< text: a line for every handshake */
    int progress;                    /**< 1, 0, or -1: on a terminal */
    unsigned jobs;
    unsigned shard, n_shards;        /**< shard counts from 0; n_shards 1: everything */
} audit_options_t;

extern const struct option audit_option_table[];

/** STATUS_NONE: go on; anything else is the exit status. Free in any case. */
int audit_options_read(const command_t *self, int argc, char **argv, audit_options_t *out);
void audit_options_free(audit_options_t *options);

#endif
