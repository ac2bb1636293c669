/* SPDX-License-Identifier: BSD-2-Clause */
/* field_make.h - the functions of the table in field.c, by theme. */
#ifndef MA_PLUGIN_FIELD_MAKE_H
#define MA_PLUGIN_FIELD_MAKE_H

#include "plugin/field.h"

/* field_leaf.c: of the client's certificate; `check->leaf` is not NULL */
ma_field_make_fn ma_field_presented;
ma_field_make_fn ma_field_plain;  /**< `item`: a text of mtlsauth_cert_field_t */
ma_field_make_fn ma_field_digest; /**< `item`: a digest of the same */
ma_field_make_fn ma_field_serial;
ma_field_make_fn ma_field_ski;
ma_field_make_fn ma_field_common_name;
ma_field_make_fn ma_field_date;      /**< `item`: of mtlsauth_cert_number_t */
ma_field_make_fn ma_field_timestamp; /**< likewise */
ma_field_make_fn ma_field_days_left;
ma_field_make_fn ma_field_current;
ma_field_make_fn ma_field_key_type;
ma_field_make_fn ma_field_key_bits;
ma_field_make_fn ma_field_signature_algorithm;

/* field_names.c: arrays of names */
ma_field_make_fn ma_field_names; /**< `item`: a name that repeats, of mtlsauth_cert_field_t */
ma_field_make_fn ma_field_addresses;
ma_field_make_fn ma_field_purposes;

/* field_rfc9440.c: certificates in headers */
ma_field_make_fn ma_field_rfc9440;
ma_field_make_fn ma_field_rfc9440_too_large;
ma_field_make_fn ma_field_chain_rfc9440;
ma_field_make_fn ma_field_chain_rfc9440_too_large;

/* field_path.c: of the path that was found */
ma_field_make_fn ma_field_issuer_serial;
ma_field_make_fn ma_field_issuer_ski;
ma_field_make_fn ma_field_chain_length;

/** A copy of a text as the value, in the request's arena; false if there is no memory. */
bool ma_field_keep(const mtlsauth_check_t *check, const ma_buf_t *text, ma_value_t *out);
/** A serial number and a key id, as ma_field_serial and ma_field_ski, of any certificate. */
bool ma_field_serial_of(const mtlsauth_check_t *check, const mtlsauth_cert_t *cert,
                        ma_value_t *out);
bool ma_field_ski_of(const mtlsauth_check_t *check, const mtlsauth_cert_t *cert, ma_value_t *out);

#endif
