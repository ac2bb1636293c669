/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate.c - read a Certificate (RFC 5280 4.1) in one pass; see certificate.h.
 *
 * GnuTLS reads the same bytes for path validation. A certificate that it cannot read is malformed,
 * with the one exception of certificate.h.
 */
#include "cred/certificate.h"

#include <limits.h>
#include <string.h>

#include "cred/certificate_made.h"
#include "cred/name.h"

#define MAX_EXTENSIONS 64u

static const char why_framing[] = "not the DER of a certificate";

/* A rule that was broken: remembers its text, the first one, and fails the cursor. */
static void reject(ma_der_t *der, const char **why, const char *text)
{
    if (*why == NULL)
        *why = text;
    ma_der_fail(der);
}

/* [0] EXPLICIT Version DEFAULT v1 (4.1.2.1). */
static void read_version(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    ma_element_t explicit_tag = ma_der_maybe(tbs, MA_DER_CONTEXT_CONSTRUCTED(0));
    ma_element_t number;
    ma_der_t in;
    int64_t value = 0;

    cert->version = 1;
    if (explicit_tag.tag == 0)
        return;
    in = ma_der_into(&explicit_tag);
    number = ma_der_want(&in, MA_DER_INTEGER);
    if (!ma_der_done(&in) || !ma_der_small(number.value, &value) || value < 1 || value > 2)
        reject(tbs, why, "a version that is none (RFC 5280 4.1.2.1)");
    else
        cert->version = (int)value + 1;
}

static void read_serial(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    cert->serial = ma_der_want(tbs, MA_DER_INTEGER).value;
    if (cert->serial.size == 0 || !ma_der_integer_minimal(cert->serial))
        reject(tbs, why, "a serial number that is no DER integer (RFC 5280 4.1.2.2)");
}

static void read_validity(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    ma_element_t validity = ma_der_want(tbs, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&validity);
    ma_element_t before = ma_der_any(&in);
    ma_element_t after = ma_der_any(&in);

    if (!ma_der_done(&in) || !ma_der_time(before.tag, before.value, &cert->not_before)
        || !ma_der_time(after.tag, after.value, &cert->not_after))
        reject(tbs, why, "dates that are not as RFC 5280 4.1.2.5 has them");
}

static ma_bytes_t read_name(ma_der_t *tbs, const char **why)
{
    ma_bytes_t name = ma_der_want(tbs, MA_DER_SEQUENCE).whole;

    if (!ma_name_valid(name))
        reject(tbs, why, "a name that is not as RFC 5280 4.1.2.4 has it");
    return name;
}

/* KeyUsage ::= BIT STRING, at most nine bits (4.2.1.3). */
static bool read_key_usage(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t der = ma_der(value);
    ma_bytes_t bits = ma_der_want(&der, MA_DER_BIT_STRING).value;
    unsigned i;

    if (!ma_der_done(&der) || bits.size < 1 || bits.size > 3 || bits.data[0] > 7)
        return false;
    cert->has_key_usage = true;
    for (i = 0; i < (bits.size - 1) * 8; i++)
        if ((bits.data[1 + i / 8] & (0x80u >> (i % 8))) != 0)
            cert->key_usage |= 1u << i;
    return true;
}

/* BasicConstraints ::= SEQUENCE { cA DEFAULT FALSE, pathLenConstraint OPTIONAL } (4.2.1.9). */
static bool read_basic_constraints(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t ca = ma_der_maybe(&in, MA_DER_BOOLEAN);
    ma_element_t length = ma_der_maybe(&in, MA_DER_INTEGER);

    if (!ma_der_done(&in) || !ma_der_done(&outer))
        return false;
    if (ca.tag != 0 && !ma_der_boolean(ca.value, &cert->is_ca))
        return false;
    if (length.tag != 0 && !ma_der_small(length.value, &cert->path_len))
        return false;
    cert->has_basic_constraints = true;
    return true;
}

static bool read_ski(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t der = ma_der(value);

    cert->ski = ma_der_want(&der, MA_DER_OCTET_STRING).value;
    return ma_der_done(&der);
}

/* AuthorityKeyIdentifier ::= SEQUENCE { [0] keyIdentifier, [1] issuer, [2] serial } (4.2.1.1). */
static bool read_aki(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);

    cert->aki = ma_der_maybe(&in, MA_DER_CONTEXT(0)).value;
    ma_der_maybe(&in, MA_DER_CONTEXT_CONSTRUCTED(1));
    ma_der_maybe(&in, MA_DER_CONTEXT(2));
    return ma_der_done(&in) && ma_der_done(&outer);
}

