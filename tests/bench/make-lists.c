/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-lists.c - what the bench of servers needs, current for a week: make-lists DIRECTORY.
 *
 *     ca.pem                          a CA with a P-256 key
 *     server.pem, client.pem          a certificate of it, with its key behind it
 *     1000.crl, 1000000.crl           lists of so many entries, in PEM
 *     0.conf, 1000.conf, 1000000.conf policies: validity, that list, a common name
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/big_crl.h"

static const size_t lists[] = {1000, 1000000};

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        fprintf(stderr, "make-lists: %s cannot be written\n", path);
        exit(1);
    }
    return file;
}

static void close_file(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        fprintf(stderr, "make-lists: cannot write\n");
        exit(1);
    }
}

static void write_credential(const char *folder, const char *name, const issued_t *issued,
                             bool with_key)
{
    FILE *file = open_in(folder, name);
    gnutls_datum_t key = {NULL, 0};

    fwrite(issued->pem.data, 1, issued->pem.size, file);
    if (with_key && gnutls_x509_privkey_export2(issued->key, GNUTLS_X509_FMT_PEM, &key) >= 0)
        fwrite(key.data, 1, key.size, file);
    gnutls_free(key.data);
    close_file(file);
}

static void write_list(const char *folder, const issued_t *ca, size_t entries, int64_t now)
{
    char name[64];
    big_crl_t crl;
    gnutls_datum_t der, pem = {NULL, 0};
    FILE *file;

    snprintf(name, sizeof(name), "%zu.crl", entries);
    big_crl_make(&crl, ca, entries, now);
    der = (gnutls_datum_t){(unsigned char *)(uintptr_t)crl.data, (unsigned)crl.size};
    if (gnutls_pem_base64_encode2("X509 CRL", &der, &pem) < 0) {
        fprintf(stderr, "make-lists: no memory\n");
        exit(1);
    }
    file = open_in(folder, name);
    fwrite(pem.data, 1, pem.size, file);
    close_file(file);
    gnutls_free(pem.data);
    big_crl_free(&crl);
}

static void write_policy(const char *folder, size_t entries)
{
    char name[64];
    FILE *file;

    snprintf(name, sizeof(name), "%zu.conf", entries);
    file = open_in(folder, name);
    fprintf(file, "trust = { anchors = [ \"ca.pem\" ]; };\nstack = (\n"
                  "  { control = \"requisite\"; plugin = \"validity\"; },\n");
    if (entries > 0)
        fprintf(file,
                "  { control = \"requisite\"; plugin = \"crl\"; files = [ \"%zu.crl\" ]; "
                "freshness = \"strict\"; },\n",
                entries);
    fprintf(file, "  { control = \"required\"; plugin = \"cn\"; allow = [ \"client\" ]; }\n);\n");
    close_file(file);
}

int main(int argc, char **argv)
{
    const int64_t now = (int64_t)time(NULL);
    const cert_spec_t spec = {.pk = GNUTLS_PK_ECDSA,
                              .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
                              .not_before = now - CERTS_DAY,
                              .not_after = now + 30 * CERTS_DAY};
    cert_spec_t who = spec;
    issued_t ca, issued;
    size_t i;

    if (argc != 2) {
        fprintf(stderr, "usage: make-lists DIRECTORY\n");
        return 2;
    }
    who.cn = "CA";
    who.ca = true;
    cert_issue(&ca, &who, NULL);
    write_credential(argv[1], "ca.pem", &ca, false);
    who = spec;
    who.cn = "client";
    who.eku = GNUTLS_KP_TLS_WWW_CLIENT;
    cert_issue(&issued, &who, &ca);
    write_credential(argv[1], "client.pem", &issued, true);
    cert_free(&issued);
    who.cn = who.dns = "localhost";
    who.eku = GNUTLS_KP_TLS_WWW_SERVER;
    cert_issue(&issued, &who, &ca);
    write_credential(argv[1], "server.pem", &issued, true);
    cert_free(&issued);
    write_policy(argv[1], 0);
    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        write_list(argv[1], &ca, lists[i], now);
        write_policy(argv[1], lists[i]);
    }
    cert_free(&ca);
    return 0;
}
