/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * known.h - certificates that are kept read and complete, so that the same bytes are not read
 * again.
 *
 * They are found by their exact bytes. A policy lends its own; of what clients send, only such come
 * in as stood on a path to an anchor, so that no stranger fills it. What is in stays, constant,
 * until the whole is freed. Threads share it without a lock.
 */
#ifndef MA_CRED_KNOWN_H
#define MA_CRED_KNOWN_H

#include "cred/certificate.h"

typedef struct ma_known ma_known_t;

/** Bytes that are kept at most for certificates of clients. */
#define MA_KNOWN_MAX_BYTES ((size_t)256 * 1024 * 1024)

/** `certs`: how many there is to be room for. */
int ma_known_new(size_t certs, ma_known_t **out) MTLSAUTH_MUST_CHECK;
void ma_known_free(ma_known_t *known);

/** Adds a completed certificate, which stays the caller's and must outlive `known`. */
int ma_known_lend(ma_known_t *known, const mtlsauth_cert_t *cert) MTLSAUTH_MUST_CHECK;
/** The certificate with these bytes, or NULL. It is complete. */
const mtlsauth_cert_t *ma_known_find(const ma_known_t *known, ma_bytes_t der);
/**
 * Copies a certificate and completes the copy; `issuer`: with its key made ready to verify with.
 * Returns the one that is kept, or NULL: no room, or out of memory.
 */
const mtlsauth_cert_t *ma_known_keep(ma_known_t *known, const mtlsauth_cert_t *cert, bool issuer);

#endif
