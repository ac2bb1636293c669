/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-tls.h - inputs of the targets audit-tls and audit-dtls, and what holds of any handshake.
 *
 * An input is a key log with its length in two octets in front, then pieces: two octets (the top bit:
 * which end, the next: it is missing, the rest: its length), and as many octets.
 */
#ifndef TESTS_FUZZ_AUDIT_TLS_H
#define TESTS_FUZZ_AUDIT_TLS_H

#include <string.h>

#include "audit/keys/keylog.h"
#include "audit/tls/handshake.h"

#include "fuzz.h"

typedef struct pieces {
    const uint8_t *at;
    size_t left;
    keylog_t *keys;
} pieces_t;

typedef struct piece {
    unsigned from;
    bool missing;
    uint8_t *data; /* of its own size: free() */
    size_t size;
} piece_t;

static inline void pieces_open(pieces_t *pieces, const uint8_t *data, size_t size)
{
    size_t length = 0;

    FUZZ_CHECK(keylog_new(&pieces->keys) == 0);
    if (size >= 2) {
        length = (size_t)data[0] << 8 | data[1];
        data += 2;
        size -= 2;
        length = length < size ? length : size;
        (void)!keylog_add(pieces->keys, data, length);
    }
    pieces->at = size > 0 ? data + length : data;
    pieces->left = size - length;
}

static inline bool pieces_next(pieces_t *pieces, piece_t *out)
{
    size_t head;

    if (pieces->left < 2)
        return false;
    head = (size_t)pieces->at[0] << 8 | pieces->at[1];
    pieces->at += 2;
    pieces->left -= 2;
    out->from = head >> 15 & 1;
    out->missing = (head >> 14 & 1) != 0;
    out->size = head & 0x3fff;
    if (out->size > pieces->left)
        out->size = pieces->left;
    out->data = malloc(out->size > 0 ? out->size : 1);
    FUZZ_CHECK(out->data != NULL);
    memcpy(out->data, pieces->at, out->size);
    pieces->at += out->size;
    pieces->left -= out->size;
    return true;
}

static inline void check_bytes(ma_bytes_t bytes)
{
    volatile uint8_t last;

    FUZZ_CHECK(bytes.size == 0 || bytes.data != NULL);
    if (bytes.size > 0)
        last = bytes.data[bytes.size - 1];
    (void)last;
}

static inline void check_handshake(void *context, const handshake_t *h)
{
    unsigned *next = context;
    size_t i;

    FUZZ_CHECK(h->index == (*next)++);
    FUZZ_CHECK(h->client <= 1 && h->why != NULL && h->found_in != NULL && h->flow != NULL);
    FUZZ_CHECK((h->visibility == VISIBLE_CERTIFICATE) == (h->n_certificates > 0));
    FUZZ_CHECK((h->visibility == VISIBLE_INCOMPLETE || h->visibility == VISIBLE_ENCRYPTED)
               == (h->why[0] != '\0'));
    FUZZ_CHECK(h->visibility != VISIBLE_NOT_REQUESTED || (h->request_visible && !h->requested));
    FUZZ_CHECK(h->visibility != VISIBLE_RESUMED_UNLINKED || h->resumed);
    FUZZ_CHECK(h->visibility != VISIBLE_RESUMED_LINKED);
    FUZZ_CHECK(!h->refused || !h->finished);
    FUZZ_CHECK(h->n_certificates <= HANDSHAKE_MAX_CERTIFICATES
               && h->n_tickets <= HANDSHAKE_MAX_TICKETS);
    for (i = 0; i < h->n_certificates; i++) {
        FUZZ_CHECK(h->certificates[i].size > 0);
        check_bytes(h->certificates[i]);
    }
    for (i = 0; i < h->n_tickets; i++)
        check_bytes(h->tickets[i]);
    check_bytes(h->sni);
    check_bytes(h->alpn);
    check_bytes(h->session_id);
    check_bytes(h->offered_id);
    check_bytes(h->offered_ticket);
}

static inline void check_ticket(void *context, const flow_t *flow, const uint8_t client_random[32],
                                ma_bytes_t ticket)
{
    (void)context;
    FUZZ_CHECK(flow != NULL && client_random != NULL && ticket.size > 0);
    check_bytes(ticket);
}

#endif
