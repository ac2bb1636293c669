/* SPDX-License-Identifier: BSD-2-Clause */
/* select.h - which policy a request gets, and whether it may ask there at all. */
#ifndef MA_ENGINE_SELECT_H
#define MA_ENGINE_SELECT_H

#include "engine/request.h"

/**
 * The policy for the service the request names, else for its host (http.host, else tls.sni), else
 * `other`. NULL: none.
 */
const ma_policy_t *ma_select_policy(const ma_set_t *set, const mtlsauth_request_t *request);

/**
 * Does the choice, or the policy's list of hosts, hang on a host that nobody knows? Offline alone: a
 * capture without SNI does not show what was asked for. `policy` is the one chosen, or NULL.
 */
bool ma_select_host_unknown(const ma_set_t *set, const ma_policy_t *policy,
                            const mtlsauth_request_t *request);

/**
 * Checks the host against the policy's own list and SNI against Host. On a mismatch returns false
 * with a sentence in *why (printable, in the scratch arena or static).
 */
bool ma_select_host_fits(const ma_policy_t *policy, mtlsauth_request_t *request,
                         const char **why);

#endif
