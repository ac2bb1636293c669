/* SPDX-License-Identifier: BSD-2-Clause */
/* crl_readers.c - see crl_readers.h. */
#include "bench/crl_readers.h"

#include <gnutls/x509.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crl/crl.h"

static void *wanted(void *pointer)
{
    if (pointer == NULL) {
        printf("Bail out! crl: out of memory, or a list that cannot be read\n");
        exit(1);
    }
    return pointer;
}

/* ---- the scene ------------------------------------------------------------------------------ */

#define TRUST "trust = { anchors = [ \"ca.pem\" ]; };\n"
#define VALIDITY "{ control = \"requisite\"; plugin = \"validity\"; },"
#define PERMIT "{ control = \"required\"; plugin = \"permit\"; }"
#define CRL(file)                                                                                  \
    "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"" file                             \
    "\" ]; freshness = \"strict\"; },"

void crl_scene_open(crl_scene_t *scene)
{
    const cert_spec_t ca = { .cn = "CA", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 2048 };
    const cert_spec_t client = { .cn = "John Doe" };
    big_crl_t empty;

    fixture_open(&scene->fixture);
    cert_issue(&scene->ca, &ca, NULL);
    cert_issue(&scene->client, &client, &scene->ca);
    fixture_write_bytes(&scene->fixture, "ca.pem", scene->ca.pem.data, scene->ca.pem.size);
    big_crl_make(&empty, &scene->ca, 0, CERTS_NOW);
    fixture_write_bytes(&scene->fixture, "empty.crl", empty.data, empty.size);
    big_crl_free(&empty);
    fixture_write(&scene->fixture, "plain.conf", TRUST "stack = ( " VALIDITY PERMIT " );\n");
    fixture_write(&scene->fixture, "tiny.conf",
                  TRUST "stack = ( " VALIDITY CRL("empty.crl") PERMIT " );\n");
    fixture_write(&scene->fixture, "crl.conf",
                  TRUST "stack = ( " VALIDITY CRL("big.crl") PERMIT " );\n");
}

void crl_scene_fill(crl_scene_t *scene, size_t entries)
{
    big_crl_free(&scene->crl);
    big_crl_make(&scene->crl, &scene->ca, entries, CERTS_NOW);
    scene->entries = entries;
    fixture_write_bytes(&scene->fixture, "big.crl", scene->crl.data, scene->crl.size);
}

void crl_scene_close(crl_scene_t *scene)
{
    big_crl_free(&scene->crl);
    cert_free(&scene->client);
    cert_free(&scene->ca);
    fixture_close(&scene->fixture);
}

/* ---- this library --------------------------------------------------------------------------- */

mtlsauth_engine_t *crl_scene_engine(const crl_scene_t *scene, const char *policy,
                                    mtlsauth_request_t **request)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT; /* without a log: the engine outlives this function */
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;
    char path[sizeof(scene->fixture.dir) + 32];

    snprintf(path, sizeof(path), "%s/%s", scene->fixture.dir, policy);
    how.flags = scene->fixture.flags;
    how.policy = path;
    how.plugin_dir = scene->fixture.plugins;
    if (mtlsauth_engine_open(&engine, &how, &err) != 0) {
        fprintf(stderr, "bench: %s\n", mtlsauth_error_text(err));
        exit(1);
    }
    if (mtlsauth_request_new(engine, request) != 0)
        exit(1);
    mtlsauth_request_leaf(*request, scene->client.der.data, scene->client.der.size);
    mtlsauth_request_time(*request, CERTS_NOW);
    if (mtlsauth_authorize(*request) != 1) {
        fprintf(stderr, "bench: %s refuses its client\n", policy);
        exit(1);
    }
    return engine;
}

static int load(const crl_scene_t *scene, const char *policy)
{
    mtlsauth_request_t *request = NULL;

    return crl_scene_engine(scene, policy, &request) == NULL;
}

/* Plugins and libraries are loaded once in the life of a process: no part of a list's cost. */
int crl_warm_ours(const void *scene)
{
    return load(scene, "tiny.conf");
}

int crl_load_none(const void *scene)
{
    return load(scene, "plain.conf");
}

int crl_load_ours(const void *scene)
{
    return load(scene, "crl.conf");
}

static bool ours_has(const crl_asked_t *asked, size_t i)
{
    const uint8_t *serials = asked->serials;
    int64_t revoked_at;

    return ma_crl_find(asked->list, (ma_bytes_t) { serials + i * BIG_CRL_SERIAL, BIG_CRL_SERIAL },
                       &revoked_at);
}

void crl_ask_ours(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which)
{
    uint8_t *octets = wanted(calloc(N_SERIALS, BIG_CRL_SERIAL));
    ma_crl_t *list = NULL;
    const char *why = NULL;
    size_t i;

    if (ma_crl_parse((ma_bytes_t) { scene->crl.data, scene->crl.size }, &list, &why) != 0)
        wanted(NULL);
    for (i = 0; i < N_SERIALS; i++)
        big_crl_serial(which[i], octets + i * BIG_CRL_SERIAL);
    *asked = (crl_asked_t) { list, octets, ours_has };
}

