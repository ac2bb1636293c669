/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipeline.h - the reading stages, put together: packets in, handshakes out. link/, flow/, find/ with
 * tls/ and quic/, and session/, each pushing to the next.
 */
#ifndef AUDIT_PIPELINE_H
#define AUDIT_PIPELINE_H

#include "audit/find/find.h"
#include "audit/flow/flow.h"
#include "audit/link/link.h"
#include "audit/session/sessions.h"

typedef struct pipeline_how {
    const keylog_t *keys;      /**< may grow while packets are pushed */
    const find_hint_t *hints;
    size_t n_hints;
    unsigned shard, n_shards;  /**< only pairs of addresses that fall to this one; n_shards 1: all */
} pipeline_how_t;

typedef struct pipeline_counts {
    const link_counts_t *link;
    const flow_counts_t *flow;
    const sessions_counts_t *sessions;
    uint64_t other_shards;     /**< segments left to others */
    uint64_t flows_without;    /**< flows in which there was no TLS */
} pipeline_counts_t;

typedef struct pipeline pipeline_t;

/** `how`, what it points to, and `sink` must outlive it. */
int pipeline_new(const pipeline_how_t *how, const handshake_sink_t *sink,
                 pipeline_t **out) MTLSAUTH_MUST_CHECK;
void pipeline_push(pipeline_t *pipeline, const packet_t *packet);
/** The capture is over. */
void pipeline_finish(pipeline_t *pipeline);
pipeline_counts_t pipeline_counts(const pipeline_t *pipeline);
void pipeline_free(pipeline_t *pipeline);

#endif
