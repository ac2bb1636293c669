/* SPDX-License-Identifier: BSD-2-Clause */
/* forward.h - the identity of a client as headers for the application behind the server. */
#ifndef MA_ENGINE_FORWARD_H
#define MA_ENGINE_FORWARD_H

#include "engine/request.h"

/**
 * Makes the headers of the formats that the policy forwards, for a request that its stack let in:
 * decision.headers, in the scratch arena. Nothing is set unless everything could be made; returns 0
 * or MTLSAUTH_E_NO_MEMORY.
 *
 * A header that has nothing to say, or too much, is left out; no name comes twice.
 */
int ma_forward(mtlsauth_request_t *request, const ma_policy_t *policy) MTLSAUTH_MUST_CHECK;

#endif
