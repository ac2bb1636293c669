/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-connection.c - see https-connection.h.
 *
 * The client is asked for a certificate and may come without one; whether that is enough is for
 * the policy to say. GnuTLS checks in the handshake that the client holds the certificate's key,
 * and nothing else of it.
 */
#include "https-connection.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 16384u
#define REQUESTS_MAX 1000u
#define PATIENCE_MS 10000 /* for a handshake, for a request to arrive, for an answer to leave */

typedef struct connection {
    const service_t *service;
    const struct sockaddr_storage *address;
    struct sockaddr_storage server; /* what the client reached */
    int fd;
    gnutls_session_t session;
    mtlsauth_request_t *request;
    size_t filled; /* bytes in `head`; what follows a head is the next request's */
    char head[HEAD_MAX];
} connection_t;

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* After a GnuTLS call that would block: waits until it may go on. False when time is up. */
static bool wait_until(const connection_t *c, int64_t deadline)
{
    short wanted = gnutls_record_get_direction(c->session) ? POLLOUT : POLLIN;
    struct pollfd fd = { .fd = c->fd, .events = wanted };
    int64_t left = deadline - now_ms();

    return left > 0 && poll(&fd, 1, (int)left) > 0;
}

static bool would_block(ssize_t ret)
{
    return ret == GNUTLS_E_AGAIN || ret == GNUTLS_E_INTERRUPTED;
}

/* A client whose certificate GnuTLS itself cannot read ends here; no policy gets to see it. */
static bool shake_hands(connection_t *c)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    int ret;

    while ((ret = gnutls_handshake(c->session)) != GNUTLS_E_SUCCESS) {
        if (gnutls_error_is_fatal(ret)) {
            fprintf(stderr, "no handshake: %s\n", gnutls_strerror(ret));
            (void)gnutls_alert_send_appropriate(c->session, ret);
            return false;
        }
        if (now_ms() >= deadline || (would_block(ret) && !wait_until(c, deadline))) {
            fprintf(stderr, "no handshake: the client took too long\n");
            return false;
        }
    }
    return true;
}

/* Reads until a head is there; returns its size, 0 if none came, or HEAD_MAX + 1 if too long. */
static size_t read_head(connection_t *c)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    size_t size;
    ssize_t ret;

    while ((size = http_head_size(c->head, c->filled)) == 0) {
        if (c->filled == HEAD_MAX)
            return HEAD_MAX + 1;
        ret = gnutls_record_recv(c->session, c->head + c->filled, HEAD_MAX - c->filled);
        if (ret > 0)
            c->filled += (size_t)ret;
        else if (!would_block(ret) || !wait_until(c, deadline))
            return 0;
    }
    return size;
}

static bool send_all(connection_t *c, const char *bytes, size_t size)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    ssize_t ret;

    while (size > 0) {
        ret = gnutls_record_send(c->session, bytes, size);
        if (ret > 0) {
            bytes += ret;
            size -= (size_t)ret;
        } else if (!would_block(ret) || !wait_until(c, deadline)) {
            return false;
        }
    }
    return true;
}

static bool answer(connection_t *c, const char *status, const char *body, bool keep_alive,
                   bool only_head)
{
    char text[1024];
    int n = snprintf(text, sizeof(text),
                     "HTTP/1.1 %s\r\n"
                     "Content-Type: text/plain\r\n"
                     "X-Content-Type-Options: nosniff\r\n"
                     "Cache-Control: no-store\r\n"
                     "Connection: %s\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     status, keep_alive ? "keep-alive" : "close", strlen(body),
                     only_head ? "" : body);

    return n > 0 && (size_t)n < sizeof(text) && send_all(c, text, (size_t)n);
}

/* Why a client is denied is for the log; the client learns that it is. */
static bool answer_request(connection_t *c, const http_head_t *head)
{
    const auth_client_t client = {
        .session = c->session, .address = c->address, .server = &c->server
    };
    bool only_head = http_text_is(head->method, "HEAD");
    char subject[256];
    char body[300];

    if (!auth_ask(&c->service->auth, c->request, &client, head))
        return answer(c, "403 Forbidden", "forbidden\n", head->keep_alive, only_head);
    auth_subject(c->session, subject, sizeof(subject));
    snprintf(body, sizeof(body), "hello, %s\n", subject);
    return answer(c, "200 OK", body, head->keep_alive, only_head);
}

/* Serves one request. False if it was the last. */
static bool serve_request(connection_t *c)
{
    http_head_t head;
    size_t size = read_head(c);
    bool more;

    if (size == 0)
        return false;
    if (size > HEAD_MAX) {
        (void)answer(c, "431 Request Header Fields Too Large", "too large\n", false, false);
        return false;
    }
    if (!http_head_parse(c->head, size, &head)) {
        (void)answer(c, "400 Bad Request", "bad request\n", false, false);
        return false;
    }
    more = answer_request(c, &head) && head.keep_alive;
    c->filled -= size;
    memmove(c->head, c->head + size, c->filled);
    return more;
}

static bool prepare_session(connection_t *c)
{
    unsigned char name[] = "http/1.1"; /* GnuTLS keeps a copy */
    const gnutls_datum_t protocol = { name, sizeof(name) - 1 };
    const unsigned flags = GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL;

    if (gnutls_init(&c->session, flags) != GNUTLS_E_SUCCESS
        || gnutls_set_default_priority(c->session) != GNUTLS_E_SUCCESS
        || gnutls_credentials_set(c->session, GNUTLS_CRD_CERTIFICATE, c->service->credentials)
               != GNUTLS_E_SUCCESS
        || gnutls_alpn_set_protocols(c->session, &protocol, 1, 0) != GNUTLS_E_SUCCESS
        || gnutls_session_ticket_enable_server(c->session, &c->service->ticket_key)
               != GNUTLS_E_SUCCESS)
        return false;
    gnutls_certificate_server_set_request(c->session, GNUTLS_CERT_REQUEST);
    gnutls_transport_set_int(c->session, c->fd);
    return true;
}

void connection_serve(const service_t *service, int fd, const struct sockaddr_storage *address)
{
    connection_t *c = calloc(1, sizeof(*c));
    socklen_t size = sizeof(c->server);

    if (c == NULL)
        return;
    c->service = service;
    c->fd = fd;
    c->address = address;
    c->request = auth_request_new(&service->auth);
    if (getsockname(fd, (struct sockaddr *)&c->server, &size) != 0)
        goto out;
    if (c->request == NULL || !prepare_session(c) || !shake_hands(c))
        goto out;
    for (unsigned n = 0; n < REQUESTS_MAX && serve_request(c); n++)
        ;
    (void)gnutls_bye(c->session, GNUTLS_SHUT_WR); /* does not wait: the socket does not block */
out:
    if (c->session != NULL)
        gnutls_deinit(c->session);
    auth_request_free(&service->auth, c->request);
    free(c);
}
