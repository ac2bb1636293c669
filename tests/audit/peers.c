/* SPDX-License-Identifier: BSD-2-Clause */
/* peers.c - see peers.h. */
#include "audit/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs.h"

static issued_t root, client_issued, server_issued;
static gnutls_certificate_credentials_t client_with, client_without, server_all, server_none;
static gnutls_datum_t ticket_key;
static gnutls_datum_t cookie_key;

static struct {
    gnutls_datum_t key, value;
} cache[64];
static size_t n_cached;

typedef struct end {
    peers_t *peers;
    unsigned who;
    bool datagrams;
} end_t;

static void die(const char *what)
{
    printf("Bail out! %s\n", what);
    exit(99);
}

static void must(int status)
{
    if (status < 0)
        die(gnutls_strerror(status));
}

static ssize_t push(gnutls_transport_ptr_t to, const void *data, size_t size)
{
    end_t *end = to;
    peers_t *p = end->peers;
    chunk_t *chunk;

    p->chunks = realloc(p->chunks, (p->n_chunks + 1) * sizeof(*p->chunks));
    if (p->chunks == NULL)
        die("no memory");
    chunk = &p->chunks[p->n_chunks++];
    *chunk = (chunk_t) { end->who, malloc(size + 1), size };
    if (chunk->data == NULL)
        die("no memory");
    memcpy(chunk->data, data, size);
    return (ssize_t)size;
}

static const chunk_t *next_for(end_t *end)
{
    peers_t *p = end->peers;

    while (p->read[end->who] < p->n_chunks && p->chunks[p->read[end->who]].from == end->who)
        p->read[end->who]++;
    return p->read[end->who] < p->n_chunks ? &p->chunks[p->read[end->who]] : NULL;
}

static ssize_t pull(gnutls_transport_ptr_t from, void *data, size_t size)
{
    end_t *end = from;
    peers_t *p = end->peers;
    const chunk_t *chunk = next_for(end);
    size_t part;

    if (chunk == NULL) {
        errno = EAGAIN;
        return -1;
    }
    part = chunk->size - p->offset[end->who];
    part = part < size ? part : size;
    memcpy(data, chunk->data + p->offset[end->who], part);
    p->offset[end->who] += part;
    if (end->datagrams || p->offset[end->who] == chunk->size) {
        p->read[end->who]++;
        p->offset[end->who] = 0;
    }
    return (ssize_t)part;
}

static int pull_timeout(gnutls_transport_ptr_t from, unsigned ms)
{
    (void)ms;
    return next_for(from) != NULL;
}

static int keep_keys(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    end_t *end = gnutls_transport_get_ptr(session);
    peers_t *p = end->peers;
    gnutls_datum_t client, server;
    size_t i;

    gnutls_session_get_random(session, &client, &server);
    if (p->keylog_size + strlen(label) + 2 * (client.size + secret->size) + 8 > sizeof(p->keylog))
        die("the key log is too long");
    p->keylog_size += (size_t)sprintf(p->keylog + p->keylog_size, "%s ", label);
    for (i = 0; i < client.size; i++)
        p->keylog_size += (size_t)sprintf(p->keylog + p->keylog_size, "%02x", client.data[i]);
    p->keylog_size += (size_t)sprintf(p->keylog + p->keylog_size, " ");
    for (i = 0; i < secret->size; i++)
        p->keylog_size += (size_t)sprintf(p->keylog + p->keylog_size, "%02x", secret->data[i]);
    p->keylog_size += (size_t)sprintf(p->keylog + p->keylog_size, "\n");
    return 0;
}

static int store(void *to, gnutls_datum_t key, gnutls_datum_t value)
{
    (void)to;
    if (n_cached == sizeof(cache) / sizeof(cache[0]))
        return -1;
    cache[n_cached].key.data = gnutls_malloc(key.size);
    cache[n_cached].value.data = gnutls_malloc(value.size);
    memcpy(cache[n_cached].key.data, key.data, key.size);
    memcpy(cache[n_cached].value.data, value.data, value.size);
    cache[n_cached].key.size = key.size;
    cache[n_cached++].value.size = value.size;
    return 0;
}

