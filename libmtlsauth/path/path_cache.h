/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_cache.h - paths that verified, remembered with the span of time in which they would again.
 *
 * A cache belongs to one set of parameters (ma_verify_how_t) and one trust store, and is freed with
 * them: so what the answer depends on beside those is the certificates, which are compared by their
 * bytes (certificates that are known are the same object if they have the same bytes), and the
 * time. Only paths that hold come in. Threads share it without a lock; a hit allocates nothing.
 *
 * A client that adds certificates to its chain neither makes new entries nor gets another answer:
 * where one of them might lead to another path, nothing is recalled, and the search is made.
 */
#ifndef MA_PATH_PATH_CACHE_H
#define MA_PATH_PATH_CACHE_H

#include "base/period.h"
#include "path/candidates.h"

typedef struct ma_path_cache ma_path_cache_t;

/** Paths that are remembered of one leaf, at most: several may hold, at different times. */
#define MA_PATH_CACHE_PER_LEAF 4u

/** A path that is remembered. Constant. */
typedef struct ma_known_path {
    ma_path_t path;      /**< of certificates that are known */
    ma_period_t period;  /**< in which no date that was looked at flips */
    uint32_t sent;       /**< bit i: certificate i must come from the client each time */
} ma_known_path_t;

/** `paths`: how many there is to be room for. */
int ma_path_cache_new(size_t paths, ma_path_cache_t **out) MTLSAUTH_MUST_CHECK;
void ma_path_cache_free(ma_path_cache_t *cache);

/** The path that the search would find now, or NULL: it is not known. */
const ma_known_path_t *ma_path_cache_find(const ma_path_cache_t *cache,
                                          const mtlsauth_cert_t *leaf,
                                          const ma_path_sources_t *sources, int64_t now);
/**
 * Remembers a path of certificates that are known and that held at a time within `period`. Returns
 * what is remembered, or NULL: there is no room.
 */
const ma_known_path_t *ma_path_cache_keep(ma_path_cache_t *cache, const ma_path_t *path,
                                          const ma_path_sources_t *sources,
                                          const ma_period_t *period);

/** True if every certificate that the client sent stands on the path. */
bool ma_known_path_is_all(const ma_known_path_t *known, const ma_path_sources_t *sources);

#endif
