/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * initials.h - the keys of Initial packets, which everybody can derive from a connection id.
 *
 * A connection may begin in one version and go on in another, both from the same id (RFC 9369 4.1).
 */
#ifndef AUDIT_QUIC_INITIALS_H
#define AUDIT_QUIC_INITIALS_H

#include "audit/quic/packet_keys.h"

enum { QUIC_ROLE_CLIENT = 0, QUIC_ROLE_SERVER = 1 };

typedef struct quic_initials {
    uint8_t id[QUIC_MAX_ID]; /**< what they come from */
    size_t id_size;
    struct {
        const quic_version_t *version;
        quic_keys_t *keys[2]; /**< by role */
    } versions[2];
    unsigned derived; /**< how often a client's Initial was tried for keys of its own */
} quic_initials_t;

/** Keys of a role in a version, made when they are first wanted. NULL: there are none. */
quic_keys_t *quic_initials_keys(quic_initials_t *initials, const quic_version_t *version,
                                unsigned role);
/**
 * Takes the keys that this Initial of a client brings itself, if it is authentic under them; those
 * there were go. It can be tried but so many times.
 */
bool quic_initials_renew(quic_initials_t *initials, const quic_header_t *header);
/** Octets of memory behind it, about. */
size_t quic_initials_memory(const quic_initials_t *initials);
void quic_initials_clear(quic_initials_t *initials);

#endif
