/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate_made.h - between certificate.c, extensions.c and certificate_fields.c; for nobody
 * else. */
#ifndef MA_CRED_CERTIFICATE_MADE_H
#define MA_CRED_CERTIFICATE_MADE_H

#include "cred/certificate.h"

/** Attaches the place for lazy fields, which are made in `arena`. */
int ma_cert_made_new(mtlsauth_cert_t *cert, ma_arena_t *arena) MTLSAUTH_MUST_CHECK;

/** A rule that was broken: keeps its text, the first one, and fails the cursor. */
void ma_cert_reject(ma_der_t *der, const char **why, const char *text);

/** Reads [3] EXPLICIT Extensions off TBSCertificate, if they are there. */
void ma_cert_read_extensions(ma_der_t *tbs, mtlsauth_cert_t *cert, const char **why);

#endif
