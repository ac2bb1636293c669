/* SPDX-License-Identifier: BSD-2-Clause */
/* community.h - Community ID v1, by which other tools name the same flow. Seed 0. */
#ifndef AUDIT_REPORT_COMMUNITY_H
#define AUDIT_REPORT_COMMUNITY_H

#include "audit/flow/flow.h"

/** "1:" and 28 characters of base64, NUL-terminated. */
#define COMMUNITY_SIZE 31u

/** The same for both directions. "" if the machine has no SHA-1. */
void community_id(const flow_t *flow, char out[COMMUNITY_SIZE]);

#endif
