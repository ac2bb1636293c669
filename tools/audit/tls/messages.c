/* SPDX-License-Identifier: BSD-2-Clause */
/* messages.c - see messages.h. */
#include "audit/tls/messages.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tls/negotiation.h"
#include "audit/tls/wire.h"

void messages_clear(messages_t *m)
{
    free(m->room);
    *m = (messages_t) { 0 };
}

/* Room grows with what comes, not with what is announced. */
static bool append(messages_t *m, const uint8_t *data, uint32_t size)
{
    if (size > m->capacity - m->have) {
        uint32_t want = m->have + size, all = m->have + m->left;
        uint8_t *room;
        want = want < all / 2 ? want * 2 : all;
        room = realloc(m->room, want);
        if (room == NULL)
            return false;
        m->room = room;
        m->capacity = want;
    }
    memcpy(m->room + m->have, data, size);
    m->have += size;
    return true;
}

/* Takes octets of the four of the header; false: they are not all there yet. */
static bool read_head(messages_t *m, const uint8_t **data, size_t *size)
{
    while (m->head_size < sizeof(m->head) && *size > 0) {
        m->head[m->head_size++] = **data;
        (*data)++;
        (*size)--;
    }
    return m->head_size == sizeof(m->head);
}

static bool begin(messages_t *m, const message_taker_t *taker)
{
    m->left = wire_u24(m->head + 1);
    m->wanted = taker->wants(taker->context, m->head[0]);
    if (m->wanted && m->left > NEGOTIATION_MAX_MESSAGE)
        return false;
    if (!m->wanted && taker->early)
        taker->take(taker->context, m->head[0], (ma_bytes_t) { NULL, 0 });
    return true;
}

/* The body ends with these `left` octets. */
static bool end(messages_t *m, const uint8_t *data, const message_taker_t *taker)
{
    ma_bytes_t body = { NULL, 0 };

    if (m->wanted) {
        body = (ma_bytes_t) { data, m->left };
        if (m->have > 0) {
            if (!append(m, data, m->left))
                return false;
            body = (ma_bytes_t) { m->room, m->have };
        }
    }
    if (m->wanted || !taker->early)
        taker->take(taker->context, m->head[0], body);
    messages_clear(m);
    return true;
}

bool messages_feed(messages_t *m, const uint8_t *data, size_t size, const message_taker_t *taker)
{
    while (size > 0) {
        bool in_body = m->head_size == sizeof(m->head);
        if (!in_body) {
            if (!read_head(m, &data, &size))
                return true;
            if (!begin(m, taker))
                return false;
        }
        if (m->left > size) {
            if (m->wanted && size > 0 && !append(m, data, (uint32_t)size))
                return false;
            m->left -= (uint32_t)size;
            return true;
        }
        {
            uint32_t taken = m->left;
            if (!end(m, data, taker))
                return false;
            data += taken;
            size -= taken;
        }
    }
    return true;
}

uint32_t messages_idle(const messages_t *m)
{
    return m->head_size == sizeof(m->head) && !m->wanted ? m->left : 0;
}

void messages_skip(messages_t *m, uint32_t size)
{
    m->left -= size;
    if (m->left == 0)
        messages_clear(m);
}
