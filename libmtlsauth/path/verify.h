/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.h - is there a path from a leaf to an anchor that holds at a given time (RFC 5280 6)?
 *
 * The time is a parameter; nothing here reads a clock. Revocation is crl/'s. Thread-safe: it
 * writes only to what the caller passes.
 */
#ifndef MA_PATH_VERIFY_H
#define MA_PATH_VERIFY_H

#include "base/buf.h"
#include "cred/known.h"
#include "path/candidates.h"
#include "path/path_cache.h"
#include "path/validate.h"

typedef struct ma_verify_query {
    const mtlsauth_cert_t *leaf;
    ma_path_sources_t sources;
    int64_t now;
    ma_arena_t *arena; /**< scratch */
    bool explain;      /**< say the path also when it holds */
    ma_path_cache_t *cache; /**< of the same `how` and trust; NULL: nothing is remembered */
    ma_known_t *known;      /**< where the certificates of such paths are kept; with `cache` */
} ma_verify_query_t;

typedef struct ma_verify_answer {
    mtlsauth_result_t result; /**< MTLSAUTH_SUCCESS: `path` holds */
    /**
     * After success the path; after a failure of dates alone the path that holds but for them, so
     * that its revocation can still be told; else empty.
     */
    ma_path_t path;
    /** The same path, if it was recalled, and the client sent nothing beside it; else NULL. */
    const ma_known_path_t *known;
} ma_verify_answer_t;

/**
 * Searches and judges. `why` gets one sentence for a person. With several candidates that fail, the
 * failure told is that of the one that came furthest.
 */
void ma_path_verify(const ma_verify_how_t *how, const ma_verify_query_t *query,
                    ma_verify_answer_t *answer, ma_buf_t *why);

#endif
