/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack_xz.c - xz, through liblzma. */
#include "audit/capture/unpack.h"

#define XZ "xz", { 0xfd, '7', 'z', 'X', 'Z', 0x00 }, 6

#ifdef HAVE_LZMA
#include <lzma.h>
#include <stdlib.h>

typedef struct unxz {
    lzma_stream lzma;
    bool between;
} unxz_t;

static bool begin_stream(unxz_t *self)
{
    return lzma_stream_decoder(&self->lzma, CAPTURE_UNPACK_MEMORY, 0) == LZMA_OK;
}

static void *begin(void)
{
    unxz_t *self = calloc(1, sizeof(*self));

    if (self != NULL) {
        self->lzma = (lzma_stream)LZMA_STREAM_INIT;
        if (!begin_stream(self)) {
            free(self);
            self = NULL;
        }
    }
    return self;
}

/* Begins the next stream; zeros may stand between two. */
static bool next_stream(unxz_t *self, capture_pieces_t *pieces)
{
    while (pieces->in_size > 0 && *pieces->in == 0) {
        pieces->in++;
        pieces->in_size--;
    }
    if (pieces->in_size == 0)
        return false;
    self->between = false;
    return begin_stream(self);
}

static bool step(void *state, capture_pieces_t *pieces, bool *between, const char **why)
{
    unxz_t *self = state;
    lzma_ret ret = LZMA_OK;

    if (!self->between || next_stream(self, pieces)) {
        self->lzma.next_in = pieces->in;
        self->lzma.avail_in = pieces->in_size;
        self->lzma.next_out = pieces->out;
        self->lzma.avail_out = pieces->out_size;
        ret = lzma_code(&self->lzma, LZMA_RUN);
        pieces->in = self->lzma.next_in;
        pieces->in_size = self->lzma.avail_in;
        pieces->out = self->lzma.next_out;
        pieces->out_size = self->lzma.avail_out;
        self->between = ret == LZMA_STREAM_END;
    }
    *between = self->between;
    if (ret == LZMA_OK || ret == LZMA_STREAM_END || ret == LZMA_BUF_ERROR)
        return true;
    *why = "what follows is no xz";
    if (ret == LZMA_MEMLIMIT_ERROR)
        *why = "it takes more memory to unpack than is allowed";
    else if (ret == LZMA_MEM_ERROR)
        *why = "no memory to unpack it";
    return false;
}

static void end(void *state)
{
    unxz_t *self = state;

    if (self != NULL)
        lzma_end(&self->lzma);
    free(self);
}

const capture_packing_t capture_xz = { XZ, begin, step, end };
#else
const capture_packing_t capture_xz = { XZ, NULL, NULL, NULL };
#endif
