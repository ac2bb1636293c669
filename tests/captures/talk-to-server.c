/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk-to-server.c - clients of many kinds that talk to a real server over TCP, and the capture of
 * it: talk-to-server DIRECTORY.
 *
 * It makes a PKI there that is valid now (ca.pem, crl.pem, server.pem, server.key), says "ready" and
 * reads lines "NAME PORT CONNECTIONS" from standard input. For each it talks so often to 127.0.0.1 at
 * that port and writes NAME.pcap, NAME.keys and NAME.tsv, and says "done". The capture has the octets
 * that went through the sockets, in the order the client saw them, with the ends' true ports; no
 * network is listened to.
 *
 * NAME.tsv has a line a connection: client's port, kind, TLS version, resumed or not (0, 1), requests
 * answered, and the reason that a policy of validity, CRL and common names (alpha-*) has to give;
 * "-": the server was never asked.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/encode.h"
#include "captures/frames.h"
#include "certs.h"

typedef struct kind {
    const char *name;
    const char *cn;       /**< NULL: no certificate */
    const char *reason;
    int64_t from, until;  /**< days from now; 0: as issued every day */
    bool revoked, self_signed, other_ca;
    bool deep;            /**< issued by the intermediate, which is sent */
    bool unlinked;        /**< issued by the intermediate, which is not sent */
    bool resumed;         /**< comes back with its session */
    unsigned requests;    /**< on one connection; 0: leaves after the handshake */
    bool gone;            /**< leaves behind its ClientHello */
} kind_t;

static const kind_t kinds[] = {
    {.name = "good", .cn = "alpha-1", .reason = "success", .requests = 1},
    {.name = "wrong CN", .cn = "beta-1", .reason = "no_match", .requests = 1},
    {.name = "expired", .cn = "alpha-2", .reason = "expired", .requests = 1, .from = -100,
     .until = -1},
    {.name = "not yet valid", .cn = "alpha-3", .reason = "not_yet_valid", .requests = 1, .from = 1,
     .until = 100},
    {.name = "revoked", .cn = "alpha-4", .reason = "revoked", .requests = 1, .revoked = true},
    {.name = "self-signed", .cn = "alpha-5", .reason = "untrusted", .requests = 1,
     .self_signed = true},
    {.name = "unknown CA", .cn = "alpha-6", .reason = "untrusted", .requests = 1,
     .other_ca = true},
    {.name = "none", .reason = "no_certificate", .requests = 1},
    {.name = "with intermediate", .cn = "alpha-7", .reason = "success", .requests = 1,
     .deep = true},
    {.name = "without intermediate", .cn = "alpha-8", .reason = "untrusted", .requests = 1,
     .unlinked = true},
    {.name = "keeps alive", .cn = "alpha-9", .reason = "success", .requests = 4},
    {.name = "keeps alive, wrong CN", .cn = "beta-2", .reason = "no_match", .requests = 3},
    {.name = "comes back", .cn = "alpha-10", .reason = "success", .requests = 1, .resumed = true},
    {.name = "comes back with intermediate", .cn = "alpha-11", .reason = "success", .requests = 2,
     .deep = true, .resumed = true},
    {.name = "comes back revoked", .cn = "alpha-12", .reason = "revoked", .requests = 1,
     .revoked = true, .resumed = true},
    {.name = "comes back without any", .reason = "no_certificate", .requests = 1, .resumed = true},
    {.name = "asks nothing", .cn = "alpha-13", .reason = "-"},
    {.name = "gone", .cn = "alpha-14", .reason = "-", .gone = true},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *const paths[] = {"/", "/secret", "/open", "/secret/more"};

typedef struct pki {
    issued_t ca, intermediate, other_ca, server;
    issued_t clients[N_KINDS];
} pki_t;

typedef struct talk {
    int fd;
    gnutls_session_t session;
    transcript_t transcript;
    wire_t wire;
    int64_t began; /* microseconds since 1970 */
} talk_t;

typedef struct run {
    const pki_t *pki;
    const char *folder;
    uint16_t port;
    FILE *pcap, *keys, *told;
    frames_t frames;
    gnutls_datum_t sessions[N_KINDS][2]; /* of a kind and version, to come back with */
} run_t;

static void must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "talk-to-server: %s: %s\n", what, strerror(errno));
    exit(99);
}

static int64_t now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

/* ---- certificates ------------------------------------------------------------------------------ */

static void issue(issued_t *out, const char *cn, const kind_t *kind, bool ca, const issued_t *issuer)
{
    const int64_t today = now() / 1000000;
    cert_spec_t spec = {.cn = cn, .ca = ca, .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
                        .not_before = today - 200 * CERTS_DAY, .not_after = today + 200 * CERTS_DAY};

    if (kind != NULL && kind->until != 0) {
        spec.not_before = today + kind->from * CERTS_DAY;
        spec.not_after = today + kind->until * CERTS_DAY;
    }
    cert_issue(out, &spec, issuer);
}

