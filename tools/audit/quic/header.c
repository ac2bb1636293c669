/* SPDX-License-Identifier: BSD-2-Clause */
/* header.c - see header.h. */
#include "audit/quic/header.h"

#include "audit/quic/quic.h"

/* A packet number takes up to four octets, and the sample for header protection 16 behind them. */
#define MIN_PROTECTED 20u
/* What a client's Initial must be filled up to, and its first connection id (RFC 9000 14.1, 7.2).
 */
#define MIN_DATAGRAM 1200u
#define MIN_FIRST_ID 8u

#define SALT_V1                                                                                    \
    {                                                                                              \
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,  \
            0xad, 0xcc, 0xbb, 0x7f, 0x0a                                                           \
    }
#define SALT_V2                                                                                    \
    {                                                                                              \
        0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d,  \
            0xcb, 0xf9, 0xbd, 0x2e, 0xd9                                                           \
    }
#define SALT_DRAFT_29                                                                              \
    {                                                                                              \
        0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11,  \
            0xe0, 0x43, 0x90, 0xa8, 0x99                                                           \
    }

/* The drafts that were in use: from 29 on only the salt changed before v1. */
static const quic_version_t versions[] = {
    {0x00000001, false, SALT_V1},       {0x6b3343cf, true, SALT_V2},
    {0xff00001d, false, SALT_DRAFT_29}, {0xff00001e, false, SALT_DRAFT_29},
    {0xff00001f, false, SALT_DRAFT_29}, {0xff000020, false, SALT_DRAFT_29},
    {0xff000021, false, SALT_V1},       {0xff000022, false, SALT_V1},
};

bool quic_varint(ma_bytes_t *bytes, uint64_t *out)
{
    size_t size, i;
    uint64_t value;

    if (bytes->size == 0)
        return false;
    size = (size_t)1 << (bytes->data[0] >> 6);
    if (size > bytes->size)
        return false;
    value = bytes->data[0] & 0x3f;
    for (i = 1; i < size; i++)
        value = value << 8 | bytes->data[i];
    bytes->data += size;
    bytes->size -= size;
    *out = value;
    return true;
}

bool quic_take(ma_bytes_t *bytes, uint64_t size, ma_bytes_t *out)
{
    if (size > bytes->size)
        return false;
    *out = (ma_bytes_t){bytes->data, (size_t)size};
    bytes->data += size;
    bytes->size -= (size_t)size;
    return true;
}

const quic_version_t *quic_version_find(uint32_t number)
{
    size_t i;

    for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (versions[i].number == number)
            return &versions[i];
    }
    return NULL;
}

static quic_packet_type_t long_type(const quic_version_t *version, uint8_t first)
{
    static const quic_packet_type_t types[] = {QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE,
                                               QUIC_RETRY};
    unsigned bits = first >> 4 & 3u;

    return types[version->second ? (bits + 3) & 3u : bits];
}

/* A connection id behind its length. */
static bool take_id(ma_bytes_t *bytes, ma_bytes_t *out)
{
    ma_bytes_t length;

    return quic_take(bytes, 1, &length) && length.data[0] <= QUIC_MAX_ID &&
           quic_take(bytes, length.data[0], out);
}

static bool parse_long(ma_bytes_t *datagram, quic_header_t *out)
{
    ma_bytes_t rest = *datagram, fixed, token, body;
    uint64_t size;

    if (!quic_take(&rest, 5, &fixed))
        return false;
    out->version = quic_version_find((uint32_t)fixed.data[1] << 24 | (uint32_t)fixed.data[2] << 16 |
                                     (uint32_t)fixed.data[3] << 8 | fixed.data[4]);
    if (out->version == NULL || !take_id(&rest, &out->destination) || !take_id(&rest, &out->source))
        return false;
    out->type = long_type(out->version, fixed.data[0]);
    out->number_at = 0;
    if (out->type == QUIC_RETRY) {
        out->packet = *datagram;
        *datagram = (ma_bytes_t){datagram->data + datagram->size, 0};
        return true;
    }
    if (out->type == QUIC_INITIAL &&
        (!quic_varint(&rest, &size) || !quic_take(&rest, size, &token)))
        return false;
    if (!quic_varint(&rest, &size) || size < MIN_PROTECTED || !quic_take(&rest, size, &body))
        return false;
    out->number_at = (size_t)(body.data - datagram->data);
    out->packet = (ma_bytes_t){datagram->data, out->number_at + body.size};
    *datagram = rest;
    return true;
}

bool quic_header_parse(ma_bytes_t *datagram, size_t id_size, quic_header_t *out)
{
    *out = (quic_header_t){.type = QUIC_SHORT};
    if (datagram->size == 0)
        return false;
    if ((datagram->data[0] & 0x80) != 0)
        return parse_long(datagram, out);
    if (datagram->size < 1 + id_size + MIN_PROTECTED)
        return false;
    out->destination = (ma_bytes_t){datagram->data + 1, id_size};
    out->packet = *datagram;
    out->number_at = 1 + id_size;
    *datagram = (ma_bytes_t){datagram->data + datagram->size, 0};
    return true;
}

bool quic_is(const uint8_t *data, size_t size)
{
    ma_bytes_t datagram = {data, size};
    quic_header_t header;

    return size >= MIN_DATAGRAM && (data[0] & 0xc0) == 0xc0 &&
           quic_header_parse(&datagram, 0, &header) && header.type == QUIC_INITIAL &&
           header.destination.size >= MIN_FIRST_ID;
}
