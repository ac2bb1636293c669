/* SPDX-License-Identifier: BSD-2-Clause */
/* key.c - see key.h. */
#include "cred/key.h"

#include <string.h>

#define RSA_OID MA_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define PSS_OID MA_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define DSA_OID MA_OID("\x2a\x86\x48\xce\x38\x04\x01")
#define EC_OID MA_OID("\x2a\x86\x48\xce\x3d\x02\x01")

/* Bits of a positive INTEGER; 0 if it is none. */
static unsigned bits_of(ma_bytes_t number)
{
    unsigned bits;
    uint8_t first;

    if (number.size > 0 && (number.data[0] & 0x80) != 0)
        return 0;
    while (number.size > 0 && number.data[0] == 0) {
        number.data++;
        number.size--;
    }
    if (number.size == 0 || number.size > 65536)
        return 0;
    bits = (unsigned)(number.size - 1) * 8;
    for (first = number.data[0]; first != 0; first >>= 1)
        bits++;
    return bits;
}

/*
 * RSAPublicKey ::= SEQUENCE { modulus, publicExponent }, in a BIT STRING of whole octets. A modulus
 * of no size would pass as a key of a kind that has none.
 */
static bool read_rsa(ma_bytes_t bit_string, ma_key_t *out)
{
    ma_der_t der, in;
    ma_element_t sequence;

    if (bit_string.size < 1 || bit_string.data[0] != 0)
        return false;
    der = ma_der((ma_bytes_t) { bit_string.data + 1, bit_string.size - 1 });
    sequence = ma_der_want(&der, MA_DER_SEQUENCE);
    in = ma_der_into(&sequence);
    out->kind = MA_KEY_RSA;
    out->bits = bits_of(ma_der_want(&in, MA_DER_INTEGER).value);
    ma_der_want(&in, MA_DER_INTEGER);
    return ma_der_done(&in) && ma_der_done(&der) && out->bits > 0;
}

/* Dss-Parms ::= SEQUENCE { p, q, g }, absent if they are the issuer's. */
static bool read_dsa(ma_der_t *parameters, ma_key_t *out)
{
    ma_element_t sequence = ma_der_maybe(parameters, MA_DER_SEQUENCE);
    ma_der_t in;

    out->kind = MA_KEY_DSA;
    if (sequence.tag == 0)
        return true;
    in = ma_der_into(&sequence);
    out->parameters = sequence.whole;
    out->bits = bits_of(ma_der_want(&in, MA_DER_INTEGER).value);
    ma_der_want(&in, MA_DER_INTEGER);
    ma_der_want(&in, MA_DER_INTEGER);
    return ma_der_done(&in) && out->bits > 0;
}

bool ma_key_read(ma_bytes_t spki, ma_key_t *out)
{
    ma_der_t outer = ma_der(spki);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t algorithm = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_der_t parameters = ma_der_into(&algorithm);
    ma_bytes_t oid = ma_der_want(&parameters, MA_DER_OID).value;
    ma_bytes_t key = ma_der_want(&in, MA_DER_BIT_STRING).value;

    *out = (ma_key_t) { .kind = MA_KEY_OTHER };
    if (!ma_der_done(&in) || !ma_der_done(&outer) || parameters.failed)
        return false;
    if (ma_bytes_equal(oid, RSA_OID) || ma_bytes_equal(oid, PSS_OID))
        return read_rsa(key, out);
    if (ma_bytes_equal(oid, DSA_OID))
        return read_dsa(&parameters, out);
    if (ma_bytes_equal(oid, EC_OID)) {
        out->kind = MA_KEY_EC;
        out->named_curve = ma_der_maybe(&parameters, MA_DER_OID).tag != 0;
    }
    return true;
}

/* The header of a SEQUENCE that is shorter than 64 KiB. */
static uint8_t *put_sequence(uint8_t *at, size_t length)
{
    *at++ = MA_DER_SEQUENCE;
    if (length >= 0x100) {
        *at++ = 0x82;
        *at++ = (uint8_t)(length >> 8);
    } else if (length >= 0x80) {
        *at++ = 0x81;
    }
    *at++ = (uint8_t)length;
    return at;
}

static size_t sequence_size(size_t length)
{
    return length + (length >= 0x100 ? 4 : length >= 0x80 ? 3 : 2);
}

static uint8_t *put_bytes(uint8_t *at, ma_bytes_t bytes)
{
    memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

int ma_key_complete(ma_bytes_t spki, ma_bytes_t parameters, ma_arena_t *arena, ma_bytes_t *out)
{
    ma_der_t outer = ma_der(spki);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t algorithm = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_der_t inside = ma_der_into(&algorithm);
    ma_bytes_t oid = ma_der_want(&inside, MA_DER_OID).whole;
    ma_bytes_t key = ma_der_want(&in, MA_DER_BIT_STRING).whole;
    size_t head, all;
    uint8_t *bytes, *at;

    if (!ma_der_done(&in) || !ma_der_done(&outer) || inside.failed)
        return MTLSAUTH_E_MALFORMED;
    if (spki.size > MA_KEY_MAX_COMPLETE || parameters.size > MA_KEY_MAX_COMPLETE)
        return MTLSAUTH_E_LIMIT;
    head = oid.size + parameters.size;
    all = sequence_size(head) + key.size;
    bytes = ma_arena_alloc(arena, sequence_size(all));
    if (bytes == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    at = put_sequence(put_sequence(bytes, all), head);
    at = put_bytes(put_bytes(put_bytes(at, oid), parameters), key);
    *out = (ma_bytes_t) { bytes, (size_t)(at - bytes) };
    return 0;
}