static FILE *create(const char *folder, const char *name, const char *suffix)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
    file = fopen(path, "wb");
    must(file != NULL, path);
    return file;
}

static void write_file(const char *folder, const char *name, const gnutls_datum_t *data)
{
    FILE *file = create(folder, name, "");

    must(fwrite(data->data, 1, data->size, file) == data->size && fclose(file) == 0, name);
}

static void write_crls(const char *folder, const pki_t *pki)
{
    const int64_t today = now() / 1000000;
    const issued_t *revoked[N_KINDS];
    crl_spec_t spec = {.revoked = revoked, .this_update = today - CERTS_DAY,
                       .next_update = today + 7 * CERTS_DAY, .revoked_at = today - 2 * CERTS_DAY};
    gnutls_datum_t crl;
    size_t i;

    for (i = 0; i < N_KINDS; i++)
        if (kinds[i].revoked)
            revoked[spec.n_revoked++] = &pki->clients[i];
    crl = crl_issue_pem(&spec, &pki->ca);
    write_file(folder, "crl.pem", &crl);
    gnutls_free(crl.data);
    spec.n_revoked = 0;
    crl = crl_issue_pem(&spec, &pki->intermediate);
    write_file(folder, "crl-intermediate.pem", &crl);
    gnutls_free(crl.data);
}

static void make_pki(const char *folder, pki_t *pki)
{
    gnutls_datum_t key;
    size_t i;

    issue(&pki->ca, "Talk CA", NULL, true, NULL);
    issue(&pki->intermediate, "Talk Issuing", NULL, true, &pki->ca);
    issue(&pki->other_ca, "Another CA", NULL, true, NULL);
    issue(&pki->server, "server.example", NULL, false, &pki->ca);
    for (i = 0; i < N_KINDS; i++)
        if (kinds[i].cn != NULL)
            issue(&pki->clients[i], kinds[i].cn, &kinds[i], false,
                  kinds[i].self_signed                  ? NULL
                  : kinds[i].other_ca                   ? &pki->other_ca
                  : kinds[i].deep || kinds[i].unlinked ? &pki->intermediate
                                                        : &pki->ca);
    write_file(folder, "ca.pem", &pki->ca.pem);
    write_file(folder, "server.pem", &pki->server.pem);
    must(gnutls_x509_privkey_export2(pki->server.key, GNUTLS_X509_FMT_PEM, &key) == 0, "key");
    write_file(folder, "server.key", &key);
    gnutls_free(key.data);
    write_crls(folder, pki);
}

/* ---- the socket, and what passes --------------------------------------------------------------- */

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

