/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.h - all policies of a directory, or the one of a file, and which of them a request gets.
 *
 * All or nothing: one bad file fails the set. Constant after load.
 */
#ifndef MA_POLICY_SET_H
#define MA_POLICY_SET_H

#include "policy/policy.h"

#define MA_SET_MAX_POLICIES 1024u

/** A host pattern and the policy that claims it. */
typedef struct ma_claim {
    const char *pattern;
    const ma_policy_t *policy;
    ma_pos_t pos;
} ma_claim_t;

typedef struct ma_set {
    ma_policy_t **policies; /**< sorted by name */
    size_t count;
    const ma_policy_t *other; /**< for whatever nothing else matches; NULL: nothing */
    bool single;              /**< of one file, which is then for every host */
    ma_claim_t *claims;       /**< sorted by pattern */
    size_t n_claims;
} ma_set_t;

/** Loads `path`, a policy file or a directory. ma_set_free() is owed also after a failure. */
int ma_set_load(ma_loader_t *loader, const char *path, ma_set_t *set) MTLSAUTH_MUST_CHECK;
void ma_set_free(ma_set_t *set);

/** The policy of exactly that service name, or NULL. */
const ma_policy_t *ma_set_service(const ma_set_t *set, const char *name);
/** The policy for a normalised host: exact, then one-label wildcard; NULL if none claims it. */
const ma_policy_t *ma_set_host(const ma_set_t *set, const char *host);

#endif
