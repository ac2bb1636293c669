/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-mixed.c - a capture of many kinds of client, and two policies that part some of them:
 * make-mixed DIRECTORY CONNECTIONS.
 *
 * Every connection is a handshake of its own, of TLS 1.2 or 1.3, of one of about 400 clients.
 * Beside mixed.pcap and mixed.keys: old.conf and new.conf, and expected.tsv with a line a
 * connection: the client's address and port, kind, SHA-256 of the leaf or "-", what old.conf has to
 * say (verdict, reason) and what new.conf has, both known from the kind alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/frames.h"
#include "captures/talk.h"

typedef struct kind {
    const char *name;
    const char *cn; /**< before the client's number; NULL: no certificate */
    size_t clients;
    const char *before[2], *after[2];
    int64_t from, until; /**< days from the time of the capture; 0: as issued every day */
    bool revoked, self_signed, other_ca, hidden;
} kind_t;

/* New against old: it asks for revocation, and lets delta in where it was beta. */
static const kind_t kinds[] = {
    {.name = "stays",
     .cn = "alpha",
     .clients = 120,
     .before = {"allow", "success"},
     .after = {"allow", "success"}},
    {.name = "leaves",
     .cn = "beta",
     .clients = 40,
     .before = {"allow", "success"},
     .after = {"deny", "no_match"}},
    {.name = "joins",
     .cn = "delta",
     .clients = 40,
     .before = {"deny", "no_match"},
     .after = {"allow", "success"}},
    {.name = "stranger",
     .cn = "omega",
     .clients = 40,
     .before = {"deny", "no_match"},
     .after = {"deny", "no_match"}},
    /* valid today, it may be, but not when it was captured, and the reverse */
    {.name = "expired",
     .cn = "alpha",
     .clients = 30,
     .from = -400,
     .until = -1,
     .before = {"deny", "expired"},
     .after = {"deny", "expired"}},
    {.name = "expires next day",
     .cn = "alpha",
     .clients = 20,
     .from = -400,
     .until = 1,
     .before = {"allow", "success"},
     .after = {"allow", "success"}},
    {.name = "not yet valid",
     .cn = "beta",
     .clients = 20,
     .from = 1,
     .until = 400,
     .before = {"deny", "not_yet_valid"},
     .after = {"deny", "not_yet_valid"}},
    {.name = "revoked",
     .cn = "alpha",
     .clients = 30,
     .revoked = true,
     .before = {"allow", "success"},
     .after = {"deny", "revoked"}},
    /* denied by both, for another reason */
    {.name = "revoked stranger",
     .cn = "omega",
     .clients = 10,
     .revoked = true,
     .before = {"deny", "no_match"},
     .after = {"deny", "revoked"}},
    {.name = "revoked and expired",
     .cn = "alpha",
     .clients = 10,
     .from = -400,
     .until = -1,
     .revoked = true,
     .before = {"deny", "expired"},
     .after = {"deny", "expired"}},
    {.name = "self-signed",
     .cn = "alpha",
     .clients = 15,
     .self_signed = true,
     .before = {"deny", "untrusted"},
     .after = {"deny", "untrusted"}},
    {.name = "unknown CA",
     .cn = "alpha",
     .clients = 15,
     .other_ca = true,
     .before = {"deny", "untrusted"},
     .after = {"deny", "untrusted"}},
    {.name = "none",
     .clients = 10,
     .before = {"deny", "no_certificate"},
     .after = {"deny", "no_certificate"}},
    /* TLS 1.3 whose keys are not in the log */
    {.name = "hidden",
     .cn = "beta",
     .clients = 10,
     .hidden = true,
     .before = {"undetermined", "unavailable"},
     .after = {"undetermined", "unavailable"}},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define MAX_CLIENTS 512u

typedef struct client {
    const kind_t *kind;
    issued_t issued;
} client_t;

static void must(int ret, const char *what)
{
    if (ret == 0)
        return;
    fprintf(stderr, "make-mixed: %s cannot be written\n", what);
    exit(1);
}

static void issue(issued_t *out, const char *cn, const kind_t *kind, const issued_t *issuer)
{
    cert_spec_t spec = {.cn = cn,
                        .ca = kind == NULL && issuer == NULL,
                        .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)};

    if (kind != NULL && kind->until != 0) {
        spec.not_before = CERTS_NOW + kind->from * CERTS_DAY;
        spec.not_after = CERTS_NOW + kind->until * CERTS_DAY;
    }
    cert_issue(out, &spec, issuer);
}

