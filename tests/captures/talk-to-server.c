/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk-to-server.c - clients of many kinds that talk to a real server over TCP, and the capture of
 * it: talk-to-server DIRECTORY.
 *
 * It makes a PKI there that is valid now (ca.pem, crl.pem, server.pem, server.key), says "ready"
 * and reads lines "NAME PORT CONNECTIONS" from standard input. For each it talks so often to
 * 127.0.0.1 at that port and writes NAME.pcap, NAME.keys and NAME.tsv, and says "done". The capture
 * has the octets that went through the sockets, in the order the client saw them, with the ends'
 * true ports; no network is listened to.
 *
 * NAME.tsv has a line a connection: client's port, kind, TLS version, resumed or not (0, 1),
 * requests answered, and the reason that a policy of validity, CRL and common names (alpha-*) has
 * to give;
 * "-": the server was never asked.
 */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/encode.h"
#include "captures/frames.h"
#include "captures/visitors.h"

static const char *const paths[] = {"/", "/secret", "/open", "/secret/more"};

typedef struct talk {
    int fd;
    gnutls_session_t session;
    transcript_t transcript;
    wire_t wire;
    int64_t began; /* microseconds since 1970 */
} talk_t;

typedef struct run {
    const visitors_t *pki;
    const char *folder;
    uint16_t port;
    uint16_t *last_port; /* of a client */
    FILE *pcap, *keys, *told;
    frames_t frames;
    gnutls_datum_t sessions[VISITOR_KINDS][2]; /* of a kind and version, to come back with */
} run_t;

/* ---- the socket, and what passes ---------------------------------------------------------------
 */

static ssize_t push(gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
    talk_t *talk = pointer;
    ssize_t sent = send(talk->fd, data, size, MSG_NOSIGNAL);

    if (sent > 0)
        transcript_add(&talk->transcript, CLIENT, data, (size_t)sent);
    return sent;
}

static ssize_t pull(gnutls_transport_ptr_t pointer, void *data, size_t room)
{
    talk_t *talk = pointer;
    ssize_t got = recv(talk->fd, data, room, 0);

    if (got > 0)
        transcript_add(&talk->transcript, SERVER, data, (size_t)got);
    return got;
}

static int pull_timeout(gnutls_transport_ptr_t pointer, unsigned ms)
{
    struct pollfd fd = {.fd = ((const talk_t *)pointer)->fd, .events = POLLIN};

    return poll(&fd, 1, ms == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (int)ms);
}

/*
 * A socket with a port that none of these clients had before: the system's own choice comes round
 * again within a run, and then a connection is not told by its port.
 */
static int open_socket(uint16_t *port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    visitors_must(fd >= 0 && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0,
                  "socket");
    do {
        visitors_must(++*port < 60000, "no port is free");
        own.sin_port = htons(*port);
    } while (bind(fd, (const struct sockaddr *)&own, sizeof(own)) != 0);
    return fd;
}

static void reach(talk_t *talk, uint16_t *own, uint16_t port)
{
    const struct sockaddr_in other = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    talk->fd = open_socket(own);
    visitors_must(connect(talk->fd, (const struct sockaddr *)&other, sizeof(other)) == 0,
                  "connect");
    memcpy(talk->wire.client, &other.sin_addr, 4);
    memcpy(talk->wire.server, &other.sin_addr, 4);
    talk->wire.client_port = *own;
    talk->wire.server_port = port;
}

static int log_key(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    talk_t *talk = gnutls_session_get_ptr(session);
    gnutls_datum_t random, other;

    gnutls_session_get_random(session, &random, &other);
    ma_buf_printf(&talk->transcript.keylog, "%s ", label);
    ma_encode_hex(&talk->transcript.keylog, random.data, random.size, true);
    ma_buf_byte(&talk->transcript.keylog, ' ');
    ma_encode_hex(&talk->transcript.keylog, secret->data, secret->size, true);
    ma_buf_byte(&talk->transcript.keylog, '\n');
    return 0;
}

/* ---- a client ----------------------------------------------------------------------------------
 */

