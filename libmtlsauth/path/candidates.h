/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.h - find the paths from a leaf to an anchor by their names.
 *
 * Tries alternatives (cross-signs, several keys under one name) depth first, within a budget of
 * steps. A path is a candidate only: nothing but names and key identifiers was looked at.
 */
#ifndef MA_PATH_CANDIDATES_H
#define MA_PATH_CANDIDATES_H

#include "path/trust.h"

/** Certificates on one path, leaf and anchor among them; and what a client may send. */
#define MA_PATH_MAX 18u
#define MA_CHAIN_MAX 16u
#define MA_CHAIN_MAX_SIZE (64u * 1024u)

/** A path: leaf first, anchor last. The certificates are borrowed. */
typedef struct ma_path {
    const mtlsauth_cert_t *certs[MA_PATH_MAX];
    size_t length;
} ma_path_t;

/** Where to look for issuers. */
typedef struct ma_path_sources {
    const ma_trust_t *trust;
    const mtlsauth_cert_t *const *chain; /**< as the client sent them */
    size_t n_chain;
} ma_path_sources_t;

/** Called with each candidate; returns true to stop the search. */
typedef bool ma_candidate_fn(void *context, const ma_path_t *path);

typedef enum ma_search {
    MA_SEARCH_DONE,    /**< all candidates were shown */
    MA_SEARCH_STOPPED, /**< the callback was content */
    MA_SEARCH_LIMIT    /**< the budget was exhausted first */
} ma_search_t;

ma_search_t ma_path_candidates(const mtlsauth_cert_t *leaf, const ma_path_sources_t *sources,
                               ma_candidate_fn *each, void *context);

#endif
