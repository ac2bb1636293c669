/* SPDX-License-Identifier: BSD-2-Clause */
/* pipeline.c - see pipeline.h. */
#include "audit/pipeline.h"

#include <stdlib.h>
#include <string.h>

/* Of the 50 MB that the tool may take. */
#define FRAGMENT_MEMORY (3u << 20)
#define SESSION_MEMORY (10u << 20)

struct pipeline {
    links_t *links;
    flows_t *flows;
    sessions_t *sessions;
    find_t find;
    unsigned shard, n_shards;
    uint64_t other_shards;
};

/* FNV-1a. Without a key: every machine has to come to the same. */
static uint64_t hash_of(const uint8_t *octets, size_t size, uint64_t hash)
{
    size_t i;

    for (i = 0; i < size; i++)
        hash = (hash ^ octets[i]) * 0x100000001b3u;
    return hash;
}

/* Both directions alike. Ports are left out, so that resumptions stay with their sessions. */
static unsigned shard_of(const segment_t *segment, unsigned n_shards)
{
    const uint8_t *low = segment->source.address, *high = segment->destination.address;
    const size_t size = sizeof(segment->source.address);
    uint64_t hash;

    if (memcmp(low, high, size) > 0) {
        low = segment->destination.address;
        high = segment->source.address;
    }
    hash = hash_of(high, size, hash_of(low, size, 0xcbf29ce484222325u));
    return (unsigned)((hash ^ hash >> 32) % n_shards);
}

static void take_segment(void *context, const segment_t *segment)
{
    pipeline_t *pipeline = context;

    if (pipeline->n_shards > 1 && shard_of(segment, pipeline->n_shards) != pipeline->shard)
        pipeline->other_shards++;
    else
        flows_push(pipeline->flows, segment);
}

int pipeline_new(const pipeline_how_t *how, const handshake_sink_t *sink, pipeline_t **out)
{
    pipeline_t *made = calloc(1, sizeof(*made));
    flow_consumer_t tcp, udp;
    int ret;

    if (made == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    made->shard = how->shard;
    made->n_shards = how->n_shards;
    ret = sessions_new(sink, SESSION_MEMORY, &made->sessions);
    if (ret == 0) {
        made->find = (find_t){.keys = how->keys,
                              .sink = sessions_sink(made->sessions),
                              .hints = how->hints,
                              .n_hints = how->n_hints};
        tcp = find_tcp(&made->find);
        udp = find_udp(&made->find);
        ret = flows_new(&tcp, &udp, &flow_default_limits, &made->flows);
    }
    if (ret == 0)
        ret = links_new(take_segment, made, FRAGMENT_MEMORY, &made->links);
    if (ret != 0)
        pipeline_free(made);
    else
        *out = made;
    return ret;
}

void pipeline_push(pipeline_t *pipeline, const packet_t *packet)
{
    links_push(pipeline->links, packet);
}

void pipeline_finish(pipeline_t *pipeline)
{
    flows_finish(pipeline->flows);
}

pipeline_counts_t pipeline_counts(const pipeline_t *pipeline)
{
    return (pipeline_counts_t){.link = links_counts(pipeline->links),
                               .flow = flows_counts(pipeline->flows),
                               .sessions = sessions_counts(pipeline->sessions),
                               .other_shards = pipeline->other_shards,
                               .flows_without = pipeline->find.flows_without};
}

void pipeline_free(pipeline_t *pipeline)
{
    if (pipeline == NULL)
        return;
    links_free(pipeline->links);
    flows_free(pipeline->flows); /* ends what is open, into the sessions */
    sessions_free(pipeline->sessions);
    free(pipeline);
}
