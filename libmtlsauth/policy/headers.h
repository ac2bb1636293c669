/* SPDX-License-Identifier: BSD-2-Clause */
/* headers.h - what a policy says of headers: those to set, and those to remove. */
#ifndef MA_POLICY_HEADERS_H
#define MA_POLICY_HEADERS_H

#include "policy/policy.h"

/** Reads `forward` and `strip`. Every name that a format of `forward` has is stripped too. */
int ma_headers_read(const ma_group_t *root, ma_policy_t *policy) MTLSAUTH_MUST_CHECK;

#endif
