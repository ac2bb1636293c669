/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward_scene.h - a client with much to tell, below two CAs; and OpenSSL's word for each header.
 * Header only.
 */
#ifndef TESTS_API_FORWARD_SCENE_H
#define TESTS_API_FORWARD_SCENE_H

#include "scene.h"

#include <stdlib.h>

#define ALL "forward = [ \"rfc9440\", \"xfcc\", \"cloudflare\", \"cf-cert\", \"x-cert\" ];\n"

/* Names of one client, and a key identifier, all optional. */
typedef struct extra {
    const char *ski;
    struct {
        enum { DNS = 2, URI = 6 } tag; /* RFC 5280 4.2.1.6 */
        const char *name;
    } names[8];
    unsigned n_more; /* as many URIs of 10 bytes */
} extra_t;

static inline void must(int ret)
{
    if (ret < 0) {
        printf("Bail out! %s\n", gnutls_strerror(ret));
        exit(1);
    }
}

static inline void export(issued_t *cert)
{
    gnutls_free(cert->der.data);
    gnutls_free(cert->pem.data);
    must(gnutls_x509_crt_export2(cert->crt, GNUTLS_X509_FMT_DER, &cert->der));
    must(gnutls_x509_crt_export2(cert->crt, GNUTLS_X509_FMT_PEM, &cert->pem));
}

/* One GeneralName, written by hand: GnuTLS refuses what a hostile CA would not. */
static inline size_t put_name(unsigned char *at, const char *name, unsigned tag)
{
    size_t size = strlen(name); /* below 128 */

    at[0] = (unsigned char)(0x80 | tag);
    at[1] = (unsigned char)size;
    memcpy(at + 2, name, size);
    return size + 2;
}

static inline void set_names(gnutls_x509_crt_t crt, const extra_t *extra)
{
    static unsigned char der[65536];
    size_t i, size = 4;
    char uri[16];

    for (i = 0; i < COUNT(extra->names) && extra->names[i].name != NULL; i++)
        size += put_name(der + size, extra->names[i].name, extra->names[i].tag);
    for (i = 0; i < extra->n_more; i++) {
        snprintf(uri, sizeof(uri), "x:%08u", (unsigned)i % 100000000);
        size += put_name(der + size, uri, URI);
    }
    if (size == 4)
        return;
    der[0] = 0x30; /* SEQUENCE, its length in two octets */
    der[1] = 0x82;
    der[2] = (unsigned char)((size - 4) >> 8);
    der[3] = (unsigned char)(size - 4);
    if (size - 4 < 128) { /* DER has the shortest form */
        der[2] = 0x30;
        der[3] = (unsigned char)(size - 4);
        must(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.17", der + 2, size - 2, 0));
    } else if (size - 4 < 256) {
        der[1] = 0x30;
        der[2] = 0x81;
        must(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.17", der + 1, size - 1, 0));
    } else {
        must(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.17", der, size, 0));
    }
}

/* Adds to a certificate that has an extension already (GnuTLS wants one), and signs it again. */
static inline void extend(issued_t *cert, const issued_t *issuer, const extra_t *extra)
{
    if (extra->ski != NULL)
        must(gnutls_x509_crt_set_subject_key_id(cert->crt, extra->ski, strlen(extra->ski)));
    set_names(cert->crt, extra);
    must(gnutls_x509_crt_sign2(cert->crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA512, 0));
    export(cert);
}

typedef struct family {
    scene_t scene;
    issued_t middle, issuing, client;
} family_t;

static inline void family_open(family_t *family)
{
    const cert_spec_t client = {
        .dn = "CN=James Royal,OU=Access Admins,O=Access,L=Austin,ST=Texas,C=US",
        .serial = "00a1b2c3d4e5",
        .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
        .not_before = CERTS_NOW - 22 * CERTS_DAY + 3661, /* a day of one digit */
    };
    scene_t *scene = &family->scene;

    scene_open(scene);
    cert_issue(&family->middle,
               &(cert_spec_t) { .dn = "CN=Middle CA,O=Access Testing,C=US", .ca = true },
               &scene->root);
    cert_issue(&family->issuing,
               &(cert_spec_t) { .dn = "CN=Issuing CA,O=Access Testing,ST=Texas,C=US", .ca = true,
                                .serial = "0f00" },
               &family->middle);
    extend(&family->issuing, &family->middle, &(extra_t) { .ski = "issuing CA's id" });
    cert_issue(&family->client, &client, &family->issuing);
    extend(&family->client, &family->issuing,
           &(extra_t) { .ski = "\x01 a client's id",
                        .names = { { DNS, "a.example.com" },
                                   { URI, "spiffe://example.com/a%20b" },
                                   { DNS, "b.example.com" } } });
    fixture_write_bytes(&scene->fixture, "client.pem", family->client.pem.data,
                        family->client.pem.size);
    fixture_write_bytes(&scene->fixture, "issuing.pem", family->issuing.pem.data,
                        family->issuing.pem.size);
    fixture_write_bytes(&scene->fixture, "middle.pem", family->middle.pem.data,
                        family->middle.pem.size);
}

static inline void family_close(family_t *family)
{
    cert_free(&family->middle);
    cert_free(&family->issuing);
    cert_free(&family->client);
    scene_close(&family->scene);
}

static inline mtlsauth_request_t *open_request(scene_t *scene, mtlsauth_engine_t **engine,
                                               const char *policy)
{
    fixture_write(&scene->fixture, "p.conf", policy);
    *engine = fixture_engine_ok(&scene->fixture, "p.conf");
    return new_request(*engine);
}

/* The client with the chain it sends: out of order, with the root, and twice the same. */
static inline int ask_family(const family_t *family, mtlsauth_request_t *request,
                             const issued_t *client)
{
    const gnutls_datum_t *chain[] = { &family->scene.root.der, &family->middle.der,
                                      &family->issuing.der, &family->middle.der };
    size_t i;

    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_leaf(request, client->der.data, client->der.size);
    for (i = 0; i < COUNT(chain); i++)
        mtlsauth_request_chain(request, chain[i]->data, chain[i]->size);
    return mtlsauth_authorize(request);
}

/* The value of a header: "(none)" if it is not set, "(twice)" if it is more than once. */
static inline const char *header_of(const mtlsauth_request_t *request, const char *name)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    const char *value = "(none)";
    unsigned count = 0;
    size_t i;

    for (i = 0; i < decision->n_headers; i++) {
        if (strcmp(decision->headers[i]->name, name) == 0) {
            value = decision->headers[i]->value;
            count++;
        }
    }
    return count < 2 ? value : "(twice)";
}

static inline bool has(const mtlsauth_request_t *request, const char *name)
{
    return strcmp(header_of(request, name), "(none)") != 0;
}

#endif
