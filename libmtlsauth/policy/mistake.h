/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mistake.h - the sentences for what does not fit together in a policy file: tokens that are each
 * fine and stand in the wrong place.
 *
 * Each sets *err, with place and mend, and returns MTLSAUTH_E_SYNTAX. They explain; whether there
 * is a mistake is the parser's to know.
 */
#ifndef MA_POLICY_MISTAKE_H
#define MA_POLICY_MISTAKE_H

#include "policy/lex.h"

/** The file ends inside a group, list or array, or the mark of another closes it. */
int ma_mistake_open(mtlsauth_error_t **err, const ma_token_t *found, const ma_node_t *compound);
/** Two elements of a list or array stand side by side. */
int ma_mistake_comma(mtlsauth_error_t **err, const ma_token_t *first, const ma_token_t *second);
/** A name without = behind it. */
int ma_mistake_equals(mtlsauth_error_t **err, const ma_token_t *name, const ma_token_t *found);
/** What stands where a setting should begin. */
int ma_mistake_name(mtlsauth_error_t **err, const ma_token_t *found);
/** What stands where a value should begin, and is no word. */
int ma_mistake_value(mtlsauth_error_t **err, const ma_token_t *found);
/** A word that is no value: most likely a string without its quotes. */
int ma_mistake_word(mtlsauth_error_t **err, const ma_token_t *word);

#endif
