/* SPDX-License-Identifier: BSD-2-Clause */
/* dispatch.h - run a stack over a request, and combine what its entries say. */
#ifndef MA_ENGINE_DISPATCH_H
#define MA_ENGINE_DISPATCH_H

#include "engine/request.h"

/**
 * Runs the stack of a policy. judgement->check must be filled and rows and trace have room for all
 * its entries; sets all other members.
 */
void ma_dispatch(const ma_policy_t *policy, ma_judgement_t *judgement);

#endif
