/* SPDX-License-Identifier: BSD-2-Clause */
/* certificates.c - see certificates.h. */
#include "audit/tls/certificates.h"

#include <stdlib.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "audit/tls/wire.h"

/* RFC 8879 3. */
enum { COMPRESSION_ZLIB = 1, COMPRESSION_ZSTD = 3 };

bool certificates_read(ma_bytes_t body, bool tls13, certificates_t *out)
{
    wire_t in = wire(body), list;
    size_t total = 0;

    out->count = 0;
    out->n_left_out = 0;
    out->context = tls13 ? wire_vector(&in, 1) : (ma_bytes_t) { NULL, 0 };
    list = wire(wire_vector(&in, 3));
    if (in.failed || in.left > 0)
        return false;
    while (wire_more(&list)) {
        ma_bytes_t certificate = wire_vector(&list, 3);
        if (tls13)
            (void)wire_vector(&list, 2);
        if (certificate.size == 0) /* 1..2^24-1 */
            list.failed = true;
        if (list.failed)
            break;
        if (out->count < HANDSHAKE_MAX_CERTIFICATES && out->n_left_out == 0
            && certificate.size <= HANDSHAKE_MAX_CHAIN - total) {
            out->list[out->count++] = certificate;
            total += certificate.size;
        } else {
            out->n_left_out++;
        }
    }
    return !list.failed;
}

#ifdef HAVE_ZLIB
static bool expand_zlib(ma_bytes_t from, uint8_t *to, size_t size)
{
    uLongf length = (uLongf)size;

    return uncompress(to, &length, from.data, (uLong)from.size) == Z_OK && length == size;
}
#endif

static const char *expand(uint32_t algorithm, ma_bytes_t from, uint8_t *to, size_t size)
{
    switch (algorithm) {
#ifdef HAVE_ZLIB
    case COMPRESSION_ZLIB:
        return expand_zlib(from, to, size) ? NULL : "the compressed certificate is malformed";
#endif
#ifdef HAVE_ZSTD
    case COMPRESSION_ZSTD:
        return ZSTD_decompress(to, size, from.data, from.size) == size
            ? NULL : "the compressed certificate is malformed";
#endif
    default:
        (void)from;
        (void)to;
        (void)size;
        return "the certificate is compressed in a way that is not read";
    }
}

const char *certificates_expand(ma_bytes_t body, uint8_t **out, size_t *size)
{
    wire_t in = wire(body);
    uint32_t algorithm = wire_number(&in, 2), length = wire_number(&in, 3);
    ma_bytes_t compressed = wire_vector(&in, 3);
    const char *wrong;
    uint8_t *room;

    if (in.failed || in.left > 0 || length == 0)
        return "the compressed certificate is malformed";
    if (length > CERTIFICATES_MAX_EXPANDED)
        return "the compressed certificate is too large";
    room = malloc(length);
    if (room == NULL)
        return "out of memory";
    wrong = expand(algorithm, compressed, room, length);
    if (wrong != NULL) {
        free(room);
        return wrong;
    }
    *out = room;
    *size = length;
    return NULL;
}
