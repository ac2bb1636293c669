/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.c - see pages.h.
 *
 * A huge page must begin where one may: such a block is mapped with room to spare, and what lies
 * before and behind it is given back.
 */
/* For MAP_ANONYMOUS and madvise(), which POSIX.1-2008 does not have. */
#define _DEFAULT_SOURCE 1

#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

/* What is mapped for a size: whole pages. 0: too much. */
static size_t mapped_size(size_t size)
{
    return size > SIZE_MAX - HUGE_PAGE - MA_PAGES_MIN
        ? 0
        : (size + MA_PAGES_MIN - 1) / MA_PAGES_MIN * MA_PAGES_MIN;
}

static uint8_t *map(size_t size)
{
    void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return block != MAP_FAILED ? block : NULL;
}

static void unmap(uint8_t *block, size_t size)
{
    if (size > 0)
        (void)munmap(block, size);
}

static uint8_t *map_aligned(size_t size)
{
    uint8_t *block = map(size + HUGE_PAGE);
    size_t before;

    if (block == NULL)
        return NULL;
    before = (HUGE_PAGE - (uintptr_t)block % HUGE_PAGE) % HUGE_PAGE;
    unmap(block, before);
    unmap(block + before + size, HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
    /* A wish: without it, it is only slower. Not for the end, which does not fill one. */
    (void)madvise(block + before, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return block + before;
}

void *ma_pages_new(size_t size)
{
    size_t mapped;

    if (size < MA_PAGES_MIN)
        return calloc(1, size > 0 ? size : 1);
    mapped = mapped_size(size);
    if (mapped == 0)
        return NULL;
    return mapped < HUGE_PAGE ? map(mapped) : map_aligned(mapped);
}

void ma_pages_free(void *block, size_t size)
{
    if (block == NULL)
        return;
    if (size < MA_PAGES_MIN)
        free(block);
    else
        unmap(block, mapped_size(size));
}
