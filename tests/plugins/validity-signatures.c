/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin validity: signatures that are wrong, and algorithms and keys that are too weak. */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

static const char *ask(const issued_t *client, const issued_t *a, const issued_t *b)
{
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    return judge_reason(&fixture, "p.conf", &(question_t) { .leaf = client, .chain = { a, b } });
}

static const cert_spec_t client_spec = { .cn = "client" };

static const struct {
    const char *what;
    cert_spec_t issuer; /* below the root */
    cert_spec_t client;
    const char *expected;
} strengths[] = {
    { "RSA-2048 and SHA-256", { .cn = "I", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 },
      { .cn = "c", .digest = GNUTLS_DIG_SHA256 }, "success" },
    { "SHA-1", { .cn = "I", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 },
      { .cn = "c", .digest = GNUTLS_DIG_SHA1 }, "weak" },
    { "MD5", { .cn = "I", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 },
      { .cn = "c", .digest = GNUTLS_DIG_MD5 }, "weak" },
    { "a CA with RSA-1024", { .cn = "I", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 1024 },
      { .cn = "c", .digest = GNUTLS_DIG_SHA256 }, "weak" },
    { "a client with RSA-1024", { .cn = "I", .ca = true },
      { .cn = "c", .pk = GNUTLS_PK_RSA, .bits = 1024 }, "weak" },
    { "P-256", { .cn = "I", .ca = true, .pk = GNUTLS_PK_ECDSA,
                 .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
      { .cn = "c" }, "success" },
};

static void refuses_weak_signatures(void)
{
    size_t i;

    for (i = 0; i < COUNT(strengths); i++) {
        issued_t ca, client;
        tap_row("%s", strengths[i].what);
        cert_issue(&ca, &strengths[i].issuer, &root);
        cert_issue(&client, &strengths[i].client, &ca);
        TAP_STR(ask(&client, &ca, NULL), strengths[i].expected);
        cert_free(&client);
        cert_free(&ca);
    }
}

/* The octet to flip: `from_end` octets from the end, or the first of `text`. */
static const struct {
    const char *what;
    int of_ca;
    size_t from_end;
    const char *text;
} flips[] = {
    { "the signature of the client's", 0, 20, NULL },
    { "a letter of its name", 0, 0, "client" },
    { "the signature of the CA's", 1, 20, NULL },
    { "a letter of the anchor's name in the CA's, so that it has another issuer", 1, 0, "Root" },
};

static unsigned char *find_text(const gnutls_datum_t *der, const char *text)
{
    size_t i, size = strlen(text);

    for (i = 0; i + size <= der->size; i++)
        if (memcmp(der->data + i, text, size) == 0)
            return der->data + i;
    judge_must(0, "a name that is not in the certificate");
    return NULL;
}

static void refuses_flipped_bits(void)
{
    issued_t ca, client;
    size_t i;

    cert_issue(&ca, &(const cert_spec_t) { .cn = "CA", .ca = true }, &root);
    cert_issue(&client, &client_spec, &ca);
    for (i = 0; i < COUNT(flips); i++) {
        const gnutls_datum_t *der = flips[i].of_ca ? &ca.der : &client.der;
        unsigned char *octet = flips[i].text != NULL ? find_text(der, flips[i].text)
                                                     : der->data + der->size - flips[i].from_end;
        tap_row("%s", flips[i].what);
        *octet ^= 1;
        TAP_STR(ask(&client, &ca, NULL), i == 3 ? "untrusted" : "bad_signature");
        *octet ^= 1;
        TAP_STR(ask(&client, &ca, NULL), "success");
    }
    cert_free(&client);
    cert_free(&ca);
}

/* The empty name takes another way through the validation, and no weaker one. */
static void refuses_weak_keys_with_an_empty_name(void)
{
    issued_t client;

    cert_issue(&client,
               &(const cert_spec_t) { .cn = "client", .pk = GNUTLS_PK_RSA, .bits = 1024,
                                      .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
               &root);
    judge_must(gnutls_x509_crt_set_extension_by_oid(client.crt, "2.5.29.17",
                                                    "\x30\x02\x82\x00", 4, 0)
                   >= 0,
               "no extension");
    resign(&client, &root);
    TAP_STR(ask(&client, NULL, NULL), "weak");
    cert_free(&client);
}

/* How long a key is, at the bounds that the policy sets: the CA's as the client's. */
static void keeps_bounds_of_keys(void)
{
    static const struct {
        const char *options;
        const char *expected;
    } bounds[] = {
        { "", "success" },
        { "min_key_bits = 2048;", "success" },
        { "min_key_bits = 2049;", "weak" },
        { "max_key_bits = 2048;", "success" },
        { "min_key_bits = 1024; max_key_bits = 2047;", "weak" },
    };
    static const cert_spec_t rsa = { .cn = "R", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 };
    static const cert_spec_t ed25519 = { .cn = "E", .ca = true };
    const cert_spec_t *cas[] = { &rsa, &ed25519 };
    size_t i, j;

    for (i = 0; i < COUNT(cas); i++) {
        issued_t ca, client;
        cert_spec_t spec = *cas[1 - i]; /* one of the two has the key */
        spec.ca = false;
        cert_issue(&ca, cas[i], &root);
        cert_issue(&client, &spec, &ca);
        for (j = 0; j < COUNT(bounds); j++) {
            tap_row("%s: %s", i == 0 ? "the CA" : "the client", bounds[j].options);
            put_policy(&fixture, "bounds.conf", NULL, bounds[j].options, NULL);
            TAP_STR(judge_reason(&fixture, "bounds.conf",
                                 &(question_t) { .leaf = &client, .chain = { &ca } }),
                    bounds[j].expected);
        }
        cert_free(&client);
        cert_free(&ca);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "SHA-1, MD5 and RSA-1024 are weak", refuses_weak_signatures },
        { "RSA-1024 is weak beside an empty name too", refuses_weak_keys_with_an_empty_name },
        { "keys at the bounds of the policy", keeps_bounds_of_keys },
        { "one flipped bit is a bad signature", refuses_flipped_bits },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/validity-signatures", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}
