/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.h - the X.501 Name (RFC 5280 4.1.2.4): as text the way OpenSSL prints it, compared the way
 * RFC 5280 7.1 asks, and taken apart for common names.
 *
 * All functions take the DER of a Name (a SEQUENCE of RDNs) and work on bytes from strangers: at
 * most MA_NAME_MAX_RDNS relative names and MA_NAME_MAX_ATTRIBUTES attributes in each are looked at.
 */
#ifndef MA_CRED_NAME_H
#define MA_CRED_NAME_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/der.h"

#define MA_NAME_MAX_RDNS 64
#define MA_NAME_MAX_ATTRIBUTES 16

/** True if the bytes are one well-formed Name within the limits; the others need no such call. */
bool ma_name_valid(ma_bytes_t name);
/** True for a Name without RDNs. */
bool ma_name_empty(ma_bytes_t name);

/**
 * As `openssl x509 -nameopt RFC2253`: last RDN first, `,` between, `+` in multi-valued ones,
 * special characters escaped, bytes past ASCII as \HH of their UTF-8. Appends nothing for an
 * invalid Name and returns false.
 */
bool ma_name_rfc2253(ma_bytes_t name, ma_buf_t *out);
/**
 * As `openssl x509 -nameopt compat`: "/C=US/CN=x", first RDN first, `+` in multi-valued ones, `/`
 * and `+` in values behind a backslash, bytes that are not printable ASCII as \xHH.
 */
bool ma_name_legacy(ma_bytes_t name, ma_buf_t *out);

/**
 * RFC 5280 7.1: attribute by attribute; directory strings by value, whatever their string type,
 * with ASCII case folded and white space collapsed; other types by their exact bytes. False for an
 * invalid Name, also against itself.
 */
bool ma_name_equal(ma_bytes_t a, ma_bytes_t b);

/** True if the RDNs of `first` are the first ones of `name`, compared the same way. */
bool ma_name_begins(ma_bytes_t name, ma_bytes_t first);

/**
 * The values of all attributes of a type (contents of the OID), in order of appearance, as UTF-8 in
 * the arena. A string that cannot be converted comes as its raw bytes. Returns 0 or a negative
 * status.
 */
int ma_name_values(ma_bytes_t name, ma_bytes_t oid, ma_arena_t *arena, ma_bytes_t **values,
                   size_t *count) MTLSAUTH_MUST_CHECK;

/** id-at-commonName */
#define MA_OID_CN MA_OID("\x55\x04\x03")

#endif
