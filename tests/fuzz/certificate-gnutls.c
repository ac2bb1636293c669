/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate-gnutls.c - fuzz target: our reader and GnuTLS's read the same bytes, and what both
 * take they must read alike.
 *
 * Where one refuses and the other takes, nothing is said.
 *
 * Ours is stricter: a malformed extension that it knows refuses the certificate, where GnuTLS fails
 * the one getter; version numbers past 3; extensions before version 3; dates that no calendar has;
 * alternative names that are not framed to their end, where libtasn1 reads on inside; names past
 * the limits of name.h; more than 64 KiB, 64 extensions or 1024 alternative names.
 *
 * Ours is laxer: alternative names that are empty or have characters that the type does not allow
 * (GnuTLS may refuse such a list as a whole; here the name is kept as it is and matches nothing);
 * dates before 1970, which GnuTLS reads as 1970; path lengths past 32 bits; public keys, which are
 * read when they are used.
 */
#include <gnutls/abstract.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cred/certificate.h"
#include "fuzz.h"

/* Gets the same from both; frees what GnuTLS allocated. */
static void same(ma_bytes_t ours, gnutls_datum_t *theirs)
{
    FUZZ_CHECK(ours.size == theirs->size);
    FUZZ_CHECK(ours.size == 0 || memcmp(ours.data, theirs->data, ours.size) == 0);
    gnutls_free(theirs->data);
    theirs->data = NULL;
}

static void names(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    gnutls_datum_t name;

    if (gnutls_x509_crt_get_raw_dn(theirs, &name) >= 0)
        same(ours->subject, &name);
    if (gnutls_x509_crt_get_raw_issuer_dn(theirs, &name) >= 0)
        same(ours->issuer, &name);
}

static void head(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    uint8_t serial[512];
    size_t size = sizeof(serial);
    time_t before = gnutls_x509_crt_get_activation_time(theirs);
    time_t after = gnutls_x509_crt_get_expiration_time(theirs);

    if (gnutls_x509_crt_get_serial(theirs, serial, &size) >= 0)
        FUZZ_CHECK(size == ours->serial.size && memcmp(serial, ours->serial.data, size) == 0);
    FUZZ_CHECK(gnutls_x509_crt_get_version(theirs) == ours->version);
    FUZZ_CHECK(before == (time_t)-1 || ours->not_before < 0 || before == ours->not_before);
    FUZZ_CHECK(after == (time_t)-1 || ours->not_after < 0 || after == ours->not_after);
}

/* GnuTLS has the bits of each octet as they stand, the second octet higher. */
static unsigned usage_of(unsigned bits)
{
    unsigned i, usage = 0;

    for (i = 0; i < 16; i++)
        if ((bits & (1u << i)) != 0)
            usage |= i < 8 ? 0x80u >> i : 0x8000u >> (i - 8);
    return usage;
}

static void constraints(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    unsigned critical = 0, ca = 0, usage = 0;
    int path_len = -1;
    int ret = gnutls_x509_crt_get_basic_constraints(theirs, &critical, &ca, &path_len);

    if (ret >= 0) {
        FUZZ_CHECK((ours->present & MA_EXT_BASIC_CONSTRAINTS) != 0);
        FUZZ_CHECK((ca != 0) == ours->is_ca && path_len == ours->path_len);
        FUZZ_CHECK((critical != 0) == ((ours->critical & MA_EXT_BASIC_CONSTRAINTS) != 0));
    } else if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
        FUZZ_CHECK((ours->present & MA_EXT_BASIC_CONSTRAINTS) == 0);
    }
    ret = gnutls_x509_crt_get_key_usage(theirs, &usage, &critical);
    if (ret >= 0) {
        FUZZ_CHECK((ours->present & MA_EXT_KEY_USAGE) != 0);
        FUZZ_CHECK(usage == usage_of(ours->key_usage));
        FUZZ_CHECK((critical != 0) == ((ours->critical & MA_EXT_KEY_USAGE) != 0));
    } else if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
        FUZZ_CHECK((ours->present & MA_EXT_KEY_USAGE) == 0);
    }
}

static void key_ids(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    uint8_t id[4096];
    size_t size = sizeof(id);
    unsigned critical;

    if (gnutls_x509_crt_get_subject_key_id(theirs, id, &size, &critical) >= 0)
        FUZZ_CHECK(size == ours->ski.size && (size == 0 || memcmp(id, ours->ski.data, size) == 0));
    size = sizeof(id);
    if (gnutls_x509_crt_get_authority_key_id(theirs, id, &size, &critical) >= 0)
        FUZZ_CHECK(size == ours->aki.size && (size == 0 || memcmp(id, ours->aki.data, size) == 0));
}

