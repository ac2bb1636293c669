/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * literal.h - what the text of a token means: strings, numbers, booleans, names.
 *
 * What libconfig would read otherwise than it looks is refused: see scan.h.
 */
#ifndef MA_POLICY_LITERAL_H
#define MA_POLICY_LITERAL_H

#include "policy/lex.h"

/** Appends what a string token stands for. The buffer's own failure is the caller's to look at. */
int ma_literal_string(const ma_token_t *token, ma_buf_t *out,
                      mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** How far into a string token the octet stands that is `offset` in what it stands for. */
size_t ma_literal_offset(ma_bytes_t token, size_t offset);
/** True if a word is meant as a number; it may be a wrong one. */
bool ma_literal_is_number(const ma_token_t *word);
/** Sets kind and value of the node from a word. */
int ma_literal_number(const ma_token_t *word, ma_node_t *node,
                      mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** True if a word is true or false, in any case; then sets *value. */
bool ma_literal_bool(const ma_token_t *word, bool *value);
/** True if libconfig takes a word for the name of a setting. */
bool ma_literal_is_name(const ma_token_t *word);

#endif
