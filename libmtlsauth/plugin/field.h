/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field.h - the fields of the expression language: names, types, help, and where values come from.
 *
 * One table. Values are made for one request, in its arena; a certificate may be a shared one and
 * is never written to. Without a certificate, and for what a request lacks, a value is "", false, 0
 * or empty; an address that is missing has no octets and lies in no network.
 */
#ifndef MA_PLUGIN_FIELD_H
#define MA_PLUGIN_FIELD_H

#include "expr/schema.h"
#include "plugin/check.h"

/** What has to be there before a field can be read. */
typedef enum ma_field_source {
    MA_FROM_CLIENT,    /**< nothing: what the client sent */
    MA_FROM_ATTRIBUTE, /**< a server that supplies the attribute of that name */
    MA_FROM_FACT,      /**< an entry that sets the core's fact */
    MA_FROM_PATH       /**< the same; the value comes from the path that it found */
} ma_field_source_t;

typedef struct ma_field_row ma_field_row_t;

/** Makes the value; false: out of memory. *out is that of a missing certificate before. */
typedef bool ma_field_make_fn(const mtlsauth_check_t *check, const ma_field_row_t *row,
                              ma_value_t *out);

struct ma_field_row {
    const char *name;
    const char *alias; /**< the same field by another name, or NULL */
    ma_type_t type;
    const char *help;  /**< one line */
    ma_field_source_t source;
    ma_core_fact_t fact;      /**< with MA_FROM_FACT and MA_FROM_PATH */
    ma_hex_t hex;             /**< see ma_field_t */
    unsigned octets;
    ma_field_make_fn *make;   /**< of MA_FROM_CLIENT and MA_FROM_PATH */
    uint32_t item;            /**< which one, where `make` makes several */
};

/**
 * All rows. First come those whose values last as long as the request, `n_lasting` of them; the
 * values of the others change as entries set facts.
 */
const ma_field_row_t *ma_field_rows(size_t *count, size_t *n_lasting);

/** The plugin whose entries set a fact of the core. */
const char *ma_field_setter(ma_core_fact_t fact);
/** The type of an attribute or a fact as expressions have it. */
ma_type_t ma_field_type(mtlsauth_type_t type);

#endif
