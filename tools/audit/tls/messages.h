/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.h - handshake messages out of a stream: whole ones are handed on in place, others are put
 * together, and bodies that nobody looks into are counted off.
 */
#ifndef AUDIT_TLS_MESSAGES_H
#define AUDIT_TLS_MESSAGES_H

#include <mtlsauth/types.h>

#include "base/der.h"

typedef struct messages {
    uint8_t *room;       /**< of a message that is not whole yet */
    uint32_t have, capacity;
    uint32_t left;       /**< octets of its body that are to come */
    uint8_t head[4];
    uint8_t head_size;   /**< 0: between messages */
    bool wanted;
} messages_t;

typedef struct message_taker {
    bool (*wants)(void *context, uint8_t type);
    void (*take)(void *context, uint8_t type, ma_bytes_t body);
    void *context;
    /** Unwanted bodies may be missing: their messages are handed on when they begin. */
    bool early;
} message_taker_t;

/** Returns false when a message is too long, or there is no memory: all that follows is lost. */
bool messages_feed(messages_t *messages, const uint8_t *data, size_t size,
                   const message_taker_t *taker) MTLSAUTH_MUST_CHECK;
/** Octets from here on that nobody wants to see. */
uint32_t messages_idle(const messages_t *messages);
/** That many of them were stepped over. */
void messages_skip(messages_t *messages, uint32_t size);
/** Octets of memory that wait. */
static inline size_t messages_memory(const messages_t *messages)
{
    return messages->capacity;
}
void messages_clear(messages_t *messages);

#endif
