/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - what mtlsauth-audit does: audit captures, and merge summaries. */
#ifndef AUDIT_COMMANDS_H
#define AUDIT_COMMANDS_H

#include "common/command.h"

extern const command_t command_audit;
extern const command_t command_merge;

#endif