static void open_session(talk_t *talk, bool is13, gnutls_certificate_credentials_t credentials)
{
    const char *priority = is13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";

    visitors_must(gnutls_init(&talk->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) == 0, "session");
    visitors_must(gnutls_priority_set_direct(talk->session, priority, NULL) == 0, "priority");
    visitors_must(gnutls_credentials_set(talk->session, GNUTLS_CRD_CERTIFICATE, credentials) == 0,
                  "set");
    visitors_must(gnutls_server_name_set(talk->session, GNUTLS_NAME_DNS, "server.example", 14) == 0,
                  "sni");
    gnutls_session_set_ptr(talk->session, talk);
    gnutls_session_set_keylog_function(talk->session, log_key);
    gnutls_transport_set_ptr(talk->session, talk);
    gnutls_transport_set_push_function(talk->session, push);
    gnutls_transport_set_pull_function(talk->session, pull);
    gnutls_transport_set_pull_timeout_function(talk->session, pull_timeout);
    gnutls_handshake_set_timeout(talk->session, 20000);
}

/* Asks, and reads the answer to its end: the last character of the server's pages is an end of
 * line. */
static bool ask(const talk_t *talk, const char *path, bool last)
{
    char text[1024];
    size_t n = 0;
    ssize_t ret;
    int size = snprintf(text, sizeof(text),
                        "GET %s HTTP/1.1\r\nHost: server.example\r\nConnection: %s\r\n\r\n", path,
                        last ? "close" : "keep-alive");

    visitors_must(gnutls_record_send(talk->session, text, (size_t)size) == size, "request");
    do {
        ret = gnutls_record_recv(talk->session, text + n, sizeof(text) - 1 - n);
        n += ret > 0 ? (size_t)ret : 0;
        text[n] = '\0';
        if (n > 0 && strstr(text, "\r\n\r\n") != NULL && text[n - 2] != '\r' && text[n - 1] == '\n')
            return true;
    } while (ret > 0 || ret == GNUTLS_E_AGAIN || ret == GNUTLS_E_INTERRUPTED);
    return false;
}

/* Returns the number of requests that were answered. */
static unsigned converse(talk_t *talk, const visitor_kind_t *kind, size_t turn)
{
    unsigned i;
    int ret;

    do {
        ret = gnutls_handshake(talk->session);
    } while (ret < 0 && gnutls_error_is_fatal(ret) == 0);
    visitors_must(ret == 0, gnutls_strerror(ret));
    for (i = 0; i < kind->requests; i++)
        if (!ask(talk, paths[(turn + i) % 4], i + 1 == kind->requests))
            break;
    return i;
}

/* What would be a ClientHello goes out, and then the client is gone. */
static void leave_early(talk_t *talk)
{
    static const uint8_t hello[] = "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03"
                                   "0123456789abcdef0123456789abcdef"
                                   "\x00\x00\x02\x00\x2f\x01\x00";

    (void)push(talk, hello, sizeof(hello) - 1);
}

static void remember(run_t *run, size_t k, bool is13, const talk_t *talk)
{
    gnutls_datum_t *session = &run->sessions[k][is13];

    gnutls_free(session->data);
    *session = (gnutls_datum_t){NULL, 0};
    visitors_must(gnutls_session_get_data2(talk->session, session) == 0, "session");
}

static gnutls_x509_crt_t read_again(const issued_t *issued)
{
    gnutls_x509_crt_t made;

    visitors_must(gnutls_x509_crt_init(&made) == 0 &&
                      gnutls_x509_crt_import(made, &issued->der, GNUTLS_X509_FMT_DER) == 0,
                  "certificate");
    return made;
}

/* GnuTLS leaves out of a chain what it has not read itself. */
static gnutls_certificate_credentials_t credentials_of(const visitors_t *pki, size_t k)
{
    gnutls_certificate_credentials_t made;
    gnutls_x509_crt_t chain[2];

    visitors_must(gnutls_certificate_allocate_credentials(&made) == 0, "credentials");
    if (visitor_kinds[k].cn == NULL)
        return made;
    chain[0] = read_again(&pki->clients[k]);
    chain[1] = read_again(&pki->intermediate);
    visitors_must(gnutls_certificate_set_x509_key(made, chain, visitor_kinds[k].deep ? 2 : 1,
                                                  pki->clients[k].key) == 0,
                  "certificate");
    gnutls_x509_crt_deinit(chain[0]);
    gnutls_x509_crt_deinit(chain[1]);
    return made;
}

