/* SPDX-License-Identifier: BSD-2-Clause */
/* fmt_layout.h - the pieces of a policy file, written in the layout of fmt.h. For fmt.c. */
#ifndef MA_POLICY_FMT_LAYOUT_H
#define MA_POLICY_FMT_LAYOUT_H

#include "base/buf.h"
#include "policy/fmt_piece.h"

#define MA_FMT_COLUMNS 100u

/** Appends the layout; out of memory shows in the buffer. The pieces are of a text that scans. */
void ma_layout(const ma_piece_t *pieces, ma_buf_t *out);

/**
 * Writes the group, list or array that opens there on one line. False, and the buffer is of no use,
 * if it has to be broken for what it holds or is longer than the (fixed) buffer. *end is set to the
 * piece behind it. Of fmt_flat.c.
 */
bool ma_layout_flat(const ma_piece_t *open, ma_buf_t *line,
                    const ma_piece_t **end) MTLSAUTH_MUST_CHECK;

#endif
