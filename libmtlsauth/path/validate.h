/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * validate.h - does one path hold at a given time (RFC 5280 6.1)?
 *
 * Validated from the anchor down, so that only a key that is trusted already ever verifies
 * anything.
 */
#ifndef MA_PATH_VALIDATE_H
#define MA_PATH_VALIDATE_H

#include "base/period.h"
#include "path/failure.h"
#include "path/policy_graph.h"
#include "path/signatures.h"

/** What a policy asks of a path. */
typedef struct ma_verify_how {
    mtlsauth_purpose_t purpose;
    unsigned max_depth;    /**< intermediates, at most */
    int64_t clock_skew;    /**< seconds */
    int64_t min_remaining; /**< of the leaf */
    int64_t max_lifetime;  /**< of the leaf; 0: any */
    ma_strength_t strength;
    ma_policy_inputs_t policies;
    bool check_anchor_dates;
} ma_verify_how_t;

/** What validating needs beside the path. */
typedef struct ma_validation {
    const ma_verify_how_t *how;
    int64_t now;
    ma_arena_t *arena; /**< scratch */
    ma_signatures_t *signatures;
    ma_memory_t *memory; /**< may be NULL */
} ma_validation_t;

/** True if the path (leaf first, anchor last, two certificates at least) holds. */
bool ma_path_validate(const ma_validation_t *validation, const ma_path_t *path,
                      ma_failure_t *failure);

/** Narrows a period to where the dates of the path are on the same side as they are at `now`. */
void ma_path_period(const ma_verify_how_t *how, const ma_path_t *path, int64_t now,
                    ma_period_t *period);

#endif