static void reach(talk_t *talk, uint16_t port)
{
    struct sockaddr_in own, other = {.sin_family = AF_INET, .sin_port = htons(port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(own);
    const int on = 1;

    talk->fd = socket(AF_INET, SOCK_STREAM, 0);
    must(talk->fd >= 0 && setsockopt(talk->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0,
         "socket");
    must(connect(talk->fd, (struct sockaddr *)&other, sizeof(other)) == 0, "connect");
    must(getsockname(talk->fd, (struct sockaddr *)&own, &size) == 0, "getsockname");
    memcpy(talk->wire.client, &own.sin_addr, 4);
    memcpy(talk->wire.server, &other.sin_addr, 4);
    talk->wire.client_port = ntohs(own.sin_port);
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

/* ---- a client ---------------------------------------------------------------------------------- */

static void open_session(talk_t *talk, bool is13, gnutls_certificate_credentials_t credentials)
{
    const char *priority =
        is13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";

    must(gnutls_init(&talk->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) == 0, "session");
    must(gnutls_priority_set_direct(talk->session, priority, NULL) == 0, "priority");
    must(gnutls_credentials_set(talk->session, GNUTLS_CRD_CERTIFICATE, credentials) == 0, "set");
    must(gnutls_server_name_set(talk->session, GNUTLS_NAME_DNS, "server.example", 14) == 0, "sni");
    gnutls_session_set_ptr(talk->session, talk);
    gnutls_session_set_keylog_function(talk->session, log_key);
    gnutls_transport_set_ptr(talk->session, talk);
    gnutls_transport_set_push_function(talk->session, push);
    gnutls_transport_set_pull_function(talk->session, pull);
    gnutls_transport_set_pull_timeout_function(talk->session, pull_timeout);
    gnutls_handshake_set_timeout(talk->session, 20000);
}

/* Asks, and reads the answer to its end: the last character of the server's pages is an end of line. */
static bool ask(const talk_t *talk, const char *path, bool last)
{
    char text[1024];
    size_t n = 0;
    ssize_t ret;
    int size = snprintf(text, sizeof(text),
                        "GET %s HTTP/1.1\r\nHost: server.example\r\nConnection: %s\r\n\r\n", path,
                        last ? "close" : "keep-alive");

    must(gnutls_record_send(talk->session, text, (size_t)size) == size, "request");
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
static unsigned converse(talk_t *talk, const kind_t *kind, size_t turn)
{
    unsigned i;
    int ret;

    do {
        ret = gnutls_handshake(talk->session);
    } while (ret < 0 && gnutls_error_is_fatal(ret) == 0);
    must(ret == 0, gnutls_strerror(ret));
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
    must(gnutls_session_get_data2(talk->session, session) == 0, "session");
}

static gnutls_x509_crt_t read_again(const issued_t *issued)
{
    gnutls_x509_crt_t made;

    must(gnutls_x509_crt_init(&made) == 0 &&
             gnutls_x509_crt_import(made, &issued->der, GNUTLS_X509_FMT_DER) == 0,
         "certificate");
    return made;
}

/* GnuTLS leaves out of a chain what it has not read itself. */
static gnutls_certificate_credentials_t credentials_of(const pki_t *pki, size_t k)
{
    gnutls_certificate_credentials_t made;
    gnutls_x509_crt_t chain[2];

    must(gnutls_certificate_allocate_credentials(&made) == 0, "credentials");
    if (kinds[k].cn == NULL)
        return made;
    chain[0] = read_again(&pki->clients[k]);
    chain[1] = read_again(&pki->intermediate);
    must(gnutls_certificate_set_x509_key(made, chain, kinds[k].deep ? 2 : 1, pki->clients[k].key)
             == 0,
         "certificate");
    gnutls_x509_crt_deinit(chain[0]);
    gnutls_x509_crt_deinit(chain[1]);
    return made;
}

static void write_down(run_t *run, const talk_t *talk, const kind_t *kind, bool is13, bool resumed,
                       unsigned requests)
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
    const size_t k = number % N_KINDS, turn = number / N_KINDS;
    const kind_t *kind = &kinds[k];
    const bool is13 = turn % 2 == 1;
    const gnutls_datum_t *session = &run->sessions[k][is13];
    gnutls_certificate_credentials_t credentials = credentials_of(run->pki, k);
    talk_t talk = {.began = now()};
    unsigned requests = 0;
    bool resumed = false;

    transcript_init(&talk.transcript, false);
    reach(&talk, run->port);
    open_session(&talk, is13, credentials);
    if (kind->resumed && session->size > 0)
        must(gnutls_session_set_data(talk.session, session->data, session->size) == 0, "resume");
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

static void talk_often(const pki_t *pki, const char *folder, const char *name, uint16_t port,
                       size_t connections)
{
    run_t run = {.pki = pki, .folder = folder, .port = port};
    size_t i;

    run.pcap = create(folder, name, ".pcap");
    run.keys = create(folder, name, ".keys");
    run.told = create(folder, name, ".tsv");
    frames_init(&run.frames, now(), 1);
    frames_begin_pcap(run.pcap, false, false);
    for (i = 0; i < connections; i++)
        connect_once(&run, i);
    frames_free(&run.frames);
    must(fclose(run.pcap) == 0 && fclose(run.keys) == 0 && fclose(run.told) == 0, name);
    for (i = 0; i < N_KINDS; i++) {
        gnutls_free(run.sessions[i][0].data);
        gnutls_free(run.sessions[i][1].data);
    }
}

static void say(const char *word)
{
    puts(word);
    must(fflush(stdout) == 0, word);
}

int main(int argc, char **argv)
{
    char line[256], name[64];
    unsigned port, connections;
    pki_t pki = {0};
    size_t i;

    if (argc != 2) {
        fprintf(stderr, "usage: talk-to-server DIRECTORY\n");
        return 2;
    }
    make_pki(argv[1], &pki);
    say("ready");
    while (fgets(line, sizeof(line), stdin) != NULL) {
        must(sscanf(line, "%63s %5u %6u", name, &port, &connections) == 3, line);
        talk_often(&pki, argv[1], name, (uint16_t)port, connections);
        say("done");
    }
    for (i = 0; i < N_KINDS; i++)
        if (kinds[i].cn != NULL)
            cert_free(&pki.clients[i]);
    cert_free(&pki.ca);
    cert_free(&pki.intermediate);
    cert_free(&pki.other_ca);
    cert_free(&pki.server);
    return 0;
}
