/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-server.c - a small HTTPS server whose clients are judged by mtlsauth.
 *
 *     https-server --cert FILE --key FILE [--policy PATH] [--service NAME] [--listen ADDRESS:PORT]
 *                  [--lib FILE] [--plugin-dir DIR] [--insecure-files] [--json]
 *
 * It answers "200 hello, SUBJECT" or "403 forbidden" by policy, and writes a line for each decision
 * to stderr, with --json one of JSON by decision.schema.json. SIGHUP loads the policies anew, SIGTERM
 * and SIGINT end it. With port 0 the system chooses one; the first line on stdout says where it
 * listens.
 *
 *     https-auth.c        what a server does with mtlsauth: the part to read
 *     https-connection.c  TLS and HTTP for one client
 *     https-head.c        the head of a request
 *     this file           options, socket, signals, a thread for each connection
 *
 * It is an example: it serves one page, reads no bodies and has a fixed number of places.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "https-connection.h"

#define PLACES 64u

typedef struct options {
    auth_options_t auth;
    const char *listen;
    const char *cert;
    const char *key;
} options_t;

/* A connection and its thread. The main thread owns the socket, and closes it after the join. */
typedef struct place {
    bool taken;
    atomic_bool done;
    int fd;
    int wake; /* writing end of the pipe to the main thread */
    pthread_t thread;
    struct sockaddr_storage address;
    const service_t *service;
} place_t;

typedef struct server {
    service_t service;
    int listener;
    int wake[2]; /* a byte is a signal's number, or 0: a connection has ended */
    sigset_t signals;
    pthread_t signal_thread;
    place_t places[PLACES];
} server_t;

/* ---- threads ------------------------------------------------------------------------------ */

static void wake_main(int fd, int what)
{
    unsigned char byte = (unsigned char)what;

    while (write(fd, &byte, 1) < 0 && errno == EINTR)
        ;
}

/* Signals arrive as bytes in the pipe: no handler, so nothing is interrupted. */
static void *wait_for_signals(void *context)
{
    server_t *server = context;
    int number = 0;

    do {
        if (sigwait(&server->signals, &number) == 0)
            wake_main(server->wake[1], number);
    } while (number != SIGTERM && number != SIGINT);
    return NULL;
}

static void *serve(void *context)
{
    place_t *place = context;

    connection_serve(place->service, place->fd, &place->address);
    atomic_store(&place->done, true);
    wake_main(place->wake, 0);
    return NULL;
}

static void leave(place_t *place)
{
    pthread_join(place->thread, NULL);
    close(place->fd);
    place->taken = false;
}

static void leave_done(server_t *server)
{
    for (size_t i = 0; i < PLACES; i++)
        if (server->places[i].taken && atomic_load(&server->places[i].done))
            leave(&server->places[i]);
}

static void leave_all(server_t *server)
{
    for (size_t i = 0; i < PLACES; i++)
        if (server->places[i].taken)
            shutdown(server->places[i].fd, SHUT_RDWR);
    for (size_t i = 0; i < PLACES; i++)
        if (server->places[i].taken)
            leave(&server->places[i]);
}

static place_t *find_place(server_t *server)
{
    for (size_t i = 0; i < PLACES; i++)
        if (!server->places[i].taken)
            return &server->places[i];
    return NULL;
}

static bool set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void take_client(server_t *server, place_t *place)
{
    socklen_t size = sizeof(place->address);
    int fd = accept(server->listener, (struct sockaddr *)&place->address, &size);

    if (fd < 0)
        return;
    place->fd = fd;
    place->wake = server->wake[1];
    place->service = &server->service;
    atomic_store(&place->done, false);
    if (set_nonblocking(fd) && pthread_create(&place->thread, NULL, serve, place) == 0)
        place->taken = true;
    else
        close(fd);
}

/*
 * Until a signal ends it; false if something else did. While all places are taken, new clients wait
 * in the kernel's queue.
 */
static bool run(server_t *server)
{
    unsigned char byte;

    for (;;) {
        place_t *place = find_place(server);
        struct pollfd fds[2] = {
            { .fd = server->wake[0], .events = POLLIN },
            { .fd = place != NULL ? server->listener : -1, .events = POLLIN },
        };
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return false;
        if ((fds[0].revents & POLLIN) && read(server->wake[0], &byte, 1) == 1) {
            if (byte == SIGTERM || byte == SIGINT)
                return true;
            if (byte == SIGHUP)
                auth_reload(&server->service.auth);
            leave_done(server);
        } else if (place != NULL && (fds[1].revents & POLLIN)) {
            take_client(server, place);
        }
    }
}

/* ---- starting ----------------------------------------------------------------------------- */

