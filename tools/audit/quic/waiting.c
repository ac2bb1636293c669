/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.c - see waiting.h. */
#include "audit/quic/waiting.h"

#include <stdlib.h>
#include <string.h>

/* A packet of a handshake fits an Ethernet frame. */
#define MAX_SIZE 2048u

void quic_waiting_keep(quic_waiting_t *waiting, unsigned from, ma_bytes_t packet)
{
    uint8_t *copy;

    if (waiting->n == QUIC_MAX_WAITING || packet.size > MAX_SIZE)
        return;
    copy = malloc(packet.size);
    if (copy == NULL)
        return;
    memcpy(copy, packet.data, packet.size);
    waiting->packets[waiting->n].data = copy;
    waiting->packets[waiting->n].size = packet.size;
    waiting->packets[waiting->n].from = from;
    waiting->n++;
}

size_t quic_waiting_memory(const quic_waiting_t *waiting)
{
    size_t memory = 0;
    unsigned i;

    for (i = 0; i < waiting->n; i++)
        memory += waiting->packets[i].size;
    return memory;
}

void quic_waiting_clear(quic_waiting_t *waiting)
{
    unsigned i;

    for (i = 0; i < waiting->n; i++)
        free(waiting->packets[i].data);
    waiting->n = 0;
}
