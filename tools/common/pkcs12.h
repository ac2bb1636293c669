/* SPDX-License-Identifier: BSD-2-Clause */
/* pkcs12.h - the certificates of a PKCS#12 file. For credential_file.c. */
#ifndef COMMON_PKCS12_H
#define COMMON_PKCS12_H

#include <gnutls/x509.h>

#include "common/credential_file.h"

/**
 * Appends the certificate that belongs to the private key, then the others. The integrity of the
 * file is checked where it has a MAC. Returns 0, or -1 with the reason in `why`.
 */
int pkcs12_read(const gnutls_datum_t *file, gnutls_x509_crt_fmt_t format, const char *password,
                credential_t *to, ma_buf_t *why) MTLSAUTH_MUST_CHECK;

/** Appends a copy of one DER certificate; within the limit. Of credential_file.c. */
int credential_add(credential_t *to, const gnutls_datum_t *der, ma_buf_t *why) MTLSAUTH_MUST_CHECK;

#endif
