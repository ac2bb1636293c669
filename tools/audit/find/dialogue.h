/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialogue.h - what is said before TLS: protocols that turn to it, and those that carry it.
 *
 * A protocol is fed with what has come of one direction; it says how much of that it has used. It
 * keeps in the dialogue what it has to remember.
 */
#ifndef AUDIT_FIND_DIALOGUE_H
#define AUDIT_FIND_DIALOGUE_H

#include "audit/find/find.h"

typedef enum step {
    STEP_MORE,  /**< the rest is too little */
    STEP_AGAIN, /**< something else begins, in both directions: TLS, or what a proxy carries */
    STEP_NOT    /**< it is not this protocol, or it will not turn to TLS */
} step_t;

typedef struct protocol protocol_t;

#define DIALOGUE_MAX_TAG 32u

typedef struct dialogue {
    const protocol_t *protocol;
    const char *name; /**< for found_in, of what the next octets are in; "" */
    bool asked;       /**< `client` has asked for TLS or a tunnel, and may have it */
    bool taken;       /**< and was told yes; there is more to read, though */
    unsigned client;
    uint8_t kind; /**< what was asked, or a phase: the protocol's */
    uint8_t phase[2];
    bool broken[2]; /**< octets are missing: what comes is the rest of something */
    uint8_t tag_size;
    uint8_t tag[DIALOGUE_MAX_TAG];
} dialogue_t;

struct protocol {
    const char *name;
    /** Could these be its first octets of a direction? 1, 0, or -1: too few to tell. */
    int (*begins)(const uint8_t *data, size_t size);
    step_t (*step)(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                   size_t *used);
    bool survives_gaps;
};

extern const protocol_t protocol_text, protocol_xmpp;
extern const protocol_t protocol_postgresql, protocol_mysql, protocol_ldap, protocol_rdp;
extern const protocol_t protocol_socks4, protocol_socks5, protocol_proxy1, protocol_proxy2;

/** Does data begin with these octets? 1, 0, or -1: as far as it goes. */
int dialogue_begins_with(const uint8_t *data, size_t size, const char *octets, size_t n);
/** The protocol that a hint gives to a flow's port; NULL: none. */
const char *find_hint(const find_t *find, const flow_t *flow);

typedef enum hello { HELLO_NONE, HELLO_CLIENT = 1, HELLO_SERVER = 2 } hello_t;

/**
 * Strictly: a record with the beginning of a hello whose lengths fit each other. This is for places
 * where TLS may be, among octets that may be anything.
 */
hello_t find_hello(const uint8_t *data, size_t size);

#endif
