/* SPDX-License-Identifier: BSD-2-Clause */
/* talk_gnutls.c - see talk.h: two sessions of GnuTLS with a queue each way. */
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/dtls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "captures/talk.h"

/* What waits for an end: octets, or datagrams with their size before them. */
typedef struct queue {
    uint8_t *data;
    size_t at, size;
} queue_t;

typedef struct end {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    queue_t in;
    struct end *other;
    unsigned self;
    transcript_t *transcript;
    memory_of_talks_t *memory;
} end_t;

static void must(int ret, const char *what)
{
    if (ret >= 0)
        return;
    fprintf(stderr, "talk: %s: %s\n", what, gnutls_strerror(ret));
    exit(99);
}

/* ---- the wire --------------------------------------------------------------------------------- */

static void put(queue_t *queue, const void *data, size_t size)
{
    queue->data = realloc(queue->data, queue->size + size + 1);
    if (queue->data == NULL)
        abort();
    memcpy(queue->data + queue->size, data, size);
    queue->size += size;
}

static ssize_t push(gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
    end_t *end = pointer;

    if (end->transcript->datagrams)
        put(&end->other->in, &size, sizeof(size));
    put(&end->other->in, data, size);
    transcript_add(end->transcript, end->self, data, size);
    return (ssize_t)size;
}

static ssize_t pull(gnutls_transport_ptr_t pointer, void *data, size_t room)
{
    end_t *end = pointer;
    queue_t *in = &end->in;
    size_t size = in->size - in->at;

    if (size == 0) {
        gnutls_transport_set_errno(end->session, EAGAIN);
        return -1;
    }
    if (end->transcript->datagrams) {
        memcpy(&size, in->data + in->at, sizeof(size));
        in->at += sizeof(size);
    } else if (size > room) {
        size = room;
    }
    memcpy(data, in->data + in->at, size < room ? size : room);
    in->at += size;
    return (ssize_t)(size < room ? size : room);
}

static int pull_timeout(gnutls_transport_ptr_t pointer, unsigned ms)
{
    const end_t *end = pointer;

    (void)ms;
    return end->in.size > end->in.at;
}

/* ---- sessions that are remembered ------------------------------------------------------------- */

static gnutls_datum_t copy(gnutls_datum_t from)
{
    gnutls_datum_t made = {gnutls_malloc(from.size + 1), from.size};

    if (made.data == NULL)
        abort();
    memcpy(made.data, from.data, from.size);
    return made;
}

static int remember(void *pointer, gnutls_datum_t key, gnutls_datum_t value)
{
    memory_of_talks_t *memory = pointer;

    if (memory->n == 16)
        return -1;
    memory->keys[memory->n] = copy(key);
    memory->values[memory->n++] = copy(value);
    return 0;
}

static gnutls_datum_t recall(void *pointer, gnutls_datum_t key)
{
    const memory_of_talks_t *memory = pointer;
    size_t i;

    for (i = 0; i < memory->n; i++)
        if (memory->keys[i].size == key.size &&
            memcmp(memory->keys[i].data, key.data, key.size) == 0)
            return copy(memory->values[i]);
    return (gnutls_datum_t){NULL, 0};
}

static int forget(void *pointer, gnutls_datum_t key)
{
    (void)pointer;
    (void)key;
    return 0;
}

void memory_of_talks_free(memory_of_talks_t *memory)
{
    size_t i;

    for (i = 0; i < memory->n; i++) {
        gnutls_free(memory->keys[i].data);
        gnutls_free(memory->values[i].data);
    }
    gnutls_free(memory->ticket_key.data);
    gnutls_free(memory->session.data);
    memset(memory, 0, sizeof(*memory));
}

/* ---- ends ------------------------------------------------------------------------------------- */

static gnutls_x509_crt_t read_again(const issued_t *issued)
{
    gnutls_x509_crt_t made;

    must(gnutls_x509_crt_init(&made), "certificate");
    must(gnutls_x509_crt_import(made, &issued->der, GNUTLS_X509_FMT_DER), "certificate");
    return made;
}

/* GnuTLS leaves out of a chain what it has not read itself: such certificates have no issuer to it. */
static void give(end_t *end, const issued_t *own, const issued_t *behind)
{
    gnutls_x509_crt_t chain[2] = {read_again(own), behind != NULL ? read_again(behind) : NULL};

    must(gnutls_certificate_set_x509_key(end->credentials, chain, behind != NULL ? 2 : 1, own->key),
         "certificate");
    gnutls_x509_crt_deinit(chain[0]);
    gnutls_x509_crt_deinit(chain[1]);
}

static int log_key(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    const end_t *end = gnutls_session_get_ptr(session);
    ma_buf_t *log = &end->transcript->keylog;
    gnutls_datum_t random, other;

    gnutls_session_get_random(session, &random, &other);
    ma_buf_printf(log, "%s ", label);
    ma_encode_hex(log, random.data, random.size, true);
    ma_buf_byte(log, ' ');
    ma_encode_hex(log, secret->data, secret->size, true);
    ma_buf_byte(log, '\n');
    return 0;
}

