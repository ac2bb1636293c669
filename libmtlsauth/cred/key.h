/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.h - what a SubjectPublicKeyInfo says of its key: kind and size (RFC 3279 2.3, 5480 2.1).
 */
#ifndef MA_CRED_KEY_H
#define MA_CRED_KEY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/der.h"

typedef enum ma_key_kind {
    MA_KEY_OTHER, /**< of fixed size, or unknown: whoever uses it finds out */
    MA_KEY_RSA,
    MA_KEY_DSA,
    MA_KEY_EC
} ma_key_kind_t;

typedef struct ma_key {
    ma_key_kind_t kind;
    unsigned bits;    /**< RSA: modulus; DSA: prime, 0 if it is inherited; EC: 0 */
    bool named_curve; /**< EC: the curve is named, not written out */
    ma_bytes_t parameters; /**< DSA: Dss-Parms, with header; empty if they are inherited */
} ma_key_t;

/** Reads it; false if it is malformed. The key itself is not looked at. */
bool ma_key_read(ma_bytes_t spki, ma_key_t *out);
/**
 * Appends the type as people know it: "RSA", "RSA-PSS", "DSA", "EC", "Ed25519", "Ed448", "X25519",
 * "X448", else the dotted OID of the algorithm. Nothing if it is malformed.
 */
void ma_key_type_text(ma_bytes_t spki, ma_buf_t *out);
/** The size in bits: as above, and of EC and the others by their curve. 0: not known. */
unsigned ma_key_bits(ma_bytes_t spki);

/** The longest key that is put together: DSA with a prime of 16384 bits, and some. */
#define MA_KEY_MAX_COMPLETE 8192u

/**
 * The SubjectPublicKeyInfo of a key that lacks parameters, with these (DER, with header), in the
 * arena. Returns 0, MTLSAUTH_E_MALFORMED, MTLSAUTH_E_LIMIT or MTLSAUTH_E_NO_MEMORY.
 */
int ma_key_complete(ma_bytes_t spki, ma_bytes_t parameters, ma_arena_t *arena,
                    ma_bytes_t *out) MTLSAUTH_MUST_CHECK;

#endif
