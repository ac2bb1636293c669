/* SPDX-License-Identifier: BSD-2-Clause */
/* community.c - see community.h. */
#include "audit/report/community.h"

#include <gnutls/crypto.h>
#include <string.h>

static void base64(const uint8_t *from, size_t size, char *to)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i;

    for (i = 0; i < size; i += 3, to += 4) {
        unsigned bits = (unsigned)from[i] << 16;
        bits |= i + 1 < size ? (unsigned)from[i + 1] << 8 : 0;
        bits |= i + 2 < size ? from[i + 2] : 0;
        to[0] = digits[bits >> 18 & 63];
        to[1] = digits[bits >> 12 & 63];
        to[2] = i + 1 < size ? digits[bits >> 6 & 63] : '=';
        to[3] = i + 2 < size ? digits[bits & 63] : '=';
    }
    *to = '\0';
}

void community_id(const flow_t *flow, char out[COMMUNITY_SIZE])
{
    const endpoint_t *first = &flow->ends[0], *second = &flow->ends[1];
    size_t size = flow->ip_version == 4 ? 4 : 16;
    int order = memcmp(first->address, second->address, size);
    uint8_t bytes[2 + 16 + 16 + 2 + 4], digest[20];

    out[0] = '\0';
    if (order > 0 || (order == 0 && first->port > second->port)) {
        first = &flow->ends[1];
        second = &flow->ends[0];
    }
    bytes[0] = 0; /* the seed */
    bytes[1] = 0;
    memcpy(bytes + 2, first->address, size);
    memcpy(bytes + 2 + size, second->address, size);
    bytes[2 + 2 * size] = flow->transport;
    bytes[3 + 2 * size] = 0;
    bytes[4 + 2 * size] = (uint8_t)(first->port >> 8);
    bytes[5 + 2 * size] = (uint8_t)first->port;
    bytes[6 + 2 * size] = (uint8_t)(second->port >> 8);
    bytes[7 + 2 * size] = (uint8_t)second->port;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, bytes, 8 + 2 * size, digest) < 0)
        return;
    memcpy(out, "1:", 2);
    base64(digest, sizeof(digest), out + 2);
}
