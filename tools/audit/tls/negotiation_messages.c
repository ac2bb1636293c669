/* SPDX-License-Identifier: BSD-2-Clause */
/* negotiation_messages.c - what each handshake message says. See negotiation.h. */
#include <stdlib.h>
#include <string.h>

#include "audit/tls/certificates.h"
#include "audit/tls/hello.h"
#include "audit/tls/negotiation_state.h"
#include "audit/tls/wire.h"

enum message {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    HELLO_VERIFY_REQUEST = 3,
    NEW_SESSION_TICKET = 4,
    ENCRYPTED_EXTENSIONS = 8,
    CERTIFICATE = 11,
    CERTIFICATE_REQUEST = 13,
    SERVER_HELLO_DONE = 14,
    CLIENT_KEY_EXCHANGE = 16,
    FINISHED = 20,
    COMPRESSED_CERTIFICATE = 25
};

bool negotiation_wants(const negotiation_t *n, unsigned from, uint8_t type)
{
    bool of_server = n->index > 0 && from != n->client;
    bool tls13 = n->handshake != NULL && version_is_13(n->handshake->version);

    switch (type) {
    case CLIENT_HELLO:
    case SERVER_HELLO:
        return true;
    case NEW_SESSION_TICKET:
    case ENCRYPTED_EXTENSIONS:
        return of_server;
    case CERTIFICATE:
    case COMPRESSED_CERTIFICATE:
        return !of_server;
    case CERTIFICATE_REQUEST:
        return of_server && tls13;
    default:
        return false;
    }
}

static void client_hello(negotiation_t *n, unsigned from, ma_bytes_t body, const packet_t *packet)
{
    progress_t *p = &n->progress;
    client_hello_t hello;
    handshake_t *h;
    bool of_server = n->has_client && from != n->client;
    bool readable = client_hello_read(body, n->carrier == CARRIER_DTLS, &hello);
    bool late = n->open && readable && from == n->client && !p->client_hello;
    bool again = n->open && readable && from == n->client && !p->server_hello
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): open: there is one */
        && (n->handshake->hello_retry || p->cookie
            || memcmp(n->handshake->client_random, hello.random, 32) == 0);

    if (of_server) {
        negotiation_lost(n, from, "both ends sent a ClientHello", packet);
        return;
    }
    if (!again && !late
        && !negotiation_begin(n, n->finished ? HANDSHAKE_RENEGOTIATION : HANDSHAKE_FIRST, from,
                              packet))
        return;
    negotiation_seen(n, packet);
    if (!readable) {
        negotiation_lost(n, from, "the ClientHello is malformed", packet);
        return;
    }
    h = n->handshake;
    p->cookie = false;
    p->client_hello = true;
    memcpy(h->client_random, hello.random, 32);
    h->sni = again && ma_bytes_equal(h->sni, hello.sni) ? h->sni : negotiation_keep(n, hello.sni);
    if (!again || !ma_bytes_equal(h->offered_id, hello.session_id))
        h->offered_id = negotiation_keep(n, hello.session_id);
    if (hello.ticket.size <= HANDSHAKE_MAX_TICKET && !again && !version_is_13(h->version))
        h->offered_ticket = negotiation_keep(n, hello.ticket);
    p->identities = negotiation_keep(n, hello.identities);
    if (h->sni.size != hello.sni.size || p->identities.size != hello.identities.size)
        p->problem = "the ClientHello is more than is kept";
    p->early_data = hello.early_data && !h->hello_retry;
}

/* In TLS 1.3 the PSK that was taken is what resumes; in TLS 1.2 what follows tells. */
static void server_hello_13(negotiation_t *n, const server_hello_t *hello)
{
    handshake_t *h = n->handshake;
    ma_bytes_t identity;

    h->offered_ticket = (ma_bytes_t) { NULL, 0 };
    h->resumed = hello->psk;
    if (!hello->psk)
        return;
    identity = psk_identity(n->progress.identities, hello->identity);
    if (identity.size <= HANDSHAKE_MAX_TICKET)
        h->offered_ticket = identity; /* kept with the others */
}

