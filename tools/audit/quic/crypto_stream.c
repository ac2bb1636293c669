/* SPDX-License-Identifier: BSD-2-Clause */
/* crypto_stream.c - see crypto_stream.h. */
#include "audit/quic/crypto_stream.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)2048)

void crypto_stream_clear(crypto_stream_t *stream)
{
    free(stream->data);
    *stream = (crypto_stream_t){0};
}

/* Moves what waits to the front, when as much room is lost there: each octet moves but few times.
 */
static void compact(crypto_stream_t *stream)
{
    size_t start = stream->start, end;
    unsigned i;

    if (stream->n_pieces == 0) {
        stream->start = 0;
        return;
    }
    end = stream->pieces[stream->n_pieces - 1].to;
    if (start < end - start)
        return;
    memmove(stream->data, stream->data + start, end - start);
    for (i = 0; i < stream->n_pieces; i++) {
        stream->pieces[i].from -= start;
        stream->pieces[i].to -= start;
    }
    stream->start = 0;
}

static bool make_room(crypto_stream_t *stream, size_t size)
{
    size_t room = stream->room == 0 ? FIRST_ROOM : stream->room;
    uint8_t *data;

    while (room < size)
        room *= 2;
    if (room == stream->room)
        return true;
    data = realloc(stream->data, room);
    if (data == NULL)
        return false;
    stream->data = data;
    stream->room = room;
    return true;
}

/* Marks octets as there, with the pieces that they touch made one. False: too many pieces. */
static bool mark(crypto_stream_t *stream, size_t from, size_t to)
{
    crypto_piece_t *pieces = stream->pieces;
    unsigned first = 0, last;

    while (first < stream->n_pieces && pieces[first].to < from)
        first++;
    for (last = first; last < stream->n_pieces && pieces[last].from <= to; last++) {
        from = pieces[last].from < from ? pieces[last].from : from;
        to = pieces[last].to > to ? pieces[last].to : to;
    }
    if (last == first && stream->n_pieces == CRYPTO_MAX_PIECES)
        return false;
    memmove(pieces + first + 1, pieces + last, (stream->n_pieces - last) * sizeof(*pieces));
    stream->n_pieces -= last - first;
    stream->n_pieces++;
    pieces[first] = (crypto_piece_t){from, to};
    return true;
}

/* Copies the octets of from..to that are not there yet. */
static void fill(crypto_stream_t *stream, size_t from, size_t to, const uint8_t *data)
{
    size_t at = from;
    unsigned i;

    for (i = 0; i < stream->n_pieces && at < to; i++) {
        const crypto_piece_t *piece = &stream->pieces[i];

        if (piece->to <= at)
            continue;
        if (piece->from > at) {
            size_t end = piece->from < to ? piece->from : to;

            memcpy(stream->data + at, data + (at - from), end - at);
        }
        at = piece->to;
    }
    if (at < to)
        memcpy(stream->data + at, data + (at - from), to - at);
}

bool crypto_stream_add(crypto_stream_t *stream, uint64_t offset, ma_bytes_t data)
{
    size_t from;

    if (offset < stream->offset) {
        uint64_t old = stream->offset - offset;

        if (old >= data.size)
            return true;
        data.data += old;
        data.size -= (size_t)old;
        offset = stream->offset;
    }
    if (data.size == 0)
        return true;
    if (offset - stream->offset > CRYPTO_MAX_WAITING ||
        data.size > CRYPTO_MAX_WAITING - (size_t)(offset - stream->offset))
        return false;
    compact(stream);
    from = stream->start + (size_t)(offset - stream->offset);
    if (!make_room(stream, from + data.size))
        return false;
    fill(stream, from, from + data.size, data.data);
    return mark(stream, from, from + data.size);
}

bool crypto_stream_next(crypto_stream_t *stream, ma_bytes_t *out)
{
    crypto_piece_t *piece = &stream->pieces[0];
    const uint8_t *at;
    size_t have, size;

    if (stream->n_pieces == 0 || piece->from != stream->start)
        return false;
    at = stream->data + stream->start;
    have = piece->to - piece->from;
    if (have < 4)
        return false;
    size = 4 + ((size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
    if (have < size)
        return false;
    *out = (ma_bytes_t){at, size};
    stream->start += size;
    stream->offset += size;
    piece->from += size;
    if (piece->from == piece->to) {
        stream->n_pieces--;
        memmove(piece, piece + 1, stream->n_pieces * sizeof(*piece));
    }
    return true;
}
