/* SPDX-License-Identifier: BSD-2-Clause */
/* audit-tls-seeds.c - writes seeds of audit-tls and audit-dtls into a directory: sessions of peers. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/peers.h"

#define TLS(version) "NORMAL:-VERS-ALL:+VERS-TLS" version
#define DTLS(version) "NORMAL:-VERS-ALL:+VERS-DTLS" version

static const struct {
    const char *name;
    peers_options_t options;
} seeds[] = {
    { "audit-tls/13", { .priority = TLS("1.3"), .certificate = true,
                        .request = GNUTLS_CERT_REQUIRE } },
    { "audit-tls/13-post", { .priority = TLS("1.3"), .certificate = true, .post_auth = true } },
    { "audit-tls/12", { .priority = TLS("1.2"), .certificate = true,
                        .request = GNUTLS_CERT_REQUIRE } },
    { "audit-tls/12-again", { .priority = TLS("1.2"), .certificate = true, .renegotiate = true } },
    { "audit-tls/10-again", { .priority = TLS("1.0"), .certificate = true, .renegotiate = true } },
    { "audit-dtls/12", { .priority = DTLS("1.2"), .datagrams = true, .certificate = true,
                         .request = GNUTLS_CERT_REQUIRE } },
    { "audit-dtls/10-small", { .priority = DTLS("1.0"), .datagrams = true, .certificate = true,
                               .mtu = 400, .request = GNUTLS_CERT_REQUIRE } },
    { "audit-dtls/12-again", { .priority = DTLS("1.2"), .datagrams = true, .certificate = true,
                               .renegotiate = true } },
};

static void number(FILE *file, unsigned value)
{
    fputc((int)(value >> 8 & 255), file);
    fputc((int)(value & 255), file);
}

/* Bulk is cut off: it shows nothing more. */
static void write_seed(const char *path, const peers_t *peers)
{
    FILE *file = fopen(path, "wb");
    size_t i;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    number(file, (unsigned)peers->keylog_size);
    fwrite(peers->keylog, 1, peers->keylog_size, file);
    for (i = 0; i < peers->n_chunks; i++) {
        const chunk_t *chunk = &peers->chunks[i];
        if (chunk->size > 0x1fff)
            continue;
        number(file, chunk->from << 15 | (unsigned)chunk->size);
        fwrite(chunk->data, 1, chunk->size, file);
    }
    if (fclose(file) != 0)
        exit(1);
}

int main(int argc, char **argv)
{
    char path[4096];
    size_t i;

    if (argc != 2)
        return 2;
    peers_start();
    for (i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
        peers_t peers;
        peers_run(&peers, &seeds[i].options);
        snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
        write_seed(path, &peers);
        peers_free(&peers);
    }
    peers_stop();
    return 0;
}
