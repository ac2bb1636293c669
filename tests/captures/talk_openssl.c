/* SPDX-License-Identifier: BSD-2-Clause */
/* talk_openssl.c - see talk.h: two sessions of OpenSSL over memory BIOs. No DTLS. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "captures/talk.h"

typedef struct side {
    SSL_CTX *context;
    SSL *ssl;
    unsigned self;
} side_t;

static void must(int ok, const char *what)
{
    if (ok == 1)
        return;
    fprintf(stderr, "talk: %s: ", what);
    ERR_print_errors_fp(stderr);
    exit(99);
}

/* What one side has written goes to the other, and into the transcript. */
static void carry(const side_t *from, const side_t *to, transcript_t *transcript)
{
    uint8_t data[16384];
    int size;

    while ((size = BIO_read(SSL_get_wbio(from->ssl), data, sizeof(data))) > 0) {
        transcript_add(transcript, from->self, data, (size_t)size);
        must(BIO_write(SSL_get_rbio(to->ssl), data, size) == size, "carry");
    }
}

static void log_line(const SSL *ssl, const char *line)
{
    ma_buf_printf(SSL_get_ex_data(ssl, 0), "%s\n", line);
}

static X509 *certificate_of(const issued_t *issued)
{
    const unsigned char *at = issued->der.data;

    return d2i_X509(NULL, &at, (long)issued->der.size);
}