/* ---- GnuTLS --------------------------------------------------------------------------------- */

static gnutls_x509_crl_t gnutls_list(const crl_scene_t *scene)
{
    gnutls_datum_t der = { (unsigned char *)(uintptr_t)scene->crl.data,
                           (unsigned)scene->crl.size };
    gnutls_x509_crl_t list = NULL;

    if (gnutls_x509_crl_init(&list) < 0
        || gnutls_x509_crl_import(list, &der, GNUTLS_X509_FMT_DER) < 0)
        wanted(NULL);
    return list;
}

/* It has no look-up of a serial: its own check of a certificate reads one after another, too. */
static bool gnutls_find(gnutls_x509_crl_t list, const uint8_t *serial)
{
    gnutls_x509_crl_iter_t at = NULL;
    bool found = false;

    while (!found) {
        uint8_t octets[64];
        size_t size = sizeof(octets);
        if (gnutls_x509_crl_iter_crt_serial(list, &at, octets, &size, NULL) < 0)
            break;
        found = size == BIG_CRL_SERIAL && memcmp(octets, serial, size) == 0;
    }
    gnutls_x509_crl_iter_deinit(at);
    return found;
}

int crl_load_gnutls(const void *context)
{
    const crl_scene_t *scene = context;
    uint8_t serial[BIG_CRL_SERIAL];

    big_crl_serial(scene->entries / 2, serial);
    return !gnutls_find(gnutls_list(scene), serial);
}

/* Its judgement of the list's dates, at the clock of the machine, does not matter here. */
static bool gnutls_signed(const crl_scene_t *scene, gnutls_x509_crl_t list)
{
    gnutls_x509_crt_t ca = NULL;
    unsigned status = 0, dates = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED | GNUTLS_CERT_INVALID;

    return gnutls_x509_crt_init(&ca) >= 0
        && gnutls_x509_crt_import(ca, &scene->ca.der, GNUTLS_X509_FMT_DER) >= 0
        && gnutls_x509_crl_verify(list, &ca, 1, 0, &status) >= 0
        && (status & ~dates) == 0;
}

int crl_load_gnutls_signed(const void *context)
{
    const crl_scene_t *scene = context;
    gnutls_x509_crl_t list = gnutls_list(scene);
    uint8_t serial[BIG_CRL_SERIAL];

    big_crl_serial(scene->entries / 2, serial);
    return !gnutls_signed(scene, list) || !gnutls_find(list, serial);
}

static bool gnutls_has(const crl_asked_t *asked, size_t i)
{
    return gnutls_find(asked->list, (const uint8_t *)asked->serials + i * BIG_CRL_SERIAL);
}

void crl_ask_gnutls(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which)
{
    uint8_t *octets = wanted(calloc(N_SERIALS, BIG_CRL_SERIAL));
    size_t i;

    for (i = 0; i < N_SERIALS; i++)
        big_crl_serial(which[i], octets + i * BIG_CRL_SERIAL);
    *asked = (crl_asked_t) { gnutls_list(scene), octets, gnutls_has };
}

/* ---- OpenSSL -------------------------------------------------------------------------------- */

static X509_CRL *openssl_list(const crl_scene_t *scene)
{
    const unsigned char *at = scene->crl.data;

    return wanted(d2i_X509_CRL(NULL, &at, (long)scene->crl.size));
}

static ASN1_INTEGER *openssl_serial(size_t i)
{
    uint8_t octets[2 + BIG_CRL_SERIAL] = { 0x02, BIG_CRL_SERIAL };
    const unsigned char *at = octets;

    big_crl_serial(i, octets + 2);
    return wanted(d2i_ASN1_INTEGER(NULL, &at, sizeof(octets)));
}

/* The first look-up sorts the list. */
static bool openssl_find(X509_CRL *list, const ASN1_INTEGER *serial)
{
    X509_REVOKED *revoked = NULL;

    return X509_CRL_get0_by_serial(list, &revoked, serial) == 1;
}

int crl_load_openssl(const void *context)
{
    const crl_scene_t *scene = context;

    return !openssl_find(openssl_list(scene), openssl_serial(scene->entries / 2));
}

int crl_load_openssl_signed(const void *context)
{
    const crl_scene_t *scene = context;
    const unsigned char *at = scene->ca.der.data;
    X509 *ca = wanted(d2i_X509(NULL, &at, (long)scene->ca.der.size));
    X509_CRL *list = openssl_list(scene);

    return X509_CRL_verify(list, X509_get0_pubkey(ca)) != 1
        || !openssl_find(list, openssl_serial(scene->entries / 2));
}

static bool openssl_has(const crl_asked_t *asked, size_t i)
{
    return openssl_find(asked->list, ((ASN1_INTEGER **)asked->serials)[i]);
}

void crl_ask_openssl(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which)
{
    ASN1_INTEGER **serials = wanted(calloc(N_SERIALS, sizeof(serials[0])));
    size_t i;

    for (i = 0; i < N_SERIALS; i++)
        serials[i] = openssl_serial(which[i]);
    *asked = (crl_asked_t) { openssl_list(scene), serials, openssl_has };
}
