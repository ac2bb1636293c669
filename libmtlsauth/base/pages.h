/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.h - large blocks of zeroed memory that go back to the system at once when they are freed.
 *
 * A large block is mapped by itself and, where the system can, made of huge pages: looking
 * something up in it then misses fewer translations, and freeing it takes microseconds. A small one
 * is the heap's.
 */
#ifndef MA_BASE_PAGES_H
#define MA_BASE_PAGES_H

#include <stddef.h>

#include <mtlsauth/types.h>

/** From this size on a block is mapped by itself. */
#define MA_PAGES_MIN ((size_t)256 << 10)

/** NULL when out of memory. A size of 0 gives a valid block. */
void *ma_pages_new(size_t size) MTLSAUTH_MUST_CHECK;
/** `size` is the one that it was made with. */
void ma_pages_free(void *block, size_t size);

#endif
