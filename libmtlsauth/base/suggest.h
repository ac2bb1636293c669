/* SPDX-License-Identifier: BSD-2-Clause */
/* suggest.h - "did you mean": the known word that is nearest to a mistyped one. */
#ifndef MA_BASE_SUGGEST_H
#define MA_BASE_SUGGEST_H

#include <stddef.h>

/**
 * The nearest of `count` words, at most two edits away, or NULL. Words of over 63 bytes are
 * passed over.
 */
const char *ma_suggest(const char *word, const char *const *known, size_t count);

#endif
