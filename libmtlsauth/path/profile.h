/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * profile.h - what RFC 5280 4 says a certificate must be, whatever its path.
 *
 * These are rules for CAs, which a validator need not hold them to. They are held to where breaking
 * one shows a certificate that was not made to mean what it seems to mean.
 */
#ifndef MA_PATH_PROFILE_H
#define MA_PATH_PROFILE_H

#include "path/failure.h"

/** Of every certificate on a path. */
bool ma_profile_any(const mtlsauth_cert_t *cert, ma_failure_t *failure);
/** Of a CA, the anchor included. */
bool ma_profile_ca(const mtlsauth_cert_t *ca, ma_failure_t *failure);
/** Of the client's own certificate. */
bool ma_profile_leaf(const mtlsauth_cert_t *leaf, ma_failure_t *failure);

#endif
