/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replace.h - put other bytes into a file, so that whoever reads it sees the old ones or the new.
 *
 * They are written to a file beside it, whose name begins with a dot, and which then takes its
 * place. Symbolic links are followed: the file that they lead to is replaced. Mode, owner and group
 * stay; where they cannot, nothing is changed. Hard links, ACLs and attributes do not survive.
 */
#ifndef COMMON_REPLACE_H
#define COMMON_REPLACE_H

#include "base/buf.h"

/** Returns 0, or -1 with the reason in `why`, which names the file. */
int replace_file(const char *path, const ma_buf_t *content, ma_buf_t *why) MTLSAUTH_MUST_CHECK;

#endif
