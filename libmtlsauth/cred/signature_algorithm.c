/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_algorithm.c - see signature_algorithm.h: a table of OIDs, and RSA-PSS's parameters.
 */
#include "cred/signature_algorithm.h"

#include <string.h>

/* The longest salt that is looked at: no key that is used has room for a longer one. */
enum { MAX_SALT = 2048 };

/* How the parameters of an algorithm must look. */
typedef enum form {
    PARAMS_ABSENT,
    PARAMS_NULL, /* or absent: RFC 4055 5 has both accepted */
    PARAMS_PSS
} form_t;

typedef struct row {
    ma_bytes_t oid;
    form_t params;
    gnutls_pk_algorithm_t key;
    gnutls_sign_algorithm_t sign; /* of RSA-PSS: what the parameters say */
    unsigned algorithm;           /* likewise */
} row_t;

#define OID(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define EC "\x2a\x86\x48\xce\x3d\x04"
#define DSA "\x60\x86\x48\x01\x65\x03\x04\x03"
#define DSA_WITH_SHA1 "\x2a\x86\x48\xce\x38\x04\x03"

/* Bits of sets, in the order of algorithm_names. */
enum {
    RSA_SHA224,
    RSA_SHA256,
    RSA_SHA384,
    RSA_SHA512,
    PSS_SHA256,
    PSS_SHA384,
    PSS_SHA512,
    ECDSA_SHA224,
    ECDSA_SHA256,
    ECDSA_SHA384,
    ECDSA_SHA512,
    ED25519,
    ED448,
    DSA_SHA224,
    DSA_SHA256,
    DSA_SHA384,
    DSA_SHA512,
    N_DEFAULT,
    RSA_SHA1 = N_DEFAULT,
    ECDSA_SHA1,
    DSA_SHA1,
    N_ALGORITHMS
};

static const char *const algorithm_names[] = {
    [RSA_SHA224] = "rsa-sha224",     [RSA_SHA256] = "rsa-sha256",
    [RSA_SHA384] = "rsa-sha384",     [RSA_SHA512] = "rsa-sha512",
    [PSS_SHA256] = "rsa-pss-sha256", [PSS_SHA384] = "rsa-pss-sha384",
    [PSS_SHA512] = "rsa-pss-sha512", [ECDSA_SHA224] = "ecdsa-sha224",
    [ECDSA_SHA256] = "ecdsa-sha256", [ECDSA_SHA384] = "ecdsa-sha384",
    [ECDSA_SHA512] = "ecdsa-sha512", [ED25519] = "ed25519",
    [ED448] = "ed448",               [DSA_SHA224] = "dsa-sha224",
    [DSA_SHA256] = "dsa-sha256",     [DSA_SHA384] = "dsa-sha384",
    [DSA_SHA512] = "dsa-sha512",     [RSA_SHA1] = "rsa-sha1",
    [ECDSA_SHA1] = "ecdsa-sha1",     [DSA_SHA1] = "dsa-sha1",
    [N_ALGORITHMS] = "default",      [N_ALGORITHMS + 1] = "legacy",
    NULL,
};