static void open_end(end_t *end, unsigned self, const talk_t *how, transcript_t *transcript)
{
    unsigned flags = (self == CLIENT ? GNUTLS_CLIENT : GNUTLS_SERVER) | GNUTLS_NONBLOCK;

    if (how->datagrams)
        flags |= GNUTLS_DATAGRAM;
    if (how->reauthenticate)
        flags |= GNUTLS_POST_HANDSHAKE_AUTH;
    if (how->retry && self == CLIENT)
        flags |= GNUTLS_KEY_SHARE_TOP;
    if (!how->tickets)
        flags |= GNUTLS_NO_TICKETS;
    end->self = self;
    end->transcript = transcript;
    end->memory = how->memory;
    must(gnutls_init(&end->session, flags), "init");
    must(gnutls_certificate_allocate_credentials(&end->credentials), "credentials");
    must(gnutls_priority_set_direct(end->session, how->priority, NULL), how->priority);
    must(gnutls_credentials_set(end->session, GNUTLS_CRD_CERTIFICATE, end->credentials), "set");
    gnutls_session_set_ptr(end->session, end);
    gnutls_transport_set_ptr(end->session, end);
    gnutls_transport_set_push_function(end->session, push);
    gnutls_transport_set_pull_function(end->session, pull);
    gnutls_transport_set_pull_timeout_function(end->session, pull_timeout);
    if (how->datagrams) {
        gnutls_dtls_set_mtu(end->session, 1200);
        gnutls_dtls_set_timeouts(end->session, 60000, 120000);
    } else {
        gnutls_handshake_set_timeout(end->session, GNUTLS_INDEFINITE_TIMEOUT);
    }
}

static void open_client(end_t *end, const talk_t *how, const people_t *people)
{
    gnutls_session_set_keylog_function(end->session, log_key);
    if (people->client != NULL)
        give(end, people->client, people->intermediate);
    if (how->sni != NULL)
        must(gnutls_server_name_set(end->session, GNUTLS_NAME_DNS, how->sni, strlen(how->sni)),
             "sni");
    if (how->resume && how->memory->session.size > 0)
        must(gnutls_session_set_data(end->session, how->memory->session.data,
                                     how->memory->session.size),
             "resume");
}