static void server_hello(negotiation_t *n, unsigned from, ma_bytes_t body, const packet_t *packet)
{
    progress_t *p = &n->progress;
    server_hello_t hello;
    handshake_t *h;

    if (n->has_client && from == n->client) {
        negotiation_lost(n, from, "the client sent a ServerHello", packet);
        return;
    }
    if ((!n->open || n->progress.server_hello)
        && !negotiation_begin(n, n->finished ? HANDSHAKE_RENEGOTIATION : HANDSHAKE_FIRST,
                              1 - from, packet))
        return;
    h = n->handshake;
    negotiation_seen(n, packet);
    if (!server_hello_read(body, &hello)) {
        negotiation_lost(n, from, "the ServerHello is malformed", packet);
        return;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): negotiation_begin() made it */
    h->cipher_suite = hello.cipher_suite;
    if (hello.retry) {
        h->hello_retry = true;
        p->early_data = false;
        return;
    }
    p->server_hello = true;
    h->version = hello.version;
    memcpy(h->server_random, hello.random, 32);
    h->alpn = negotiation_keep(n, hello.alpn);
    p->encrypt_then_mac = hello.encrypt_then_mac;
    p->certificate_type = hello.client_certificate_type;
    if (version_is_13(h->version))
        server_hello_13(n, &hello);
    else
        h->session_id = negotiation_keep(n, hello.session_id);
}

static void encrypted_extensions(negotiation_t *n, unsigned from, ma_bytes_t body,
                                 const packet_t *packet)
{
    server_hello_t hello;

    if (!encrypted_extensions_read(body, &hello)) {
        negotiation_lost(n, from, "EncryptedExtensions are malformed", packet);
        return;
    }
    n->handshake->alpn = negotiation_keep(n, hello.alpn);
    n->progress.certificate_type = hello.client_certificate_type;
}

static void keep_certificates(negotiation_t *n, const certificates_t *from)
{
    handshake_t *h = n->handshake;
    size_t i;

    for (i = 0; i < from->count; i++) {
        h->certificates[i] = negotiation_keep(n, from->list[i]);
        if (h->certificates[i].size == 0) {
            n->progress.problem = "out of memory";
            return;
        }
    }
    h->n_certificates = from->count;
    h->n_left_out = from->n_left_out;
    n->progress.given = true;
}

static const char *other_type(uint8_t type)
{
    return type == CERTIFICATE_RAW_KEY ? "the client authenticates with a raw public key"
                                       : "the client's certificate is none of X.509";
}

/* The client's Certificate. The first counts: no handshake has two. */
static void client_certificate(negotiation_t *n, ma_bytes_t body, const packet_t *packet)
{
    progress_t *p = &n->progress;
    handshake_t *h = n->handshake;
    bool tls13 = version_is_13(h->version);
    certificates_t found;

    if (p->given || p->empty || p->problem != NULL)
        return;
    h->certificate = place_of(packet);
    if (p->certificate_type != CERTIFICATE_X509)
        p->problem = other_type(p->certificate_type);
    else if (!certificates_read(body, tls13, &found))
        p->problem = "the client's Certificate is malformed";
    else if (found.count > 0)
        keep_certificates(n, &found);
    else if (found.n_left_out > 0)
        p->problem = "the client's certificate is too large";
    else
        p->empty = true;
}

/* Behind a TLS 1.3 handshake: the answer to a request, which may be another one than the last. */
static bool is_answer(negotiation_t *n, unsigned from, ma_bytes_t context, const packet_t *packet)
{
    if (n->open && !n->progress.awaits_verdict && n->handshake->kind != HANDSHAKE_POST)
        return true;
    if (n->open && n->handshake->kind == HANDSHAKE_POST && !n->progress.given
        && ma_bytes_equal(n->progress.context, context))
        return true;
    if (context.size == 0 || !negotiation_begin(n, HANDSHAKE_POST, from, packet))
        return false;
    n->handshake->requested = true;
    return true;
}

static void certificate(negotiation_t *n, unsigned from, ma_bytes_t body, const packet_t *packet)
{
    wire_t in = wire(body);

    if (from != n->client) {
        n->progress.server_certificate = true;
        return;
    }
    if (version_is_13(n->handshake->version)
        && !is_answer(n, from, wire_vector(&in, 1), packet))
        return;
    client_certificate(n, body, packet);
}

static void compressed_certificate(negotiation_t *n, unsigned from, ma_bytes_t body,
                                   const packet_t *packet)
{
    const char *problem;
    uint8_t *message = NULL;
    size_t size = 0;

    if (from != n->client)
        return;
    problem = certificates_expand(body, &message, &size);
    if (problem == NULL) {
        certificate(n, from, (ma_bytes_t) { message, size }, packet);
    } else if (n->open && !n->progress.awaits_verdict && !n->progress.given
               && !n->progress.empty) {
        n->handshake->certificate = place_of(packet);
        n->progress.problem = problem;
    }
    free(message);
}

static void certificate_request(negotiation_t *n, ma_bytes_t body, const packet_t *packet)
{
    wire_t in = wire(body);
    ma_bytes_t context = { NULL, 0 };

    if (version_is_13(n->handshake->version))
        context = wire_vector(&in, 1);
    if (context.size > 0) {
        if (!negotiation_begin(n, HANDSHAKE_POST, n->client, packet))
            return;
        n->progress.context = negotiation_keep(n, context);
        n->progress.certificate_type = CERTIFICATE_X509;
    }
    if (n->open)
        n->handshake->requested = true;
}

