/* SPDX-License-Identifier: BSD-2-Clause */
/* mapped.h - which file lies behind an address of this process? */
#ifndef MA_PLUGIN_MAPPED_H
#define MA_PLUGIN_MAPPED_H

#include <stdbool.h>

/**
 * True if the memory at `address` is mapped from the very file that `fd` has open. Compares two
 * rows of the kernel's own table, the second for a page mapped from `fd` here: on layered file
 * systems the table shows other numbers than fstat() does. False also when the table cannot be
 * read.
 */
bool ma_mapped_from(const void *address, int fd);

#endif
