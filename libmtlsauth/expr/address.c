/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - see address.h. */
#include "expr/address.h"

#include <stdio.h>
#include <string.h>

/* Text that is not read yet. */
typedef struct rest {
    const uint8_t *at;
    const uint8_t *end;
} rest_t;

static bool skip(rest_t *rest, char c)
{
    if (rest->at == rest->end || *rest->at != (uint8_t)c)
        return false;
    rest->at++;
    return true;
}

/* A decimal number of at most three digits without leading zeros, or -1. */
static int decimal(rest_t *rest)
{
    const uint8_t *start = rest->at;
    int value = 0;

    while (rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9') {
        if (rest->at - start == 3)
            return -1;
        value = value * 10 + (*rest->at++ - '0');
    }
    if (rest->at == start || (*start == '0' && rest->at - start > 1))
        return -1;
    return value;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One to four hex digits, or -1. */
static int group(rest_t *rest)
{
    int digits = 0, value = 0;

    while (rest->at < rest->end && hex_digit(*rest->at) >= 0) {
        if (++digits > 4)
            return -1;
        value = value * 16 + hex_digit(*rest->at++);
    }
    return digits > 0 ? value : -1;
}

static bool read_ipv4(rest_t *rest, uint8_t out[4])
{
    int i, part;

    for (i = 0; i < 4; i++) {
        if (i > 0 && !skip(rest, '.'))
            return false;
        part = decimal(rest);
        if (part < 0 || part > 255)
            return false;
        out[i] = (uint8_t)part;
    }
    return true;
}

/*
 * Groups until the text ends, or is no group's any more. `gap` is where the "::" stood, in octets,
 * and -1 if there was none.
 */
static bool read_groups(rest_t *rest, uint8_t out[16], size_t *size, int *gap)
{
    size_t n = 0;

    *gap = -1;
    if (skip(rest, ':')) { /* only ever the first half of "::" */
        if (!skip(rest, ':'))
            return false;
        *gap = 0;
    }
    while (rest->at < rest->end && hex_digit(*rest->at) >= 0) {
        rest_t before = *rest;
        int value = group(rest);

        if (rest->at < rest->end && *rest->at == '.') { /* the last 32 bits in decimal */
            *rest = before;
            *size = n + 4;
            return n <= 12 && read_ipv4(rest, out + n);
        }
        if (value < 0 || n > 14)
            return false;
        out[n++] = (uint8_t)(value >> 8);
        out[n++] = (uint8_t)(value & 0xff);
        if (!skip(rest, ':'))
            break;
        if (skip(rest, ':')) {
            if (*gap >= 0)
                return false;
            *gap = (int)n;
        } else if (rest->at == rest->end || hex_digit(*rest->at) < 0) {
            return false; /* a single colon at the end */
        }
    }
    *size = n;
    return true;
}

static bool read_ipv6(rest_t *rest, uint8_t out[16])
{
    uint8_t octets[16] = {0};
    size_t size, front;
    int gap;

    if (!read_groups(rest, octets, &size, &gap))
        return false;
    if (gap < 0 ? size != 16 : size > 14)
        return false; /* "::" stands for at least one group */
    front = gap < 0 ? size : (size_t)gap;
    memset(out, 0, 16);
    memcpy(out, octets, front);
    memcpy(out + 16 - (size - front), octets + front, size - front);
    return true;
}

static bool is_mapped(const uint8_t octets[16])
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    return memcmp(octets, mapped, sizeof(mapped)) == 0;
}

