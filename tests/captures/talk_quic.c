/* SPDX-License-Identifier: BSD-2-Clause */
/* talk_quic.c - see talk.h: two ends of ngtcp2 with GnuTLS, and a clock of their own. */
#include "captures/talk_quic.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <netinet/in.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE"
#define MILLISECOND 1000000u
#define MAX_DATAGRAM 1452u
#define MAX_WAITING 64u
#define ID_SIZE 12u

typedef struct datagram {
    uint8_t data[MAX_DATAGRAM];
    size_t size;
} datagram_t;

typedef struct end {
    ngtcp2_crypto_conn_ref reference; /* first: the pointer of the TLS session */
    ngtcp2_conn *connection;          /* the server has one when the client has come */
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    transcript_t *transcript;
    struct end *other;
    unsigned self;
    struct sockaddr_in addresses[2];  /* its own, and the other's */
    ngtcp2_path path;
    datagram_t in[MAX_WAITING];
    size_t n_in;
    bool retry;
} end_t;

static void must(int ret, const char *what)
{
    if (ret >= 0)
        return;
    fprintf(stderr, "talk: quic: %s: %d\n", what, ret);
    exit(99);
}

/* ---- what both ends have ---------------------------------------------------------------------- */

static void get_random(uint8_t *out, size_t size, const ngtcp2_rand_ctx *context)
{
    (void)context;
    must(gnutls_rnd(GNUTLS_RND_NONCE, out, size), "random");
}

static int new_id(ngtcp2_conn *connection, ngtcp2_cid *id, uint8_t *token, size_t size, void *context)
{
    uint8_t data[NGTCP2_MAX_CIDLEN];

    (void)connection;
    (void)context;
    get_random(data, size, NULL);
    ngtcp2_cid_init(id, data, size);
    get_random(token, NGTCP2_STATELESS_RESET_TOKENLEN, NULL);
    return 0;
}

static ngtcp2_conn *connection_of(ngtcp2_crypto_conn_ref *reference)
{
    return ((end_t *)reference->user_data)->connection;
}

static int log_key(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    const ngtcp2_crypto_conn_ref *reference = gnutls_session_get_ptr(session);
    ma_buf_t *log = &((const end_t *)reference->user_data)->transcript->keylog;
    gnutls_datum_t random, other;

    gnutls_session_get_random(session, &random, &other);
    ma_buf_printf(log, "%s ", label);
    ma_encode_hex(log, random.data, random.size, true);
    ma_buf_byte(log, ' ');
    ma_encode_hex(log, secret->data, secret->size, true);
    ma_buf_byte(log, '\n');
    return 0;
}

static const ngtcp2_callbacks callbacks = {
    .client_initial = ngtcp2_crypto_client_initial_cb,
    .recv_client_initial = ngtcp2_crypto_recv_client_initial_cb,
    .recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
    .encrypt = ngtcp2_crypto_encrypt_cb,
    .decrypt = ngtcp2_crypto_decrypt_cb,
    .hp_mask = ngtcp2_crypto_hp_mask_cb,
    .recv_retry = ngtcp2_crypto_recv_retry_cb,
    .rand = get_random,
    .get_new_connection_id = new_id,
    .update_key = ngtcp2_crypto_update_key_cb,
    .delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    .delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    .get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb,
    .version_negotiation = ngtcp2_crypto_version_negotiation_cb,
};

static void settle(ngtcp2_settings *settings, ngtcp2_transport_params *params, ngtcp2_tstamp now)
{
    ngtcp2_settings_default(settings);
    settings->initial_ts = now;
    settings->no_pmtud = 1;
    settings->max_tx_udp_payload_size = 1200;
    ngtcp2_transport_params_default(params);
    params->initial_max_streams_bidi = 4;
    params->initial_max_data = params->initial_max_stream_data_bidi_remote = 1u << 16;
}

