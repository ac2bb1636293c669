/* SPDX-License-Identifier: BSD-2-Clause */
/* certs.c - see certs.h. */
#include "certs.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the program if a call of GnuTLS failed. */
static void must(int code, const char *call)
{
    if (code >= 0)
        return;
    printf("Bail out! %s: %s\n", call, gnutls_strerror(code));
    fflush(stdout);
    _exit(99);
}

#define MUST(call) must((call), #call)

static gnutls_digest_algorithm_t digest_for(gnutls_x509_privkey_t key,
                                            gnutls_digest_algorithm_t asked)
{
    gnutls_pubkey_t pubkey;
    gnutls_privkey_t privkey;
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
    unsigned mandatory;

    if (asked != 0)
        return asked;
    MUST(gnutls_privkey_init(&privkey));
    MUST(gnutls_privkey_import_x509(privkey, key, 0));
    MUST(gnutls_pubkey_init(&pubkey));
    MUST(gnutls_pubkey_import_privkey(pubkey, privkey, 0, 0));
    MUST(gnutls_pubkey_get_preferred_hash_algorithm(pubkey, &digest, &mandatory));
    gnutls_pubkey_deinit(pubkey);
    gnutls_privkey_deinit(privkey);
    return digest;
}

static void set_subject(gnutls_x509_crt_t crt, const cert_spec_t *spec)
{
    if (spec->dn != NULL)
        MUST(gnutls_x509_crt_set_dn(crt, spec->dn, NULL));
    else if (spec->cn != NULL)
        MUST(gnutls_x509_crt_set_dn_by_oid(
            crt, GNUTLS_OID_X520_COMMON_NAME, 0, spec->cn,
            (unsigned)(spec->cn_size != 0 ? spec->cn_size : strlen(spec->cn))));
}

static void set_serial(gnutls_x509_crt_t crt, const cert_spec_t *spec)
{
    static uint32_t next = 0x01000001;
    unsigned char octets[64];
    size_t size = sizeof(octets);
    gnutls_datum_t hex;

    if (spec->serial == NULL) {
        octets[0] = (unsigned char)(next >> 24);
        octets[1] = (unsigned char)(next >> 16);
        octets[2] = (unsigned char)(next >> 8);
        octets[3] = (unsigned char)next;
        next++;
        size = 4;
    } else {
        hex = (gnutls_datum_t) { (unsigned char *)(uintptr_t)spec->serial,
                                 (unsigned)strlen(spec->serial) };
        MUST(gnutls_hex_decode(&hex, octets, &size));
    }
    MUST(gnutls_x509_crt_set_serial(crt, octets, size));
}

/* Writes the header of an element before `size` octets. */
static size_t put_header(unsigned char *out, unsigned char tag, size_t size)
{
    size_t n = 0;

    out[n++] = tag;
    if (size >= 256) {
        out[n++] = 0x82;
        out[n++] = (unsigned char)(size >> 8);
    } else if (size >= 128) {
        out[n++] = 0x81;
    }
    out[n++] = (unsigned char)size;
    return n;
}

/* An otherName that is a user principal name, up to its text. */
static size_t put_upn_header(unsigned char *out, size_t size)
{
    static const unsigned char oid[]
        = { 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02, 0x03 };
    unsigned char inner[4], outer[4];
    size_t n_inner = put_header(inner, 0x0c, size), n;
    size_t n_outer = put_header(outer, 0xa0, n_inner + size);

    n = put_header(out, CERT_SAN_UPN, sizeof(oid) + n_outer + n_inner + size);
    memcpy(out + n, oid, sizeof(oid));
    n += sizeof(oid);
    memcpy(out + n, outer, n_outer);
    memcpy(out + n + n_outer, inner, n_inner);
    return n + n_outer + n_inner;
}

/* GnuTLS would mend names, or refuse them: this writes the octets that it is told. */
static void set_names(gnutls_x509_crt_t crt, const cert_san_t *sans, size_t count)
{
    static unsigned char names[60000], extension[sizeof(names) + 4];
    size_t i, used = 0, header;

    for (i = 0; i < count; i++) {
        const cert_san_t *san = &sans[i];
        must(san->size + 64 <= sizeof(names) - used ? 0 : GNUTLS_E_SHORT_MEMORY_BUFFER, "names");
        used += san->tag == CERT_SAN_UPN ? put_upn_header(names + used, san->size)
                                         : put_header(names + used, san->tag, san->size);
        memcpy(names + used, san->octets, san->size);
        used += san->size;
    }
    header = put_header(extension, 0x30, used);
    memcpy(extension + header, names, used);
    MUST(gnutls_x509_crt_set_extension_by_oid(crt, "2.5.29.17", extension, header + used, 0));
}