static gnutls_datum_t retrieve(void *from, gnutls_datum_t key)
{
    gnutls_datum_t value = { NULL, 0 };
    size_t i;

    (void)from;
    for (i = 0; i < n_cached; i++) {
        if (cache[i].key.size == key.size && memcmp(cache[i].key.data, key.data, key.size) == 0) {
            value.data = gnutls_malloc(cache[i].value.size);
            memcpy(value.data, cache[i].value.data, cache[i].value.size);
            value.size = cache[i].value.size;
        }
    }
    return value;
}

static int forget(void *from, gnutls_datum_t key)
{
    (void)from;
    (void)key;
    return 0;
}

static int never_seen(void *to, time_t until, const gnutls_datum_t *key,
                      const gnutls_datum_t *value)
{
    (void)to;
    (void)until;
    (void)key;
    (void)value;
    return 0;
}

static int refuse(gnutls_session_t session)
{
    (void)session;
    return -1;
}

static void credentials(gnutls_certificate_credentials_t *out, const issued_t *own)
{
    must(gnutls_certificate_allocate_credentials(out));
    if (own != NULL) {
        gnutls_x509_crt_t chain[2] = { own->crt, root.crt };
        must(gnutls_certificate_set_x509_key(*out, chain, 2, own->key));
    }
    must(gnutls_certificate_set_x509_trust(*out, &root.crt, 1));
}

void peers_start(void)
{
    const cert_spec_t ca = { .cn = "root", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 };
    const cert_spec_t of_client = { .cn = "client", .pk = GNUTLS_PK_RSA, .bits = 2048 };
    const cert_spec_t of_server = { .cn = "server", .dns = "server.example", .pk = GNUTLS_PK_RSA,
                                    .bits = 2048 };

    cert_issue(&root, &ca, NULL);
    cert_issue(&client_issued, &of_client, &root);
    cert_issue(&server_issued, &of_server, &root);
    credentials(&client_with, &client_issued);
    credentials(&client_without, NULL);
    credentials(&server_all, &server_issued);
    credentials(&server_none, &server_issued);
    gnutls_certificate_set_verify_function(server_none, refuse);
    must(gnutls_session_ticket_key_generate(&ticket_key));
    must(gnutls_key_generate(&cookie_key, GNUTLS_COOKIE_KEY_SIZE));
}

void peers_stop(void)
{
    size_t i;

    gnutls_certificate_free_credentials(client_with);
    gnutls_certificate_free_credentials(client_without);
    gnutls_certificate_free_credentials(server_all);
    gnutls_certificate_free_credentials(server_none);
    gnutls_free(ticket_key.data);
    gnutls_free(cookie_key.data);
    cert_free(&root);
    cert_free(&client_issued);
    cert_free(&server_issued);
    for (i = 0; i < n_cached; i++) {
        gnutls_free(cache[i].key.data);
        gnutls_free(cache[i].value.data);
    }
    n_cached = 0;
}

gnutls_datum_t peers_client_leaf(void)
{
    return client_issued.der;
}

gnutls_datum_t peers_server_leaf(void)
{
    return server_issued.der;
}

static gnutls_session_t open_end(end_t *end, const peers_options_t *o, unsigned flags)
{
    bool server = end->who == PEERS_SERVER;
    const char *priority = !server && o->client_priority != NULL ? o->client_priority : o->priority;
    gnutls_datum_t protocol = { (unsigned char *)(uintptr_t)"h2", 2 };
    gnutls_session_t session;

    must(gnutls_init(&session, flags | GNUTLS_NO_SIGNAL | (server ? GNUTLS_SERVER : GNUTLS_CLIENT)
                                   | (o->datagrams ? GNUTLS_DATAGRAM | GNUTLS_NONBLOCK : 0)
                                   | (o->post_auth ? GNUTLS_POST_HANDSHAKE_AUTH : 0)
                                   | (o->one_share ? GNUTLS_KEY_SHARE_TOP : 0)
                                   | (o->early_data ? GNUTLS_ENABLE_EARLY_DATA : 0)
                                   | (o->no_tickets ? GNUTLS_NO_TICKETS : 0)));
    must(gnutls_priority_set_direct(session, priority, NULL));
    gnutls_transport_set_ptr(session, end);
    gnutls_transport_set_push_function(session, push);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_pull_timeout_function(session, pull_timeout);
    gnutls_session_set_keylog_function(session, keep_keys);
    if (o->datagrams)
        gnutls_dtls_set_timeouts(session, 600000, 6000000); /* nothing gets lost here */
    else
        gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
    must(gnutls_alpn_set_protocols(session, &protocol, 1, 0));
    if (o->datagrams && o->mtu > 0)
        gnutls_dtls_set_mtu(session, o->mtu);
    return session;
}

