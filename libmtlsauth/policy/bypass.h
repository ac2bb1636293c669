/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bypass.h - grants that let clients in past a gate behind them: a warning, with a route.
 *
 * `sufficient` ends the stack, so that a crl, a deny or a list to deny behind it never sees whom it
 * let in. Written as a bracket, [success=done default=ignore], the same is taken as meant.
 *
 * Of a gate that tells of revocation it warns behind any such grant that judges a verified
 * certificate; of other gates only if the grant has no condition, which would say for whom it is.
 * It does not warn of a validity behind a grant: without allow_unverified that is an error.
 */
#ifndef MA_POLICY_BYPASS_H
#define MA_POLICY_BYPASS_H

#include "policy/routes.h"

/** Warns in the loader's log. `total` counts the entries of all levels. */
int ma_bypass_warn(const ma_stack_t *stack, size_t total,
                   const ma_loader_t *loader) MTLSAUTH_MUST_CHECK;

#endif