static size_t issue_clients(client_t *clients, const issued_t *ca, const issued_t *other_ca)
{
    size_t i, j, n = 0;
    char cn[32];

    for (i = 0; i < N_KINDS; i++) {
        for (j = 0; j < kinds[i].clients && n < MAX_CLIENTS; j++, n++) {
            const kind_t *kind = clients[n].kind = &kinds[i];

            if (kind->cn == NULL)
                continue;
            snprintf(cn, sizeof(cn), "%s-%03zu", kind->cn, n);
            issue(&clients[n].issued, cn, kind,
                  kind->self_signed ? NULL
                  : kind->other_ca  ? other_ca
                                    : ca);
        }
    }
    return n;
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

static void write_file(const char *folder, const char *name, const void *data, size_t size)
{
    FILE *file = create(folder, name);

    must(fwrite(data, 1, size, file) != size || fclose(file) != 0, name);
}

static void write_policies(const char *folder, const issued_t *ca, const client_t *clients,
                           size_t n)
{
    static const char before[] =
        "trust = { anchors = [ \"ca.pem\" ]; };\n"
        "stack = (\n"
        "  { control = \"requisite\"; plugin = \"validity\"; },\n"
        "  { control = \"required\"; plugin = \"cn\"; allow = [ \"alpha-*\", \"beta-*\" ]; }\n"
        ");\n";
    static const char after[] =
        "trust = { anchors = [ \"ca.pem\" ]; };\n"
        "stack = (\n"
        "  { control = \"requisite\"; plugin = \"validity\"; },\n"
        "  { control = \"requisite\"; plugin = \"crl\"; files = [ \"crl.pem\" ]; },\n"
        "  { control = \"required\"; plugin = \"cn\"; allow = [ \"alpha-*\", \"delta-*\" ]; }\n"
        ");\n";
    const issued_t *revoked[MAX_CLIENTS];
    crl_spec_t spec = {.revoked = revoked};
    gnutls_datum_t crl;
    size_t i;

    for (i = 0; i < n; i++)
        if (clients[i].kind->revoked)
            revoked[spec.n_revoked++] = &clients[i].issued;
    crl = crl_issue_pem(&spec, ca);
    write_file(folder, "crl.pem", crl.data, crl.size);
    write_file(folder, "ca.pem", ca->pem.data, ca->pem.size);
    write_file(folder, "old.conf", before, sizeof(before) - 1);
    write_file(folder, "new.conf", after, sizeof(after) - 1);
    gnutls_free(crl.data);
}

static void expect(FILE *file, const wire_t *wire, const client_t *client, const transcript_t *talk)
{
    const kind_t *kind = client->kind;

    fprintf(file, "%u.%u.%u.%u\t%u\t%s\t%s\t%s\t%s\t%s\t%s\n", wire->client[0], wire->client[1],
            wire->client[2], wire->client[3], wire->client_port, kind->name,
            kind->cn == NULL || kind->hidden ? "-" : talk->outcomes[0].sha256, kind->before[0],
            kind->before[1], kind->after[0], kind->after[1]);
}

static void talk_all(const char *folder, size_t connections, const client_t *clients, size_t n,
                     const people_t *everybody)
{
    static const char *const priorities[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                             "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    FILE *pcap = create(folder, "mixed.pcap"), *keys = create(folder, "mixed.keys");
    FILE *expected = create(folder, "expected.tsv");
    transcript_t transcript;
    frames_t frames;
    size_t i;

    frames_init(&frames, CERTS_NOW * 1000000, 1);
    frames_begin_pcap(pcap, false, false);
    for (i = 0; i < connections; i++) {
        /* 7 has no divisor in common with the number of clients: everyone's turn comes */
        const client_t *client = &clients[i * 7 % n];
        const bool is13 = client->kind->hidden || i / n % 2 == 1;
        talk_t talk = {.priority = priorities[is13], .request = true, .sni = "mixed.example"};
        wire_t wire = {.client = {10, 1, (uint8_t)(i / 200), (uint8_t)(i % 200)},
                       .client_port = (uint16_t)(20000 + i),
                       .server = {10, 2, 0, 1},
                       .server_port = 443};
        people_t people = *everybody;

        people.client = client->kind->cn != NULL ? &client->issued : NULL;
        talk_gnutls(&talk, &people, &transcript);
        frames_connection(&frames, &wire, &transcript);
        frames_append_pcap(&frames, pcap, false, false);
        frames_clear(&frames);
        if (!client->kind->hidden)
            fputs(ma_buf_string(&transcript.keylog), keys);
        expect(expected, &wire, client, &transcript);
        transcript_free(&transcript);
    }
    frames_free(&frames);
    must(fclose(pcap), "mixed.pcap");
    must(fclose(keys), "mixed.keys");
    must(fclose(expected), "expected.tsv");
}

int main(int argc, char **argv)
{
    const size_t connections = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    client_t *clients = calloc(MAX_CLIENTS, sizeof(*clients));
    issued_t ca, other_ca, server;
    const people_t people = {.ca = &ca, .server = &server};
    size_t i, n;

    if (connections == 0 || connections > 40000 || clients == NULL) {
        fprintf(stderr, "usage: make-mixed DIRECTORY CONNECTIONS\n");
        free(clients);
        return 2;
    }
    issue(&ca, "Mixed CA", NULL, NULL);
    issue(&other_ca, "Another CA", NULL, NULL);
    issue(&server, "mixed.example", NULL, &ca);
    n = issue_clients(clients, &ca, &other_ca);
    write_policies(argv[1], &ca, clients, n);
    talk_all(argv[1], connections, clients, n, &people);
    for (i = 0; i < n; i++)
        if (clients[i].kind->cn != NULL)
            cert_free(&clients[i].issued);
    free(clients);
    cert_free(&ca);
    cert_free(&other_ca);
    cert_free(&server);
    return 0;
}
