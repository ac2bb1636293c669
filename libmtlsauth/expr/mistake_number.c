/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mistake_number.c - see mistake.h: words that are nearly integers, addresses or ranges, and words
 * that lack their quotes.
 */
#include <stdio.h>
#include <string.h>

#include "expr/address.h"
#include "expr/mistake.h"

static ma_bytes_t word_of(const ma_source_t *source, ma_span_t span)
{
    return (ma_bytes_t) { source->text.data + span.start, span.end - span.start };
}

/* True if all of the octets are in `set`, and there is one. */
static bool only(ma_bytes_t word, const char *set)
{
    size_t i;

    for (i = 0; i < word.size; i++)
        if (word.data[i] == 0 || strchr(set, word.data[i]) == NULL)
            return false;
    return word.size > 0;
}

static bool has(ma_bytes_t word, char c)
{
    return memchr(word.data, c, word.size) != NULL;
}

/* A sentence about one word: "WORD" and what is wrong with it. */
static int about(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                 const char *mend, const char *what)
{
    char shown[MA_SOURCE_SHOWN];

    (void)ma_source_show(source, span, shown);
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, span.start, mend, "\"%s\" %s", shown,
                          what);
}

/* The same, and a mend that says to quote it. */
static int quote_it(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                    const char *what)
{
    char shown[MA_SOURCE_SHOWN], mend[MA_SOURCE_SHOWN + 64];

    if (ma_source_show(source, span, shown))
        snprintf(mend, sizeof(mend), "if it is text, write \"%s\"", shown);
    else
        snprintf(mend, sizeof(mend), "if it is text, put it in quotes");
    return about(source, err, span, mend, what);
}

int ma_wrong_octal(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span)
{
    const ma_bytes_t word = word_of(source, span);
    const bool minus = word.data[0] == '-';
    size_t zeros = minus;
    char mend[64];

    while (zeros + 1 < word.size && word.data[zeros] == '0')
        zeros++;
    if (word.size - zeros < 24)
        snprintf(mend, sizeof(mend), "write %s%.*s", minus ? "-" : "", (int)(word.size - zeros),
                 (const char *)word.data + zeros);
    else
        snprintf(mend, sizeof(mend), "leave the 0 away");
    return about(
        source, err, span, mend,
        "begins with 0, which means octal elsewhere: integers are decimal, or hex with 0x");
}

int ma_wrong_large(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span)
{
    return about(source, err, span, "put it in quotes if it is a serial number or other text",
                 word_of(source, span).data[0] == '-'
                     ? "is too small: integers begin at -9223372036854775808"
                     : "is too large: integers end at 9223372036854775807");
}

/* What is wrong behind the slash, and a mask written out is the mistake that most make. */
static int prefix(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                  ma_bytes_t behind, size_t size)
{
    if (!only(behind, "0123456789"))
        return about(source, err, span, "write how many bits of the address count, as in /24",
                     "has a prefix that is no number");
    if (behind.size > 1 && behind.data[0] == '0')
        return about(source, err, span, "write the length without leading zeros",
                     "has a prefix that begins with 0");
    return about(source, err, span, size == 4 ? "write /32 or less" : "write /128 or less",
                 size == 4 ? "has too long a prefix: an IPv4 address has 32 bits"
                           : "has too long a prefix: an IPv6 address has 128 bits");
}

/* Digits and dots: a fraction, or an IPv4 address with wrong parts. */
static int dotted(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                  ma_bytes_t address)
{
    size_t i, parts = 1, length = 0;
    unsigned value = 0;
    bool over = false, zero = false;

    for (i = 0; i < address.size; i++) {
        if (address.data[i] == '.') {
            parts++;
            length = 0;
            value = 0;
            continue;
        }
        zero = zero || (length > 0 && value == 0);
        value = value < 1000 ? value * 10 + (address.data[i] - '0') : value;
        over = over || value > 255;
        length++;
    }
    if (parts == 1)
        return about(source, err, span, "write all four numbers of the address",
                     "is no IPv4 address: it has one number");
    if (parts == 2 && address.size == span.end - span.start)
        return quote_it(source, err, span, "is no integer: there are no fractions");
    if (parts != 4)
        return quote_it(source, err, span, "is no IPv4 address: that has four numbers");
    if (over)
        return quote_it(source, err, span, "is no IPv4 address: its numbers end at 255");
    if (zero)
        return about(source, err, span, "write its numbers without leading zeros",
                     "is no IPv4 address: a number in it begins with 0");
    return quote_it(source, err, span, "is no IPv4 address");
}