static void open_server(end_t *end, const talk_t *how, const people_t *people)
{
    give(end, people->server, NULL);
    gnutls_certificate_server_set_request(end->session,
                                          how->request ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
    if (how->retry) /* nothing that the client has a key share for */
        must(gnutls_priority_set_direct(end->session,
                                        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:"
                                        "+GROUP-SECP384R1",
                                        NULL),
             "retry");
    if (how->memory == NULL)
        return;
    if (how->tickets) {
        if (how->memory->ticket_key.size == 0)
            must(gnutls_session_ticket_key_generate(&how->memory->ticket_key), "ticket key");
        must(gnutls_session_ticket_enable_server(end->session, &how->memory->ticket_key), "ticket");
    } else {
        gnutls_db_set_ptr(end->session, how->memory);
        gnutls_db_set_store_function(end->session, remember);
        gnutls_db_set_retrieve_function(end->session, recall);
        gnutls_db_set_remove_function(end->session, forget);
    }
}

static void close_end(end_t *end)
{
    gnutls_deinit(end->session);
    gnutls_certificate_free_credentials(end->credentials);
    free(end->in.data);
}

/* ---- talking ---------------------------------------------------------------------------------- */

static bool waits(int ret)
{
    return ret == GNUTLS_E_AGAIN || ret == GNUTLS_E_INTERRUPTED;
}

static void shake(end_t *client, end_t *server)
{
    int mine = GNUTLS_E_AGAIN, theirs = GNUTLS_E_AGAIN;
    unsigned rounds;

    for (rounds = 0; rounds < 100 && (waits(mine) || waits(theirs)); rounds++) {
        if (waits(mine))
            mine = gnutls_handshake(client->session);
        if (waits(theirs))
            theirs = gnutls_handshake(server->session);
        if (mine == GNUTLS_E_WARNING_ALERT_RECEIVED)
            mine = GNUTLS_E_AGAIN;
    }
    must(mine, "client's handshake");
    must(theirs, "server's handshake");
}

/* Sends `size` octets, and lets the other end read them. */
static void send_data(end_t *from, end_t *to, size_t size)
{
    uint8_t data[16384], room[16384];
    size_t part, got = 0, sent = 0;
    ssize_t ret;

    memset(data, 'd', sizeof(data));
    while (sent < size) {
        part = size - sent < sizeof(data) ? size - sent : sizeof(data);
        if (from->transcript->datagrams && part > 1000)
            part = 1000;
        ret = gnutls_record_send(from->session, data, part);
        must((int)ret, "send");
        sent += (size_t)ret;
        do { /* tickets come between */
            ret = gnutls_record_recv(to->session, room, sizeof(room));
            got += ret > 0 ? (size_t)ret : 0;
        } while (ret > 0 || (ret == GNUTLS_E_AGAIN && to->in.at < to->in.size));
    }
    if (got != size) {
        fprintf(stderr, "talk: %zu octets of %zu came\n", got, size);
        exit(99);
    }
}

static void tell(const end_t *server, transcript_t *transcript, const talk_t *how, bool post)
{
    const bool is13 = gnutls_protocol_get_version(server->session) == GNUTLS_TLS1_3;
    outcome_t *outcome = transcript_outcome(transcript);
    unsigned count = 0;
    const gnutls_datum_t *leaf = gnutls_certificate_get_peers(server->session, &count);
    uint8_t digest[32];
    ma_buf_t hex;

    switch (gnutls_protocol_get_version(server->session)) {
    case GNUTLS_TLS1_0:
        outcome->version = "TLSv1";
        break;
    case GNUTLS_TLS1_1:
        outcome->version = "TLSv1.1";
        break;
    case GNUTLS_TLS1_2:
        outcome->version = "TLSv1.2";
        break;
    case GNUTLS_TLS1_3:
        outcome->version = "TLSv1.3";
        break;
    case GNUTLS_DTLS1_0:
        outcome->version = "DTLSv1";
        break;
    default:
        outcome->version = "DTLSv1.2";
    }
    outcome->resumed = !post && gnutls_session_is_resumed(server->session) != 0;
    if (count > 0) {
        must(gnutls_hash_fast(GNUTLS_DIG_SHA256, leaf->data, leaf->size, digest), "hash");
        ma_buf_init(&hex, 0);
        ma_encode_hex(&hex, digest, sizeof(digest), true);
        memcpy(outcome->sha256, ma_buf_string(&hex), 65);
        ma_buf_free(&hex);
    }
    if (outcome->resumed)
        outcome->visibility = "resumed:linked";
    else if (count > 0)
        outcome->visibility = "certificate";
    else if (how->request || post || (how->renegotiate && transcript->n_outcomes > 1))
        outcome->visibility = "none_sent";
    else
        outcome->visibility = "not_requested";
    outcome->blind = outcome->visibility;
    if (is13 || transcript->n_outcomes > 1)
        outcome->blind = post ? "absent" : "encrypted";
    if (how->memory != NULL && !outcome->resumed)
        memcpy(how->memory->sha256, outcome->sha256, sizeof(outcome->sha256));
    if (outcome->resumed && how->memory != NULL)
        memcpy(outcome->sha256, how->memory->sha256, sizeof(outcome->sha256));
}

static void renegotiate(end_t *client, end_t *server)
{
    uint8_t room[64];

    gnutls_certificate_server_set_request(server->session, GNUTLS_CERT_REQUEST);
    must(gnutls_rehandshake(server->session), "rehandshake");
    if (gnutls_record_recv(client->session, room, sizeof(room)) != GNUTLS_E_REHANDSHAKE)
        must(GNUTLS_E_INTERNAL_ERROR, "the client sees the request");
    shake(client, server);
}

static void reauthenticate(end_t *client, end_t *server)
{
    uint8_t room[64];
    int theirs = GNUTLS_E_AGAIN, mine = 0;
    unsigned rounds;

    gnutls_certificate_server_set_request(server->session, GNUTLS_CERT_REQUEST);
    for (rounds = 0; rounds < 20 && waits(theirs); rounds++) {
        theirs = gnutls_reauth(server->session, 0);
        mine = (int)gnutls_record_recv(client->session, room, sizeof(room));
        if (mine == GNUTLS_E_REAUTH_REQUEST)
            must(gnutls_reauth(client->session, 0), "the client's reauthentication");
    }
    must(theirs, "reauthentication");
}

void talk_gnutls(const talk_t *how, const people_t *people, transcript_t *out)
{
    end_t client = {0}, server = {0};

    transcript_init(out, how->datagrams);
    client.other = &server;
    server.other = &client;
    open_end(&client, CLIENT, how, out);
    open_end(&server, SERVER, how, out);
    open_client(&client, how, people);
    open_server(&server, how, people);
    shake(&client, &server);
    tell(&server, out, how, false);
    send_data(&client, &server, how->up > 0 ? how->up : 1);
    send_data(&server, &client, how->down > 0 ? how->down : 1);
    if (how->renegotiate) {
        renegotiate(&client, &server);
        tell(&server, out, how, false);
        send_data(&client, &server, 20);
    }
    if (how->reauthenticate) {
        reauthenticate(&client, &server);
        tell(&server, out, how, true);
        send_data(&client, &server, 20);
    }
    if (how->memory != NULL && !how->resume) {
        gnutls_free(how->memory->session.data);
        how->memory->session = (gnutls_datum_t){NULL, 0};
        must(gnutls_session_get_data2(client.session, &how->memory->session), "session");
    }
    if (!how->datagrams) {
        (void)gnutls_bye(client.session, GNUTLS_SHUT_WR);
        (void)gnutls_bye(server.session, GNUTLS_SHUT_WR);
    }
    close_end(&client);
    close_end(&server);
}
