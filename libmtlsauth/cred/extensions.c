/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extensions.c - the extensions of a certificate (RFC 5280 4.2).
 *
 * Each is read as far as its own grammar goes; what it means for a path is path/'s. One that stands
 * twice, or does not parse, makes the certificate malformed, critical or not: a reader that lets
 * that pass would see another certificate than its neighbour.
 */
#include "cred/certificate_made.h"

#include <string.h>

#define MAX_EXTENSIONS 64u

void ma_cert_reject(ma_der_t *der, const char **why, const char *text)
{
    if (*why == NULL)
        *why = text;
    ma_der_fail(der);
}

/* KeyUsage ::= BIT STRING, at most nine bits (4.2.1.3). */
static bool read_key_usage(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t der = ma_der(value);
    ma_bytes_t bits = ma_der_want(&der, MA_DER_BIT_STRING).value;
    unsigned i;

    if (!ma_der_done(&der) || bits.size < 1 || bits.size > 3 || bits.data[0] > 7)
        return false;
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
    return length.tag == 0 || ma_der_small(length.value, &cert->path_len);
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
    ma_element_t issuer, serial;

    cert->aki = ma_der_maybe(&in, MA_DER_CONTEXT(0)).value;
    issuer = ma_der_maybe(&in, MA_DER_CONTEXT_CONSTRUCTED(1));
    serial = ma_der_maybe(&in, MA_DER_CONTEXT(2));
    cert->aki_names_issuer = issuer.tag != 0 || serial.tag != 0;
    return ma_der_done(&in) && ma_der_done(&outer);
}

/*
 * One of the choices of GeneralName (4.2.1.6). What wraps another value is framed to its end:
 * libtasn1 goes on reading names where such a one ends early.
 */
static bool is_general_name(const ma_element_t *name)
{
    ma_der_t in;

    switch (name->tag) {
    case MA_DER_CONTEXT_CONSTRUCTED(0): /* otherName: an OID, and [0] EXPLICIT something */
        in = ma_der_into(name);
        ma_der_want(&in, MA_DER_OID);
        ma_der_want(&in, MA_DER_CONTEXT_CONSTRUCTED(0));
        return ma_der_done(&in);
    case MA_DER_CONTEXT_CONSTRUCTED(4): /* directoryName: a Name is a CHOICE, so it is explicit */
        in = ma_der_into(name);
        ma_der_want(&in, MA_DER_SEQUENCE);
        return ma_der_done(&in);
    case MA_DER_CONTEXT(1): /* rfc822Name, dNSName, URI, iPAddress, registeredID */
    case MA_DER_CONTEXT(2):
    case MA_DER_CONTEXT(6):
    case MA_DER_CONTEXT(7):
    case MA_DER_CONTEXT(8):
    case MA_DER_CONTEXT_CONSTRUCTED(3): /* x400Address, ediPartyName */
    case MA_DER_CONTEXT_CONSTRUCTED(5):
        return true;
    default:
        return false;
    }
}

/* GeneralNames: the framing now, the names when they are asked for (4.2.1.6). */
static bool read_san(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    size_t count = 0;

    while (ma_der_more(&in) && ++count <= MA_CERT_MAX_NAMES) {
        ma_element_t name = ma_der_any(&in);
        if (!is_general_name(&name))
            return false;
    }
    cert->san = sequence.value;
    return count > 0 && ma_der_done(&in) && ma_der_done(&outer);
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
    cert->eku = sequence.value;
    return ma_der_done(&in) && ma_der_done(&outer);
}

static bool read_name_constraints(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);

    cert->name_constraints = ma_der_want(&outer, MA_DER_SEQUENCE).whole;
    return ma_der_done(&outer);
}

/* CertificatePolicies ::= SEQUENCE SIZE (1..MAX) OF { OID, qualifiers OPTIONAL } (4.2.1.4). */
static bool read_policies(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&sequence);

    do {
        ma_element_t policy = ma_der_want(&list, MA_DER_SEQUENCE);
        ma_der_t in = ma_der_into(&policy);
        ma_der_want(&in, MA_DER_OID);
        ma_der_maybe(&in, MA_DER_SEQUENCE);
        if (!ma_der_done(&in))
            return false;
    } while (ma_der_more(&list));
    cert->policies = sequence.value;
    return ma_der_done(&list) && ma_der_done(&outer);
}

/* PolicyMappings ::= SEQUENCE SIZE (1..MAX) OF { OID, OID } (4.2.1.5). */
static bool read_mappings(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&sequence);

    do {
        ma_element_t mapping = ma_der_want(&list, MA_DER_SEQUENCE);
        ma_der_t in = ma_der_into(&mapping);
        ma_der_want(&in, MA_DER_OID);
        ma_der_want(&in, MA_DER_OID);
        if (!ma_der_done(&in))
            return false;
    } while (ma_der_more(&list));
    cert->mappings = sequence.value;
    return ma_der_done(&list) && ma_der_done(&outer);
}

/* PolicyConstraints ::= SEQUENCE { [0] requireExplicitPolicy, [1] inhibitPolicyMapping }
 * (4.2.1.11). */
static bool read_policy_constraints(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t explicit_policy = ma_der_maybe(&in, MA_DER_CONTEXT(0));
    ma_element_t mapping = ma_der_maybe(&in, MA_DER_CONTEXT(1));

    if (!ma_der_done(&in) || !ma_der_done(&outer))
        return false;
    if (explicit_policy.tag == 0 && mapping.tag == 0)
        return false;
    return (explicit_policy.tag == 0
            || ma_der_small(explicit_policy.value, &cert->require_explicit))
        && (mapping.tag == 0 || ma_der_small(mapping.value, &cert->inhibit_mapping));
}

