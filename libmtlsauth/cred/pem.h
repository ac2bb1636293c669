/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pem.h - take apart what comes as PEM (RFC 7468), as concatenated DER, or as bare base64.
 *
 * Bytes that begin with a SEQUENCE tag are DER; else PEM is looked for. Text between PEM blocks is
 * skipped, as are blocks with other labels; a block of the wanted label that does not decode is an
 * error, and so are DER bytes that are not a whole number of SEQUENCEs.
 */
#ifndef MA_CRED_PEM_H
#define MA_CRED_PEM_H

#include "base/arena.h"
#include "base/der.h"

/** Called for each object; stops and returns what it returns if that is not 0. */
typedef int ma_pem_each_fn(void *context, ma_bytes_t der);

/**
 * Walks the objects with that PEM label ("CERTIFICATE", "X509 CRL"). DER is passed as it lies in
 * `bytes`; decoded PEM lies in the arena. With `base64`, bytes that are neither are tried as one
 * bare base64 object, as `cfssl gencrl` writes it. Returns 0, the callback's value, or a negative
 * status (MTLSAUTH_E_MALFORMED, MTLSAUTH_E_LIMIT, MTLSAUTH_E_NO_MEMORY; *why is a static text
 * then). No object at all is not an error here: the caller counts.
 */
int ma_pem_each(ma_bytes_t bytes, const char *label, bool base64, ma_arena_t *arena,
                ma_pem_each_fn *each, void *context, const char **why) MTLSAUTH_MUST_CHECK;

#endif