static bool parse_options(options_t *options, int argc, char **argv)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {
        { "--lib", &options->auth.library },   { "--policy", &options->auth.policy },
        { "--service", &options->auth.service }, { "--plugin-dir", &options->auth.plugin_dir },
        { "--listen", &options->listen },      { "--cert", &options->cert },
        { "--key", &options->key },
    };
    const size_t n_known = sizeof(known) / sizeof(known[0]);

    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        if (strcmp(argv[i], "--insecure-files") == 0) {
            options->auth.insecure_files = true;
            continue;
        }
        if (strcmp(argv[i], "--json") == 0) {
            options->auth.json = true;
            continue;
        }
        while (k < n_known && strcmp(argv[i], known[k].name) != 0)
            k++;
        if (k == n_known || i + 1 == argc)
            return false;
        *known[k].value = argv[++i];
    }
    return options->cert != NULL && options->key != NULL;
}

/* Splits "127.0.0.1:8443" or "[::1]:8443". */
static bool split_address(const char *text, char *host, size_t size, const char **port)
{
    const char *colon = strrchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : 0;

    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        text++;
        n -= 2;
    }
    if (n == 0 || n >= size)
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    *port = colon + 1;
    return true;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

static int open_listener(const char *where)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                    .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    const char *port;
    char host[64];
    int on = 1;
    int fd;

    if (!split_address(where, host, sizeof(host), &port)
        || getaddrinfo(host, port, &hints, &found) != 0) {
        fprintf(stderr, "https-server: --listen takes an address and a port: 127.0.0.1:8443\n");
        return -1;
    }
    fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
        || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 128) != 0
        || !set_nonblocking(fd)) {
        perror("https-server: cannot listen");
        close_if_open(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static bool say_where(int listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    char host[64], port[8];

    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0
        || getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port, sizeof(port),
                       NI_NUMERICHOST | NI_NUMERICSERV)
               != 0)
        return false;
    printf(strchr(host, ':') ? "listening on https://[%s]:%s\n" : "listening on https://%s:%s\n",
           host, port);
    return fflush(stdout) == 0;
}

static bool prepare_tls(service_t *service, const options_t *options)
{
    int ret = gnutls_certificate_allocate_credentials(&service->credentials);

    if (ret >= 0)
        ret = gnutls_certificate_set_x509_key_file(service->credentials, options->cert,
                                                   options->key, GNUTLS_X509_FMT_PEM);
    if (ret >= 0)
        ret = gnutls_session_ticket_key_generate(&service->ticket_key);
    if (ret < 0)
        fprintf(stderr, "https-server: %s, %s: %s\n", options->cert, options->key,
                gnutls_strerror(ret));
    return ret >= 0;
}

/* All threads inherit the mask; the signals wait until the signal thread asks for them. */
static bool block_signals(server_t *server)
{
    sigemptyset(&server->signals);
    sigaddset(&server->signals, SIGHUP);
    sigaddset(&server->signals, SIGTERM);
    sigaddset(&server->signals, SIGINT);
    return pthread_sigmask(SIG_BLOCK, &server->signals, NULL) == 0;
}

static bool start(server_t *server, const options_t *options)
{
    if (!block_signals(server) || !auth_open(&server->service.auth, &options->auth)
        || !prepare_tls(&server->service, options))
        return false;
    server->listener = open_listener(options->listen);
    return server->listener >= 0 && pipe(server->wake) == 0 && say_where(server->listener)
        && pthread_create(&server->signal_thread, NULL, wait_for_signals, server) == 0;
}

static void stop(server_t *server)
{
    close_if_open(server->listener);
    close_if_open(server->wake[0]);
    close_if_open(server->wake[1]);
    if (server->service.credentials != NULL)
        gnutls_certificate_free_credentials(server->service.credentials);
    gnutls_free(server->service.ticket_key.data);
    auth_close(&server->service.auth);
}

int main(int argc, char **argv)
{
    options_t options = { .listen = "127.0.0.1:8443" };
    server_t *server;
    bool good;

    if (!parse_options(&options, argc, argv)) {
        fprintf(stderr,
                "usage: https-server --cert FILE --key FILE [--policy PATH] [--service NAME]\n"
                "                    [--listen ADDRESS:PORT] [--lib FILE] [--plugin-dir DIR]\n"
                "                    [--insecure-files] [--json]\n");
        return 2;
    }
    server = calloc(1, sizeof(*server));
    if (server == NULL)
        return 1;
    server->listener = server->wake[0] = server->wake[1] = -1;
    good = start(server, &options);
    if (good) {
        good = run(server);
        leave_all(server);
        /* It takes SIGTERM with sigwait(), or has ended and is not joined yet. */
        /* NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread,cert-pos44-c): so it is no kill */
        pthread_kill(server->signal_thread, SIGTERM); /* if it was no signal that ended the run */
        pthread_join(server->signal_thread, NULL);
    }
    stop(server);
    free(server);
    return good ? 0 : 1;
}
