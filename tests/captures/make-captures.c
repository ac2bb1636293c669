/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-captures.c - writes captures of what no public one has, with what the peers say of each
 * handshake: make-captures DIRECTORY.
 *
 * expected.tsv there has a line a handshake: capture, key log or "-", the client's port, number of the
 * handshake in its connection, visibility with the keys and without ("absent": nobody can know that
 * there was one), version, SHA-256 of the leaf.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/frames.h"
#include "captures/talk.h"
#ifdef HAVE_NGTCP2
#include "captures/talk_quic.h"
#endif

#define TLS10 "NORMAL:-VERS-ALL:+VERS-TLS1.0"
#define TLS11 "NORMAL:-VERS-ALL:+VERS-TLS1.1"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define DTLS10 "NORMAL:-VERS-ALL:+VERS-DTLS1.0"
#define DTLS12 "NORMAL:-VERS-ALL:+VERS-DTLS1.2"

enum { PCAP, PCAP_NANOSECONDS, PCAP_SWAPPED, PCAPNG, PCAPNG_SECRETS };

typedef struct scene {
    const char *name;
    talk_t talk;
    bool openssl;
    bool quic;
    bool no_client;      /**< the client has no certificate */
    bool deep;           /**< the client sends its intermediate */
    bool large;          /**< the client's certificate takes several datagrams */
    unsigned resumed;    /**< so many connections more, resumed */
    wire_t wire;
    size_t shuffle, repeat, cut;
    bool lose_leaf;      /**< the frame in which the client's certificate begins */
    unsigned format;
} scene_t;

