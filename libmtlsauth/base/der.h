/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * der.h - a bounded reader for DER (X.690), with a sticky failure.
 *
 * A cursor walks the elements of one constructed value. It refuses what DER forbids in framing:
 * indefinite and non-minimal lengths, multi-byte tags, elements that run over their container.
 * After a failure every read yields an empty element, and ma_der_done() is false: a parser looks
 * once, at the end. It does not recurse, so depth is what the caller makes of it.
 */
#ifndef MA_BASE_DER_H
#define MA_BASE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/types.h>

enum {
    MA_DER_BOOLEAN = 0x01,
    MA_DER_INTEGER = 0x02,
    MA_DER_BIT_STRING = 0x03,
    MA_DER_OCTET_STRING = 0x04,
    MA_DER_NULL = 0x05,
    MA_DER_OID = 0x06,
    MA_DER_ENUMERATED = 0x0a,
    MA_DER_UTF8_STRING = 0x0c,
    MA_DER_NUMERIC_STRING = 0x12,
    MA_DER_PRINTABLE_STRING = 0x13,
    MA_DER_TELETEX_STRING = 0x14,
    MA_DER_IA5_STRING = 0x16,
    MA_DER_UTC_TIME = 0x17,
    MA_DER_GENERALIZED_TIME = 0x18,
    MA_DER_VISIBLE_STRING = 0x1a,
    MA_DER_UNIVERSAL_STRING = 0x1c,
    MA_DER_BMP_STRING = 0x1e,
    MA_DER_SEQUENCE = 0x30,
    MA_DER_SET = 0x31
};
/** Context-specific tags. */
#define MA_DER_CONTEXT(n) (0x80u | (unsigned)(n))
#define MA_DER_CONTEXT_CONSTRUCTED(n) (0xa0u | (unsigned)(n))

/** Borrowed bytes. */
typedef struct ma_bytes {
    const uint8_t *data;
    size_t size;
} ma_bytes_t;

typedef struct ma_der {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
} ma_der_t;

/** One element: its tag, its contents, and all of it with the header. */
typedef struct ma_element {
    unsigned tag; /**< 0 after a failure */
    ma_bytes_t value;
    ma_bytes_t whole;
} ma_element_t;

/** Octets of tag and length, at most. */
#define MA_DER_HEADER_MAX 6u

/**
 * Reads tag and length at the start of `in`. False unless they are there and as DER wants them. Not
 * looked at is whether the contents lie within `in`.
 */
bool ma_der_header(ma_bytes_t in, size_t *header, size_t *length);

ma_der_t ma_der(ma_bytes_t bytes);
/** True while there is something left and nothing failed. */
bool ma_der_more(const ma_der_t *der);
/** The tag of the next element, 0 at the end or after a failure. Does not move. */
unsigned ma_der_peek(const ma_der_t *der);
/** The next element whatever its tag. */
ma_element_t ma_der_any(ma_der_t *der);
/** The next element, which must have that tag. */
ma_element_t ma_der_want(ma_der_t *der, unsigned tag);
/** The next element if it has that tag; else an element with tag 0, and the cursor stays. */
ma_element_t ma_der_maybe(ma_der_t *der, unsigned tag);
/** A cursor over an element's contents. It fails at once if the element is one of a failure. */
ma_der_t ma_der_into(const ma_element_t *element);
/** Marks the cursor as failed: for values that a parser finds wrong. */
void ma_der_fail(ma_der_t *der);
/** True if nothing failed and nothing is left. */
bool ma_der_done(const ma_der_t *der);

/** Values. Each returns false, or fails the cursor, on what DER forbids. */
bool ma_der_integer_minimal(ma_bytes_t value);
/** A BOOLEAN: 00 or FF only. */
bool ma_der_boolean(ma_bytes_t value, bool *out);
/** A non-negative INTEGER of at most 8 octets that fits int64_t. */
bool ma_der_small(ma_bytes_t value, int64_t *out);
/** UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5, as seconds since 1970 UTC. */
bool ma_der_time(unsigned tag, ma_bytes_t value, int64_t *out);

bool ma_bytes_equal(ma_bytes_t a, ma_bytes_t b);
/** An OID's contents against a literal, as in MA_OID("\x55\x04\x03"). */
#define MA_OID(literal) ((ma_bytes_t) { (const uint8_t *)(literal), sizeof(literal) - 1 })

#endif