static const row_t rows[] = {
    { OID(RSA "\x0b"), PARAMS_NULL, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA256, RSA_SHA256 },
    { OID(RSA "\x0c"), PARAMS_NULL, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA384, RSA_SHA384 },
    { OID(RSA "\x0d"), PARAMS_NULL, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA512, RSA_SHA512 },
    { OID(RSA "\x0e"), PARAMS_NULL, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA224, RSA_SHA224 },
    { OID(RSA "\x02"), PARAMS_NULL, GNUTLS_PK_RSA, MA_SIGN_WEAK, 0 }, /* MD2 */
    { OID(RSA "\x03"), PARAMS_NULL, GNUTLS_PK_RSA, MA_SIGN_WEAK, 0 }, /* MD4 */
    { OID(RSA "\x04"), PARAMS_NULL, GNUTLS_PK_RSA, MA_SIGN_WEAK, 0 }, /* MD5 */
    { OID(RSA "\x05"), PARAMS_NULL, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA1, RSA_SHA1 },
    { OID(RSA "\x0a"), PARAMS_PSS, GNUTLS_PK_RSA_PSS, MA_SIGN_WEAK, 0 },
    { OID(EC "\x03\x01"), PARAMS_ABSENT, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA224, ECDSA_SHA224 },
    { OID(EC "\x03\x02"), PARAMS_ABSENT, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA256, ECDSA_SHA256 },
    { OID(EC "\x03\x03"), PARAMS_ABSENT, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA384, ECDSA_SHA384 },
    { OID(EC "\x03\x04"), PARAMS_ABSENT, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA512, ECDSA_SHA512 },
    { OID(EC "\x01"), PARAMS_ABSENT, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA1, ECDSA_SHA1 },
    { OID("\x2b\x65\x70"), PARAMS_ABSENT, GNUTLS_PK_EDDSA_ED25519, GNUTLS_SIGN_EDDSA_ED25519,
      ED25519 },
    { OID("\x2b\x65\x71"), PARAMS_ABSENT, GNUTLS_PK_EDDSA_ED448, GNUTLS_SIGN_EDDSA_ED448, ED448 },
    { OID(DSA "\x01"), PARAMS_ABSENT, GNUTLS_PK_DSA, GNUTLS_SIGN_DSA_SHA224, DSA_SHA224 },
    { OID(DSA "\x02"), PARAMS_ABSENT, GNUTLS_PK_DSA, GNUTLS_SIGN_DSA_SHA256, DSA_SHA256 },
    { OID(DSA "\x03"), PARAMS_ABSENT, GNUTLS_PK_DSA, GNUTLS_SIGN_DSA_SHA384, DSA_SHA384 },
    { OID(DSA "\x04"), PARAMS_ABSENT, GNUTLS_PK_DSA, GNUTLS_SIGN_DSA_SHA512, DSA_SHA512 },
    { OID(DSA_WITH_SHA1), PARAMS_ABSENT, GNUTLS_PK_DSA, GNUTLS_SIGN_DSA_SHA1, DSA_SHA1 },
};

const char *const *ma_signature_algorithm_names(void)
{
    return algorithm_names;
}

uint32_t ma_signature_algorithm_set(const char *name)
{
    unsigned i;

    for (i = 0; i < N_ALGORITHMS; i++)
        if (strcmp(name, algorithm_names[i]) == 0)
            return UINT32_C(1) << i;
    if (strcmp(name, "default") == 0)
        return (UINT32_C(1) << N_DEFAULT) - 1;
    return strcmp(name, "legacy") == 0 ? (UINT32_C(1) << N_ALGORITHMS) - 1 : 0;
}

/* ---- RSASSA-PSS-params (RFC 4055 3.1) ------------------------------------------------------- */