/* Pairs of hex digits with colons between them, as fingerprints are printed. */
static bool octets_in_hex(ma_bytes_t word)
{
    size_t i;

    if (word.size < 5 || word.size % 3 != 2 || !only(word, "0123456789abcdefABCDEF:"))
        return false;
    for (i = 0; i < word.size; i++)
        if ((word.data[i] == ':') != (i % 3 == 2))
            return false;
    return true;
}

static int with_colons(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                       ma_bytes_t address)
{
    const uint8_t *colon = memchr(address.data, ':', address.size);
    const ma_bytes_t host = { address.data, (size_t)(colon - address.data) };
    uint8_t octets[16];
    size_t size;
    int bits;

    if (octets_in_hex(address))
        return about(source, err, span, "put it in quotes", "is hex without quotes");
    if (ma_address_read(host, octets, &size, &bits))
        return about(source, err, span, "leave the colon and the port away",
                     "is an address with a port");
    if (has(address, '%'))
        return about(source, err, span, "leave % and what is behind it away",
                     "is an address with a zone, which no other host knows");
    if (only(address, "0123456789abcdefABCDEF:."))
        return quote_it(source, err, span, "is no IPv6 address");
    return ma_wrong_word(source, err, span);
}

int ma_wrong_number(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span)
{
    const ma_bytes_t word = word_of(source, span);
    const uint8_t *slash = memchr(word.data, '/', word.size);
    const size_t length = slash != NULL ? (size_t)(slash - word.data) : word.size;
    const ma_bytes_t address = { word.data, length };
    const bool digits = only((ma_bytes_t) { word.data, 1 }, "0123456789");
    uint8_t octets[16];
    size_t size;
    int bits;

    if (word.size >= 2 && word.data[0] == '.' && word.data[1] == '.')
        return about(source, err, span, "write 1..9", "stands alone: a range has no blanks");
    if (slash != NULL && ma_address_read(address, octets, &size, &bits))
        return prefix(source, err, span,
                      (ma_bytes_t) { slash + 1, word.size - length - 1 }, size);
    if (has(address, ':'))
        return with_colons(source, err, span, address);
    if (digits && only(address, "0123456789."))
        return dotted(source, err, span, address);
    if (word.size >= 2 && word.data[0] == '0' && (word.data[1] == 'x' || word.data[1] == 'X'))
        return quote_it(source, err, span, "is no integer: behind 0x stand hex digits");
    if (digits || word.data[0] == '-')
        return quote_it(source, err, span, "is neither an integer nor an address");
    return ma_wrong_word(source, err, span);
}

int ma_wrong_host_bits(const ma_source_t *source, mtlsauth_error_t **err,
                       const ma_literal_t *network, const uint8_t *first)
{
    char mend[2 * MA_ADDRESS_TEXT + 64], of_network[MA_ADDRESS_TEXT] = "";
    char of_address[MA_ADDRESS_TEXT] = "";

    (void)ma_address_write((ma_bytes_t) { first, network->size }, of_network);
    (void)ma_address_write((ma_bytes_t) { network->octets, network->size }, of_address);
    snprintf(mend, sizeof(mend), "write %s/%d for the network, or %s for the address alone",
             of_network, (int)network->number, of_address);
    return about(source, err, network->span, mend,
                 "names a network, and has bits set behind its prefix");
}

int ma_wrong_range(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t span,
                     ma_range_mistake_t which)
{
    const ma_bytes_t word = word_of(source, span);
    const char *dots = memchr(word.data, '.', word.size);

    switch (which) {
    case MA_RANGE_HALF:
        return about(source, err, span, "write both ends and no blanks, as in 1..9",
                     dots != NULL && word.size == 2 ? "has no ends" : "lacks an end of the range");
    case MA_RANGE_KINDS:
        return about(source, err, span, "write both ends alike",
                     "is no range: its ends are not of one kind");
    case MA_RANGE_PREFIX:
        return about(source, err, span, "write the first and the last address",
                     "is no range: an end of it is a network");
    case MA_RANGE_ORDER:
    default:
        return about(source, err, span, "write the lower end first", "ends before it begins");
    }
}
