/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allocations.h - counts what a program allocates; for the one source file that it has.
 *
 * Of the whole process, so that what GnuTLS and the C library do on behalf of a request counts.
 * Where that cannot be counted, ALLOCATIONS_COUNT is 0 and there is no counter: sanitizers put
 * functions of their own in these places, and only glibc has another name for what stands there.
 */
#ifndef TESTS_ALLOCATIONS_H
#define TESTS_ALLOCATIONS_H

#include <stddef.h>

#include <mtlsauth/types.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)          \
    && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define ALLOCATIONS_COUNT 1
#else
#define ALLOCATIONS_COUNT 0
#endif

#if ALLOCATIONS_COUNT
static unsigned long allocations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

MTLSAUTH_EXPORT void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

MTLSAUTH_EXPORT void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

MTLSAUTH_EXPORT void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}
#endif

#endif
