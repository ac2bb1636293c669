/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate_fields.c - the fields of a certificate that cost something: texts, digests, names.
 *
 * Each is made when first asked for, in the certificate's arena. Completing makes them all and then
 * drops the arena, after which asking never writes: that is what lets threads share one.
 */
#include <gnutls/crypto.h>
#include <string.h>

#include "cred/certificate_made.h"
#include "cred/name.h"

enum { TEXT_SUBJECT, TEXT_ISSUER, TEXT_SUBJECT_LEGACY, TEXT_ISSUER_LEGACY, N_TEXTS };
enum { DIGEST_SHA256, DIGEST_SHA1, DIGEST_SPKI_SHA256, DIGEST_SPKI_SHA1, N_DIGESTS };
enum { NAMES_CN, NAMES_DNS, NAMES_EMAIL, NAMES_URI, NAMES_IP, NAMES_UPN, N_NAMES };

typedef struct ma_cert_made {
    ma_arena_t *arena; /* NULL once completed */
    bool has_text[N_TEXTS];
    bool has_digest[N_DIGESTS];
    bool has_names[N_NAMES];
    ma_bytes_t texts[N_TEXTS];
    uint8_t digests[N_DIGESTS][32];
    ma_names_t names[N_NAMES];
} ma_cert_made_t;

int ma_cert_made_new(mtlsauth_cert_t *cert, ma_arena_t *arena)
{
    cert->made = ma_arena_alloc(arena, sizeof(*cert->made));
    if (cert->made == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    cert->made->arena = arena;
    return 0;
}

static bool make_text(const mtlsauth_cert_t *cert, unsigned which)
{
    static const struct {
        bool issuer;
        bool (*print)(ma_bytes_t name, ma_buf_t *out);
    } kinds[N_TEXTS] = {
        [TEXT_SUBJECT] = { false, ma_name_rfc2253 },
        [TEXT_ISSUER] = { true, ma_name_rfc2253 },
        [TEXT_SUBJECT_LEGACY] = { false, ma_name_legacy },
        [TEXT_ISSUER_LEGACY] = { true, ma_name_legacy },
    };
    ma_cert_made_t *made = cert->made;
    ma_buf_t text;
    char *copy = NULL;

    if (made->has_text[which])
        return true;
    if (made->arena == NULL)
        return false;
    ma_buf_init(&text, 0);
    if (kinds[which].print(kinds[which].issuer ? cert->issuer : cert->subject, &text)
        && ma_buf_ok(&text))
        copy = ma_arena_copy(made->arena, ma_buf_string(&text), text.size);
    if (copy != NULL) {
        made->texts[which] = (ma_bytes_t) { (const uint8_t *)copy, text.size };
        made->has_text[which] = true;
    }
    ma_buf_free(&text);
    return copy != NULL;
}

static const struct {
    gnutls_digest_algorithm_t algorithm;
    size_t size;
    bool spki;
} digests[N_DIGESTS] = {
    [DIGEST_SHA256] = { GNUTLS_DIG_SHA256, 32, false },
    [DIGEST_SHA1] = { GNUTLS_DIG_SHA1, 20, false },
    [DIGEST_SPKI_SHA256] = { GNUTLS_DIG_SHA256, 32, true },
    [DIGEST_SPKI_SHA1] = { GNUTLS_DIG_SHA1, 20, true },
};

static bool make_digest(const mtlsauth_cert_t *cert, unsigned which)
{
    ma_cert_made_t *made = cert->made;
    ma_bytes_t bytes = digests[which].spki ? cert->spki : cert->der;

    if (made->has_digest[which])
        return true;
    if (made->arena == NULL
        || gnutls_hash_fast(digests[which].algorithm, bytes.data, bytes.size, made->digests[which])
            < 0)
        return false;
    made->has_digest[which] = true;
    return true;
}

/* Tags of the GeneralName choices that are names here (RFC 5280 4.2.1.6). */
static const unsigned san_tags[N_NAMES] = {
    [NAMES_DNS] = MA_DER_CONTEXT(2),
    [NAMES_EMAIL] = MA_DER_CONTEXT(1),
    [NAMES_URI] = MA_DER_CONTEXT(6),
    [NAMES_IP] = MA_DER_CONTEXT(7),
    [NAMES_UPN] = MA_DER_CONTEXT_CONSTRUCTED(0),
};

/* 1.3.6.1.4.1.311.20.2.3, of UTF8String; an otherName of another kind or type is no UPN. */
static bool read_upn(const ma_element_t *name, ma_bytes_t *out)
{
    ma_der_t in = ma_der_into(name);
    ma_element_t oid = ma_der_want(&in, MA_DER_OID);
    ma_element_t wrapped = ma_der_want(&in, MA_DER_CONTEXT_CONSTRUCTED(0));
    ma_der_t value = ma_der_into(&wrapped);
    ma_element_t text = ma_der_want(&value, MA_DER_UTF8_STRING);

    if (!ma_der_done(&in) || !ma_der_done(&value)
        || !ma_bytes_equal(oid.value, MA_OID("\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03")))
        return false;
    *out = text.value;
    return true;
}

static size_t collect_san(ma_bytes_t san, unsigned tag, ma_bytes_t *items)
{
    ma_der_t der = ma_der(san);
    size_t count = 0;

    while (ma_der_more(&der)) {
        ma_element_t name = ma_der_any(&der);
        ma_bytes_t value = name.value;
        if (name.tag != tag || (tag == san_tags[NAMES_UPN] && !read_upn(&name, &value)))
            continue;
        if (items != NULL)
            items[count] = value;
        count++;
    }
    return count;
}

static bool make_names(const mtlsauth_cert_t *cert, unsigned which)
{
    ma_cert_made_t *made = cert->made;
    ma_names_t names = { NULL, 0 };

    if (made->has_names[which])
        return true;
    if (made->arena == NULL)
        return false;
    if (which == NAMES_CN) {
        if (ma_name_values(cert->subject, MA_OID_CN, made->arena, &names.items, &names.count) != 0)
            return false;
    } else {
        names.count = collect_san(cert->san, san_tags[which], NULL);
        names.items = ma_arena_array(made->arena, names.count, sizeof(*names.items));
        if (names.items == NULL)
            return false;
        collect_san(cert->san, san_tags[which], names.items);
    }
    made->names[which] = names;
    made->has_names[which] = true;
    return true;
}

/* A key that GnuTLS does not take is no error here: nothing that it signed will verify. */
int ma_cert_prepare_key(mtlsauth_cert_t *cert)
{
    gnutls_datum_t spki = { (unsigned char *)(uintptr_t)cert->spki.data,
                            (unsigned)cert->spki.size }; /* under MA_CERT_MAX_SIZE */

    if (gnutls_pubkey_init(&cert->key) < 0) {
        cert->key = NULL;
        return MTLSAUTH_E_NO_MEMORY;
    }
    if (gnutls_pubkey_import(cert->key, &spki, GNUTLS_X509_FMT_DER) < 0) {
        gnutls_pubkey_deinit(cert->key);
        cert->key = NULL;
    }
    return 0;
}

int ma_cert_complete(mtlsauth_cert_t *cert)
{
    unsigned i;

    for (i = 0; i < N_TEXTS; i++)
        if (!make_text(cert, i))
            return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < N_DIGESTS; i++)
        if (!make_digest(cert, i))
            return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < N_NAMES; i++)
        if (!make_names(cert, i))
            return MTLSAUTH_E_NO_MEMORY;
    cert->made->arena = NULL;
    cert->complete = true;
    return 0;
}

