/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - IP addresses and their prefixes as text and as octets. An IPv4 address that is mapped
 * into IPv6 (::ffff:192.0.2.1) is that IPv4 address everywhere.
 */
#ifndef MA_EXPR_ADDRESS_H
#define MA_EXPR_ADDRESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/der.h"

/**
 * Reads "192.0.2.1", "2001:db8::/32" and the like, without blanks or zone. Sets 4 or 16 octets, and
 * the length of the prefix, -1 where none was written. Bits behind the prefix may be set: see below.
 */
bool ma_address_read(ma_bytes_t text, uint8_t octets[16], size_t *size, int *prefix);
/** True if a bit behind the first `prefix` ones is set. A prefix of -1 has none behind it. */
bool ma_address_host_bits(const uint8_t *octets, size_t size, int prefix);
/** Clears the bits behind the first `prefix` ones. */
void ma_address_mask(uint8_t *octets, size_t size, int prefix);
/** Appends an address, and "/prefix" unless that is -1. */
void ma_address_write(ma_buf_t *out, const uint8_t *octets, size_t size, int prefix);

#endif
