/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate_made.h - between certificate.c and certificate_fields.c; for nobody else. */
#ifndef MA_CRED_CERTIFICATE_MADE_H
#define MA_CRED_CERTIFICATE_MADE_H

#include "cred/certificate.h"

/** Attaches the place for lazy fields, which are made in `arena`. */
int ma_cert_made_new(mtlsauth_cert_t *cert, ma_arena_t *arena) MTLSAUTH_MUST_CHECK;

#endif