static const scene_t scenes[] = {
    /* every version, of both libraries */
    {.name = "gnutls-tls10", .talk = {.priority = TLS10, .request = true}},
    {.name = "gnutls-tls11", .talk = {.priority = TLS11, .request = true}},
    {.name = "gnutls-tls12", .talk = {.priority = TLS12, .request = true, .sni = "api.example.com"}},
    {.name = "gnutls-tls13", .talk = {.priority = TLS13, .request = true, .sni = "api.example.com"}},
    {.name = "openssl-tls10", .talk = {.priority = "TLSv1", .request = true}, .openssl = true},
    {.name = "openssl-tls11", .talk = {.priority = "TLSv1.1", .request = true}, .openssl = true},
    {.name = "openssl-tls12", .talk = {.priority = "TLSv1.2", .request = true, .sni = "a.example"}, .openssl = true},
    {.name = "openssl-tls13", .talk = {.priority = "TLSv1.3", .request = true, .sni = "a.example"}, .openssl = true},
    /* AES-CBC with encrypt-then-MAC, CCM, ChaCha20 */
    {.name = "tls12-cbc", .talk = {.priority = TLS12 ":-CIPHER-ALL:+AES-128-CBC", .request = true,
                   .renegotiate = true}},
    {.name = "tls12-ccm", .talk = {.priority = TLS12 ":-CIPHER-ALL:+AES-256-CCM", .request = true,
                   .renegotiate = true}},
    {.name = "tls13-ccm", .talk = {.priority = TLS13 ":-CIPHER-ALL:+AES-128-CCM", .request = true}},
    {.name = "tls13-chacha", .talk = {.priority = TLS13 ":-CIPHER-ALL:+CHACHA20-POLY1305", .request = true}},
    {.name = "tls13-aes256", .talk = {.priority = TLS13 ":-CIPHER-ALL:+AES-256-GCM", .request = true}},
    /* no certificate: the client has none, or is not asked */
    {.name = "tls12-none", .talk = {.priority = TLS12, .request = true}, .no_client = true},
    {.name = "tls13-none", .talk = {.priority = TLS13, .request = true}, .no_client = true},
    {.name = "tls12-not-asked", .talk = {.priority = TLS12}},
    {.name = "tls13-not-asked", .talk = {.priority = TLS13}},
    /* an intermediate behind the leaf */
    {.name = "tls12-chain", .talk = {.priority = TLS12, .request = true}, .deep = true},
    {.name = "tls13-chain", .talk = {.priority = TLS13, .request = true}, .deep = true},
    /* the same session once more: by id, by ticket, by PSK */
    {.name = "tls12-resumed-id", .talk = {.priority = TLS12, .request = true}, .resumed = 2},
    {.name = "tls12-resumed-ticket", .talk = {.priority = TLS12, .request = true, .tickets = true}, .resumed = 2},
    {.name = "tls13-resumed", .talk = {.priority = TLS13, .request = true, .tickets = true}, .resumed = 2},
    {.name = "tls10-resumed-id", .talk = {.priority = TLS10, .request = true}, .resumed = 1},
    {.name = "tls12-none-resumed", .talk = {.priority = TLS12, .request = true}, .resumed = 1, .no_client = true},
    /* asked for later */
    {.name = "tls12-renegotiation", .talk = {.priority = TLS12, .renegotiate = true}},
    {.name = "tls12-renegotiation-none", .talk = {.priority = TLS12, .renegotiate = true}, .no_client = true},
    {.name = "tls11-renegotiation", .talk = {.priority = TLS11, .renegotiate = true}},
    {.name = "tls10-renegotiation", .talk = {.priority = TLS10, .renegotiate = true}},
    {.name = "openssl-renegotiation", .talk = {.priority = "TLSv1.2", .renegotiate = true}, .openssl = true},
    {.name = "tls13-post", .talk = {.priority = TLS13, .reauthenticate = true}},
    {.name = "tls13-post-none", .talk = {.priority = TLS13, .reauthenticate = true}, .no_client = true},
    {.name = "openssl-post", .talk = {.priority = "TLSv1.3", .reauthenticate = true, .down = 40000},
     .openssl = true},
    {.name = "tls13-retry", .talk = {.priority = TLS13, .request = true, .retry = true}},
    /* DTLS */
    {.name = "dtls12", .talk = {.priority = DTLS12, .request = true, .datagrams = true}},
    {.name = "dtls10", .talk = {.priority = DTLS10, .request = true, .datagrams = true}},
    {.name = "dtls12-none", .talk = {.priority = DTLS12, .request = true, .datagrams = true}, .no_client = true},
    {.name = "dtls12-chain-shuffled", .talk = {.priority = DTLS12, .request = true, .datagrams = true},
     .deep = true, .shuffle = 3},
    {.name = "dtls12-resumed", .talk = {.priority = DTLS12, .request = true, .datagrams = true}, .resumed = 1},
    /* what wires do */
    {.name = "shuffled", .talk = {.priority = TLS12, .request = true, .down = 30000}, .shuffle = 4},
    {.name = "shuffled-tls13", .talk = {.priority = TLS13, .request = true, .down = 30000}, .shuffle = 4},
    {.name = "repeated", .talk = {.priority = TLS12, .request = true, .down = 30000}, .repeat = 3},
    {.name = "overlapping", .talk = {.priority = TLS12, .request = true}, .wire = {.mss = 100, .overlap = 60}},
    {.name = "tiny-segments", .talk = {.priority = TLS12, .request = true}, .wire = {.mss = 3}},
    {.name = "fragments", .talk = {.priority = TLS12, .request = true}, .wire = {.fragment = 256}},
    {.name = "fragments-shuffled", .talk = {.priority = TLS13, .request = true}, .wire = {.fragment = 256},
     .shuffle = 3},
    {.name = "ip6", .talk = {.priority = TLS12, .request = true}, .wire = {.ip6 = true}},
    {.name = "ip6-fragments", .talk = {.priority = TLS12, .request = true}, .wire = {.ip6 = true, .fragment = 512}},
    {.name = "vlan", .talk = {.priority = TLS12, .request = true}, .wire = {.vlan = 42}},
    {.name = "headless", .talk = {.priority = TLS12, .request = true}, .wire = {.headless = true}},
    {.name = "bulk", .talk = {.priority = TLS12, .request = true, .up = 200000, .down = 500000}},
    {.name = "bulk-tls13", .talk = {.priority = TLS13, .request = true, .up = 200000, .down = 500000}},
    {.name = "lost-leaf", .talk = {.priority = TLS12, .request = true}, .lose_leaf = true},
    {.name = "cut-short", .talk = {.priority = TLS12, .request = true}, .cut = 200},
    /* formats of files */
    {.name = "nanoseconds", .talk = {.priority = TLS12, .request = true}, .format = PCAP_NANOSECONDS},
    {.name = "swapped", .talk = {.priority = TLS12, .request = true}, .format = PCAP_SWAPPED},
    {.name = "pcapng", .talk = {.priority = TLS13, .request = true}, .format = PCAPNG},
    {.name = "pcapng-secrets", .talk = {.priority = TLS13, .request = true}, .format = PCAPNG_SECRETS},
    /* behind other protocols */
    {.name = "smtp", .talk = {.priority = TLS12, .request = true},
     .wire = {.greeting = {"S:220 mail.example ESMTP\r\n", "C:EHLO client.example\r\n",
                           "S:250-mail.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
                           "C:STARTTLS\r\n", "S:220 go ahead\r\n"}}},
    {.name = "imap", .talk = {.priority = TLS13, .request = true},
     .wire = {.greeting = {"S:* OK ready\r\n", "C:a1 STARTTLS\r\n", "S:a1 OK begin\r\n"}}},
    {.name = "connect", .talk = {.priority = TLS12, .request = true},
     .wire = {.greeting = {"C:CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
                           "S:HTTP/1.1 200 Connection established\r\n\r\n"}}},
    {.name = "proxy-protocol", .talk = {.priority = TLS12, .request = true},
     .wire = {.greeting = {"C:PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n"}}},
    /* QUIC; behind the others, whose chances it shall not change */
#ifdef HAVE_NGTCP2
    {.name = "quic", .talk = {.request = true, .sni = "api.example.com"}, .quic = true},
    {.name = "quic-none", .talk = {.request = true}, .quic = true, .no_client = true},
    {.name = "quic-not-asked", .quic = true},
    {.name = "quic-chain", .talk = {.request = true}, .quic = true, .deep = true},
    {.name = "quic-large", .talk = {.request = true}, .quic = true, .large = true},
    {.name = "quic-large-shuffled", .talk = {.request = true}, .quic = true, .large = true, .shuffle = 1},
    {.name = "quic-retry", .talk = {.request = true, .retry = true}, .quic = true},
    {.name = "quic-resumed", .talk = {.request = true}, .quic = true, .resumed = 2},
    {.name = "quic-ip6", .talk = {.request = true}, .quic = true, .wire = {.ip6 = true}},
#endif
};
#define N_SCENES (sizeof(scenes) / sizeof(scenes[0]))

