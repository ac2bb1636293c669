/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fact.h - typed fields: attributes that the caller supplies, and facts that entries set.
 *
 * One registry a snapshot gives each a number. Attributes come first, in the caller's order, so
 * that the index a setter takes is the number; then the core's own facts; then those of plugins.
 */
#ifndef MA_PLUGIN_FACT_H
#define MA_PLUGIN_FACT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/der.h"
#include "base/error.h"

/** The core's own facts, in order, behind the attributes. */
typedef enum ma_core_fact {
    MA_FACT_CERT_VERIFIED, /**< "cert_verified" */
    MA_FACT_CERT_FAILURE,  /**< "cert_failure" */
    MA_FACT_CERT_REVOKED,  /**< "cert_revoked" */
    MA_N_CORE_FACTS
} ma_core_fact_t;

#define MA_MAX_ATTRIBUTES 64u
#define MA_MAX_FACTS 256u

typedef struct ma_fact_def {
    const char *name;
    mtlsauth_type_t type;
    const char *setter; /**< of a plugin's fact: the first plugin that declared it */
} ma_fact_def_t;

typedef struct ma_facts {
    ma_fact_def_t defs[MA_MAX_ATTRIBUTES + MA_MAX_FACTS];
    size_t n_attributes;
    size_t count; /**< of all */
} ma_facts_t;

/** One header field of a request. */
typedef struct ma_header {
    ma_bytes_t name;
    ma_bytes_t value;
    struct ma_header *next;
} ma_header_t;

/** A value; which member counts follows from the type. */
typedef struct ma_fact_value {
    bool set;
    bool lacks; /**< not set, and known to be lacking: the request has none */
    int64_t number;       /**< bool, int */
    ma_bytes_t bytes;     /**< string, address */
    ma_header_t *headers; /**< headers, the last one first */
} ma_fact_value_t;

/** The type of an attribute that servers can supply, or 0 if there is none of that name. */
mtlsauth_type_t ma_attribute_type(const char *name);
/** All of them, ended by NULL. */
const char *const *ma_attribute_names(void);

/** Begins a registry with the caller's attributes. Names are borrowed. */
int ma_facts_init(ma_facts_t *facts, const char *const *attributes, size_t count,
                  mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** The number of a fact, or -1. */
int ma_facts_find(const ma_facts_t *facts, const char *name);
/** The number of a core fact. */
static inline size_t ma_facts_core(const ma_facts_t *facts, ma_core_fact_t fact)
{
    return facts->n_attributes + (size_t)fact;
}
/** A name that no plugin may give a fact of its own: without a dot, or with a prefix of others. */
bool ma_fact_reserved(const char *name);
/**
 * The number of a fact that the plugin `setter` writes; a new name is added. Both are borrowed. A
 * name that is a caller's attribute, or is known with another type, is an error.
 */
int ma_facts_declare(ma_facts_t *facts, const char *name, mtlsauth_type_t type, const char *setter,
                     const ma_pos_t *pos, unsigned *number,
                     mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

#endif
