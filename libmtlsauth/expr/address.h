/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - IP addresses and networks: read, compared, masked, written.
 *
 * An address is 4 or 16 octets. An IPv6 address that maps an IPv4 one (::ffff:0:0/96) is that IPv4
 * address, so that nothing has two spellings. Zones (%eth0) are not read: they mean something on
 * one machine only. Functions that take a prefix take one that is at most 8 * size.
 */
#ifndef MA_EXPR_ADDRESS_H
#define MA_EXPR_ADDRESS_H

#include "base/der.h"

/** Room for the longest text and its NUL. */
#define MA_ADDRESS_TEXT 46u

/**
 * Reads "192.0.2.1", "2001:db8::1", or one with "/prefix" behind it; *prefix is -1 without. Strict:
 * four decimal parts without leading zeros, IPv6 as in RFC 4291 2.2, all of the text. It does not
 * look whether a network has host bits set. False: *octets, *size and *prefix are as they were.
 */
bool ma_address_read(ma_bytes_t text, uint8_t octets[16], size_t *size,
                     int *prefix) MTLSAUTH_MUST_CHECK;

/** The address without a mapping: of a mapped one the last 4 octets, else itself. */
ma_bytes_t ma_address_plain(ma_bytes_t address);
/** Below 0, 0 or above it. IPv4 comes before IPv6. */
int ma_address_compare(ma_bytes_t a, ma_bytes_t b);
/** True if the address is in the network; one of the other family never is. */
bool ma_address_within(ma_bytes_t address, ma_bytes_t network, unsigned prefix);
/** Clears what is behind the prefix: the first address of the network. */
void ma_address_first(uint8_t *octets, size_t size, unsigned prefix);
/** Sets it: the last one. */
void ma_address_last(uint8_t *octets, size_t size, unsigned prefix);

/** Writes the address as RFC 5952 has it, and a NUL. Returns the length; 0 if it is no address. */
size_t ma_address_write(ma_bytes_t address, char out[MA_ADDRESS_TEXT]);

#endif
