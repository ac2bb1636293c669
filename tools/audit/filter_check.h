/* SPDX-License-Identifier: BSD-2-Clause */
/* filter_check.h - whether --filter will work where captures are read: in the sandbox. */
#ifndef AUDIT_FILTER_CHECK_H
#define AUDIT_FILTER_CHECK_H

#include "common/command.h"

/** STATUS_NONE, or STATUS_ERROR: it is said why. */
int filter_check(const command_t *self, const char *expression) MTLSAUTH_MUST_CHECK;

#endif