static void new_ticket(negotiation_t *n, ma_bytes_t body)
{
    handshake_t *h = n->handshake;
    wire_t in = wire(body);
    ma_bytes_t ticket;

    (void)wire_number(&in, 4);
    if (version_is_13(h->version)) {
        (void)wire_number(&in, 4);
        (void)wire_vector(&in, 1);
    }
    ticket = wire_vector(&in, 2);
    if (in.failed || ticket.size == 0 || ticket.size > HANDSHAKE_MAX_TICKET)
        return;
    if (n->open && h->kind != HANDSHAKE_POST) {
        if (h->n_tickets < HANDSHAKE_MAX_TICKETS) {
            h->tickets[h->n_tickets] = negotiation_keep(n, ticket);
            h->n_tickets += h->tickets[h->n_tickets].size > 0;
        }
    } else if (n->sink->ticket != NULL) {
        n->sink->ticket(n->sink->context, n->flow, h->client_random, ticket);
    }
}

/* The server's part is over. Was all of it read, its request would have been seen. */
static void server_done(negotiation_t *n, unsigned from)
{
    progress_t *p = &n->progress;

    p->server_done = true;
    p->request_visible = p->server_hello && !p->lost[from] && !p->hidden[from];
}

static void finished(negotiation_t *n, unsigned from, const packet_t *packet)
{
    handshake_t *h = n->handshake;

    if (!version_is_13(h->version)) {
        if (n->progress.changed[from])
            negotiation_encrypted(n, from, "", packet);
    } else if (from != h->client) {
        server_done(n, from);
    } else {
        n->progress.client_key = true;
        h->finished = !n->progress.lost[from];
        if (n->carrier == CARRIER_TLS && h->kind != HANDSHAKE_POST)
            n->progress.awaits_verdict = true;
        else
            negotiation_hand_on(n);
    }
}

static void in_handshake(negotiation_t *n, unsigned from, uint8_t type, const packet_t *packet)
{
    progress_t *p = &n->progress;

    switch (type) {
    case HELLO_VERIFY_REQUEST:
        p->cookie = n->carrier == CARRIER_DTLS && from != n->client;
        break;
    case SERVER_HELLO_DONE:
        if (from != n->client && !version_is_13(n->handshake->version))
            server_done(n, from);
        break;
    case CLIENT_KEY_EXCHANGE:
        p->client_key = p->client_key || from == n->client;
        break;
    case FINISHED:
        finished(n, from, packet);
        break;
    default:
        break;
    }
}

/* What comes when a TLS 1.3 handshake is over, but for the server's word. */
static void behind_13(negotiation_t *n, unsigned from, uint8_t type, ma_bytes_t body)
{
    if (from != n->client && type == NEW_SESSION_TICKET)
        new_ticket(n, body);
    negotiation_hand_on(n);
}

void negotiation_message(negotiation_t *n, unsigned from, uint8_t type, ma_bytes_t body,
                         bool decrypted, const packet_t *packet)
{
    bool tls13 = n->handshake != NULL && version_is_13(n->handshake->version);

    if (type == CLIENT_HELLO) {
        client_hello(n, from, body, packet);
    } else if (type == SERVER_HELLO) {
        server_hello(n, from, body, packet);
    } else if (n->handshake == NULL || n->index == 0) {
        return;
    } else if (tls13 && !decrypted) {
        negotiation_lost(n, from, "a message that TLS 1.3 encrypts came in clear", packet);
        return;
    } else if (n->open && n->progress.awaits_verdict && type != CERTIFICATE_REQUEST
               && type != CERTIFICATE && type != COMPRESSED_CERTIFICATE) {
        behind_13(n, from, type, body);
        return;
    } else if (type == CERTIFICATE && (tls13 || n->open)) {
        certificate(n, from, body, packet);
    } else if (type == COMPRESSED_CERTIFICATE && tls13) {
        compressed_certificate(n, from, body, packet);
    } else if (type == CERTIFICATE_REQUEST && from != n->client && (tls13 || n->open)) {
        certificate_request(n, body, packet);
    } else if (type == NEW_SESSION_TICKET && from != n->client) {
        new_ticket(n, body);
    } else if (type == ENCRYPTED_EXTENSIONS && from != n->client && n->open
               && tls13) {
        encrypted_extensions(n, from, body, packet);
    } else if (n->open) {
        in_handshake(n, from, type, packet);
    }
    if (n->open) {
        negotiation_seen(n, packet);
        if (decrypted && (tls13 || n->handshake->kind != HANDSHAKE_FIRST))
            n->handshake->decrypted = true;
    }
}
