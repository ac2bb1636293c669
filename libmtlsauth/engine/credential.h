/* SPDX-License-Identifier: BSD-2-Clause */
/* credential.h - the leaf and the chain of a request, from the bytes a server handed over. */
#ifndef MA_ENGINE_CREDENTIAL_H
#define MA_ENGINE_CREDENTIAL_H

#include "engine/request.h"

/** Parses what was set into request->credential; certificates are in the scratch arena. */
void ma_credential_read(mtlsauth_request_t *request);
/** Releases what is not in the arena. */
void ma_credential_free(ma_credential_t *credential);

#endif
