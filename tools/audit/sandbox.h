/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - what a process that reads captures can still do: read those files, and write to what is
 * open. Entered when everything else was opened and before the first packet is parsed, so that a
 * mistake in a parser leads nowhere.
 *
 * seccomp (Linux) keeps the system calls to a list: no sockets, no programs, no memory that is both
 * written and executed. Landlock, where the kernel has it, keeps opening to the files that are named.
 */
#ifndef AUDIT_SANDBOX_H
#define AUDIT_SANDBOX_H

#include <stddef.h>

#include "base/buf.h"

/** In force after sandbox_enter(), added together. */
enum { SANDBOX_NONE = 0, SANDBOX_SECCOMP = 1, SANDBOX_LANDLOCK = 2 };

/**
 * For the rest of this process and its children. `paths`: files that may still be opened to read;
 * `names`: those, too, in which a system keeps the names of ports, protocols and hosts. Returns what is in force; what is not, and why, is appended to `why`.
 */
int sandbox_enter(const char *const *paths, size_t count, bool names, ma_buf_t *why);

#endif
