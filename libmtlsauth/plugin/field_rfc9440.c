/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_rfc9440.c - certificates as the headers of RFC 9440 have them.
 *
 * The chain is what the client sent beside its own certificate, in its order, verified or not: that
 * is what the field means where the language comes from.
 */
#include "cred/certificate_text.h"
#include "plugin/field_make.h"

static bool keep_and_free(const mtlsauth_check_t *check, ma_buf_t *text, ma_value_t *out)
{
    bool kept = ma_field_keep(check, text, out);

    ma_buf_free(text);
    return kept;
}

static bool leaf_fits(const mtlsauth_check_t *check)
{
    return ma_rfc9440_size(check->leaf) <= MA_RFC9440_MAX_CERT;
}

static bool chain_fits(const mtlsauth_check_t *check)
{
    return ma_rfc9440_chain_size(check->chain, check->n_chain) <= MA_RFC9440_MAX_CHAIN;
}

bool ma_field_rfc9440(const mtlsauth_check_t *check, const ma_field_row_t *row, ma_value_t *out)
{
    ma_buf_t text;

    (void)row;
    if (!leaf_fits(check))
        return true;
    ma_buf_init(&text, MA_RFC9440_MAX_CERT);
    ma_rfc9440_text(check->leaf, &text);
    return keep_and_free(check, &text, out);
}

bool ma_field_rfc9440_too_large(const mtlsauth_check_t *check, const ma_field_row_t *row,
                                ma_value_t *out)
{
    (void)row;
    out->number = !leaf_fits(check);
    return true;
}

bool ma_field_chain_rfc9440(const mtlsauth_check_t *check, const ma_field_row_t *row,
                            ma_value_t *out)
{
    ma_buf_t text;

    (void)row;
    if (!chain_fits(check))
        return true;
    ma_buf_init(&text, MA_RFC9440_MAX_CHAIN);
    ma_rfc9440_chain_text(check->chain, check->n_chain, &text);
    return keep_and_free(check, &text, out);
}

bool ma_field_chain_rfc9440_too_large(const mtlsauth_check_t *check, const ma_field_row_t *row,
                                      ma_value_t *out)
{
    (void)row;
    out->number = !chain_fits(check);
    return true;
}