static void give(SSL_CTX *context, const issued_t *own, const issued_t *behind)
{
    X509 *certificate = certificate_of(own);
    gnutls_datum_t pem;
    EVP_PKEY *key;
    BIO *bio;

    must(gnutls_x509_privkey_export2_pkcs8(own->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                           &pem) == 0, "key");
    bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    must(SSL_CTX_use_certificate(context, certificate), "certificate");
    must(SSL_CTX_use_PrivateKey(context, key), "private key");
    if (behind != NULL)
        must((int)SSL_CTX_add_extra_chain_cert(context, certificate_of(behind)), "chain");
    BIO_free(bio);
    gnutls_free(pem.data);
    EVP_PKEY_free(key);
    X509_free(certificate);
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

static int version_of(const char *name)
{
    static const struct {
        const char *name;
        int version;
    } versions[] = {{"TLSv1", TLS1_VERSION},
                    {"TLSv1.1", TLS1_1_VERSION},
                    {"TLSv1.2", TLS1_2_VERSION},
                    {"TLSv1.3", TLS1_3_VERSION}};
    size_t i;

    for (i = 0; i < 4; i++)
        if (strcmp(versions[i].name, name) == 0)
            return versions[i].version;
    return TLS1_2_VERSION;
}

/* The macro takes the const away from what it is given, which clang does not like. */
static void name_host(SSL *ssl, const char *host)
{
    char name[256];

    snprintf(name, sizeof(name), "%s", host);
    must((int)SSL_set_tlsext_host_name(ssl, name), "sni");
}

static void open_side(side_t *side, unsigned self, const talk_t *how, const people_t *people,
                      transcript_t *transcript)
{
    const int version = version_of(how->priority);

    side->self = self;
    side->context = SSL_CTX_new(self == CLIENT ? TLS_client_method() : TLS_server_method());
    must(side->context != NULL, "context");
    SSL_CTX_set_security_level(side->context, 0);
    must((int)SSL_CTX_set_min_proto_version(side->context, version), "version");
    must((int)SSL_CTX_set_max_proto_version(side->context, version), "version");
    if (!how->tickets)
        SSL_CTX_set_options(side->context, SSL_OP_NO_TICKET);
    if (self == SERVER) {
        give(side->context, people->server, NULL);
        SSL_CTX_set_options(side->context, SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
        must(SSL_CTX_set_session_id_context(side->context, (const uint8_t *)"talk", 4), "id");
    }
    if (self == CLIENT && people->client != NULL)
        give(side->context, people->client, people->intermediate);
    if (self == SERVER && how->request)
        SSL_CTX_set_verify(side->context, SSL_VERIFY_PEER, accept_any);
    if (self == CLIENT)
        SSL_CTX_set_keylog_callback(side->context, log_line);
    if (self == CLIENT && how->reauthenticate)
        SSL_CTX_set_post_handshake_auth(side->context, 1);
    side->ssl = SSL_new(side->context);
    SSL_set_ex_data(side->ssl, 0, &transcript->keylog);
    SSL_set_bio(side->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (self == CLIENT) {
        SSL_set_connect_state(side->ssl);
        if (how->sni != NULL)
            name_host(side->ssl, how->sni);
    } else {
        SSL_set_accept_state(side->ssl);
    }
}

static void close_side(side_t *side)
{
    SSL_free(side->ssl);
    SSL_CTX_free(side->context);
}

static bool waits(const side_t *side, int ret)
{
    return ret <= 0 && SSL_get_error(side->ssl, ret) == SSL_ERROR_WANT_READ;
}

static void shake(side_t *client, side_t *server, transcript_t *transcript)
{
    int mine = -1, theirs = -1;
    unsigned rounds;

    for (rounds = 0; rounds < 100 && (mine != 1 || theirs != 1); rounds++) {
        mine = SSL_do_handshake(client->ssl);
        if (mine != 1 && !waits(client, mine))
            must(0, "client's handshake");
        carry(client, server, transcript);
        theirs = SSL_do_handshake(server->ssl);
        if (theirs != 1 && !waits(server, theirs))
            must(0, "server's handshake");
        carry(server, client, transcript);
    }
    must(mine == 1 && theirs == 1, "handshake");
}

static void send_data(side_t *from, side_t *to, size_t size, transcript_t *transcript)
{
    uint8_t data[16384], room[16384];
    size_t part, got = 0, sent = 0;
    int ret;

    memset(data, 'd', sizeof(data));
    while (sent < size) {
        part = size - sent < sizeof(data) ? size - sent : sizeof(data);
        ret = SSL_write(from->ssl, data, (int)part);
        must(ret > 0, "write");
        sent += (size_t)ret;
        carry(from, to, transcript);
        while ((ret = SSL_read(to->ssl, room, sizeof(room))) > 0)
            got += (size_t)ret;
        carry(to, from, transcript); /* answers to what was no data */
    }
    must(got == size, "all came");
}

static void tell(const side_t *server, transcript_t *transcript, const talk_t *how, bool post)
{
    outcome_t *outcome = transcript_outcome(transcript);
    X509 *leaf = SSL_get1_peer_certificate(server->ssl);
    uint8_t digest[32];
    unsigned size = sizeof(digest);
    ma_buf_t hex;

    outcome->version = SSL_get_version(server->ssl);
    outcome->resumed = !post && SSL_session_reused(server->ssl) == 1;
    if (leaf != NULL) {
        must(X509_digest(leaf, EVP_sha256(), digest, &size), "digest");
        ma_buf_init(&hex, 0);
        ma_encode_hex(&hex, digest, sizeof(digest), true);
        memcpy(outcome->sha256, ma_buf_string(&hex), 65);
        ma_buf_free(&hex);
    }
    outcome->visibility = leaf != NULL           ? "certificate"
                          : how->request || post ? "none_sent"
                                                 : "not_requested";
    outcome->blind = outcome->visibility;
    if (strcmp(outcome->version, "TLSv1.3") == 0 || transcript->n_outcomes > 1)
        outcome->blind = post ? "absent" : "encrypted";
    X509_free(leaf);
}

/* The server asks once more, on a connection that stands. */
static void ask_again(side_t *client, side_t *server, const talk_t *how, transcript_t *transcript)
{
    uint8_t room[64];
    unsigned rounds;

    SSL_set_verify(server->ssl, SSL_VERIFY_PEER, accept_any);
    if (how->reauthenticate)
        must(SSL_verify_client_post_handshake(server->ssl), "post-handshake request");
    else
        must(SSL_renegotiate(server->ssl), "renegotiate");
    for (rounds = 0; rounds < 4; rounds++) {
        (void)SSL_do_handshake(server->ssl);
        carry(server, client, transcript);
        (void)SSL_read(client->ssl, room, sizeof(room));
        carry(client, server, transcript);
        (void)SSL_read(server->ssl, room, sizeof(room));
        carry(server, client, transcript);
    }
}

void talk_openssl(const talk_t *how, const people_t *people, transcript_t *out)
{
    side_t client = {0}, server = {0};

    transcript_init(out, false);
    open_side(&client, CLIENT, how, people, out);
    open_side(&server, SERVER, how, people, out);
    shake(&client, &server, out);
    tell(&server, out, how, false);
    send_data(&client, &server, how->up > 0 ? how->up : 1, out);
    send_data(&server, &client, how->down > 0 ? how->down : 1, out);
    if (how->renegotiate || how->reauthenticate) {
        ask_again(&client, &server, how, out);
        tell(&server, out, how, how->reauthenticate);
        send_data(&client, &server, 20, out);
    }
    (void)SSL_shutdown(client.ssl);
    carry(&client, &server, out);
    (void)SSL_shutdown(server.ssl);
    carry(&server, &client, out);
    close_side(&client);
    close_side(&server);
}
