/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.h - find the paths from a leaf to an anchor by their names.
 *
 * Tries alternatives (cross-signs, several keys under one name) depth first, within a budget of
 * steps. A path is a candidate only: it is for others to say whether it holds.
 */
#ifndef MA_PATH_CANDIDATES_H
#define MA_PATH_CANDIDATES_H

#include "path/path.h"
#include "path/signatures.h"
#include "path/trust.h"

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

/** Passes over a certificate whose key is known not to have made the signature below it. */
ma_search_t ma_path_candidates(const mtlsauth_cert_t *leaf, const ma_path_sources_t *sources,
                               const ma_signatures_t *signatures, ma_candidate_fn *each,
                               void *context);

#endif
