/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expand.h - keys from secrets: what TLS 1.3 and QUIC, TLS 1.0 to 1.2, and SSLv3 each do.
 *
 * All return 0 or a negative MTLSAUTH_E_*. What they write is the caller's to wipe.
 */
#ifndef AUDIT_KEYS_EXPAND_H
#define AUDIT_KEYS_EXPAND_H

#include <gnutls/gnutls.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/types.h>

#include "base/der.h"

/** HKDF-Expand-Label with an empty context (RFC 8446 7.1); "tls13 " is put before the label. */
int expand_label(gnutls_mac_algorithm_t hash, ma_bytes_t secret, const char *label, uint8_t *out,
                 size_t size) MTLSAUTH_MUST_CHECK;
/** PRF of TLS 1.2 with that hash (RFC 5246 5); with UNKNOWN that of 1.0 and 1.1 (RFC 2246 5). */
int expand_prf(gnutls_mac_algorithm_t hash, ma_bytes_t secret, const char *label, ma_bytes_t seed,
               uint8_t *out, size_t size) MTLSAUTH_MUST_CHECK;
/** What SSLv3 makes a key block with (RFC 6101 6.2.2): at most 26 * 16 octets. */
int expand_ssl3(ma_bytes_t secret, ma_bytes_t seed, uint8_t *out, size_t size) MTLSAUTH_MUST_CHECK;

#endif
