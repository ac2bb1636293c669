/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection-openssl.c - sessions of OpenSSL's peers, of every suite and version that this build of
 * it has, opened with their key logs.
 */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/keys/suite.h"
#include "audit/wire.h"
#include "tap.h"

static X509 *certs[2];
static EVP_PKEY *keys[2];

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *cert = X509_new();

    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"peer", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_sign(cert, key, EVP_sha256());
    return cert;
}

static void make_keys(void)
{
    if (certs[0] != NULL)
        return;
    keys[0] = EVP_RSA_gen(2048);
    keys[1] = EVP_EC_gen("P-256");
    certs[0] = self_signed(keys[0]);
    certs[1] = self_signed(keys[1]);
}

static void logged(const SSL *ssl, const char *line)
{
    wire_t *wire = SSL_get_app_data(ssl);

    if (keylog_add(wire->keys, (const uint8_t *)line, strlen(line)) != 0)
        abort();
}

static unsigned psk_client(SSL *ssl, const char *hint, char *identity, unsigned room,
                           unsigned char *psk, unsigned psk_room)
{
    (void)ssl, (void)hint, (void)psk_room;
    snprintf(identity, room, "client");
    memset(psk, 7, 16);
    return 16;
}

static unsigned psk_server(SSL *ssl, const char *identity, unsigned char *psk, unsigned psk_room)
{
    (void)ssl, (void)identity, (void)psk_room;
    memset(psk, 7, 16);
    return 16;
}

/* Moves what one peer wrote to the other. */
static void pump(wire_t *wire, unsigned from, SSL *source, SSL *target)
{
    uint8_t data[20000];
    int n;

    while ((n = BIO_read(SSL_get_wbio(source), data, sizeof(data))) > 0) {
        wire_add(wire, from, data, (size_t)n);
        BIO_write(SSL_get_rbio(target), data, n);
    }
}

static bool shake(wire_t *wire, SSL *ends[2])
{
    int i, done[2] = {0, 0};

    for (i = 0; i < 20 && (done[0] != 1 || done[1] != 1); i++) {
        done[0] = SSL_do_handshake(ends[0]);
        pump(wire, 0, ends[0], ends[1]);
        done[1] = SSL_do_handshake(ends[1]);
        pump(wire, 1, ends[1], ends[0]);
    }
    return done[0] == 1 && done[1] == 1;
}

static void say(wire_t *wire, SSL *ends[2], unsigned from, size_t size)
{
    uint8_t text[16384], got[16384];
    size_t i;

    for (i = 0; i < size; i++)
        text[i] = (uint8_t)(i * 7 + from);
    CU_ASSERT_FATAL(SSL_write(ends[from], text, (int)size) == (int)size);
    wire_sent(wire, from, text, size);
    pump(wire, from, ends[from], ends[1 - from]);
    (void)SSL_read(ends[1 - from], got, sizeof(got));
    pump(wire, 1 - from, ends[1 - from], ends[from]);
}

static SSL_CTX *context(bool dtls, unsigned side, int version, const SSL_CIPHER *cipher, bool etm)
{
    SSL_CTX *ctx = SSL_CTX_new(dtls ? DTLS_method() : TLS_method());
    char list[128];

    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    snprintf(list, sizeof(list), "%s:@SECLEVEL=0", SSL_CIPHER_get_name(cipher));
    if (version == TLS1_3_VERSION)
        SSL_CTX_set_ciphersuites(ctx, SSL_CIPHER_get_name(cipher));
    else
        CU_ASSERT_FATAL(SSL_CTX_set_cipher_list(ctx, list) == 1);
    if (!etm)
        SSL_CTX_set_options(ctx, SSL_OP_NO_ENCRYPT_THEN_MAC);
    SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_keylog_callback(ctx, logged);
    if (side == 0) {
        SSL_CTX_set_psk_client_callback(ctx, psk_client);
        return ctx;
    }
    SSL_CTX_set_psk_server_callback(ctx, psk_server);
    SSL_CTX_set_dh_auto(ctx, 1);
    SSL_CTX_use_certificate(ctx, certs[0]);
    SSL_CTX_use_PrivateKey(ctx, keys[0]);
    SSL_CTX_use_certificate(ctx, certs[1]);
    SSL_CTX_use_PrivateKey(ctx, keys[1]);
    return ctx;
}

static uint16_t wire_version(int version)
{
    return (uint16_t)version;
}

