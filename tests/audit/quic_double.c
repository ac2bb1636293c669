/* SPDX-License-Identifier: BSD-2-Clause */
/* quic_double.c - see quic_double.h. */
#include "audit/quic_double.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char quic_double_story[4096];

struct negotiation {
    handshake_t current;
    bool begun, ended;
};

/* A mark of an end, and a number unless it is negative. */
static void tell(unsigned from, bool decrypted, const char *mark, int number)
{
    size_t size = strlen(quic_double_story);
    char end = "csCS"[from + (decrypted ? 2 : 0)];

    if (size + 32 > sizeof(quic_double_story))
        return;
    if (size > 0)
        quic_double_story[size++] = ' ';
    quic_double_story[size++] = end;
    size += (size_t)snprintf(quic_double_story + size, 16, "%s", mark);
    if (number >= 0)
        snprintf(quic_double_story + size, 16, "%d", number);
}

int negotiation_new(const flow_t *flow, carrier_t carrier, const char *found_in,
                    const handshake_sink_t *sink, negotiation_t **out)
{
    (void)flow, (void)found_in, (void)sink;
    *out = calloc(1, sizeof(**out));
    return *out != NULL && carrier == CARRIER_QUIC ? 0 : -1;
}

void negotiation_message(negotiation_t *negotiation, unsigned from, uint8_t type, ma_bytes_t body,
                         bool decrypted, const packet_t *packet)
{
    (void)packet;
    tell(from, decrypted, "", type);
    if (type == 1 && body.size > 34) {
        memcpy(negotiation->current.client_random, body.data + 2, 32);
        negotiation->begun = true;
    }
    if (type == 2 && body.size > 38) {
        size_t id = body.data[34];

        if (body.size >= 37 + id)
            negotiation->current.cipher_suite =
                (uint16_t)(body.data[35 + id] << 8 | body.data[36 + id]);
    }
}

void negotiation_change_cipher(negotiation_t *negotiation, unsigned from, const packet_t *packet)
{
    (void)negotiation, (void)packet;
    tell(from, false, "change", -1);
}

void negotiation_encrypted(negotiation_t *negotiation, unsigned from, const char *why,
                           const packet_t *packet)
{
    (void)negotiation, (void)why, (void)packet;
    tell(from, false, "X", -1);
}

void negotiation_application(negotiation_t *negotiation, unsigned from, const packet_t *packet)
{
    (void)negotiation, (void)packet;
    tell(from, false, "A", -1);
}

void negotiation_alert(negotiation_t *negotiation, unsigned from, uint8_t level,
                       uint8_t description, const packet_t *packet)
{
    (void)negotiation, (void)level, (void)packet;
    tell(from, false, "!", description);
}

void negotiation_lost(negotiation_t *negotiation, unsigned from, const char *why,
                      const packet_t *packet)
{
    (void)negotiation, (void)why, (void)packet;
    tell(from, false, "?", -1);
}

const handshake_t *negotiation_current(const negotiation_t *negotiation)
{
    return negotiation->begun ? &negotiation->current : NULL;
}

bool negotiation_encrypt_then_mac(const negotiation_t *negotiation)
{
    (void)negotiation;
    return false;
}

void negotiation_end(negotiation_t *negotiation)
{
    size_t size = strlen(quic_double_story);

    if (!negotiation->ended && size + 2 < sizeof(quic_double_story))
        memcpy(quic_double_story + size, ".", 2);
    negotiation->ended = true;
}

size_t negotiation_memory(const negotiation_t *negotiation)
{
    return negotiation != NULL ? 1 : 0;
}

void negotiation_free(negotiation_t *negotiation)
{
    free(negotiation);
}