static void issue(issued_t *out, const char *cn, bool ca, const issued_t *issuer)
{
    cert_spec_t spec = {.cn = cn, .ca = ca, .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)};

    gnutls_x509_crt_t read = NULL;

    cert_issue(out, &spec, issuer);
    /* GnuTLS takes a certificate that was never read for self-signed, and sends none behind it. */
    if (gnutls_x509_crt_init(&read) < 0 ||
        gnutls_x509_crt_import(read, &out->der, GNUTLS_X509_FMT_DER) < 0)
        exit(1);
    gnutls_x509_crt_deinit(out->crt);
    out->crt = read;
}

/* A certificate that no datagram holds. */
static void issue_large(issued_t *out, const issued_t *issuer)
{
    char uri[3000] = "https://client.example/";
    cert_spec_t spec = {.cn = "large.example", .uri = uri, .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)};

    memset(uri + strlen(uri), 'x', sizeof(uri) - 1 - strlen(uri));
    uri[sizeof(uri) - 1] = '\0';
    cert_issue(out, &spec, issuer);
}

static void must(int ret, const char *what)
{
    if (ret == 0)
        return;
    fprintf(stderr, "make-captures: %s cannot be written\n", what);
    exit(1);
}

static void write_text(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");

    must(file == NULL || fwrite(text, 1, size, file) != size, path);
    must(fclose(file), path);
}

static bool holds(const frame_t *frame, const gnutls_datum_t *der)
{
    const size_t size = 64; /* enough to know it by */
    size_t i;

    for (i = 0; i + size <= frame->size; i++)
        if (memcmp(frame->data + i, der->data, size) == 0)
            return true;
    return false;
}

static void lose_leaf(frames_t *frames, const issued_t *leaf)
{
    size_t i;

    for (i = 0; i < frames->n; i++) {
        if (holds(&frames->frames[i], &leaf->der)) {
            frames_lose(frames, i);
            return;
        }
    }
    must(-1, "a capture without its leaf");
}

