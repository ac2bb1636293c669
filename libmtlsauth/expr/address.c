/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - see address.h. */
#include "expr/address.h"

#include <arpa/inet.h>
#include <string.h>

/* "::ffff:255.255.255.255" is shorter; the longest is eight groups, the last two as IPv4. */
#define MAX_ADDRESS 45u

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

/* The digits behind a slash: 0 to 128, without leading zeros. */
static bool read_prefix(const uint8_t *text, size_t size, int *prefix)
{
    size_t i;

    if (size == 0 || size > 3 || (size > 1 && text[0] == '0'))
        return false;
    *prefix = 0;
    for (i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *prefix = *prefix * 10 + (text[i] - '0');
    }
    return *prefix <= 128;
}

/* The address alone. */
static bool read_octets(const uint8_t *text, size_t length, uint8_t octets[16], size_t *size)
{
    char copy[MAX_ADDRESS + 1];

    if (length == 0 || length > MAX_ADDRESS || memchr(text, 0, length) != NULL)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *size = memchr(copy, ':', length) != NULL ? 16 : 4;
    return inet_pton(*size == 16 ? AF_INET6 : AF_INET, copy, octets) == 1;
}

bool ma_address_read(ma_bytes_t text, uint8_t octets[16], size_t *size, int *prefix)
{
    const uint8_t *slash = text.size > 0 ? memchr(text.data, '/', text.size) : NULL;
    const size_t length = slash != NULL ? (size_t)(slash - text.data) : text.size;
    uint8_t read[16];
    size_t n;
    int bits = -1;

    if (!read_octets(text.data, length, read, &n))
        return false;
    if (slash != NULL
        && (!read_prefix(slash + 1, text.size - length - 1, &bits) || (size_t)bits > n * 8))
        return false;
    if (n == 16 && memcmp(read, mapped, sizeof(mapped)) == 0 && (bits < 0 || bits >= 96)) {
        memmove(read, read + 12, 4);
        n = 4;
        bits = bits < 0 ? -1 : bits - 96;
    }
    memcpy(octets, read, n);
    *size = n;
    *prefix = bits;
    return true;
}

bool ma_address_host_bits(const uint8_t *octets, size_t size, int prefix)
{
    uint8_t masked[16];

    memcpy(masked, octets, size);
    ma_address_mask(masked, size, prefix);
    return memcmp(masked, octets, size) != 0;
}

void ma_address_mask(uint8_t *octets, size_t size, int prefix)
{
    size_t i;

    for (i = 0; prefix >= 0 && i < size; i++) {
        const size_t before = i * 8, bits = (size_t)prefix;
        if (bits <= before)
            octets[i] = 0;
        else if (bits < before + 8)
            octets[i] &= (uint8_t)(0xff00u >> (bits - before));
    }
}

void ma_address_write(ma_buf_t *out, const uint8_t *octets, size_t size, int prefix)
{
    char text[INET6_ADDRSTRLEN];

    if (inet_ntop(size == 16 ? AF_INET6 : AF_INET, octets, text, sizeof(text)) == NULL)
        return;
    ma_buf_text(out, text);
    if (prefix >= 0)
        ma_buf_printf(out, "/%d", prefix);
}
