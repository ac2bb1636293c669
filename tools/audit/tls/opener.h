/* SPDX-License-Identifier: BSD-2-Clause */
/* opener.h - the keys of one direction of a TLS or DTLS connection, found in the key log. */
#ifndef AUDIT_TLS_OPENER_H
#define AUDIT_TLS_OPENER_H

#include "audit/keys/keylog.h"
#include "audit/keys/protection.h"
#include "audit/tls/handshake.h"

typedef struct opener {
    protection_t *protection; /**< NULL: cannot be opened */
    const char *why;          /**< then: why not; static. NULL: not tried */
    uint64_t sequence;        /**< of the next record (TLS) */
} opener_t;

/** TLS 1.3; `traffic`: behind this direction's Finished. True: there are keys now. */
bool opener_13(opener_t *opener, const keylog_t *keys, const handshake_t *handshake, bool of_client,
               bool traffic);
/** TLS 1.2 and older, DTLS. */
bool opener_12(opener_t *opener, const keylog_t *keys, const handshake_t *handshake, bool of_client,
               bool encrypt_then_mac);
/** Octets of memory that it takes, about. */
static inline size_t opener_memory(const opener_t *opener)
{
    return opener->protection != NULL ? PROTECTION_MEMORY : 0;
}
/** There are no keys, or no longer. */
void opener_close(opener_t *opener, const char *why);

#endif