static bool fatal(int status)
{
    return status < 0 && gnutls_error_is_fatal(status) != 0;
}

/* Both shake hands until both are done, or one will not. */
static bool shake(gnutls_session_t client, gnutls_session_t server)
{
    int c = GNUTLS_E_AGAIN, s = GNUTLS_E_AGAIN, rounds;

    for (rounds = 0; rounds < 200 && (c != 0 || s != 0); rounds++) {
        if (c != 0 && !fatal(c))
            c = gnutls_handshake(client);
        if (s != 0 && !fatal(s))
            s = gnutls_handshake(server);
        if (fatal(s))
            (void)gnutls_alert_send_appropriate(server, s);
        if (fatal(c))
            (void)gnutls_alert_send_appropriate(client, c);
        if (fatal(c) || fatal(s)) {
            printf("# client %s, server %s\n", gnutls_strerror(c), gnutls_strerror(s));
            return false;
        }
    }
    return c == 0 && s == 0;
}

static void talk(gnutls_session_t from, gnutls_session_t to, size_t size)
{
    char text[20000] = "hello";
    size_t sent = 0, got = 0;
    int rounds;

    while (sent < size) {
        ssize_t part = gnutls_record_send(from, text + sent, size - sent);
        if (part < 0)
            return;
        sent += (size_t)part;
    }
    for (rounds = 0; rounds < 100 && got < size; rounds++) {
        ssize_t part = gnutls_record_recv(to, text, sizeof(text));
        if (part > 0)
            got += (size_t)part;
        else if (part == 0 || (part < 0 && gnutls_error_is_fatal((int)part)))
            return;
    }
}

static void cookie(peers_t *p, end_t *end, gnutls_session_t client, gnutls_session_t server)
{
    gnutls_dtls_prestate_st state = { 0 };
    char address[] = "client";
    const chunk_t *chunk;

    (void)gnutls_handshake(client);
    chunk = next_for(end);
    if (chunk == NULL
        || gnutls_dtls_cookie_verify(&cookie_key, address, sizeof(address), chunk->data,
                                     chunk->size, &state) >= 0)
        die("a cookie that nobody gave");
    must(gnutls_dtls_cookie_send(&cookie_key, address, sizeof(address), &state, end, push));
    p->read[PEERS_SERVER]++;
    (void)gnutls_handshake(client);
    chunk = next_for(end);
    if (chunk == NULL)
        die("the client does not repeat its hello");
    must(gnutls_dtls_cookie_verify(&cookie_key, address, sizeof(address), chunk->data, chunk->size,
                                   &state));
    gnutls_dtls_prestate_set(server, &state);
}

static void again(const peers_options_t *o, gnutls_session_t client, gnutls_session_t server)
{
    char byte[64];

    gnutls_certificate_server_set_request(server, GNUTLS_CERT_REQUIRE);
    if (o->server_asks) {
        must(gnutls_rehandshake(server));
        if (gnutls_record_recv(client, byte, sizeof(byte)) != GNUTLS_E_REHANDSHAKE)
            die("no HelloRequest");
    } else {
        (void)gnutls_handshake(client);
        if (gnutls_record_recv(server, byte, sizeof(byte)) != GNUTLS_E_REHANDSHAKE)
            die("no second ClientHello");
    }
    if (!shake(client, server))
        die("the second handshake failed");
}