bool ma_address_read(ma_bytes_t text, uint8_t octets[16], size_t *size, int *prefix)
{
    rest_t rest;
    uint8_t read[16] = {0};
    size_t n = 4;
    int bits = -1;

    if (text.size == 0) /* of which there may be no octets to point to */
        return false;
    rest = (rest_t){text.data, text.data + text.size};
    if (!read_ipv4(&rest, read)) {
        rest.at = text.data;
        n = 16;
        if (!read_ipv6(&rest, read))
            return false;
    }
    if (skip(&rest, '/')) {
        bits = decimal(&rest);
        if (bits < 0 || (size_t)bits > 8 * n)
            return false;
    }
    if (rest.at != rest.end)
        return false;
    /* A shorter prefix is of more than mapped addresses: it stays what it is. */
    if (n == 16 && is_mapped(read) && (bits < 0 || bits >= 96)) {
        memmove(read, read + 12, 4);
        n = 4;
        bits = bits < 0 ? bits : bits - 96;
    }
    memcpy(octets, read, n);
    *size = n;
    *prefix = bits;
    return true;
}

ma_bytes_t ma_address_plain(ma_bytes_t address)
{
    if (address.size == 16 && is_mapped(address.data))
        return (ma_bytes_t){address.data + 12, 4};
    return address;
}

int ma_address_compare(ma_bytes_t a, ma_bytes_t b)
{
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return a.size > 0 ? memcmp(a.data, b.data, a.size) : 0;
}

/* The bits of octet i that a prefix covers. */
static uint8_t mask_at(unsigned prefix, size_t i)
{
    unsigned mask = 0;

    if (prefix >= 8 * (i + 1))
        mask = 0xff;
    else if (prefix > 8 * i)
        mask = 0xff00u >> (prefix - 8 * i) & 0xff;
    return (uint8_t)mask;
}

bool ma_address_within(ma_bytes_t address, ma_bytes_t network, unsigned prefix)
{
    size_t i;

    if (address.size != network.size || address.size == 0)
        return false;
    for (i = 0; i < address.size; i++) {
        if (((address.data[i] ^ network.data[i]) & mask_at(prefix, i)) != 0)
            return false;
    }
    return true;
}

void ma_address_first(uint8_t *octets, size_t size, unsigned prefix)
{
    size_t i;

    for (i = 0; i < size; i++)
        octets[i] = (uint8_t)(octets[i] & mask_at(prefix, i));
}

void ma_address_last(uint8_t *octets, size_t size, unsigned prefix)
{
    size_t i;

    for (i = 0; i < size; i++)
        octets[i] = (uint8_t)(octets[i] | (0xff & ~mask_at(prefix, i)));
}

/* The first of the longest runs of zero groups, at least two of them. */
static unsigned longest_run(const unsigned groups[8], unsigned *length)
{
    unsigned i, start = 0, run = 0;

    *length = 1;
    for (i = 0; i < 8; i++) {
        run = groups[i] == 0 ? run + 1 : 0;
        if (run > *length) {
            *length = run;
            start = i + 1 - run;
        }
    }
    if (*length == 1)
        *length = 0;
    return start;
}

static size_t write_ipv6(const uint8_t *octets, char *out)
{
    unsigned groups[8], i, start, length;
    size_t n = 0;

    for (i = 0; i < 8; i++)
        groups[i] = (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
    start = longest_run(groups, &length);
    for (i = 0; i < 8;) {
        if (length > 0 && i == start) {
            n += (size_t)snprintf(out + n, MA_ADDRESS_TEXT - n, "::");
            i += length;
            continue;
        }
        n += (size_t)snprintf(out + n, MA_ADDRESS_TEXT - n, "%s%x",
                              i == 0 || (length > 0 && i == start + length) ? "" : ":", groups[i]);
        i++;
    }
    return n;
}

size_t ma_address_write(ma_bytes_t address, char out[MA_ADDRESS_TEXT])
{
    const uint8_t *octets = address.data;

    out[0] = '\0';
    if (address.size == 16)
        return write_ipv6(octets, out);
    if (address.size != 4)
        return 0;
    return (size_t)snprintf(out, MA_ADDRESS_TEXT, "%u.%u.%u.%u", octets[0], octets[1], octets[2],
                            octets[3]);
}
