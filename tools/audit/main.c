/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - mtlsauth-audit: finds the command. Like mtlsauth it reads no environment and no locale.
 */
#include <string.h>

#include "audit/commands.h"

const char program_name[] = "mtlsauth-audit";

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], command_merge.name) == 0)
        return command_merge.run(&command_merge, argc - 1, argv + 1);
    return command_audit.run(&command_audit, argc, argv);
}
