/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificates.h - the certificates of a Certificate or CompressedCertificate message.
 *
 * What is handed out is borrowed from the message, which must outlive it.
 */
#ifndef AUDIT_TLS_CERTIFICATES_H
#define AUDIT_TLS_CERTIFICATES_H

#include "audit/tls/handshake.h"

/** Octets that a compressed message may come to. */
#define CERTIFICATES_MAX_EXPANDED (1u << 18)

typedef struct certificates {
    ma_bytes_t context; /**< TLS 1.3: certificate_request_context */
    ma_bytes_t list[HANDSHAKE_MAX_CERTIFICATES];
    size_t count;
    size_t n_left_out;  /**< too many, or too large together */
} certificates_t;

/** False: it is malformed, and nothing of it is to be believed. */
bool certificates_read(ma_bytes_t body, bool tls13, certificates_t *out) MTLSAUTH_MUST_CHECK;
/**
 * Expands a CompressedCertificate (RFC 8879) into memory of its own: free(*out). NULL is success;
 * else what is wrong, static.
 */
const char *certificates_expand(ma_bytes_t body, uint8_t **out, size_t *size) MTLSAUTH_MUST_CHECK;

#endif
