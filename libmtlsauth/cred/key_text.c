/* SPDX-License-Identifier: BSD-2-Clause */
/* key_text.c - the type and size of a key, as people speak of them: see key.h. */
#include "cred/key.h"
#include "cred/name_parts.h"

#define OID(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define EC_OID MA_OID("\x2a\x86\x48\xce\x3d\x02\x01")
#define BRAINPOOL "\x2b\x24\x03\x03\x02\x08\x01\x01"

static const struct {
    ma_bytes_t oid;
    const char *name;
    unsigned bits; /* 0: the key itself says */
} types[] = {
    { OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), "RSA", 0 },
    { OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"), "RSA-PSS", 0 },
    { OID("\x2a\x86\x48\xce\x38\x04\x01"), "DSA", 0 },
    { OID("\x2a\x86\x48\xce\x3d\x02\x01"), "EC", 0 },
    { OID("\x2b\x65\x6e"), "X25519", 256 },
    { OID("\x2b\x65\x6f"), "X448", 448 },
    { OID("\x2b\x65\x70"), "Ed25519", 256 },
    { OID("\x2b\x65\x71"), "Ed448", 456 },
};

/* Named curves (RFC 5480 2.1.1.1, SEC 2, RFC 5639 4.1): bits of the field. */
static const struct {
    ma_bytes_t oid;
    unsigned bits;
} curves[] = {
    { OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), 256 }, /* P-256 */
    { OID("\x2b\x81\x04\x00\x22"), 384 },               /* P-384 */
    { OID("\x2b\x81\x04\x00\x23"), 521 },               /* P-521 */
    { OID("\x2b\x81\x04\x00\x21"), 224 },               /* P-224 */
    { OID("\x2a\x86\x48\xce\x3d\x03\x01\x01"), 192 }, /* P-192 */
    { OID("\x2b\x81\x04\x00\x0a"), 256 },               /* secp256k1 */
    { OID(BRAINPOOL "\x07"), 256 },                       /* brainpoolP256r1 */
    { OID(BRAINPOOL "\x0b"), 384 },
    { OID(BRAINPOOL "\x0d"), 512 },
};

/* The algorithm's OID, and its parameters; false if the bytes are no SubjectPublicKeyInfo. */
static bool read_algorithm(ma_bytes_t spki, ma_bytes_t *oid, ma_der_t *parameters)
{
    ma_der_t outer = ma_der(spki);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t algorithm = ma_der_want(&in, MA_DER_SEQUENCE);

    *parameters = ma_der_into(&algorithm);
    *oid = ma_der_want(parameters, MA_DER_OID).value;
    return !parameters->failed && !in.failed && ma_der_done(&outer);
}

void ma_key_type_text(ma_bytes_t spki, ma_buf_t *out)
{
    ma_der_t parameters;
    ma_bytes_t oid;
    size_t i;

    if (!read_algorithm(spki, &oid, &parameters))
        return;
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (ma_bytes_equal(oid, types[i].oid)) {
            ma_buf_text(out, types[i].name);
            return;
        }
    }
    ma_oid_text(oid, out);
}

static unsigned curve_bits(ma_bytes_t oid)
{
    size_t i;

    for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
        if (ma_bytes_equal(oid, curves[i].oid))
            return curves[i].bits;
    return 0;
}

unsigned ma_key_bits(ma_bytes_t spki)
{
    ma_der_t parameters;
    ma_bytes_t oid;
    ma_key_t key;
    size_t i;

    if (!read_algorithm(spki, &oid, &parameters) || !ma_key_read(spki, &key))
        return 0;
    if (ma_bytes_equal(oid, EC_OID))
        return curve_bits(ma_der_maybe(&parameters, MA_DER_OID).value);
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].bits != 0 && ma_bytes_equal(oid, types[i].oid))
            return types[i].bits;
    return key.bits;
}