/* GeneralNames: the framing now, the names when they are asked for (4.2.1.6). */
static bool read_san(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    size_t count = 0;

    while (ma_der_more(&in) && ++count <= MA_CERT_MAX_NAMES)
        ma_der_any(&in);
    cert->san = sequence.value;
    return ma_der_done(&in) && ma_der_done(&outer);
}

/* ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER (4.2.1.12). */
static bool read_eku(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);

    do
        ma_der_want(&in, MA_DER_OID);
    while (ma_der_more(&in));
    cert->has_eku = true;
    cert->eku = sequence.value;
    return ma_der_done(&in) && ma_der_done(&outer);
}

static bool note_name_constraints(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    (void)value; /* GnuTLS reads it */
    cert->has_name_constraints = true;
    return true;
}

/* Known, and without a meaning that is looked at here. */
static bool pass(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    (void)value;
    (void)cert;
    return true;
}

/* The extensions of RFC 5280 4.2.1 that may be critical, and those that are read though they may not. */
static const struct {
    ma_bytes_t oid;
    bool (*read)(ma_bytes_t value, mtlsauth_cert_t *cert);
    const char *why;
} known_extensions[] = {
    { { (const uint8_t *)"\x55\x1d\x0e", 3 }, read_ski, "a malformed subjectKeyIdentifier" },
    { { (const uint8_t *)"\x55\x1d\x0f", 3 }, read_key_usage, "a malformed keyUsage" },
    { { (const uint8_t *)"\x55\x1d\x11", 3 }, read_san, "a malformed subjectAltName" },
    { { (const uint8_t *)"\x55\x1d\x13", 3 },
      read_basic_constraints,
      "malformed basicConstraints" },
    { { (const uint8_t *)"\x55\x1d\x1e", 3 }, note_name_constraints, "" },
    { { (const uint8_t *)"\x55\x1d\x20", 3 }, pass, "" }, /* certificatePolicies */
    { { (const uint8_t *)"\x55\x1d\x21", 3 }, pass, "" }, /* policyMappings */
    { { (const uint8_t *)"\x55\x1d\x23", 3 }, read_aki, "a malformed authorityKeyIdentifier" },
    { { (const uint8_t *)"\x55\x1d\x24", 3 }, pass, "" }, /* policyConstraints */
    { { (const uint8_t *)"\x55\x1d\x25", 3 }, read_eku, "a malformed extKeyUsage" },
    { { (const uint8_t *)"\x55\x1d\x36", 3 }, pass, "" }, /* inhibitAnyPolicy */
};

#define N_KNOWN (sizeof(known_extensions) / sizeof(known_extensions[0]))

/* Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING } (4.1). */
static ma_bytes_t read_extension(ma_der_t *list, mtlsauth_cert_t *cert, const char **why)
{
    ma_element_t extension = ma_der_want(list, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&extension);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    ma_element_t critical = ma_der_maybe(&in, MA_DER_BOOLEAN);
    ma_bytes_t value = ma_der_want(&in, MA_DER_OCTET_STRING).value;
    bool is_critical = false;
    size_t i;

    if (!ma_der_done(&in) || (critical.tag != 0 && !ma_der_boolean(critical.value, &is_critical))) {
        reject(list, why, "a malformed extension");
        return oid;
    }
    for (i = 0; i < N_KNOWN; i++)
        if (ma_bytes_equal(oid, known_extensions[i].oid))
            break;
    if (i == N_KNOWN)
        cert->has_unknown_critical = cert->has_unknown_critical || is_critical;
    else if (!known_extensions[i].read(value, cert))
        reject(list, why, known_extensions[i].why);
    return oid;
}

/* [3] EXPLICIT SEQUENCE OF Extension; none may stand twice (4.2). */
static void read_extensions(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    ma_bytes_t seen[MAX_EXTENSIONS];
    size_t i, count = 0;
    ma_element_t explicit_tag = ma_der_maybe(tbs, MA_DER_CONTEXT_CONSTRUCTED(3));
    ma_element_t sequence;
    ma_der_t outer, list;

    if (explicit_tag.tag == 0)
        return;
    outer = ma_der_into(&explicit_tag);
    sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    list = ma_der_into(&sequence);
    if (cert->version != 3 || !ma_der_more(&list))
        reject(tbs, why, "extensions in a certificate that is not version 3, or none in the list");
    while (ma_der_more(&list)) {
        if (count == MAX_EXTENSIONS) {
            reject(&list, why, "more than 64 extensions");
            break;
        }
        seen[count] = read_extension(&list, cert, why);
        for (i = 0; i < count; i++)
            if (ma_bytes_equal(seen[i], seen[count]))
                reject(&list, why, "an extension that stands twice (RFC 5280 4.2)");
        count++;
    }
    if (!ma_der_done(&list) || !ma_der_done(&outer))
        ma_der_fail(tbs);
}

