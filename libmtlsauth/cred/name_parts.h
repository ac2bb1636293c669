/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_parts.h - a Name taken apart, for the name_*.c files: its RDNs, their attributes, and the
 * characters of a value. Everything is borrowed from the DER.
 */
#ifndef MA_CRED_NAME_PARTS_H
#define MA_CRED_NAME_PARTS_H

#include "cred/name.h"

typedef struct ma_attribute {
    ma_bytes_t type;    /**< contents of the OID, well-formed */
    ma_element_t value; /**< any type */
} ma_attribute_t;

typedef struct ma_rdn {
    ma_attribute_t items[MA_NAME_MAX_ATTRIBUTES];
    size_t count; /**< at least 1 */
} ma_rdn_t;

/** The RDNs of a Name, in order: the contents of each SET. */
typedef struct ma_rdns {
    ma_bytes_t items[MA_NAME_MAX_RDNS];
    size_t count;
} ma_rdns_t;

/** Splits a Name. False if it is not valid in every part; ma_rdn_split() succeeds on its items. */
bool ma_name_split(ma_bytes_t name, ma_rdns_t *out) MTLSAUTH_MUST_CHECK;
bool ma_rdn_split(ma_bytes_t rdn, ma_rdn_t *out) MTLSAUTH_MUST_CHECK;

/** The characters of a value that are not read yet. */
typedef struct ma_characters {
    ma_bytes_t rest;
    unsigned width; /**< octets a character; 0: UTF-8 */
} ma_characters_t;

/**
 * True for a value of a string type that is well-formed: UTF8String, BMPString, UniversalString,
 * and those of one octet a character. The latter are read as Latin-1, as OpenSSL reads them:
 * T61String is that in practice, the others are not held to their alphabets. Surrogates are no
 * characters.
 */
bool ma_value_characters(const ma_element_t *value, ma_characters_t *out) MTLSAUTH_MUST_CHECK;
/** The next character; false at the end. */
bool ma_characters_next(ma_characters_t *characters, uint32_t *code) MTLSAUTH_MUST_CHECK;

/** Appends OpenSSL's short name for a type (true), or its dotted form (false). */
bool ma_attribute_type_text(ma_bytes_t type, ma_buf_t *out);
/** Appends the dotted form of an OID's contents; of what is no OID, `#` and its octets in hex. */
void ma_oid_text(ma_bytes_t oid, ma_buf_t *out);
/** True for the contents of an OID whose numbers are minimal and below 2^133. */
bool ma_oid_valid(ma_bytes_t oid);

#endif
