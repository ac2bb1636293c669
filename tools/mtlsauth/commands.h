/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - the commands of the tool, one a file. */
#ifndef MTLSAUTH_TOOL_COMMANDS_H
#define MTLSAUTH_TOOL_COMMANDS_H

#include "common/command.h"

extern const command_t command_check;
extern const command_t command_expiry;
extern const command_t command_fields;
extern const command_t command_fmt;
extern const command_t command_lint;
extern const command_t command_plugins;
extern const command_t command_test;

#endif
