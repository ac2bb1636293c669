/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-load.c - large captures for the bench: make-load DIRECTORY CONNECTIONS CLIENTS OCTETS [rsa].
 *
 * CLIENTS real mutual handshakes of TLS 1.2, repeated from other addresses and ports until there are
 * CONNECTIONS, each with about OCTETS of data behind it: load.pcap. Beside it a policy that asks for
 * validity, a CRL and common names: load.conf. The CA signs with P-256, or with RSA-2048.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/frames.h"
#include "captures/talk.h"

static void must(int ret, const char *what)
{
    if (ret == 0)
        return;
    fprintf(stderr, "make-load: %s cannot be written\n", what);
    exit(1);
}

static void issue_ca(issued_t *out, bool rsa)
{
    cert_spec_t spec = {.cn = "Load CA", .ca = true, .pk = rsa ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA,
                        .bits = rsa ? 2048 : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)};

    cert_issue(out, &spec, NULL);
}

static void issue(issued_t *out, const char *cn, bool ca, const issued_t *issuer)
{
    cert_spec_t spec = {.cn = cn, .ca = ca, .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)};

    cert_issue(out, &spec, issuer);
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "wb");
    must(file == NULL, path);
    return file;
}

static void write_policy(const char *folder, const issued_t *ca)
{
    const issued_t *revoked[1];
    issued_t gone;
    crl_spec_t spec = {.revoked = revoked, .n_revoked = 1};
    gnutls_datum_t crl;
    FILE *file;

    issue(&gone, "gone", false, ca);
    revoked[0] = &gone;
    crl = crl_issue_pem(&spec, ca);
    file = create(folder, "crl.pem");
    must(fwrite(crl.data, 1, crl.size, file) != crl.size || fclose(file) != 0, "crl.pem");
    file = create(folder, "ca.pem");
    must(fwrite(ca->pem.data, 1, ca->pem.size, file) != ca->pem.size || fclose(file) != 0, "ca.pem");
    file = create(folder, "load.conf");
    fputs("trust = { anchors = [ \"ca.pem\" ]; };\n"
          "stack = (\n"
          "  { control = \"requisite\"; plugin = \"validity\"; },\n"
          "  { control = \"requisite\"; plugin = \"crl\"; files = [ \"crl.pem\" ]; },\n"
          "  { control = \"required\"; plugin = \"cn\"; allow = [ \"device-*\" ]; }\n"
          ");\n",
          file);
    must(fclose(file), "load.conf");
    gnutls_free(crl.data);
    cert_free(&gone);
}

static void put32(uint8_t at[4], uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static void write_load(FILE *file, size_t connections, const transcript_t *talks, size_t clients)
{
    frames_t frames;
    size_t i;

    frames_init(&frames, CERTS_NOW * 1000000, 1);
    frames_begin_pcap(file, false, false);
    for (i = 0; i < connections; i++) {
        wire_t wire = {.server = {10, 255, 0, 1}, .server_port = 443};

        put32(wire.client, 0x0a000000u + (uint32_t)(i / 500));
        wire.client_port = (uint16_t)(20000 + i % 500);
        frames_connection(&frames, &wire, &talks[i % clients]);
        frames_append_pcap(&frames, file, false, false);
        frames_clear(&frames);
    }
    frames_free(&frames);
}

int main(int argc, char **argv)
{
    const size_t connections = argc >= 5 ? strtoul(argv[2], NULL, 10) : 0;
    const size_t clients = argc >= 5 ? strtoul(argv[3], NULL, 10) : 0;
    const bool rsa = argc == 6 && strcmp(argv[5], "rsa") == 0;
    talk_t talk = {.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2", .request = true,
                   .sni = "load.example"};
    transcript_t *talks;
    issued_t ca, server;
    FILE *file;
    size_t i;

    if (connections == 0 || clients == 0) {
        fprintf(stderr, "usage: make-load DIRECTORY CONNECTIONS CLIENTS OCTETS [rsa]\n");
        return 2;
    }
    talk.up = 200;
    talk.down = strtoul(argv[4], NULL, 10);
    issue_ca(&ca, rsa);
    issue(&server, "load.example", false, &ca);
    talks = calloc(clients, sizeof(*talks));
    must(talks == NULL, "memory");
    for (i = 0; i < clients; i++) {
        people_t people = {.ca = &ca, .server = &server};
        issued_t client;
        char name[32];

        snprintf(name, sizeof(name), "device-%06zu", i);
        issue(&client, name, false, &ca);
        people.client = &client;
        talk_gnutls(&talk, &people, &talks[i]);
        cert_free(&client);
    }
    write_policy(argv[1], &ca);
    file = create(argv[1], "load.pcap");
    write_load(file, connections, talks, clients);
    must(fclose(file), "load.pcap");
    for (i = 0; i < clients; i++)
        transcript_free(&talks[i]);
    free(talks);
    cert_free(&ca);
    cert_free(&server);
    return 0;
}
