/* SPDX-License-Identifier: BSD-2-Clause */
/* decision.h - between request.c and decision.c. */
#ifndef MA_ENGINE_DECISION_H
#define MA_ENGINE_DECISION_H

#include "engine/request.h"

/** Sets the decision to what it is before an authorize: a denial; frees what the last one made. */
void ma_decision_clear(mtlsauth_request_t *request);

#endif
