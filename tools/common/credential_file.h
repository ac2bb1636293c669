/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * credential_file.h - read the certificates of one file: PEM, DER or PKCS#12.
 *
 * The first certificate of a PEM file, or of concatenated DER, is the leaf, and the others are its
 * chain. Of a PKCS#12 file the leaf is the certificate of its private key. Certificates come out
 * byte for byte as the file has them, also such as cannot be parsed: judging them is the library's.
 *
 * What it does not check: that the certificates form a chain, and private keys, which are skipped
 * and wiped.
 */
#ifndef COMMON_CREDENTIAL_FILE_H
#define COMMON_CREDENTIAL_FILE_H

#include <gnutls/gnutls.h>

#include "base/buf.h"

#define CREDENTIAL_MAX_SIZE (1u << 20) /**< bytes of a file */
#define CREDENTIAL_MAX_CERTS 256       /**< certificates of one file */

typedef struct credential {
    gnutls_datum_t *certs; /**< DER; the leaf first */
    size_t count;
} credential_t;

/**
 * Reads a file, "-" for standard input. `password` is for PKCS#12; NULL if there is none. On
 * success there is at least one certificate. Returns 0, or -1 with the reason in `why`, which
 * names the file.
 */
int credential_read(const char *path, const char *password, credential_t *out,
                    ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** NULL and a credential of zeros are fine. */
void credential_free(credential_t *credential);

#endif
