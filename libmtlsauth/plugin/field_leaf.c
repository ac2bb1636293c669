/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_leaf.c - the fields of the client's certificate that have one value.
 *
 * What the certificate makes for itself when first asked (texts, digests) may be missing because
 * there is no memory. No field may then read as empty, since `ne` would hold: it fails.
 */
#include "base/encode.h"
#include "cred/certificate_text.h"
#include "cred/key.h"
#include "cred/signature_algorithm.h"
#include "plugin/field_make.h"

/* Longer than any text that is made here, save serial numbers and key ids. */
#define SHORT_TEXT 512u

bool ma_field_keep(const mtlsauth_check_t *check, const ma_buf_t *text, ma_value_t *out)
{
    char *copy = ma_buf_ok(text)
        ? ma_arena_copy(check->arena, ma_buf_string(text), text->size)
        : NULL;

    if (copy != NULL)
        out->bytes = (ma_bytes_t) { (const uint8_t *)copy, text->size };
    return copy != NULL;
}

/* What is there whatever the certificate says; so if it is not, there was no memory. */
static bool get(const mtlsauth_cert_t *cert, uint32_t item, ma_bytes_t *out)
{
    const void *bytes = NULL;

    if (ma_cert_bytes(cert, item, 0, &bytes, &out->size) == 0)
        return false;
    out->data = bytes;
    return true;
}

bool ma_field_presented(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    out->number = check->leaf != NULL;
    return true;
}

bool ma_field_plain(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    return get(check->leaf, row->item, &out->bytes);
}

bool ma_field_digest(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    char room[SHORT_TEXT];
    ma_bytes_t digest;
    ma_buf_t text;

    if (!get(check->leaf, row->item, &digest))
        return false;
    ma_buf_fixed(&text, room, sizeof(room));
    ma_encode_hex(&text, digest.data, digest.size, true);
    return ma_field_keep(check, &text, out);
}

/* One that is too long to be printed is no number that a rule could name: it stays "". */
bool ma_field_serial_of(const mtlsauth_check_t *check, const mtlsauth_cert_t *cert,
                        ma_value_t *out)
{
    char room[2 * MA_CERT_MAX_SERIAL + 2]; /* "-" and NUL */
    ma_buf_t text;

    if (cert->serial.size > MA_CERT_MAX_SERIAL)
        return true;
    ma_buf_fixed(&text, room, sizeof(room));
    ma_cert_serial_text(cert, &text);
    return ma_field_keep(check, &text, out);
}

bool ma_field_serial(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    return ma_field_serial_of(check, check->leaf, out);
}

/* Every octet counts, leading zeros too: it is no number. */
bool ma_field_ski_of(const mtlsauth_check_t *check, const mtlsauth_cert_t *cert, ma_value_t *out)
{
    ma_buf_t text;
    bool kept;

    ma_buf_init(&text, 0);
    ma_encode_hex(&text, cert->ski.data, cert->ski.size, false);
    kept = ma_field_keep(check, &text, out);
    ma_buf_free(&text);
    return kept;
}

bool ma_field_ski(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    return ma_field_ski_of(check, check->leaf, out);
}

static int64_t number(const mtlsauth_check_t *check, uint32_t item)
{
    int64_t value = 0;

    (void)ma_cert_number(check->leaf, item, &value); /* asked for what every certificate has */
    return value;
}

bool ma_field_date(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    char room[SHORT_TEXT];
    ma_buf_t text;

    ma_buf_fixed(&text, room, sizeof(room));
    ma_openssl_time_text(number(check, row->item), &text);
    return ma_field_keep(check, &text, out);
}

bool ma_field_timestamp(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    out->number = number(check, row->item);
    return true;
}

bool ma_field_days_left(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    out->number = ma_days_left(check->leaf->not_after, check->now);
    return true;
}

/* Both ends belong to the validity (RFC 5280 4.1.2.5). */
bool ma_field_current(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    out->number = check->leaf->not_before <= check->now && check->now <= check->leaf->not_after;
    return true;
}

/* An OID may be long: as long as the certificate. */
static bool keep_printed(const mtlsauth_check_t *check, ma_bytes_t der,
                         void (*print)(ma_bytes_t der, ma_buf_t *out), ma_value_t *out)
{
    ma_buf_t text;
    bool kept;

    ma_buf_init(&text, 0);
    print(der, &text);
    kept = ma_field_keep(check, &text, out);
    ma_buf_free(&text);
    return kept;
}

bool ma_field_key_type(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    return keep_printed(check, check->leaf->spki, ma_key_type_text, out);
}

bool ma_field_key_bits(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    (void)row;
    out->number = ma_key_bits(check->leaf->spki);
    return true;
}

bool ma_field_signature_algorithm(const mtlsauth_check_t *check, const ma_field_row_t *row,
                                  ma_value_t *out)
{
    (void)row;
    return keep_printed(check, check->leaf->algorithm, ma_signature_algorithm_text, out);
}
