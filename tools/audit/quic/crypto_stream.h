/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto_stream.h - CRYPTO frames of one direction and level, in any order, as handshake messages.
 *
 * Octets that came first are kept. It is bounded: in what waits, and in how many pieces.
 */
#ifndef AUDIT_QUIC_CRYPTO_STREAM_H
#define AUDIT_QUIC_CRYPTO_STREAM_H

#include <stdbool.h>

#include "base/der.h"

/** Octets that wait behind what was handed on, and pieces of them. */
#define CRYPTO_MAX_WAITING ((size_t)1 << 18)
#define CRYPTO_MAX_PIECES 32u

typedef struct crypto_piece {
    size_t from, to; /* in `data` */
} crypto_piece_t;

typedef struct crypto_stream {
    uint8_t *data;
    size_t room;
    size_t start;                             /* in `data`: what comes next */
    uint64_t offset;                          /* of `start` in the stream */
    crypto_piece_t pieces[CRYPTO_MAX_PIECES]; /* apart from each other, in order */
    unsigned n_pieces;
} crypto_stream_t;

/** All zero is an empty stream. False: out of bounds or memory; the stream is of no more use. */
bool crypto_stream_add(crypto_stream_t *stream, uint64_t offset, ma_bytes_t data);
/**
 * The next handshake message that is there whole, with its header of four octets, borrowed until
 * the next call. False: not yet.
 */
bool crypto_stream_next(crypto_stream_t *stream, ma_bytes_t *out);
/** Empties it and frees what it has. */
void crypto_stream_clear(crypto_stream_t *stream);

#endif