static void authenticate(gnutls_session_t client, gnutls_session_t server)
{
    char byte[64];
    int c = GNUTLS_E_AGAIN, s, rounds = 0;

    gnutls_certificate_server_set_request(server, GNUTLS_CERT_REQUEST);
    s = gnutls_reauth(server, 0);
    if (gnutls_record_recv(client, byte, sizeof(byte)) != GNUTLS_E_REAUTH_REQUEST)
        die("no request behind the handshake");
    while ((c != 0 || s != 0) && rounds++ < 50) {
        if (c != 0)
            c = gnutls_reauth(client, 0);
        if (s != 0)
            s = gnutls_reauth(server, 0);
    }
    if (c != 0 || s != 0)
        die("authentication behind the handshake failed");
}

static void ask(peers_t *p, gnutls_session_t client, gnutls_session_t server)
{
    const gnutls_datum_t *chain;
    unsigned count = 0;

    p->resumed = gnutls_session_is_resumed(server) != 0;
    p->version = gnutls_protocol_get_version(client);
    chain = gnutls_certificate_get_peers(server, &count);
    if (chain != NULL && count > 0) {
        p->seen_by_server.data = malloc(chain[0].size);
        if (p->seen_by_server.data == NULL)
            die("no memory");
        memcpy(p->seen_by_server.data, chain[0].data, chain[0].size);
        p->seen_by_server.size = chain[0].size;
        p->n_seen_by_server = count;
    }
}

void peers_run(peers_t *p, const peers_options_t *o)
{
    end_t client_end = { p, PEERS_CLIENT, o->datagrams };
    end_t server_end = { p, PEERS_SERVER, o->datagrams };
    gnutls_session_t client, server;
    gnutls_anti_replay_t replay = NULL;

    memset(p, 0, sizeof(*p));
    client = open_end(&client_end, o, 0);
    server = open_end(&server_end, o, 0);
    if (!o->no_tickets)
        must(gnutls_session_ticket_enable_server(server, &ticket_key));
    gnutls_db_set_store_function(server, store);
    gnutls_db_set_retrieve_function(server, retrieve);
    gnutls_db_set_remove_function(server, forget);
    must(gnutls_server_name_set(client, GNUTLS_NAME_DNS, "server.example", 14));
    must(gnutls_credentials_set(client, GNUTLS_CRD_CERTIFICATE,
                                o->certificate ? client_with : client_without));
    must(gnutls_credentials_set(server, GNUTLS_CRD_CERTIFICATE,
                                o->refuse ? server_none : server_all));
    gnutls_certificate_server_set_request(server, o->request);
    if (o->resume != NULL)
        must(gnutls_session_set_data(client, o->resume->data, o->resume->size));
    if (o->early_data) {
        must(gnutls_anti_replay_init(&replay));
        gnutls_anti_replay_set_add_function(replay, never_seen);
        gnutls_anti_replay_enable(server, replay);
        must(gnutls_record_set_max_early_data_size(server, 1000));
    }
    if (o->early_data && o->resume != NULL)
        must((int)gnutls_record_send_early_data(client, "early", 5));
    if (o->cookie)
        cookie(p, &server_end, client, server);
    p->done = shake(client, server);
    if (p->done) {
        talk(client, server, 5);
        talk(server, client, o->datagrams ? 100 : 20000);
        if (o->update) {
            must(gnutls_session_key_update(client, GNUTLS_KU_PEER));
            talk(client, server, 5);
            talk(server, client, 5);
            talk(client, server, 5);
        }
        if (o->renegotiate)
            again(o, client, server);
        if (o->post_auth)
            authenticate(client, server);
        if (!o->datagrams)
            talk(client, server, 5);
        ask(p, client, server);
        must(gnutls_session_get_data2(client, &p->session));
        (void)gnutls_bye(client, GNUTLS_SHUT_WR);
    }
    gnutls_deinit(client);
    gnutls_deinit(server);
    gnutls_anti_replay_deinit(replay);
}

void peers_free(peers_t *p)
{
    size_t i;

    for (i = 0; i < p->n_chunks; i++)
        free(p->chunks[i].data);
    free(p->chunks);
    gnutls_free(p->session.data);
    free(p->seen_by_server.data);
}
