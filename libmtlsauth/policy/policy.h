/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.h - one policy: for which hosts, whom it trusts, its stack, its headers. */
#ifndef MA_POLICY_POLICY_H
#define MA_POLICY_POLICY_H

#include "policy/forward.h"
#include "policy/stack.h"

#define MA_DIGEST_TEXT 65u

typedef struct ma_policy {
    const char *name; /**< the service: the file's name without .conf */
    const char *file;
    char digest[MA_DIGEST_TEXT]; /**< see mtlsauth_decision_t.policy_digest */
    bool monitor;
    bool require_sni_match;
    bool allow_unverified;
    bool lists_hosts;    /**< then every other host is refused */
    ma_strings_t hosts;  /**< normalised patterns */
    const ma_forward_format_t *forward[MA_N_FORWARD_FORMATS]; /**< for the application behind */
    size_t n_forward;
    const char **strip;  /**< header names in lower case, `-` for `_`; those of `forward` too */
    size_t n_strip;
    ma_trust_t trust;
    ma_stack_t stack;
    size_t n_entries;    /**< of all levels */
    struct ma_policy *candidate; /**< judged beside this one, or NULL */
} ma_policy_t;

/**
 * Loads a policy file. The policy is in the loader's arena; *out is set as soon as there is
 * something to free, so ma_policy_free() is owed also after a failure.
 */
int ma_policy_load(ma_loader_t *loader, const char *name, const char *path,
                   ma_policy_t **out) MTLSAUTH_MUST_CHECK;
void ma_policy_free(ma_policy_t *policy);

#endif
