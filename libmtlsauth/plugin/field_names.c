/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_names.c - the fields of the client's certificate that are names, most of them arrays.
 *
 * No item is left out, so that all() sees every name: what cannot be written is "".
 */
#include "cred/certificate_text.h"
#include "cred/name.h"
#include "plugin/field_make.h"

/* Common names; made anew, so that a lack of memory is told from a lack of names. */
static bool common_names(const mtlsauth_check_t *check, ma_names_t *out)
{
    return ma_name_values(check->leaf->subject, MA_OID_CN, check->arena, &out->items, &out->count)
        == 0;
}

bool ma_field_common_name(const mtlsauth_check_t *check, const ma_field_row_t *row,
                          ma_value_t *out)
{
    ma_names_t names = { NULL, 0 };

    (void)row;
    if (!common_names(check, &names))
        return false;
    if (names.count > 0)
        out->bytes = names.items[names.count - 1];
    return true;
}

/* The GeneralNames with a tag (RFC 5280 4.2.1.6), as encoded. */
static bool general_names(const mtlsauth_check_t *check, unsigned tag, ma_names_t *out)
{
    ma_der_t der = ma_der(check->leaf->san);
    ma_names_t names = { NULL, 0 };

    while (ma_der_more(&der))
        names.count += ma_der_any(&der).tag == tag;
    names.items = ma_arena_array(check->arena, names.count, sizeof(*names.items));
    if (names.items == NULL)
        return false;
    names.count = 0;
    der = ma_der(check->leaf->san);
    while (ma_der_more(&der)) {
        ma_element_t name = ma_der_any(&der);
        if (name.tag == tag)
            names.items[names.count++] = name.value;
    }
    *out = names;
    return true;
}

static void set_items(ma_value_t *out, const ma_names_t *names)
{
    out->items = names->items;
    out->count = names->count;
}

bool ma_field_names(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    unsigned tag = row->item == MTLSAUTH_CERT_SAN_EMAIL ? MA_DER_CONTEXT(1)
        : row->item == MTLSAUTH_CERT_SAN_DNS            ? MA_DER_CONTEXT(2)
                                                        : MA_DER_CONTEXT(6);
    ma_names_t names;

    if (!general_names(check, tag, &names))
        return false;
    set_items(out, &names);
    return true;
}

/* Each item becomes a text of itself. */
static bool print_each(const mtlsauth_check_t *check, ma_names_t *names,
                       void (*print)(ma_bytes_t item, ma_buf_t *out))
{
    ma_value_t made = { .number = 0 };
    bool kept = true;
    ma_buf_t text;
    size_t i;

    ma_buf_init(&text, 0);
    for (i = 0; kept && i < names->count; i++) {
        ma_buf_clear(&text);
        print(names->items[i], &text);
        kept = ma_field_keep(check, &text, &made);
        names->items[i] = made.bytes;
    }
    ma_buf_free(&text);
    return kept;
}

bool ma_field_addresses(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    ma_names_t names;

    (void)row;
    if (!general_names(check, MA_DER_CONTEXT(7), &names)
        || !print_each(check, &names, ma_address_text))
        return false;
    set_items(out, &names);
    return true;
}

/* The contents of extKeyUsage are a list of OIDs: the parser saw to that. */
static bool key_purposes(const mtlsauth_check_t *check, ma_names_t *out)
{
    ma_der_t der = ma_der(check->leaf->eku);
    size_t i;

    for (out->count = 0; ma_der_more(&der); out->count++)
        (void)ma_der_any(&der);
    out->items = ma_arena_array(check->arena, out->count, sizeof(*out->items));
    if (out->items == NULL)
        return false;
    der = ma_der(check->leaf->eku);
    for (i = 0; i < out->count; i++)
        out->items[i] = ma_der_any(&der).value;
    return true;
}

bool ma_field_purposes(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    ma_names_t names = { NULL, 0 };

    (void)row;
    if (!key_purposes(check, &names) || !print_each(check, &names, ma_purpose_text))
        return false;
    set_items(out, &names);
    return true;
}
