/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures: openssl makes self-signed certificates, and each is checked with its own key. */
#include "tap.h"

#include "cred/signature.h"

#include "der_put.h"
#include "scratch.h"

static scratch_t scratch;
static ma_strength_t strength; /* the default: see main() */

/* Makes a self-signed certificate NAME.der with a key from `genpkey`; NULL if that failed. */
static mtlsauth_cert_t *make(const char *name, const char *genpkey, const char *req)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = NULL;

    if (!scratch_run(&scratch,
                     "[ -e '%s.key' ] || openssl genpkey %s -out '%s.key' &&"
                     "openssl req -x509 -new -key '%s.key' -subj /CN=test -days 9 %s -outform DER"
                     " -out '%s.der'",
                     genpkey, genpkey, genpkey, genpkey, req, name))
        return NULL;
    if (ma_cert_parse(scratch_read(&scratch, ma_arena_printf(&scratch.arena, "%s.der", name)),
                      &scratch.arena, &cert, &why)
        != 0) {
        printf("# %s: %s\n", name, why);
        return NULL;
    }
    return cert;
}

static mtlsauth_result_t check(const mtlsauth_cert_t *cert)
{
    return ma_signature_check(&strength, cert, cert->algorithm, cert->tbs, cert->signature);
}

#define RSA "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
#define PSS "-sigopt rsa_padding_mode:pss"
#define EC(curve) "-algorithm EC -pkeyopt ec_paramgen_curve:" curve

