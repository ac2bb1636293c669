/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hex_value.h - what a string in hex means, so that two spellings of one value are equal.
 *
 * Octets are equal one by one; of numbers zeros in front do not count. The text may be as people
 * paste it (base/match.h): case, colons, blanks, "0x" and labels do not matter. The empty string is
 * a value of its own, what a field has that there is nothing for, and equal to itself alone.
 */
#ifndef MA_EXPR_HEX_VALUE_H
#define MA_EXPR_HEX_VALUE_H

#include "expr/value.h"

/** The longest value. No certificate that is read has a serial number or key id near it. */
#define MA_HEX_VALUE_MAX 512u

typedef struct ma_hex_value {
    size_t size;
    uint8_t octets[MA_HEX_VALUE_MAX];
} ma_hex_value_t;

/** False: the text is no hex, or too long; then it is equal to nothing. *out may be written then.
 */
bool ma_hex_value_read(ma_bytes_t text, ma_hex_t kind, ma_hex_value_t *out) MTLSAUTH_MUST_CHECK;
/** The same octets. */
ma_bytes_t ma_hex_value_bytes(const ma_hex_value_t *value);
/** Is `text` hex of these octets, which ma_hex_value_read() made of another text? */
bool ma_hex_value_is(ma_bytes_t text, ma_hex_t kind, ma_bytes_t octets);

#endif