/* A hash AlgorithmIdentifier, with NULL or without parameters. GNUTLS_DIG_UNKNOWN: fails. */
static gnutls_digest_algorithm_t read_hash(ma_der_t *der)
{
    static const struct {
        ma_bytes_t oid;
        gnutls_digest_algorithm_t digest;
    } hashes[] = {
        { OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), GNUTLS_DIG_SHA256 },
        { OID("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), GNUTLS_DIG_SHA384 },
        { OID("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), GNUTLS_DIG_SHA512 },
        { OID("\x2b\x0e\x03\x02\x1a"), GNUTLS_DIG_SHA1 },
    };
    ma_element_t whole = ma_der_want(der, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    size_t i;

    if (ma_der_maybe(&in, MA_DER_NULL).value.size == 0 && ma_der_done(&in))
        for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
            if (ma_bytes_equal(oid, hashes[i].oid))
                return hashes[i].digest;
    ma_der_fail(der);
    return GNUTLS_DIG_UNKNOWN;
}

/* MGF1 and its hash. */
static gnutls_digest_algorithm_t read_mask(ma_der_t *der)
{
    static const ma_bytes_t mgf1 = OID(RSA "\x08");
    ma_element_t whole = ma_der_want(der, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    gnutls_digest_algorithm_t digest = read_hash(&in);

    if (!ma_der_done(&in) || !ma_bytes_equal(oid, mgf1))
        ma_der_fail(der);
    return digest;
}

static int64_t read_small(ma_der_t *der)
{
    int64_t value = 0;

    if (!ma_der_small(ma_der_want(der, MA_DER_INTEGER).value, &value))
        ma_der_fail(der);
    return value;
}

/* Goes into the field [tag] if it is there. */
static bool enter(ma_der_t *list, unsigned tag, ma_der_t *in)
{
    ma_element_t field = ma_der_maybe(list, MA_DER_CONTEXT_CONSTRUCTED(tag));

    if (field.tag == 0)
        return false;
    *in = ma_der_into(&field);
    return true;
}

static void leave(ma_der_t *list, const ma_der_t *in)
{
    if (!ma_der_done(in))
        ma_der_fail(list);
}

/* RSA-PSS with SHA-1 is weak, even to "legacy": no CA that is that old used it. */
static void set_pss_sign(ma_signature_algorithm_t *out)
{
    switch (out->digest) {
    case GNUTLS_DIG_SHA256:
        out->sign = GNUTLS_SIGN_RSA_PSS_SHA256;
        out->bit = UINT32_C(1) << PSS_SHA256;
        break;
    case GNUTLS_DIG_SHA384:
        out->sign = GNUTLS_SIGN_RSA_PSS_SHA384;
        out->bit = UINT32_C(1) << PSS_SHA384;
        break;
    case GNUTLS_DIG_SHA512:
        out->sign = GNUTLS_SIGN_RSA_PSS_SHA512;
        out->bit = UINT32_C(1) << PSS_SHA512;
        break;
    default:
        out->sign = MA_SIGN_WEAK;
        break;
    }
}

/* Reads the parameters; false if they are malformed or nothing that GnuTLS computes. */
static bool read_pss(ma_der_t *der, ma_signature_algorithm_t *out)
{
    gnutls_digest_algorithm_t mask = GNUTLS_DIG_SHA1;
    int64_t salt = 20, trailer = 1;
    ma_element_t whole = ma_der_want(der, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&whole), in;

    out->digest = GNUTLS_DIG_SHA1;
    if (enter(&list, 0, &in)) {
        out->digest = read_hash(&in);
        leave(&list, &in);
    }
    if (enter(&list, 1, &in)) {
        mask = read_mask(&in);
        leave(&list, &in);
    }
    if (enter(&list, 2, &in)) {
        salt = read_small(&in);
        leave(&list, &in);
    }
    if (enter(&list, 3, &in)) {
        trailer = read_small(&in);
        leave(&list, &in);
    }
    if (!ma_der_done(&list) || mask != out->digest || salt > MAX_SALT || trailer != 1)
        return false;
    out->salt = (unsigned)salt;
    set_pss_sign(out);
    return true;
}

/* ---- the algorithm ------------------------------------------------------------------------- */

static bool read_params(ma_der_t *der, form_t form, ma_signature_algorithm_t *out)
{
    if (form == PARAMS_NULL && ma_der_maybe(der, MA_DER_NULL).value.size != 0)
        return false;
    if (form == PARAMS_PSS && !read_pss(der, out))
        return false;
    return ma_der_done(der);
}

bool ma_signature_algorithm(ma_bytes_t der, ma_signature_algorithm_t *out)
{
    ma_der_t all = ma_der(der);
    ma_element_t whole = ma_der_want(&all, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    size_t i;

    if (!ma_der_done(&all))
        return false;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!ma_bytes_equal(oid, rows[i].oid))
            continue;
        *out = (ma_signature_algorithm_t) { .sign = rows[i].sign, .key = rows[i].key };
        if (out->sign != MA_SIGN_WEAK)
            out->bit = UINT32_C(1) << rows[i].algorithm;
        return read_params(&in, rows[i].params, out);
    }
    return false;
}
