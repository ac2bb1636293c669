/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack_gzip.c - gzip (RFC 1952), through zlib. */
#include "audit/capture/unpack.h"

#define GZIP "gzip", { 0x1f, 0x8b, 0x08 }, 3

#ifdef HAVE_ZLIB
#define ZLIB_CONST
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (16 + MAX_WBITS)

typedef struct gunzip {
    z_stream z;
    bool between;
} gunzip_t;

static void *begin(void)
{
    gunzip_t *self = calloc(1, sizeof(*self));

    if (self != NULL && inflateInit2(&self->z, GZIP_ONLY) != Z_OK) {
        free(self);
        self = NULL;
    }
    return self;
}

/* Begins the next member; as gzip does, it passes over zeros that pad a file to whole blocks. */
static bool next_member(gunzip_t *self, capture_pieces_t *pieces)
{
    while (pieces->in_size > 0 && *pieces->in == 0) {
        pieces->in++;
        pieces->in_size--;
    }
    if (pieces->in_size == 0)
        return false;
    self->between = false;
    return inflateReset(&self->z) == Z_OK;
}

static bool step(void *state, capture_pieces_t *pieces, bool *between, const char **why)
{
    gunzip_t *self = state;
    int ret = Z_OK;

    if (!self->between || next_member(self, pieces)) {
        self->z.next_in = pieces->in;
        self->z.avail_in = pieces->in_size < UINT_MAX ? (uInt)pieces->in_size : UINT_MAX;
        self->z.next_out = pieces->out;
        self->z.avail_out = pieces->out_size < UINT_MAX ? (uInt)pieces->out_size : UINT_MAX;
        ret = inflate(&self->z, Z_NO_FLUSH);
        pieces->in_size -= (size_t)(self->z.next_in - pieces->in);
        pieces->in = self->z.next_in;
        pieces->out_size -= (size_t)(self->z.next_out - pieces->out);
        pieces->out = self->z.next_out;
        self->between = ret == Z_STREAM_END;
    }
    *between = self->between;
    if (ret == Z_OK || ret == Z_STREAM_END || ret == Z_BUF_ERROR)
        return true;
    *why = ret == Z_MEM_ERROR ? "no memory to unpack it" : "what follows is no gzip";
    return false;
}

static void end(void *state)
{
    gunzip_t *self = state;

    if (self != NULL)
        inflateEnd(&self->z);
    free(self);
}

const capture_packing_t capture_gzip = { GZIP, begin, step, end };
#else
const capture_packing_t capture_gzip = { GZIP, NULL, NULL, NULL };
#endif
