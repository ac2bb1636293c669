/* SPDX-License-Identifier: BSD-2-Clause */
/* openssl_certificates.c - certificates as OpenSSL has them reach the library octet by octet. */
#include "scene.h"

#include <mtlsauth/mtlsauth-openssl.h>

static const mtlsauth_api_t *api(void)
{
    return mtlsauth_get_api(MTLSAUTH_API_VERSION);
}

static X509 *x509_of(const issued_t *issued)
{
    const unsigned char *at = issued->der.data;

    return d2i_X509(NULL, &at, (long)issued->der.size);
}

/* John through `between` intermediates of a chain; the root is the anchor. */
static void chains(void)
{
    static const struct {
        size_t between;    /* intermediates between root and client */
        size_t passed;     /* of them, that the client sent */
        size_t others;     /* certificates that do not belong to the path, sent before them */
        const char *reason;
    } rows[] = {
        { 0, 0, 0, "success" },
        { 1, 1, 0, "success" },
        { 1, 0, 0, "untrusted" }, /* the intermediate is missing */
        { 3, 3, 0, "success" },
        { 3, 2, 0, "untrusted" },
        { 1, 1, 9, "success" },
        { 1, 1, 16, "limit" },    /* more than are looked at, also if the rest would do */
        { 1, 1, 40, "limit" },
    };
    static const char *const names[] = { "First CA", "Second CA", "Third CA" };
    scene_t scene;
    size_t i, j;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf",
                  TRUST STACK(VALIDITY CN("required", "John Doe")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    for (i = 0; i < COUNT(rows); i++) {
        issued_t between[3], leaf;
        STACK_OF(X509) *chain = sk_X509_new_null();
        mtlsauth_openssl_t kept = { .count = 0 };
        X509 *client;
        tap_row("%zu between, %zu of them sent, %zu others", rows[i].between, rows[i].passed,
                rows[i].others);
        for (j = 0; j < rows[i].between; j++)
            cert_issue(&between[j], &(cert_spec_t) { .cn = names[j], .ca = true },
                       j == 0 ? &scene.root : &between[j - 1]);
        cert_issue(&leaf, &(cert_spec_t) { .cn = "John Doe" },
                   rows[i].between == 0 ? &scene.root : &between[rows[i].between - 1]);
        for (j = 0; j < rows[i].others; j++)
            sk_X509_push(chain, x509_of(&scene.alone));
        for (j = 0; j < rows[i].passed; j++)
            sk_X509_push(chain, x509_of(&between[j]));
        client = x509_of(&leaf);

        mtlsauth_request_time(request, CERTS_NOW);
        mtlsauth_openssl_leaf(api(), request, client, &kept);
        mtlsauth_openssl_chain(api(), request, chain, &kept);
        TAP_INT(mtlsauth_authorize(request), strcmp(rows[i].reason, "success") == 0);
        TAP_STR(reason_of(request), rows[i].reason);
        mtlsauth_request_reset(request);
        mtlsauth_openssl_release(&kept);
        TAP_INT(kept.count, 0);
        X509_free(client);
        sk_X509_pop_free(chain, X509_free);
        cert_free(&leaf);
        for (j = 0; j < rows[i].between; j++)
            cert_free(&between[j]);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* Who presented none is denied as such; a chain without a leaf lends none. */
static void nobody(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    mtlsauth_openssl_t kept = { .count = 0 };
    STACK_OF(X509) *chain = sk_X509_new_null();

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf", TRUST STACK(VALIDITY PERMIT));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    sk_X509_push(chain, x509_of(&scene.john));
    mtlsauth_openssl_leaf(api(), request, NULL, &kept);
    mtlsauth_openssl_chain(api(), request, chain, &kept);
    TAP_INT(mtlsauth_authorize(request), 0);
    TAP_STR(reason_of(request), "no_certificate");
    mtlsauth_openssl_chain(api(), request, NULL, &kept); /* no chain at all */
    mtlsauth_request_free(request);
    mtlsauth_openssl_release(&kept);
    sk_X509_pop_free(chain, X509_free);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* ---- a connection -------------------------------------------------------------------------- */

static EVP_PKEY *key_of(const issued_t *issued)
{
    gnutls_datum_t der = { NULL, 0 };
    const unsigned char *at;
    EVP_PKEY *key;

    if (gnutls_x509_privkey_export2_pkcs8(issued->key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN,
                                          &der) < 0)
        return NULL;
    at = der.data;
    key = d2i_AutoPrivateKey(NULL, &at, (long)der.size);
    gnutls_free(der.data);
    return key;
}

static SSL_CTX *context(const SSL_METHOD *method, const issued_t *who, const issued_t *above)
{
    SSL_CTX *out = SSL_CTX_new(method);
    EVP_PKEY *key = key_of(who);
    X509 *certificate = x509_of(who);

    TAP_INT(SSL_CTX_use_certificate(out, certificate), 1);
    TAP_INT(SSL_CTX_use_PrivateKey(out, key), 1);
    if (above != NULL)
        SSL_CTX_add_extra_chain_cert(out, x509_of(above));
    EVP_PKEY_free(key);
    X509_free(certificate);
    return out;
}

static int let_through(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

/* Client and server in one process, with what they write passed from one to the other. */
static bool shake_hands(SSL *client, SSL *server)
{
    int round, done = 0;

    for (round = 0; round < 10 && done != 3; round++)
        done = (SSL_do_handshake(client) == 1) | (SSL_do_handshake(server) == 1) << 1;
    return done == 3;
}

static void connection(void)
{
    static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
    scene_t scene;
    issued_t between, leaf;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i;

    scene_open(&scene);
    cert_issue(&between, &(cert_spec_t) { .cn = "CA", .ca = true }, &scene.root);
    cert_issue(&leaf, &(cert_spec_t) { .cn = "John Doe" }, &between);
    fixture_write(&scene.fixture, "p.conf",
                  TRUST STACK(VALIDITY CN("required", "John Doe")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    for (i = 0; i < COUNT(versions); i++) {
        SSL_CTX *ours = context(TLS_server_method(), &scene.jane, NULL);
        SSL_CTX *theirs = context(TLS_client_method(), &leaf, &between);
        SSL *server, *client;
        BIO *one, *other;
        mtlsauth_openssl_t kept = { .count = 0 };
        tap_row("version %x", (unsigned)versions[i]);
        SSL_CTX_set_verify(ours, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_cert_verify_callback(ours, let_through, NULL);
        SSL_CTX_set_max_proto_version(theirs, versions[i]);
        server = SSL_new(ours);
        client = SSL_new(theirs);
        TAP_INT(BIO_new_bio_pair(&one, 1 << 16, &other, 1 << 16), 1);
        SSL_set_bio(server, one, one);
        SSL_set_bio(client, other, other);
        SSL_set_accept_state(server);
        SSL_set_connect_state(client);
        TAP_TRUE(shake_hands(client, server));
        mtlsauth_request_time(request, CERTS_NOW);
        mtlsauth_openssl_certificates(api(), request, server, &kept);
        TAP_INT(kept.count, 2);
        TAP_INT(mtlsauth_authorize(request), 1);
        /* again with the same room, as a server does for each request */
        mtlsauth_request_reset(request);
        mtlsauth_request_time(request, CERTS_NOW);
        mtlsauth_openssl_certificates(api(), request, server, &kept);
        TAP_INT(kept.count, 2);
        TAP_INT(mtlsauth_authorize(request), 1);
        mtlsauth_request_reset(request);
        mtlsauth_openssl_release(&kept);
        SSL_free(server);
        SSL_free(client);
        SSL_CTX_free(ours);
        SSL_CTX_free(theirs);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    cert_free(&between);
    cert_free(&leaf);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "leaf and chain", chains },
        { "no certificate", nobody },
        { "a connection", connection },
    };
    return tap_main("OpenSSL certificates", tests, COUNT(tests));
}
