/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate.c - read a Certificate (RFC 5280 4.1) in one pass; see certificate.h.
 *
 * Our own reader, because the path is ours and every byte that a decision hangs on should be read
 * once, by code that refuses what DER and the profile do not allow. GnuTLS gets the key, later.
 */
#include "cred/certificate.h"

#include "cred/certificate_made.h"
#include "cred/name.h"

static const char why_framing[] = "not the DER of a certificate";

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
        ma_cert_reject(tbs, why, "a version that is none (RFC 5280 4.1.2.1)");
    else
        cert->version = (int)value + 1;
}

static void read_serial(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    cert->serial = ma_der_want(tbs, MA_DER_INTEGER).value;
    if (cert->serial.size == 0 || !ma_der_integer_minimal(cert->serial))
        ma_cert_reject(tbs, why, "a serial number that is no DER integer (RFC 5280 4.1.2.2)");
}

static void read_validity(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why)
{
    ma_element_t validity = ma_der_want(tbs, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&validity);
    ma_element_t before = ma_der_any(&in);
    ma_element_t after = ma_der_any(&in);

    if (!ma_der_done(&in) || !ma_der_time(before.tag, before.value, &cert->not_before)
        || !ma_der_time(after.tag, after.value, &cert->not_after))
        ma_cert_reject(tbs, why, "dates that are not as RFC 5280 4.1.2.5 has them");
}

static ma_bytes_t read_name(ma_der_t *tbs, const char **why)
{
    ma_bytes_t name = ma_der_want(tbs, MA_DER_SEQUENCE).whole;

    if (!ma_name_valid(name))
        ma_cert_reject(tbs, why, "a name that is not as RFC 5280 4.1.2.4 has it");
    return name;
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
    ma_cert_read_extensions(tbs, cert, why);
    if (!ma_bytes_equal(algorithm, cert->algorithm))
        ma_cert_reject(tbs, why, "two signature algorithms that differ (RFC 5280 4.1.1.2)");
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
    cert->path_len = cert->require_explicit = cert->inhibit_mapping = cert->inhibit_any = -1;
    read_tbs(&tbs, cert, why);
    if (ma_der_done(&tbs))
        return true;
    if (*why == NULL)
        *why = why_framing;
    return false;
}

int ma_cert_parse(ma_bytes_t der, ma_arena_t *arena, mtlsauth_cert_t **out, const char **why)
{
    const char *text = NULL;
    mtlsauth_cert_t *cert;

    if (why != NULL)
        *why = "longer than 64 KiB";
    if (der.size > MA_CERT_MAX_SIZE)
        return MTLSAUTH_E_LIMIT;
    cert = ma_arena_alloc(arena, sizeof(*cert));
    if (cert == NULL || ma_cert_made_new(cert, arena) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    if (!read_certificate(der, cert, &text)) {
        if (why != NULL)
            *why = text;
        return MTLSAUTH_E_MALFORMED;
    }
    *out = cert;
    return 0;
}

mtlsauth_cert_t *ma_cert_with_key(const mtlsauth_cert_t *cert, ma_bytes_t spki, ma_arena_t *arena)
{
    mtlsauth_cert_t *copy = ma_arena_alloc(arena, sizeof(*copy));

    if (copy == NULL)
        return NULL;
    *copy = *cert;
    copy->spki = spki;
    copy->key = NULL; /* of the other */
    copy->complete = false;
    return ma_cert_made_new(copy, arena) == 0 ? copy : NULL; /* with a digest of its own key */
}

void ma_cert_free(mtlsauth_cert_t *cert)
{
    if (cert == NULL)
        return;
    gnutls_pubkey_deinit(cert->key);
    cert->key = NULL;
}

bool ma_cert_same(const mtlsauth_cert_t *a, const mtlsauth_cert_t *b)
{
    return ma_bytes_equal(a->der, b->der);
}

bool ma_cert_self_issued(const mtlsauth_cert_t *cert)
{
    return ma_name_equal(cert->subject, cert->issuer);
}