/* InhibitAnyPolicy ::= INTEGER (4.2.1.14). */
static bool read_inhibit_any(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t der = ma_der(value);
    ma_bytes_t number = ma_der_want(&der, MA_DER_INTEGER).value;

    return ma_der_done(&der) && ma_der_small(number, &cert->inhibit_any);
}

/* CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE (4.2.1.13). */
static bool read_crl_points(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&sequence);

    do
        ma_der_want(&list, MA_DER_SEQUENCE);
    while (ma_der_more(&list));
    cert->crl_points = sequence.whole;
    return ma_der_done(&list) && ma_der_done(&outer);
}

/* Known, and without a meaning that is looked at. */
static bool pass(ma_bytes_t value, mtlsauth_cert_t *cert)
{
    (void)value;
    (void)cert;
    return true;
}

static const struct {
    ma_bytes_t oid;
    unsigned bit;
    bool (*read)(ma_bytes_t value, mtlsauth_cert_t *cert);
    const char *why;
} known[] = {
    { { (const uint8_t *)"\x55\x1d\x0e", 3 }, MA_EXT_SKI, read_ski,
      "a malformed subjectKeyIdentifier" },
    { { (const uint8_t *)"\x55\x1d\x0f", 3 }, MA_EXT_KEY_USAGE, read_key_usage,
      "a malformed keyUsage" },
    { { (const uint8_t *)"\x55\x1d\x11", 3 }, MA_EXT_SAN, read_san,
      "a malformed subjectAltName" },
    { { (const uint8_t *)"\x55\x1d\x13", 3 }, MA_EXT_BASIC_CONSTRAINTS, read_basic_constraints,
      "malformed basicConstraints" },
    { { (const uint8_t *)"\x55\x1d\x1e", 3 }, MA_EXT_NAME_CONSTRAINTS, read_name_constraints,
      "malformed nameConstraints" },
    { { (const uint8_t *)"\x55\x1d\x1f", 3 }, MA_EXT_CRL_POINTS, read_crl_points,
      "malformed cRLDistributionPoints" },
    { { (const uint8_t *)"\x55\x1d\x20", 3 }, MA_EXT_POLICIES, read_policies,
      "malformed certificatePolicies" },
    { { (const uint8_t *)"\x55\x1d\x21", 3 }, MA_EXT_MAPPINGS, read_mappings,
      "malformed policyMappings" },
    { { (const uint8_t *)"\x55\x1d\x23", 3 }, MA_EXT_AKI, read_aki,
      "a malformed authorityKeyIdentifier" },
    { { (const uint8_t *)"\x55\x1d\x24", 3 }, MA_EXT_POLICY_CONSTRAINTS, read_policy_constraints,
      "malformed policyConstraints" },
    { { (const uint8_t *)"\x55\x1d\x25", 3 }, MA_EXT_EKU, read_eku, "a malformed extKeyUsage" },
    { { (const uint8_t *)"\x55\x1d\x36", 3 }, MA_EXT_INHIBIT_ANY, read_inhibit_any,
      "a malformed inhibitAnyPolicy" },
    { { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x01", 8 }, MA_EXT_AIA, pass, "" },
    /* id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1): no OCSP is asked here anyway */
    { { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x30\x01\x05", 9 }, MA_EXT_NOCHECK, pass,
      "" },
};

#define N_KNOWN (sizeof(known) / sizeof(known[0]))

/* Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING } (4.1). */
static ma_bytes_t read_extension(ma_der_t *list, mtlsauth_cert_t *cert, const char **why)
{
    ma_element_t extension = ma_der_want(list, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&extension);
    ma_bytes_t oid = ma_der_want(&in, MA_DER_OID).value;
    ma_element_t critical = ma_der_maybe(&in, MA_DER_BOOLEAN);
    ma_bytes_t value = ma_der_want(&in, MA_DER_OCTET_STRING).value;
    bool is_critical = false;
    unsigned bit;
    size_t i;

    if (!ma_der_done(&in) || (critical.tag != 0 && !ma_der_boolean(critical.value, &is_critical))) {
        ma_cert_reject(list, why, "a malformed extension");
        return oid;
    }
    for (i = 0; i < N_KNOWN; i++)
        if (ma_bytes_equal(oid, known[i].oid))
            break;
    bit = i < N_KNOWN ? known[i].bit : MA_EXT_UNKNOWN;
    cert->present |= bit;
    if (is_critical)
        cert->critical |= bit;
    if (i < N_KNOWN && !known[i].read(value, cert))
        ma_cert_reject(list, why, known[i].why);
    return oid;
}

void ma_cert_read_extensions(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
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
        ma_cert_reject(tbs, why,
                       "extensions in a certificate that is not version 3, or none in the list");
    while (ma_der_more(&list)) {
        if (count == MAX_EXTENSIONS) {
            ma_cert_reject(&list, why, "more than 64 extensions");
            break;
        }
        seen[count] = read_extension(&list, cert, why);
        for (i = 0; i < count; i++)
            if (ma_bytes_equal(seen[i], seen[count]))
                ma_cert_reject(&list, why, "an extension that stands twice (RFC 5280 4.2)");
        count++;
    }
    if (!ma_der_done(&list) || !ma_der_done(&outer))
        ma_der_fail(tbs);
}