static void read_tbs(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    ma_bytes_t algorithm;

    read_version(tbs, cert, why);
    read_serial(tbs, cert, why);
    algorithm = ma_der_want(tbs, MA_DER_SEQUENCE).whole;
    cert->issuer = read_name(tbs, why);
    read_validity(tbs, cert, why);
    cert->subject = read_name(tbs, why);
    cert->spki = ma_der_want(tbs, MA_DER_SEQUENCE).whole;
    ma_der_maybe(tbs, MA_DER_CONTEXT(1)); /* issuerUniqueID, subjectUniqueID */
    ma_der_maybe(tbs, MA_DER_CONTEXT(2));
    read_extensions(tbs, cert, why);
    if (!ma_bytes_equal(algorithm, cert->algorithm))
        reject(tbs, why, "two signature algorithms that differ (RFC 5280 4.1.1.2)");
}

/* Returns false with *why set if the bytes are not one certificate. */
static bool read_certificate(ma_bytes_t bytes, mtlsauth_cert_t *cert, const char **why)
{
    ma_der_t all = ma_der(bytes);
    ma_element_t whole = ma_der_want(&all, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_element_t body = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_bytes_t bits;
    ma_der_t tbs = ma_der_into(&body);

    cert->der = whole.whole;
    cert->tbs = body.whole;
    cert->algorithm = ma_der_want(&in, MA_DER_SEQUENCE).whole;
    bits = ma_der_want(&in, MA_DER_BIT_STRING).value;
    if (!ma_der_done(&all) || !ma_der_done(&in) || bits.size < 2 || bits.data[0] != 0) {
        *why = why_framing;
        return false;
    }
    cert->signature = (ma_bytes_t) { bits.data + 1, bits.size - 1 };
    cert->path_len = -1;
    read_tbs(&tbs, cert, why);
    if (ma_der_done(&tbs))
        return true;
    if (*why == NULL)
        *why = why_framing;
    return false;
}

static int read_by_gnutls(mtlsauth_cert_t *cert, const char **why)
{
    gnutls_datum_t der = { (unsigned char *)(uintptr_t)cert->der.data, 0 };
    int ret;

    if (cert->der.size > UINT_MAX)
        return MTLSAUTH_E_LIMIT;
    der.size = (unsigned)cert->der.size;
    if (gnutls_x509_crt_init(&cert->crt) < 0) {
        cert->crt = NULL;
        return MTLSAUTH_E_NO_MEMORY;
    }
    ret = gnutls_x509_crt_import(cert->crt, &der, GNUTLS_X509_FMT_DER);
    if (ret == GNUTLS_E_MEMORY_ERROR)
        return MTLSAUTH_E_NO_MEMORY;
    if (ret == GNUTLS_E_X509_UNKNOWN_SAN) {
        gnutls_x509_crt_deinit(cert->crt);
        cert->crt = NULL;
        return 0;
    }
    *why = "a certificate that GnuTLS cannot read";
    return ret < 0 ? MTLSAUTH_E_MALFORMED : 0;
}

int ma_cert_parse(ma_bytes_t der, ma_arena_t *arena, mtlsauth_cert_t **out, const char **why)
{
    const char *text = NULL;
    mtlsauth_cert_t *cert;
    int ret;

    if (der.size > MA_CERT_MAX_SIZE) {
        text = "longer than 64 KiB";
        ret = MTLSAUTH_E_LIMIT;
        cert = NULL;
        goto out;
    }
    cert = ma_arena_alloc(arena, sizeof(*cert));
    if (cert == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ret = ma_cert_made_new(cert, arena);
    if (ret == 0)
        ret = read_certificate(der, cert, &text) ? 0 : MTLSAUTH_E_MALFORMED;
    if (ret == 0)
        ret = read_by_gnutls(cert, &text);
    if (ret == 0) {
        *out = cert;
        return 0;
    }
out:
    ma_cert_free(cert);
    if (why != NULL)
        *why = text;
    return ret;
}

void ma_cert_free(mtlsauth_cert_t *cert)
{
    if (cert == NULL)
        return;
    if (cert->crt != NULL)
        gnutls_x509_crt_deinit(cert->crt);
    cert->crt = NULL;
}

bool ma_cert_same(const mtlsauth_cert_t *a, const mtlsauth_cert_t *b)
{
    return ma_bytes_equal(a->der, b->der);
}

bool ma_cert_self_issued(const mtlsauth_cert_t *cert)
{
    return ma_name_equal(cert->subject, cert->issuer);
}
