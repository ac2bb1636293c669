/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate_text.h - the values of a certificate as rules and headers write them.
 *
 * Each appends to a buffer and never writes to the certificate, so that it may be a shared one.
 */
#ifndef MA_CRED_CERTIFICATE_TEXT_H
#define MA_CRED_CERTIFICATE_TEXT_H

#include "cred/certificate.h"

/** The longest that is written in the form of RFC 9440: of one certificate, of a chain. */
#define MA_RFC9440_MAX_CERT ((size_t)10 * 1024)
#define MA_RFC9440_MAX_CHAIN ((size_t)16 * 1024)

/**
 * A time as OpenSSL prints it: "Mar  1 13:35:00 2022 GMT", the day padded with a blank. Nothing for
 * a year that no certificate can name.
 */
void ma_openssl_time_text(int64_t seconds, ma_buf_t *out);

/**
 * A purpose (contents of the OID): OpenSSL's short name ("clientAuth", "msSmartcardLogin") if it is
 * among the usual ones, else dotted.
 */
void ma_purpose_text(ma_bytes_t oid, ma_buf_t *out);

/**
 * 4 or 16 octets as an address: IPv6 as RFC 5952 has it, one that is mapped from IPv4 as IPv4.
 * Nothing for any other length.
 */
void ma_address_text(ma_bytes_t octets, ma_buf_t *out);

/** How long a certificate is in the form of RFC 9440 2.1. */
size_t ma_rfc9440_size(const mtlsauth_cert_t *cert);
/** RFC 9440 2.1: the DER in base64 between colons. */
void ma_rfc9440_text(const mtlsauth_cert_t *cert, ma_buf_t *out);
/** The same for a chain (2.2): with ", " between. */
size_t ma_rfc9440_chain_size(const mtlsauth_cert_t *const *chain, size_t count);
void ma_rfc9440_chain_text(const mtlsauth_cert_t *const *chain, size_t count, ma_buf_t *out);

/** Whole days from `now` until `not_after`, rounded down: negative as soon as it is over. */
int64_t ma_days_left(int64_t not_after, int64_t now);

#endif
