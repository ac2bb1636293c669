/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rules.h - the rules that findings of `mtlsauth lint` name, and what is to be said of each.
 *
 * The ids are those that the library gives its errors and warnings. They are kept for ever: people
 * search for them.
 */
#ifndef MTLSAUTH_TOOL_RULES_H
#define MTLSAUTH_TOOL_RULES_H

#include "common/command.h"

typedef struct rule {
    const char *id;
    bool error;          /**< the policy does not load; else a warning */
    const char *summary; /**< one line: what is the case */
    const char *why;     /**< lines, each with its end */
    const char *wrong;   /**< entries of a stack, or settings; lines as well */
    const char *right;
} rule_t;

/** By id. */
extern const rule_t rules[];
extern const size_t n_rules;

/** Prints the rules that are named, or without a name a list of all. Returns the exit status. */
int explain_rules(const command_t *self, char **names, size_t count);

#endif
