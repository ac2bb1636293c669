/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_path.c - the fields of the path that was found, which holds, or would but for its dates.
 *
 * Only the path says who the issuer is. A certificate that the client sent beside its own may bear
 * the issuer's name and any number, and must not decide a rule before, or instead of, the path.
 */
#include "plugin/field_make.h"

/* The certificate that issued the client's, or NULL. An anchor that signed itself issued itself. */
static const mtlsauth_cert_t *issuer(const mtlsauth_check_t *check)
{
    if (check->path.length > 1)
        return check->path.certs[1];
    if (check->path.length == 1 && ma_cert_self_issued(check->path.certs[0]))
        return check->path.certs[0];
    return NULL;
}

bool ma_field_issuer_serial(const mtlsauth_check_t *check, const ma_field_row_t *row,
                            ma_value_t *out)
{
    const mtlsauth_cert_t *cert = issuer(check);

    (void)row;
    return cert == NULL || ma_field_serial_of(check, cert, out);
}

bool ma_field_issuer_ski(const mtlsauth_check_t *check, const ma_field_row_t *row,
                         ma_value_t *out)
{
    const mtlsauth_cert_t *cert = issuer(check);

    (void)row;
    return cert == NULL || ma_field_ski_of(check, cert, out);
}

bool ma_field_chain_length(const mtlsauth_check_t *check, const ma_field_row_t *row,
                           ma_value_t *out)
{
    (void)row;
    out->number = (int64_t)check->path.length;
    return true;
}