static void open_end(end_t *end, unsigned self, const people_t *people, transcript_t *transcript)
{
    const issued_t *own = self == CLIENT ? people->client : people->server;
    gnutls_x509_crt_t chain[2];
    unsigned i;

    end->self = self;
    end->transcript = transcript;
    end->reference = (ngtcp2_crypto_conn_ref){connection_of, end};
    for (i = 0; i < 2; i++) {
        end->addresses[i].sin_family = AF_INET;
        end->addresses[i].sin_port = htons((uint16_t)((self == CLIENT) == (i == 0) ? 20000 : 4433));
        end->addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    end->path.local.addr = (ngtcp2_sockaddr *)&end->addresses[0];
    end->path.remote.addr = (ngtcp2_sockaddr *)&end->addresses[1];
    end->path.local.addrlen = end->path.remote.addrlen = sizeof(end->addresses[0]);
    must(gnutls_init(&end->session, self == CLIENT ? GNUTLS_CLIENT : GNUTLS_SERVER), "init");
    must(gnutls_priority_set_direct(end->session, PRIORITY, NULL), "priority");
    must(gnutls_certificate_allocate_credentials(&end->credentials), "credentials");
    must(gnutls_credentials_set(end->session, GNUTLS_CRD_CERTIFICATE, end->credentials), "set");
    if (own != NULL) {
        chain[0] = own->crt;
        chain[1] = people->intermediate != NULL ? people->intermediate->crt : NULL;
        must(gnutls_certificate_set_x509_key(
                 end->credentials, chain, self == CLIENT && chain[1] != NULL ? 2 : 1, own->key),
             "certificate");
    }
    gnutls_session_set_ptr(end->session, &end->reference);
}

static void open_client(end_t *end, const talk_t *how, ngtcp2_tstamp now)
{
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    ngtcp2_cid own, other;
    uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];

    must(ngtcp2_crypto_gnutls_configure_client_session(end->session), "client");
    gnutls_session_set_keylog_function(end->session, log_key);
    if (how->sni != NULL)
        must(gnutls_server_name_set(end->session, GNUTLS_NAME_DNS, how->sni, strlen(how->sni)),
             "sni");
    if (how->resume)
        must(gnutls_session_set_data(end->session, how->memory->session.data,
                                     how->memory->session.size),
             "resume");
    settle(&settings, &params, now);
    (void)new_id(NULL, &own, token, ID_SIZE, NULL);
    (void)new_id(NULL, &other, token, ID_SIZE, NULL);
    must(ngtcp2_conn_client_new(&end->connection, &other, &own, &end->path, NGTCP2_PROTO_VER_V1,
                                &callbacks, &settings, &params, NULL, end),
         "a client");
    ngtcp2_conn_set_tls_native_handle(end->connection, end->session);
}

static void open_server(end_t *end, const talk_t *how)
{
    must(ngtcp2_crypto_gnutls_configure_server_session(end->session), "server");
    gnutls_certificate_server_set_request(end->session,
                                          how->request ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
    end->retry = how->retry;
    if (how->memory == NULL)
        return;
    if (how->memory->ticket_key.size == 0)
        must(gnutls_session_ticket_key_generate(&how->memory->ticket_key), "ticket key");
    must(gnutls_session_ticket_enable_server(end->session, &how->memory->ticket_key), "ticket");
}

/* ---- talking ---------------------------------------------------------------------------------- */

static void put(end_t *from, const uint8_t *data, size_t size)
{
    end_t *to = from->other;

    if (to->n_in == MAX_WAITING)
        must(-1, "too many datagrams");
    memcpy(to->in[to->n_in].data, data, size);
    to->in[to->n_in++].size = size;
    transcript_add(from->transcript, from->self, data, size);
}

static const uint8_t retry_secret[32] = {1};

/* Asks the client to come again with a token. */
static void ask_again(end_t *end, const ngtcp2_pkt_hd *head, ngtcp2_tstamp now)
{
    uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN], reset[NGTCP2_STATELESS_RESET_TOKENLEN];
    uint8_t room[MAX_DATAGRAM];
    ngtcp2_ssize size;
    ngtcp2_cid id;

    (void)new_id(NULL, &id, reset, ID_SIZE, NULL);
    size = ngtcp2_crypto_generate_retry_token(token, retry_secret, sizeof(retry_secret),
                                              head->version, end->path.remote.addr,
                                              end->path.remote.addrlen, &id, &head->dcid, now);
    must((int)size, "token");
    size = ngtcp2_crypto_write_retry(room, sizeof(room), head->version, &head->scid, &id,
                                     &head->dcid, token, (size_t)size);
    must((int)size, "retry");
    put(end, room, (size_t)size);
}

/* A client's first datagram. */
static void accept_client(end_t *end, const datagram_t *datagram, ngtcp2_tstamp now)
{
    uint8_t reset[NGTCP2_STATELESS_RESET_TOKENLEN];
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    ngtcp2_pkt_hd head;
    ngtcp2_cid own;

    must(ngtcp2_accept(&head, datagram->data, datagram->size), "accept");
    settle(&settings, &params, now);
    params.original_dcid = head.dcid;
    if (end->retry && head.token.len == 0) {
        ask_again(end, &head, now);
        return;
    }
    if (end->retry) {
        must(ngtcp2_crypto_verify_retry_token(&params.original_dcid, head.token.base, head.token.len,
                                              retry_secret, sizeof(retry_secret), head.version,
                                              end->path.remote.addr, end->path.remote.addrlen,
                                              &head.dcid, UINT64_C(10000) * MILLISECOND, now),
             "token of the client");
        params.retry_scid = head.dcid;
        params.retry_scid_present = 1;
        settings.token = head.token;
    }
    (void)new_id(NULL, &own, reset, ID_SIZE, NULL);
    must(ngtcp2_conn_server_new(&end->connection, &head.scid, &own, &end->path, head.version,
                                &callbacks, &settings, &params, NULL, end),
         "a server");
    ngtcp2_conn_set_tls_native_handle(end->connection, end->session);
}