static wire_t wire_of(const scene_t *scene, size_t number, unsigned connection)
{
    static const uint8_t client4[4] = {192, 0, 2, 1}, server4[4] = {198, 51, 100, 1};
    static const uint8_t client6[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
    static const uint8_t server6[16] = {0x20, 1, 0xd, 0xb8, [15] = 2};
    wire_t wire = scene->wire;

    memcpy(wire.client, wire.ip6 ? client6 : client4, wire.ip6 ? 16 : 4);
    memcpy(wire.server, wire.ip6 ? server6 : server4, wire.ip6 ? 16 : 4);
    wire.client_port = (uint16_t)(20000 + 10 * number + connection);
    wire.server_port = 4433;
    return wire;
}

/* What cannot be known of a capture that misses octets. */
static void spoil(const scene_t *scene, outcome_t *outcome)
{
    if (!scene->lose_leaf && scene->cut == 0)
        return;
    outcome->visibility = outcome->blind = "incomplete";
    outcome->sha256[0] = '\0';
}

static void expect(FILE *expected, const scene_t *scene, const char *capture, const wire_t *wire,
                   transcript_t *transcript)
{
    size_t i;

    for (i = 0; i < transcript->n_outcomes; i++) {
        outcome_t *outcome = &transcript->outcomes[i];

        spoil(scene, outcome);
        fprintf(expected, "%s\t%s%s\t%u\t%zu\t%s\t%s\t%s\t%s\n", capture,
                scene->format == PCAPNG_SECRETS ? "-" : scene->name,
                scene->format == PCAPNG_SECRETS ? "" : ".keys", wire->client_port, i,
                outcome->visibility,
                scene->format == PCAPNG_SECRETS ? outcome->visibility
                : outcome->resumed && strcmp(outcome->version, "TLSv1.3") == 0 ? "resumed:unlinked"
                                                                               : outcome->blind,
                outcome->version, outcome->sha256[0] != '\0' ? outcome->sha256 : "-");
    }
}

static int write_capture(const scene_t *scene, const frames_t *frames, const char *path,
                         const char *keys)
{
    if (scene->format >= PCAPNG)
        return frames_write_pcapng(frames, path, scene->format == PCAPNG_SECRETS ? keys : NULL);
    return frames_write_pcap(frames, path, scene->format == PCAP_NANOSECONDS,
                             scene->format == PCAP_SWAPPED);
}

typedef void talk_fn(const talk_t *how, const people_t *people, transcript_t *out);

static talk_fn *talker(const scene_t *scene)
{
#ifdef HAVE_NGTCP2
    if (scene->quic)
        return talk_quic;
#endif
    return scene->openssl ? talk_openssl : talk_gnutls;
}

static void play(const scene_t *scene, size_t number, const people_t *everybody, const char *folder,
                 FILE *expected)
{
    memory_of_talks_t memory = {.n = 0};
    people_t people = *everybody;
    talk_t talk = scene->talk;
    transcript_t transcript;
    char path[4096], capture[64];
    ma_buf_t keys;
    frames_t frames;
    unsigned i;

    if (scene->no_client)
        people.client = NULL;
    if (scene->large)
        people.client = people.large;
    if (!scene->deep)
        people.intermediate = NULL;
    if (scene->resumed > 0)
        talk.memory = &memory;
    snprintf(capture, sizeof(capture), "%s.%s", scene->name,
             scene->format >= PCAPNG ? "pcapng" : "pcap");
    ma_buf_init(&keys, 0);
    frames_init(&frames, CERTS_NOW * 1000000, number);
    for (i = 0; i <= scene->resumed; i++) {
        const wire_t wire = wire_of(scene, number, i);

        talk.resume = i > 0;
        talker(scene)(&talk, &people, &transcript);
        frames_connection(&frames, &wire, &transcript);
        frames.clock += 1000000;
        ma_buf_text(&keys, ma_buf_string(&transcript.keylog));
        expect(expected, scene, capture, &wire, &transcript);
        transcript_free(&transcript);
    }
    if (scene->repeat > 0)
        frames_repeat(&frames, scene->repeat);
    if (scene->shuffle > 0)
        frames_shuffle(&frames, scene->shuffle);
    if (scene->lose_leaf)
        lose_leaf(&frames, people.client);
    if (scene->cut > 0)
        frames_cut(&frames, scene->cut);
    snprintf(path, sizeof(path), "%s/%s", folder, capture);
    must(write_capture(scene, &frames, path, ma_buf_string(&keys)), path);
    snprintf(path, sizeof(path), "%s/%s.keys", folder, scene->name);
    write_text(path, ma_buf_string(&keys), keys.size);
    ma_buf_free(&keys);
    frames_free(&frames);
    memory_of_talks_free(&memory);
}

int main(int argc, char **argv)
{
    issued_t ca, intermediate, server, client, large;
    people_t people = {&ca, &server, &client, &intermediate, &large};
    char path[4096];
    FILE *expected;
    size_t i;

    if (argc != 2) {
        fprintf(stderr, "usage: make-captures DIRECTORY\n");
        return 2;
    }
    issue(&ca, "Captures CA", true, NULL);
    issue(&intermediate, "Captures Issuing", true, &ca);
    issue(&server, "server.example", false, &ca);
    issue(&client, "client.example", false, &intermediate);
    issue_large(&large, &intermediate);
    snprintf(path, sizeof(path), "%s/ca.pem", argv[1]);
    write_text(path, (const char *)ca.pem.data, ca.pem.size);
    snprintf(path, sizeof(path), "%s/intermediate.pem", argv[1]);
    write_text(path, (const char *)intermediate.pem.data, intermediate.pem.size);
    snprintf(path, sizeof(path), "%s/expected.tsv", argv[1]);
    expected = fopen(path, "w");
    must(expected == NULL, path);
    for (i = 0; i < N_SCENES; i++)
        play(&scenes[i], i, &people, argv[1], expected);
    must(fclose(expected), path);
    cert_free(&ca);
    cert_free(&intermediate);
    cert_free(&server);
    cert_free(&client);
    cert_free(&large);
    return 0;
}