static const struct {
    const char *name;
    const char *genpkey;
    const char *req;
    mtlsauth_result_t expected;
} made[] = {
    { "rsa sha256", RSA, "-sha256", MTLSAUTH_SUCCESS },
    { "rsa sha384", RSA, "-sha384", MTLSAUTH_SUCCESS },
    { "rsa sha512", RSA, "-sha512", MTLSAUTH_SUCCESS },
    { "rsa sha224", RSA, "-sha224", MTLSAUTH_SUCCESS },
    { "rsa sha1", RSA, "-sha1", MTLSAUTH_WEAK },
    { "rsa md5", RSA, "-md5", MTLSAUTH_WEAK },
    { "rsa with a short key", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "-sha256",
      MTLSAUTH_WEAK },
    { "rsa one bit too short", "-algorithm RSA -pkeyopt rsa_keygen_bits:2047", "-sha256",
      MTLSAUTH_WEAK },
    /* salt lengths other than that of the hash are legal */
    { "pss sha256", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:32", MTLSAUTH_SUCCESS },
    { "pss sha256 salt 20", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:20", MTLSAUTH_SUCCESS },
    { "pss sha256 no salt", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:0", MTLSAUTH_SUCCESS },
    { "pss sha256 most salt", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:222",
      MTLSAUTH_SUCCESS },
    { "pss sha384", RSA, "-sha384 " PSS " -sigopt rsa_pss_saltlen:48", MTLSAUTH_SUCCESS },
    { "pss sha512", RSA, "-sha512 " PSS " -sigopt rsa_pss_saltlen:64", MTLSAUTH_SUCCESS },
    { "pss sha1", RSA, "-sha1 " PSS, MTLSAUTH_WEAK },
    /* two hashes in one signature: not known here */
    { "pss with another mask hash", RSA, "-sha256 " PSS " -sigopt rsa_mgf1_md:sha512",
      MTLSAUTH_BAD_SIGNATURE },
    { "pss-only key", "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "-sha256",
      MTLSAUTH_SUCCESS },
    { "pss-only key with parameters",
      "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384"
      " -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:48",
      "-sha384", MTLSAUTH_SUCCESS },
    { "p256 sha256", EC("P-256"), "-sha256", MTLSAUTH_SUCCESS },
    { "p256 sha224", EC("P-256"), "-sha224", MTLSAUTH_SUCCESS },
    { "p256 sha512", EC("P-256"), "-sha512", MTLSAUTH_SUCCESS },
    { "p256 sha1", EC("P-256"), "-sha1", MTLSAUTH_WEAK },
    { "p384 sha384", EC("P-384"), "-sha384", MTLSAUTH_SUCCESS },
    { "p384 sha256", EC("P-384"), "-sha256", MTLSAUTH_SUCCESS },
    { "p521 sha512", EC("P-521"), "-sha512", MTLSAUTH_SUCCESS },
    { "ed25519", "-algorithm ed25519", "", MTLSAUTH_SUCCESS },
    { "ed448", "-algorithm ed448", "", MTLSAUTH_SUCCESS },
};

static void verifies_what_openssl_signs(void)
{
    size_t i;

    for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        mtlsauth_cert_t *cert = make(made[i].name, made[i].genpkey, made[i].req);

        tap_row("%s", made[i].name);
        if (TAP_TRUE(cert != NULL))
            TAP_INT(check(cert), made[i].expected);
        ma_cert_free(cert);
    }
}

/* DSA keys need parameters first. */
static void verifies_dsa(void)
{
    static const struct {
        int bits;
        const char *digest;
        mtlsauth_result_t expected;
    } rows[] = {
        { 2048, "sha256", MTLSAUTH_SUCCESS },
        { 2048, "sha1", MTLSAUTH_WEAK },
        { 1024, "sha256", MTLSAUTH_WEAK },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_cert_t *cert = NULL;
        char genpkey[64], digest[16];

        tap_row("dsa %d %s", rows[i].bits, rows[i].digest);
        snprintf(genpkey, sizeof(genpkey), "-paramfile dsa%d.pem", rows[i].bits);
        snprintf(digest, sizeof(digest), "-%s", rows[i].digest);
        if (TAP_TRUE(scratch_run(&scratch, "[ -e dsa%d.pem ] || openssl dsaparam -out dsa%d.pem %d",
                                 rows[i].bits, rows[i].bits, rows[i].bits)))
            cert = make("dsa", genpkey, digest);
        if (TAP_TRUE(cert != NULL))
            TAP_INT(check(cert), rows[i].expected);
        ma_cert_free(cert);
    }
}

/* Every signature that is good must be bad after a change of one bit, anywhere. */
static void refuses_changes(void)
{
    size_t i;

    for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        mtlsauth_cert_t *cert;
        ma_bytes_t tbs, signature;
        uint8_t *copy;

        if (made[i].expected != MTLSAUTH_SUCCESS)
            continue;
        tap_row("%s", made[i].name);
        cert = make(made[i].name, made[i].genpkey, made[i].req);
        if (!TAP_TRUE(cert != NULL))
            continue;
        copy = der_copy(&scratch.arena, cert->tbs);
        copy[cert->tbs.size / 2] ^= 1;
        tbs = (ma_bytes_t) { copy, cert->tbs.size };
        TAP_INT(ma_signature_check(&strength, cert, cert->algorithm, tbs, cert->signature),
                MTLSAUTH_BAD_SIGNATURE);
        copy = der_copy(&scratch.arena, cert->signature);
        copy[cert->signature.size - 1] ^= 1;
        signature = (ma_bytes_t) { copy, cert->signature.size };
        TAP_INT(ma_signature_check(&strength, cert, cert->algorithm, cert->tbs, signature),
                MTLSAUTH_BAD_SIGNATURE);
        signature = (ma_bytes_t) { cert->signature.data, cert->signature.size - 1 };
        TAP_INT(ma_signature_check(&strength, cert, cert->algorithm, cert->tbs, signature),
                MTLSAUTH_BAD_SIGNATURE);
        signature = (ma_bytes_t) { cert->signature.data, 0 };
        TAP_INT(ma_signature_check(&strength, cert, cert->algorithm, cert->tbs, signature),
                MTLSAUTH_BAD_SIGNATURE);
        ma_cert_free(cert);
    }
}

/* A key of another kind, and another key of the same kind. */
static void refuses_other_keys(void)
{
    static const char *const others[] = {
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2304",
        EC("P-256"),
        EC("P-224"),
        "-algorithm ed25519",
    };
    mtlsauth_cert_t *rsa = make("a", RSA, "-sha256"), *other;
    size_t i;

    for (i = 0; TAP_TRUE(rsa != NULL) && i < sizeof(others) / sizeof(others[0]); i++) {
        tap_row("%s", others[i]);
        other = make("b", others[i], "");
        if (!TAP_TRUE(other != NULL))
            continue;
        TAP_INT(ma_signature_check(&strength, other, rsa->algorithm, rsa->tbs, rsa->signature),
                MTLSAUTH_BAD_SIGNATURE);
        TAP_INT(ma_signature_check(&strength, rsa, other->algorithm, other->tbs, other->signature),
                MTLSAUTH_BAD_SIGNATURE);
        ma_cert_free(other);
    }
    ma_cert_free(rsa);
}

#define OID_SHA256_RSA "06092a864886f70d01010b"
#define OID_PSS "06092a864886f70d01010a"
#define SHA256 "300d06096086480165030402010500"
#define SHA256_BARE "300b0609608648016503040201"
#define MGF1_SHA256 "301a06092a864886f70d010108" SHA256

/* The AlgorithmIdentifier beside a signature that is good. */
static void reads_parameters_strictly(void)
{
    static const struct {
        const char *what;
        unsigned signer; /* 0: rsa sha256, 1: pss sha256 salt 20, 2: p256, 3: ed25519 */
        const char *contents;
        mtlsauth_result_t expected;
    } rows[] = {
        { "as it should be", 0, OID_SHA256_RSA "0500", MTLSAUTH_SUCCESS },
        { "absent counts as NULL", 0, OID_SHA256_RSA, MTLSAUTH_SUCCESS },
        { "NULL that is not empty", 0, OID_SHA256_RSA "050100", MTLSAUTH_BAD_SIGNATURE },
        { "two NULLs", 0, OID_SHA256_RSA "05000500", MTLSAUTH_BAD_SIGNATURE },
        { "an OCTET STRING", 0, OID_SHA256_RSA "0400", MTLSAUTH_BAD_SIGNATURE },
        { "no OID", 0, "0500", MTLSAUTH_BAD_SIGNATURE },
        { "nothing", 0, "", MTLSAUTH_BAD_SIGNATURE },
        { "rsaEncryption is no signature", 0, "06092a864886f70d0101010500",
          MTLSAUTH_BAD_SIGNATURE },
        { "another hash than was used", 0, "06092a864886f70d01010c0500", MTLSAUTH_BAD_SIGNATURE },
        { "pss", 1, OID_PSS "3034a00f" SHA256 "a11c" MGF1_SHA256 "a203020114", MTLSAUTH_SUCCESS },
        { "pss, hash without NULL", 1,
          OID_PSS "3032a00d" SHA256_BARE "a11c" MGF1_SHA256 "a203020114", MTLSAUTH_SUCCESS },
        { "pss, with the trailer written out", 1,
          OID_PSS "3039a00f" SHA256 "a11c" MGF1_SHA256 "a203020114a303020101", MTLSAUTH_SUCCESS },
        { "pss, another trailer", 1,
          OID_PSS "3039a00f" SHA256 "a11c" MGF1_SHA256 "a203020114a303020102",
          MTLSAUTH_BAD_SIGNATURE },
        { "pss, another salt", 1, OID_PSS "3034a00f" SHA256 "a11c" MGF1_SHA256 "a203020120",
          MTLSAUTH_BAD_SIGNATURE },
        { "pss, a salt longer than any key", 1,
          OID_PSS "3035a00f" SHA256 "a11c" MGF1_SHA256 "a20402027fff", MTLSAUTH_BAD_SIGNATURE },
        { "pss, a salt longer than this key", 1,
          OID_PSS "3035a00f" SHA256 "a11c" MGF1_SHA256 "a204020200f8", MTLSAUTH_BAD_SIGNATURE },
        { "pss, a negative salt", 1, OID_PSS "3034a00f" SHA256 "a11c" MGF1_SHA256 "a2030201ff",
          MTLSAUTH_BAD_SIGNATURE },
        { "pss, salt left to its default of 20", 1, OID_PSS "302fa00f" SHA256 "a11c" MGF1_SHA256,
          MTLSAUTH_SUCCESS },
        { "pss, mask hash left to its default of SHA-1", 1, OID_PSS "3011a00f" SHA256,
          MTLSAUTH_BAD_SIGNATURE },
        { "pss, all left to defaults", 1, OID_PSS "3000", MTLSAUTH_WEAK },
        { "pss without parameters", 1, OID_PSS, MTLSAUTH_BAD_SIGNATURE },
        { "pss with NULL", 1, OID_PSS "0500", MTLSAUTH_BAD_SIGNATURE },
        { "pss, fields in another order", 1, OID_PSS "3034a203020114a00f" SHA256 "a11c" MGF1_SHA256,
          MTLSAUTH_BAD_SIGNATURE },
        { "ecdsa", 2, "06082a8648ce3d040302", MTLSAUTH_SUCCESS },
        { "ecdsa with NULL", 2, "06082a8648ce3d0403020500", MTLSAUTH_BAD_SIGNATURE },
        { "ed25519", 3, "06032b6570", MTLSAUTH_SUCCESS },
        { "ed25519 with NULL", 3, "06032b65700500", MTLSAUTH_BAD_SIGNATURE },
    };
    mtlsauth_cert_t *signers[4];
    size_t i;

    signers[0] = make("s0", RSA, "-sha256");
    signers[1] = make("s1", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:20");
    signers[2] = make("s2", EC("P-256"), "-sha256");
    signers[3] = make("s3", "-algorithm ed25519", "");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_cert_t *cert = signers[rows[i].signer];
        ma_bytes_t algorithm
            = DER(&scratch.arena, MA_DER_SEQUENCE, der_hex(&scratch.arena, rows[i].contents));

        tap_row("%s", rows[i].what);
        if (TAP_TRUE(cert != NULL))
            TAP_INT(ma_signature_check(&strength, cert, algorithm, cert->tbs, cert->signature),
                    rows[i].expected);
    }
    for (i = 0; i < 4; i++)
        ma_cert_free(signers[i]);
}

/* The same RSA key under another SubjectPublicKeyInfo: what it says binds. */
static void heeds_what_the_key_says(void)
{
    static const struct {
        const char *what;
        const char *algorithm; /* of the key */
        bool pss;              /* signed with RSA-PSS, SHA-256, salt 20; else PKCS#1 */
        mtlsauth_result_t expected;
    } rows[] = {
        { "any RSA, pkcs1", "06092a864886f70d0101010500", false, MTLSAUTH_SUCCESS },
        { "any RSA, pss", "06092a864886f70d0101010500", true, MTLSAUTH_SUCCESS },
        { "pss only, pss", OID_PSS, true, MTLSAUTH_SUCCESS },
        { "pss only, pkcs1", OID_PSS, false, MTLSAUTH_BAD_SIGNATURE },
        { "pss with salt of 20 at least", OID_PSS "3034a00f" SHA256 "a11c" MGF1_SHA256 "a203020114",
          true, MTLSAUTH_SUCCESS },
        { "pss with salt of 21 at least", OID_PSS "3034a00f" SHA256 "a11c" MGF1_SHA256 "a203020115",
          true, MTLSAUTH_BAD_SIGNATURE },
        { "pss with another hash",
          OID_PSS "3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108"
                  "300d06096086480165030402020500a203020114",
          true, MTLSAUTH_BAD_SIGNATURE },
        { "nothing that is a key", "06092a864886f70d01010c0500", false, MTLSAUTH_BAD_SIGNATURE },
    };
    mtlsauth_cert_t *pkcs1 = make("k0", RSA, "-sha256"), changed;
    mtlsauth_cert_t *pss = make("k1", RSA, "-sha256 " PSS " -sigopt rsa_pss_saltlen:20");
    size_t i;

    for (i = 0; TAP_TRUE(pkcs1 != NULL && pss != NULL) && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const mtlsauth_cert_t *cert = rows[i].pss ? pss : pkcs1;
        ma_der_t in = ma_der(cert->spki);
        ma_element_t spki = ma_der_want(&in, MA_DER_SEQUENCE);
        ma_der_t parts = ma_der_into(&spki);
        ma_bytes_t bits;

        tap_row("%s", rows[i].what);
        ma_der_want(&parts, MA_DER_SEQUENCE);
        bits = ma_der_want(&parts, MA_DER_BIT_STRING).whole;
        changed = *cert;
        changed.spki = DER(&scratch.arena, MA_DER_SEQUENCE,
                           DER(&scratch.arena, MA_DER_SEQUENCE,
                               der_hex(&scratch.arena, rows[i].algorithm)),
                           bits);
        TAP_INT(check(&changed), rows[i].expected);
    }
    ma_cert_free(pkcs1);
    ma_cert_free(pss);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "verifies what openssl signs", verifies_what_openssl_signs },
        { "verifies DSA", verifies_dsa },
        { "refuses changes", refuses_changes },
        { "refuses other keys", refuses_other_keys },
        { "reads parameters strictly", reads_parameters_strictly },
        { "heeds what the key says of itself", heeds_what_the_key_says },
    };
    int ret;

    strength = ma_strength_default();
    if (!scratch_begin(&scratch))
        return 99;
    ret = tap_main("signature", tests, sizeof(tests) / sizeof(tests[0]));
    scratch_end(&scratch);
    return ret;
}
