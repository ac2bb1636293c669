/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack_zstd.c - Zstandard (RFC 8878), through libzstd. */
#include "audit/capture/unpack.h"

#define ZSTD "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4

#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>

static void *begin(void)
{
    return ZSTD_createDStream();
}

static bool step(void *state, capture_pieces_t *pieces, bool *between, const char **why)
{
    ZSTD_inBuffer in = { pieces->in, pieces->in_size, 0 };
    ZSTD_outBuffer out = { pieces->out, pieces->out_size, 0 };
    size_t ret = ZSTD_decompressStream(state, &out, &in);

    pieces->in += in.pos;
    pieces->in_size -= in.pos;
    pieces->out += out.pos;
    pieces->out_size -= out.pos;
    if (!ZSTD_isError(ret)) {
        /* 0 is the end of a frame. Asked again with no input, it wants the next one's header. */
        if (in.pos > 0 || out.pos > 0)
            *between = ret == 0;
        return true;
    }
    *why = "what follows is no zstd";
    if (ZSTD_getErrorCode(ret) == ZSTD_error_frameParameter_windowTooLarge)
        *why = "it takes more memory to unpack than is allowed (zstd --long)";
    else if (ZSTD_getErrorCode(ret) == ZSTD_error_memory_allocation)
        *why = "no memory to unpack it";
    return false;
}

static void end(void *state)
{
    ZSTD_freeDStream(state);
}

const capture_packing_t capture_zstd = { ZSTD, begin, step, end };
#else
const capture_packing_t capture_zstd = { ZSTD, NULL, NULL, NULL };
#endif