/* Each of the following returns true and sets *out if there is such an item. */
static bool get_text(const mtlsauth_cert_t *cert, unsigned which, size_t item, ma_bytes_t *out)
{
    if (item != 0 || !make_text(cert, which))
        return false;
    *out = cert->made->texts[which];
    return true;
}

static bool get_digest(const mtlsauth_cert_t *cert, unsigned which, size_t item, ma_bytes_t *out)
{
    if (item != 0 || !make_digest(cert, which))
        return false;
    *out = (ma_bytes_t) { cert->made->digests[which], digests[which].size };
    return true;
}

static bool get_name(const mtlsauth_cert_t *cert, unsigned which, size_t item, ma_bytes_t *out)
{
    if (!make_names(cert, which) || item >= cert->made->names[which].count)
        return false;
    *out = cert->made->names[which].items[item];
    return true;
}

static bool get_plain(ma_bytes_t field, size_t item, ma_bytes_t *out)
{
    if (item != 0)
        return false;
    *out = field;
    return true;
}

static bool get(const mtlsauth_cert_t *cert, uint32_t field, size_t item, ma_bytes_t *out)
{
    switch (field) {
    case MTLSAUTH_CERT_DER:
        return get_plain(cert->der, item, out);
    case MTLSAUTH_CERT_SERIAL:
        return get_plain(cert->serial, item, out);
    case MTLSAUTH_CERT_SUBJECT:
        return get_plain(cert->subject, item, out);
    case MTLSAUTH_CERT_ISSUER:
        return get_plain(cert->issuer, item, out);
    case MTLSAUTH_CERT_SPKI:
        return get_plain(cert->spki, item, out);
    case MTLSAUTH_CERT_SUBJECT_TEXT:
        return get_text(cert, TEXT_SUBJECT, item, out);
    case MTLSAUTH_CERT_ISSUER_TEXT:
        return get_text(cert, TEXT_ISSUER, item, out);
    case MTLSAUTH_CERT_SUBJECT_LEGACY:
        return get_text(cert, TEXT_SUBJECT_LEGACY, item, out);
    case MTLSAUTH_CERT_ISSUER_LEGACY:
        return get_text(cert, TEXT_ISSUER_LEGACY, item, out);
    case MTLSAUTH_CERT_SHA256:
        return get_digest(cert, DIGEST_SHA256, item, out);
    case MTLSAUTH_CERT_SHA1:
        return get_digest(cert, DIGEST_SHA1, item, out);
    case MTLSAUTH_CERT_SPKI_SHA256:
        return get_digest(cert, DIGEST_SPKI_SHA256, item, out);
    case MTLSAUTH_CERT_SPKI_SHA1:
        return get_digest(cert, DIGEST_SPKI_SHA1, item, out);
    case MTLSAUTH_CERT_COMMON_NAME:
        return get_name(cert, NAMES_CN, item, out);
    case MTLSAUTH_CERT_SAN_DNS:
        return get_name(cert, NAMES_DNS, item, out);
    case MTLSAUTH_CERT_SAN_EMAIL:
        return get_name(cert, NAMES_EMAIL, item, out);
    case MTLSAUTH_CERT_SAN_URI:
        return get_name(cert, NAMES_URI, item, out);
    case MTLSAUTH_CERT_SAN_IP:
        return get_name(cert, NAMES_IP, item, out);
    case MTLSAUTH_CERT_SAN_UPN:
        return get_name(cert, NAMES_UPN, item, out);
    default:
        return false;
    }
}

