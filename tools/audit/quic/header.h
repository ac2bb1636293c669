/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header.h - the headers of QUIC's packets as they stand, with their protection still on.
 */
#ifndef AUDIT_QUIC_HEADER_H
#define AUDIT_QUIC_HEADER_H

#include <stdbool.h>

#include "base/der.h"

#define QUIC_MAX_ID 20u

/** What differs between versions. */
typedef struct quic_version {
    uint32_t number;
    bool second;      /**< v2's packet types and labels (RFC 9369 3.2, 3.3.2) */
    uint8_t salt[20]; /**< of the Initial secrets */
} quic_version_t;

typedef enum quic_packet_type {
    QUIC_INITIAL,
    QUIC_ZERO_RTT,
    QUIC_HANDSHAKE,
    QUIC_RETRY,
    QUIC_SHORT
} quic_packet_type_t;

typedef struct quic_header {
    quic_packet_type_t type;
    const quic_version_t *version; /**< of long headers */
    ma_bytes_t destination;        /**< connection ids; a short header has but this one, */
    ma_bytes_t source;             /**< and only with its length known */
    ma_bytes_t packet; /**< all of it, from its first octet */
    size_t number_at;  /**< where in it the packet number is; 0: a Retry, which has none */
} quic_header_t;

/** A variable-length integer (RFC 9000 16), taken off the front. False: too few octets. */
bool quic_varint(ma_bytes_t *bytes, uint64_t *out);
/** Takes octets off the front. */
bool quic_take(ma_bytes_t *bytes, uint64_t size, ma_bytes_t *out);

/** NULL: not one that can be read. Static. */
const quic_version_t *quic_version_find(uint32_t number);

/**
 * The packet at the front of a datagram, taken off: several may share one. A short header goes to
 * the end; its connection id has `id_size` octets. False: nothing that can be read.
 */
bool quic_header_parse(ma_bytes_t *datagram, size_t id_size, quic_header_t *out);

#endif