static void hear(end_t *end, ngtcp2_tstamp now)
{
    const ngtcp2_pkt_info info = {0};
    size_t i, n = end->n_in;

    for (i = 0; i < n; i++) {
        if (end->connection == NULL)
            accept_client(end, &end->in[i], now);
        if (end->connection != NULL)
            must(ngtcp2_conn_read_pkt(end->connection, &end->path, &info, end->in[i].data,
                                      end->in[i].size, now),
                 end->self == CLIENT ? "the client reads" : "the server reads");
    }
    end->n_in = 0;
}

static void speak(end_t *end, ngtcp2_tstamp now)
{
    uint8_t room[MAX_DATAGRAM];
    ngtcp2_pkt_info info;
    ngtcp2_ssize size;

    if (end->connection == NULL)
        return;
    if (ngtcp2_conn_get_expiry(end->connection) <= now)
        must(ngtcp2_conn_handle_expiry(end->connection, now), "time");
    while ((size = ngtcp2_conn_write_pkt(end->connection, NULL, &info, room, sizeof(room), now)) > 0)
        put(end, room, (size_t)size);
    must((int)size, end->self == CLIENT ? "the client writes" : "the server writes");
}

static void converse(end_t *client, end_t *server)
{
    ngtcp2_tstamp now = UINT64_C(1000) * MILLISECOND;
    unsigned round;

    for (round = 0; round < 60; round++, now += 5 * MILLISECOND) {
        speak(client, now);
        hear(server, now + MILLISECOND);
        speak(server, now + MILLISECOND);
        hear(client, now + 2 * MILLISECOND);
    }
    if (!ngtcp2_conn_get_handshake_completed(client->connection) || server->connection == NULL ||
        !ngtcp2_conn_get_handshake_completed(server->connection))
        must(-1, "no handshake");
}

static void tell(const end_t *server, transcript_t *transcript, const talk_t *how)
{
    outcome_t *outcome = transcript_outcome(transcript);
    unsigned count = 0;
    const gnutls_datum_t *leaf = gnutls_certificate_get_peers(server->session, &count);
    uint8_t digest[32];
    ma_buf_t hex;

    outcome->version = "TLSv1.3";
    outcome->resumed = gnutls_session_is_resumed(server->session) != 0;
    if (outcome->resumed != how->resume)
        must(-1, "resumed, or not, against what was wanted");
    if (count > 0) {
        must(gnutls_hash_fast(GNUTLS_DIG_SHA256, leaf->data, leaf->size, digest), "hash");
        ma_buf_init(&hex, 0);
        ma_encode_hex(&hex, digest, sizeof(digest), true);
        memcpy(outcome->sha256, ma_buf_string(&hex), 65);
        ma_buf_free(&hex);
    }
    outcome->blind = "encrypted";
    outcome->visibility = outcome->resumed ? "resumed:linked"
                          : count > 0      ? "certificate"
                          : how->request   ? "none_sent"
                                           : "not_requested";
    if (how->memory == NULL)
        return;
    if (outcome->resumed)
        memcpy(outcome->sha256, how->memory->sha256, sizeof(outcome->sha256));
    else
        memcpy(how->memory->sha256, outcome->sha256, sizeof(outcome->sha256));
}

static void close_end(end_t *end)
{
    ngtcp2_conn_del(end->connection);
    gnutls_deinit(end->session);
    gnutls_certificate_free_credentials(end->credentials);
    free(end);
}

static end_t *make_end(void)
{
    end_t *end = calloc(1, sizeof(*end));

    if (end == NULL)
        abort();
    return end;
}

void talk_quic(const talk_t *how, const people_t *people, transcript_t *out)
{
    end_t *client = make_end(), *server = make_end();

    transcript_init(out, true);
    client->other = server;
    server->other = client;
    open_end(client, CLIENT, people, out);
    open_end(server, SERVER, people, out);
    open_server(server, how);
    open_client(client, how, UINT64_C(1000) * MILLISECOND);
    converse(client, server);
    tell(server, out, how);
    if (how->memory != NULL && !how->resume)
        must(gnutls_session_get_data2(client->session, &how->memory->session), "session");
    close_end(client);
    close_end(server);
}
