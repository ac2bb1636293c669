/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema.h - the fields that an expression may read: names, types, and who knows their values.
 *
 * The schema is made by whoever owns the fields (plugin/); expr/ knows none of them by name.
 */
#ifndef MA_EXPR_SCHEMA_H
#define MA_EXPR_SCHEMA_H

#include "expr/value.h"

typedef struct ma_field {
    const char *name;  /**< full name; "cf.tls_client_auth.X" and "tls_client_auth.X" are one */
    ma_type_t type;
    ma_hex_t hex;      /**< strings only */
    unsigned octets;   /**< with MA_HEX_OCTETS: how many there are; 0: any number */
    const char *help;  /**< one line, for `mtlsauth fields` */
    /** Why it cannot be read here ("this server never supplies it", "no entry before this one sets
        it; put plugin X before it"), and NULL if it can. */
    const char *missing;
    const char *mend;  /**< with `missing` */
    unsigned slot;     /**< what the evaluation asks for it by */
} ma_field_t;

typedef struct ma_schema {
    /** The field of that name, or NULL. */
    const ma_field_t *(*find)(const void *context, const char *name, size_t size);
    /** For a name that find() does not know: a field that is known elsewhere, with `missing` and
        `mend`, or NULL. May be NULL itself. */
    const ma_field_t *(*elsewhere)(const void *context, const char *name, size_t size);
    /** All names, ended by NULL: for suggestions. */
    const char *const *names;
    const void *context;
} ma_schema_t;

/** No field has a longer name. */
#define MA_FIELD_LONGEST 128u

/** The field of that name, in any of its spellings, or NULL. */
const ma_field_t *ma_schema_find(const ma_schema_t *schema, ma_bytes_t name);
/** "cf.tls_client_auth.X" for "tls_client_auth.X", and back; false: the name has one spelling. */
bool ma_schema_other_spelling(const char *name, char out[MA_FIELD_LONGEST + 4]);
/** The name as a string; false: no field has one that long. */
bool ma_schema_name(ma_bytes_t name, char out[MA_FIELD_LONGEST]);

#endif