int ma_cert_bytes(const mtlsauth_cert_t *cert, uint32_t field, size_t item, const void **bytes,
                  size_t *size)
{
    ma_bytes_t found;

    if (cert == NULL || !get(cert, field, item, &found))
        return 0;
    *bytes = found.data != NULL ? (const void *)found.data : "";
    *size = found.size;
    return 1;
}

ma_bytes_t ma_cert_get(const mtlsauth_cert_t *cert, mtlsauth_cert_field_t field)
{
    ma_bytes_t found;

    if (!get(cert, (uint32_t)field, 0, &found) || found.data == NULL)
        return (ma_bytes_t) { (const uint8_t *)"", 0 };
    return found;
}

int ma_cert_number(const mtlsauth_cert_t *cert, uint32_t number, int64_t *value)
{
    if (cert == NULL)
        return 0;
    switch (number) {
    case MTLSAUTH_CERT_NOT_BEFORE:
        *value = cert->not_before;
        return 1;
    case MTLSAUTH_CERT_NOT_AFTER:
        *value = cert->not_after;
        return 1;
    case MTLSAUTH_CERT_VERSION:
        *value = cert->version;
        return 1;
    case MTLSAUTH_CERT_CA:
        *value = cert->is_ca;
        return 1;
    case MTLSAUTH_CERT_KEY_USAGE:
        *value = cert->key_usage;
        return 1;
    default:
        return 0;
    }
}

void ma_cert_serial_text(const mtlsauth_cert_t *cert, ma_buf_t *out)
{
    static const char digit[] = "0123456789ABCDEF";
    uint8_t magnitude[MA_CERT_MAX_SERIAL];
    size_t i = 0, size = cert->serial.size;
    bool negative = size > 0 && (cert->serial.data[0] & 0x80) != 0;
    unsigned carry = 1;

    if (size > sizeof(magnitude)) { /* far past the 20 octets of RFC 5280 4.1.2.2 */
        ma_buf_text(out, "(too long)");
        return;
    }
    for (i = size; i-- > 0;) { /* two's complement to magnitude */
        unsigned octet = negative ? (~cert->serial.data[i] & 0xffu) + carry : cert->serial.data[i];
        carry = octet >> 8;
        magnitude[i] = (uint8_t)octet;
    }
    if (negative)
        ma_buf_byte(out, '-');
    for (i = 0; i + 1 < size && magnitude[i] == 0; i++)
        ;
    for (; i < size; i++) {
        ma_buf_byte(out, digit[magnitude[i] >> 4]);
        ma_buf_byte(out, digit[magnitude[i] & 15]);
    }
}
