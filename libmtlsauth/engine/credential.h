/* SPDX-License-Identifier: BSD-2-Clause */
/* credential.h - the leaf and the chain of a request, from the bytes a server handed over. */
#ifndef MA_ENGINE_CREDENTIAL_H
#define MA_ENGINE_CREDENTIAL_H

#include "engine/request.h"

/**
 * Reads what was set into request->credential. Certificates that `known` (may be NULL) has are
 * taken from there, others are parsed into the scratch arena.
 */
void ma_credential_read(mtlsauth_request_t *request, const ma_known_t *known);

#endif
