/* SPDX-License-Identifier: BSD-2-Clause */
/* ask_revocation.h - is the path of a request revoked? Brings crl/ and path/ together. */
#ifndef MA_PLUGIN_ASK_REVOCATION_H
#define MA_PLUGIN_ASK_REVOCATION_H

#include "crl/revocation.h"
#include "plugin/check.h"

/** The request must have a path. One sentence is left in its message. */
mtlsauth_result_t ma_ask_revocation(mtlsauth_check_t *request,
                                    const mtlsauth_revocation_t *revocation) MTLSAUTH_MUST_CHECK;

#endif
