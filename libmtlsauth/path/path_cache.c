/* SPDX-License-Identifier: BSD-2-Clause */
/* path_cache.c - see path_cache.h. */
#include "path/path_cache.h"

#include <stdlib.h>

#include "base/slots.h"
#include "cred/name.h"

struct ma_path_cache {
    ma_slots_t *slots; /* of ma_known_path_t */
};

int ma_path_cache_new(size_t paths, ma_path_cache_t **out)
{
    ma_path_cache_t *cache = calloc(1, sizeof(*cache));
    int ret = MTLSAUTH_E_NO_MEMORY;

    if (cache != NULL)
        ret = ma_slots_new(paths, &cache->slots);
    if (ret != 0) {
        free(cache);
        return ret;
    }
    *out = cache;
    return 0;
}

void ma_path_cache_free(ma_path_cache_t *cache)
{
    if (cache == NULL)
        return;
    ma_slots_free(cache->slots, free);
    free(cache);
}

/* Certificates that are known are told apart by where they are. */
static uint64_t hash_of(const mtlsauth_cert_t *leaf)
{
    return (uint64_t)(uintptr_t)leaf >> 4;
}

static bool contains(const mtlsauth_cert_t *const *certs, size_t count,
                     const mtlsauth_cert_t *cert)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (certs[i] == cert)
            return true;
    return false;
}

static bool is_on(const ma_known_path_t *known, const mtlsauth_cert_t *cert)
{
    return contains(known->path.certs, known->path.length, cert);
}

/* ---- finding ------------------------------------------------------------------------------- */

typedef struct wanted {
    const mtlsauth_cert_t *leaf;
    const ma_path_sources_t *sources;
    int64_t now;
} wanted_t;

static bool all_sent(const ma_known_path_t *known, const ma_path_sources_t *sources)
{
    size_t i;

    for (i = 1; i < known->path.length; i++)
        if ((known->sent >> i & 1) != 0
            && !contains(sources->chain, sources->n_chain, known->path.certs[i]))
            return false;
    return true;
}

/*
 * Could a certificate stand on another path from the leaf? Such a path goes through certificates of
 * this one and of the policy before it comes to the first that is neither, whose subject is the
 * issuer of the one below it.
 */
static bool may_lead_elsewhere(const ma_known_path_t *known, const ma_path_sources_t *sources,
                               const mtlsauth_cert_t *cert)
{
    const ma_cert_list_t *pool = &sources->trust->intermediates;
    size_t i;

    if (is_on(known, cert))
        return false;
    for (i = 0; i + 1 < known->path.length; i++)
        if (ma_name_equal(known->path.certs[i]->issuer, cert->subject))
            return true;
    for (i = 0; i < pool->count; i++)
        if (ma_name_equal(pool->items[i]->issuer, cert->subject))
            return true;
    return false;
}

static bool fits(const void *thing, const void *key)
{
    const ma_known_path_t *known = thing;
    const wanted_t *wanted = key;
    size_t i;

    if (known->path.certs[0] != wanted->leaf || !ma_period_has(&known->period, wanted->now)
        || !all_sent(known, wanted->sources))
        return false;
    for (i = 0; i < wanted->sources->n_chain; i++)
        if (may_lead_elsewhere(known, wanted->sources, wanted->sources->chain[i]))
            return false;
    return true;
}

const ma_known_path_t *ma_path_cache_find(const ma_path_cache_t *cache,
                                          const mtlsauth_cert_t *leaf,
                                          const ma_path_sources_t *sources, int64_t now)
{
    const wanted_t wanted = { leaf, sources, now };

    return leaf->complete ? ma_slots_find(cache->slots, hash_of(leaf), fits, &wanted) : NULL;
}

bool ma_known_path_is_all(const ma_known_path_t *known, const ma_path_sources_t *sources)
{
    size_t i;

    for (i = 0; i < sources->n_chain; i++)
        if (!is_on(known, sources->chain[i]))
            return false;
    return true;
}

/* ---- keeping ------------------------------------------------------------------------------- */

/* Those of the policy are there each time; the others have to come along. */
static uint32_t which_sent(const ma_path_t *path, const ma_path_sources_t *sources)
{
    const ma_cert_list_t *pool = &sources->trust->intermediates;
    uint32_t sent = 0;
    size_t i;

    _Static_assert(MA_PATH_MAX <= 32, "a bit for each certificate");
    for (i = 1; i + 1 < path->length; i++)
        if (!contains((const mtlsauth_cert_t *const *)pool->items, pool->count, path->certs[i]))
            sent |= UINT32_C(1) << i;
    return sent;
}

static bool same_path(const ma_known_path_t *a, const ma_known_path_t *b)
{
    size_t i;

    if (a->path.length != b->path.length || a->period.from != b->period.from
        || a->period.until != b->period.until)
        return false;
    for (i = 0; i < a->path.length; i++)
        if (a->path.certs[i] != b->path.certs[i])
            return false;
    return true;
}

/* While a row is walked. */
typedef struct twin {
    const ma_known_path_t *made;
    unsigned *of_leaf; /* paths of this leaf that were met */
} twin_t;

static bool is_twin(const void *thing, const void *key)
{
    const ma_known_path_t *known = thing;
    const twin_t *twin = key;

    if (known->path.certs[0] != twin->made->path.certs[0])
        return false;
    ++*twin->of_leaf;
    return same_path(known, twin->made);
}

const ma_known_path_t *ma_path_cache_keep(ma_path_cache_t *cache, const ma_path_t *path,
                                          const ma_path_sources_t *sources,
                                          const ma_period_t *period)
{
    const uint64_t hash = hash_of(path->certs[0]);
    ma_known_path_t *made = malloc(sizeof(*made));
    unsigned of_leaf = 0;
    const twin_t twin = { made, &of_leaf };
    ma_known_path_t *in;

    if (made == NULL)
        return NULL;
    *made = (ma_known_path_t) { *path, *period, which_sent(path, sources) };
    in = ma_slots_find(cache->slots, hash, is_twin, &twin);
    if (in == NULL && of_leaf < MA_PATH_CACHE_PER_LEAF)
        in = ma_slots_keep(cache->slots, hash, made, is_twin, &twin);
    if (in != made)
        free(made);
    return in;
}