static uint32_t field_of(unsigned type)
{
    switch (type) {
    case GNUTLS_SAN_DNSNAME:
        return MTLSAUTH_CERT_SAN_DNS;
    case GNUTLS_SAN_RFC822NAME:
        return MTLSAUTH_CERT_SAN_EMAIL;
    case GNUTLS_SAN_URI:
        return MTLSAUTH_CERT_SAN_URI;
    case GNUTLS_SAN_IPADDRESS:
        return MTLSAUTH_CERT_SAN_IP;
    default:
        return 0;
    }
}

/* Each name in its order, and no more of a type than GnuTLS has. */
static void each_san(const mtlsauth_cert_t *ours, gnutls_subject_alt_names_t sans)
{
    static const uint32_t fields[] = { MTLSAUTH_CERT_SAN_DNS, MTLSAUTH_CERT_SAN_EMAIL,
                                       MTLSAUTH_CERT_SAN_URI, MTLSAUTH_CERT_SAN_IP };
    size_t seen[4] = { 0, 0, 0, 0 }, size;
    gnutls_datum_t name, other;
    const void *bytes;
    unsigned i, kind, type;

    for (i = 0; gnutls_subject_alt_names_get(sans, i, &type, &name, &other) >= 0; i++) {
        uint32_t field = field_of(type);
        for (kind = 0; kind < 4; kind++) {
            if (fields[kind] != field)
                continue;
            FUZZ_CHECK(ma_cert_bytes(ours, field, seen[kind]++, &bytes, &size) == 1);
            FUZZ_CHECK(size == name.size && (size == 0 || memcmp(bytes, name.data, size) == 0));
        }
    }
    for (kind = 0; kind < 4; kind++)
        FUZZ_CHECK(ma_cert_bytes(ours, fields[kind], seen[kind], &bytes, &size) == 0);
}

static void alternative_names(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    gnutls_subject_alt_names_t sans = NULL;
    gnutls_datum_t extension = { NULL, 0 };
    unsigned critical = 0;
    int ret = gnutls_x509_crt_get_extension_by_oid2(theirs, "2.5.29.17", 0, &extension, &critical);

    FUZZ_CHECK((ret >= 0) == ((ours->present & MA_EXT_SAN) != 0));
    if (ret < 0)
        return;
    if (gnutls_subject_alt_names_init(&sans) >= 0
        && gnutls_x509_ext_import_subject_alt_names(&extension, sans, 0) >= 0)
        each_san(ours, sans);
    gnutls_subject_alt_names_deinit(sans);
    gnutls_free(extension.data);
}

/* GnuTLS does not give the SPKI as it stands: both are imported and written again. */
static void public_key(const mtlsauth_cert_t *ours, gnutls_x509_crt_t theirs)
{
    gnutls_datum_t spki = { (unsigned char *)(uintptr_t)ours->spki.data,
                            (unsigned)ours->spki.size };
    gnutls_datum_t a = { NULL, 0 }, b = { NULL, 0 };
    gnutls_pubkey_t mine = NULL, other = NULL;

    if (gnutls_pubkey_init(&mine) >= 0 && gnutls_pubkey_init(&other) >= 0
        && gnutls_pubkey_import(mine, &spki, GNUTLS_X509_FMT_DER) >= 0
        && gnutls_pubkey_import_x509(other, theirs, 0) >= 0
        && gnutls_pubkey_export2(mine, GNUTLS_X509_FMT_DER, &a) >= 0
        && gnutls_pubkey_export2(other, GNUTLS_X509_FMT_DER, &b) >= 0)
        FUZZ_CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    gnutls_free(a.data);
    gnutls_free(b.data);
    gnutls_pubkey_deinit(mine);
    gnutls_pubkey_deinit(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gnutls_datum_t der = { (unsigned char *)(uintptr_t)data, (unsigned)size };
    gnutls_x509_crt_t theirs = NULL;
    mtlsauth_cert_t *ours = NULL;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    if (ma_cert_parse((ma_bytes_t) { data, size }, &arena, &ours, NULL) == 0
        && gnutls_x509_crt_init(&theirs) >= 0
        && gnutls_x509_crt_import(theirs, &der, GNUTLS_X509_FMT_DER) >= 0) {
        head(ours, theirs);
        names(ours, theirs);
        constraints(ours, theirs);
        key_ids(ours, theirs);
        alternative_names(ours, theirs);
        public_key(ours, theirs);
    }
    gnutls_x509_crt_deinit(theirs);
    ma_cert_free(ours);
    ma_arena_free(&arena);
    return 0;
}