/* A session of this suite, or NULL if it cannot be; else what is wrong with what was opened. */
static const char *session(bool dtls, int version, const SSL_CIPHER *cipher, bool etm, bool *done)
{
    static wire_t wire;
    SSL_CTX *ctx[2];
    SSL *ends[2];
    const char *wrong = NULL;
    unsigned side;

    wire_open(&wire);
    wire.dtls = dtls;
    wire.version = wire_version(version);
    wire.suite = SSL_CIPHER_get_protocol_id(cipher);
    wire.encrypt_then_mac = etm;
    for (side = 0; side < 2; side++) {
        ctx[side] = context(dtls, side, version, cipher, etm);
        ends[side] = SSL_new(ctx[side]);
        SSL_set_app_data(ends[side], &wire);
        SSL_set_bio(ends[side], BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        BIO_set_mem_eof_return(SSL_get_rbio(ends[side]), -1);
        if (dtls)
            SSL_set_mtu(ends[side], 8000);
    }
    SSL_set_connect_state(ends[0]);
    SSL_set_accept_state(ends[1]);
    *done = shake(&wire, ends);
    if (*done) {
        SSL_get_client_random(ends[0], wire.random[0], 32);
        SSL_get_server_random(ends[0], wire.random[1], 32);
        say(&wire, ends, 0, 1);
        say(&wire, ends, 1, 100);
        if (version == TLS1_3_VERSION)
            SSL_key_update(ends[0], SSL_KEY_UPDATE_REQUESTED);
        say(&wire, ends, 0, 47);
        say(&wire, ends, 1, dtls ? 1000 : 16384);
        say(&wire, ends, 0, 16);
        SSL_shutdown(ends[0]);
        pump(&wire, 0, ends[0], ends[1]);
        wrong = wire_check(&wire);
    }
    ERR_clear_error();
    for (side = 0; side < 2; side++) {
        SSL_free(ends[side]);
        SSL_CTX_free(ctx[side]);
    }
    wire_close(&wire);
    return wrong;
}

static bool has_psk_or_cert(const SSL_CIPHER *cipher)
{
    int auth = SSL_CIPHER_get_auth_nid(cipher);

    return auth != NID_auth_dss && auth != NID_auth_srp &&
           SSL_CIPHER_get_kx_nid(cipher) != NID_kx_srp;
}

/* All suites with a version. Those that it does not have are left out, as OpenSSL says. */
static void suites(bool dtls, int version, unsigned at_least)
{
    SSL_CTX *all = SSL_CTX_new(dtls ? DTLS_method() : TLS_method());
    STACK_OF(SSL_CIPHER) * ciphers;
    unsigned n = 0;
    int i, etm;

    make_keys();
    SSL_CTX_set_cipher_list(all, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
    SSL_CTX_set_ciphersuites(all, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                  "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:"
                                  "TLS_AES_128_CCM_8_SHA256");
    ciphers = SSL_CTX_get_ciphers(all);
    for (i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
        const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(ciphers, i);
        const suite_t *suite = suite_find(SSL_CIPHER_get_protocol_id(cipher));
        bool known = protection_knows(wire_version(version), SSL_CIPHER_get_protocol_id(cipher));

        tap_row("%s", SSL_CIPHER_get_name(cipher));
        CU_ASSERT_FATAL(suite != NULL);
        TAP_STR(suite->openssl, SSL_CIPHER_get_name(cipher));
        TAP_STR(suite->name, SSL_CIPHER_standard_name(cipher));
        /* ARIA is not in GnuTLS; DSA and SRP are other key exchanges for the same records. */
        TAP_INT(suite->cipher->kind == CIPHER_KIND_NONE, strstr(suite->name, "ARIA") != NULL);
        if (!known || !has_psk_or_cert(cipher))
            continue;
        for (etm = 0; etm < 2; etm++) {
            bool done = false;
            const char *wrong;

            if (etm && suite->cipher->kind != CIPHER_KIND_BLOCK)
                continue;
            wrong = session(dtls, version, cipher, etm, &done);
            tap_row("%s%s, version %x", suite->openssl, etm ? ", encrypt then MAC" : "", version);
            TAP_STR(wrong == NULL ? "" : wrong, "");
            TAP_TRUE(done);
            n += done;
        }
    }
    printf("# %u sessions\n", n);
    TAP_TRUE(n >= at_least);
    SSL_CTX_free(all);
}

static void tls10(void)
{
    suites(false, TLS1_VERSION, 5);
}

static void tls11(void)
{
    suites(false, TLS1_1_VERSION, 5);
}

static void tls12(void)
{
    suites(false, TLS1_2_VERSION, 20);
}

static void tls13(void)
{
    suites(false, TLS1_3_VERSION, 3);
}

static void dtls10(void)
{
    suites(true, DTLS1_VERSION, 5);
}

static void dtls12(void)
{
    suites(true, DTLS1_2_VERSION, 20);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"TLS 1.0", tls10}, {"TLS 1.1", tls11},   {"TLS 1.2", tls12},
        {"TLS 1.3", tls13}, {"DTLS 1.0", dtls10}, {"DTLS 1.2", dtls12},
    };
    int status = tap_main("protection-openssl", tests, sizeof(tests) / sizeof(tests[0]));
    unsigned i;

    for (i = 0; i < 2; i++) {
        X509_free(certs[i]);
        EVP_PKEY_free(keys[i]);
    }
    return status;
}