static void write_down(run_t *run, const talk_t *talk, const visitor_kind_t *kind, bool is13,
                       bool resumed, unsigned requests)
{
    if (run->frames.clock < talk->began)
        run->frames.clock = talk->began;
    frames_connection(&run->frames, &talk->wire, &talk->transcript);
    frames_append_pcap(&run->frames, run->pcap, false, false);
    frames_clear(&run->frames);
    fputs(ma_buf_string(&talk->transcript.keylog), run->keys);
    fprintf(run->told, "%u\t%s\t%s\t%d\t%u\t%s\n", talk->wire.client_port, kind->name,
            is13 ? "TLSv1.3" : "TLSv1.2", resumed, requests, kind->reason);
}

static void connect_once(run_t *run, size_t number)
{
    const size_t k = number % VISITOR_KINDS, turn = number / VISITOR_KINDS;
    const visitor_kind_t *kind = &visitor_kinds[k];
    const bool is13 = turn % 2 == 1;
    const gnutls_datum_t *session = &run->sessions[k][is13];
    gnutls_certificate_credentials_t credentials = credentials_of(run->pki, k);
    talk_t talk = {.began = visitors_now()};
    unsigned requests = 0;
    bool resumed = false;

    transcript_init(&talk.transcript, false);
    reach(&talk, run->last_port, run->port);
    open_session(&talk, is13, credentials);
    if (kind->resumed && session->size > 0)
        visitors_must(gnutls_session_set_data(talk.session, session->data, session->size) == 0,
                      "resume");
    if (kind->gone) {
        leave_early(&talk);
    } else {
        requests = converse(&talk, kind, turn);
        resumed = gnutls_session_is_resumed(talk.session) != 0;
        if (kind->resumed)
            remember(run, k, is13, &talk);
        (void)gnutls_bye(talk.session, GNUTLS_SHUT_WR);
    }
    (void)close(talk.fd);
    write_down(run, &talk, kind, is13, resumed, requests);
    gnutls_deinit(talk.session);
    gnutls_certificate_free_credentials(credentials);
    transcript_free(&talk.transcript);
}

static void talk_often(const visitors_t *pki, const char *folder, const char *name, uint16_t port,
                       uint16_t *last_port, size_t connections)
{
    run_t run = {.pki = pki, .folder = folder, .port = port, .last_port = last_port};
    size_t i;

    run.pcap = visitors_create(folder, name, ".pcap");
    run.keys = visitors_create(folder, name, ".keys");
    run.told = visitors_create(folder, name, ".tsv");
    frames_init(&run.frames, visitors_now(), 1);
    frames_begin_pcap(run.pcap, false, false);
    for (i = 0; i < connections; i++)
        connect_once(&run, i);
    frames_free(&run.frames);
    visitors_must(fclose(run.pcap) == 0 && fclose(run.keys) == 0 && fclose(run.told) == 0, name);
    for (i = 0; i < VISITOR_KINDS; i++) {
        gnutls_free(run.sessions[i][0].data);
        gnutls_free(run.sessions[i][1].data);
    }
}

static void say(const char *word)
{
    puts(word);
    visitors_must(fflush(stdout) == 0, word);
}

int main(int argc, char **argv)
{
    char line[256], name[64];
    unsigned port, connections;
    uint16_t last_port = (uint16_t)(20000 + getpid() % 100 * 100);
    visitors_t pki = {0};

    if (argc != 2) {
        fprintf(stderr, "usage: talk-to-server DIRECTORY\n");
        return 2;
    }
    visitors_issue(argv[1], &pki);
    say("ready");
    while (fgets(line, sizeof(line), stdin) != NULL) {
        visitors_must(sscanf(line, "%63s %5u %6u", name, &port, &connections) == 3, line);
        talk_often(&pki, argv[1], name, (uint16_t)port, &last_port, connections);
        say("done");
    }
    visitors_free(&pki);
    return 0;
}