static void set_extensions(gnutls_x509_crt_t crt, const cert_spec_t *spec)
{
    unsigned usage = spec->key_usage;

    if (spec->ca) {
        MUST(gnutls_x509_crt_set_basic_constraints(crt, 1, spec->path_len - 1));
        if (usage == 0)
            usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN;
    }
    if (usage != 0)
        MUST(gnutls_x509_crt_set_key_usage(crt, usage));
    if (spec->eku != NULL)
        MUST(gnutls_x509_crt_set_key_purpose_oid(crt, spec->eku, 0));
    if (spec->dns != NULL)
        MUST(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, spec->dns,
                                                  (unsigned)strlen(spec->dns),
                                                  GNUTLS_FSAN_APPEND));
    if (spec->uri != NULL)
        MUST(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_URI, spec->uri,
                                                  (unsigned)strlen(spec->uri),
                                                  GNUTLS_FSAN_APPEND));
    if (spec->email != NULL)
        MUST(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME, spec->email,
                                                  (unsigned)strlen(spec->email),
                                                  GNUTLS_FSAN_APPEND));
    if (spec->n_sans > 0)
        set_names(crt, spec->sans, spec->n_sans);
}

void cert_issue_for(issued_t *out, const cert_spec_t *spec, const issued_t *issuer,
                    gnutls_x509_privkey_t key)
{
    gnutls_x509_crt_t crt;

    MUST(gnutls_x509_crt_init(&crt));
    MUST(gnutls_x509_crt_set_version(crt, spec->version != 0 ? spec->version : 3));
    set_subject(crt, spec);
    set_serial(crt, spec);
    MUST(gnutls_x509_crt_set_activation_time(
        crt, (time_t)(spec->not_before != 0 ? spec->not_before : CERTS_NOW - 30 * CERTS_DAY)));
    MUST(gnutls_x509_crt_set_expiration_time(
        crt, (time_t)(spec->not_after != 0 ? spec->not_after : CERTS_NOW + 335 * CERTS_DAY)));
    MUST(gnutls_x509_crt_set_key(crt, key));
    if (spec->version != 1)
        set_extensions(crt, spec);
    MUST(gnutls_x509_crt_sign2(crt, issuer != NULL ? issuer->crt : crt,
                               issuer != NULL ? issuer->key : key,
                               digest_for(issuer != NULL ? issuer->key : key, spec->digest), 0));
    out->crt = crt;
    out->key = key;
    MUST(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &out->der));
    MUST(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &out->pem));
}

void cert_issue(issued_t *out, const cert_spec_t *spec, const issued_t *issuer)
{
    gnutls_pk_algorithm_t pk = spec->pk != 0 ? spec->pk : GNUTLS_PK_EDDSA_ED25519;
    gnutls_x509_privkey_t key;

    MUST(gnutls_x509_privkey_init(&key));
    MUST(gnutls_x509_privkey_generate(
        key, pk,
        spec->bits != 0 ? spec->bits : gnutls_sec_param_to_pk_bits(pk, GNUTLS_SEC_PARAM_MEDIUM),
        0));
    cert_issue_for(out, spec, issuer, key);
}

void cert_free(issued_t *issued)
{
    gnutls_x509_crt_deinit(issued->crt);
    gnutls_x509_privkey_deinit(issued->key);
    gnutls_free(issued->der.data);
    gnutls_free(issued->pem.data);
    memset(issued, 0, sizeof(*issued));
}

static gnutls_datum_t make_crl(const crl_spec_t *spec, const issued_t *issuer,
                               gnutls_x509_crt_fmt_t format)
{
    unsigned char number[4];
    unsigned n = spec->number != 0 ? spec->number : 1;
    gnutls_datum_t out = { NULL, 0 };
    gnutls_x509_crl_t crl;
    size_t i;

    MUST(gnutls_x509_crl_init(&crl));
    MUST(gnutls_x509_crl_set_version(crl, 2));
    MUST(gnutls_x509_crl_set_this_update(
        crl, (time_t)(spec->this_update != 0 ? spec->this_update : CERTS_NOW - CERTS_DAY)));
    if (spec->next_update >= 0)
        MUST(gnutls_x509_crl_set_next_update(
            crl, (time_t)(spec->next_update != 0 ? spec->next_update : CERTS_NOW + 7 * CERTS_DAY)));
    for (i = 0; i < spec->n_revoked; i++)
        MUST(gnutls_x509_crl_set_crt(crl, spec->revoked[i]->crt,
                                     (time_t)(spec->revoked_at != 0 ? spec->revoked_at
                                                                    : CERTS_NOW - 2 * CERTS_DAY)));
    for (i = 0; i < sizeof(number); i++)
        number[i] = (unsigned char)(n >> (24 - 8 * i));
    MUST(gnutls_x509_crl_set_number(crl, number, sizeof(number)));
    MUST(gnutls_x509_crl_sign2(crl, issuer->crt, issuer->key, digest_for(issuer->key, 0), 0));
    MUST(gnutls_x509_crl_export2(crl, format, &out));
    gnutls_x509_crl_deinit(crl);
    return out;
}

gnutls_datum_t crl_issue(const crl_spec_t *spec, const issued_t *issuer)
{
    return make_crl(spec, issuer, GNUTLS_X509_FMT_DER);
}

gnutls_datum_t crl_issue_pem(const crl_spec_t *spec, const issued_t *issuer)
{
    return make_crl(spec, issuer, GNUTLS_X509_FMT_PEM);
}
