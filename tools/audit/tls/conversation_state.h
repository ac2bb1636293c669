/* SPDX-License-Identifier: BSD-2-Clause */
/* conversation_state.h - what conversation.c (bytes to records) and records.c (records) share. */
#ifndef AUDIT_TLS_CONVERSATION_STATE_H
#define AUDIT_TLS_CONVERSATION_STATE_H

#include "audit/tls/conversation.h"
#include "audit/tls/messages.h"
#include "audit/tls/negotiation.h"
#include "audit/tls/opener.h"

enum { RECORD_HEADER = 5, RECORD_MAX = (1u << 14) + 2048u };
enum {
    RECORD_CHANGE_CIPHER = 20,
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_APPLICATION = 23,
    RECORD_HEARTBEAT = 24
};

/** What is done with a record's body. */
typedef enum body {
    BODY_SKIP,
    BODY_CLEAR, /**< handshake messages, taken as they come */
    BODY_WHOLE, /**< put together, then records_whole() */
    BODY_V2     /**< the rest of a hello in SSLv2's form */
} body_t;

/** One direction. */
typedef struct side {
    messages_t messages;
    opener_t opener;
    uint8_t *record;     /**< the body of a record that is not whole yet */
    uint32_t have, capacity;
    uint32_t left;       /**< octets of the body that are to come */
    uint8_t head[RECORD_HEADER];
    uint8_t head_size;
    body_t body;
    bool started;        /**< there was a record */
    bool dead;           /**< nothing more can be read */
    bool changed;        /**< behind ChangeCipherSpec, TLS 1.2 and older */
    bool traffic;        /**< behind Finished, TLS 1.3 */
    bool opened;         /**< a record was decrypted */
    bool early;          /**< some were left as early data */
    bool finished, updated; /**< in the record that is being read: the keys change behind it */
} side_t;

struct conversation {
    negotiation_t *negotiation;
    const keylog_t *keys;
    const packet_t *packet; /**< of the call; NULL before the first */
    packet_t last;          /**< a copy of it, for the end */
    side_t sides[2];
    unsigned from;          /**< of the call */
    bool tls13;
    bool over;
};

/** A header was read: what to do with the body of `length` octets. */
body_t records_begin(conversation_t *conversation, unsigned from, uint8_t type, uint32_t length);
/** A body that was to be whole. */
void records_whole(conversation_t *conversation, unsigned from, const uint8_t *body, size_t size);
/** Handshake messages of a record that is in clear, or was opened. */
void records_messages(conversation_t *conversation, unsigned from, const uint8_t *data, size_t size,
                      bool decrypted);
/** The rest of an SSLv2 hello, as a ClientHello. */
void records_v2(conversation_t *conversation, unsigned from, const uint8_t *body, size_t size);
/** No more of this direction can be read. */
void records_lose(conversation_t *conversation, unsigned from, const char *why);

#endif
