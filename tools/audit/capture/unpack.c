/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack.c - see unpack.h. */
#include "audit/capture/unpack.h"

#include <string.h>

const capture_packing_t *capture_packing_of(const uint8_t *begin, size_t size)
{
    static const capture_packing_t *const all[] = { &capture_gzip, &capture_zstd, &capture_xz };
    size_t i;

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (size >= all[i]->magic_size && memcmp(begin, all[i]->magic, all[i]->magic_size) == 0)
            return all[i];
    return NULL;
}
