/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udp.c - DTLS, QUIC and OpenVPN in datagrams. DTLS may share its flow with STUN and RTP (RFC
 * 7983), be wrapped by TURN, or stand behind the preamble of CAPWAP.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/find/dialogue.h"
#include "audit/find/openvpn.h"
#include "audit/quic/quic.h"
#include "audit/tls/dtls.h"

/** Datagrams of a flow that are looked at before it is given up; STUN does not count. */
#define MAX_DATAGRAMS 64u
#define STUN_HEADER 20u
enum { STUN_SEND = 0x0016, STUN_DATA = 0x0017, STUN_ATTRIBUTE_DATA = 0x0013 };

typedef enum company { COMPANY_NONE, COMPANY_STUN, COMPANY_TURN, COMPANY_CAPWAP } company_t;

typedef struct datagrams {
    find_t *find;
    const flow_t *flow;
    dtls_t *dtls;
    quic_t *quic;
    openvpn_t *openvpn;
    const char *hint;
    company_t company;
    unsigned looked_at;
} datagrams_t;

static unsigned word(const uint8_t *data)
{
    return (unsigned)data[0] << 8 | data[1];
}

static bool is_stun(const uint8_t *data, size_t size)
{
    return size >= STUN_HEADER && data[0] < 0x40 && word(data + 2) % 4 == 0 &&
           memcmp(data + 4, "\x21\x12\xa4\x42", 4) == 0;
}

/* What a Send or Data indication carries; false: it is another message, or carries nothing. */
static bool stun_data(const uint8_t *data, size_t size, ma_bytes_t *inside)
{
    size_t at = STUN_HEADER, end = STUN_HEADER + word(data + 2);

    if (word(data) != STUN_SEND && word(data) != STUN_DATA)
        return false;
    if (end > size)
        end = size;
    while (end - at >= 4) {
        size_t length = word(data + at + 2);
        if (length > end - at - 4)
            return false;
        if (word(data + at) == STUN_ATTRIBUTE_DATA) {
            *inside = (ma_bytes_t){data + at + 4, length};
            return true;
        }
        length = (length + 3) & ~(size_t)3;
        if (length > end - at - 4)
            return false;
        at += 4 + length;
    }
    return false;
}

/* DTLS in a datagram, out of what is around it. False: there is none. */
static bool unwrap(const uint8_t *data, size_t size, ma_bytes_t *inside, company_t *company)
{
    *inside = (ma_bytes_t){data, size};
    if (dtls_is(data, size))
        return true;
    if (is_stun(data, size)) {
        *company = COMPANY_STUN;
        if (!stun_data(data, size, inside) || !dtls_is(inside->data, inside->size))
            return false;
        *company = COMPANY_TURN;
        return true;
    }
    if (size > 4 && data[0] >= 0x40 && data[0] < 0x50 &&
        word(data + 2) <= size - 4) { /* a channel */
        *inside = (ma_bytes_t){data + 4, word(data + 2)};
        *company = COMPANY_TURN;
        return dtls_is(inside->data, inside->size);
    }
    if (size > 4 && memcmp(data, "\x01\0\0\0", 4) == 0) {
        *inside = (ma_bytes_t){data + 4, size - 4};
        *company = COMPANY_CAPWAP;
        return dtls_is(inside->data, inside->size);
    }
    return false;
}

static void *datagrams_open(void *context, const flow_t *flow)
{
    find_t *find = context;
    datagrams_t *state = calloc(1, sizeof(*state));

    if (state == NULL)
        return NULL;
    state->find = find;
    state->flow = flow;
    state->hint = find_hint(find, flow);
    return state;
}

static bool is_hinted(const datagrams_t *state, const char *protocol)
{
    return state->hint != NULL && strcmp(state->hint, protocol) == 0;
}

static const char *name_of(company_t company)
{
    static const char *const names[] = {"", "stun", "turn", "capwap"};

    return names[company];
}

/* Begins with what the datagram looks like. False: with nothing. */
static bool begin(datagrams_t *state, unsigned from, const uint8_t *data, size_t size,
                  const packet_t *packet)
{
    company_t company = state->company;
    ma_bytes_t inside;
    int overhead;

    if (is_hinted(state, "quic") || (state->hint == NULL && quic_is(data, size))) {
        if (quic_new(state->flow, state->find->keys, state->find->sink, &state->quic) == 0)
            quic_datagram(state->quic, from, data, size, packet);
        return state->quic != NULL;
    }
    overhead = openvpn_begins(data, size);
    if (overhead >= 0) {
        state->openvpn = openvpn_new(state->find, state->flow, overhead);
        if (state->openvpn != NULL)
            openvpn_datagram(state->openvpn, from, data, size, packet);
        return state->openvpn != NULL;
    }
    if (!unwrap(data, size, &inside, &company)) {
        /* What only looks like a channel or a preamble says nothing yet. */
        if (company == COMPANY_STUN)
            state->company = company;
        if (!is_hinted(state, "dtls"))
            return false;
        inside = (ma_bytes_t){data, size};
        company = COMPANY_NONE;
    }
    if (dtls_new(state->flow, name_of(company), state->find->keys, state->find->sink,
                 &state->dtls) != 0)
        return false;
    dtls_datagram(state->dtls, from, inside.data, inside.size, packet);
    return true;
}

static uint64_t datagrams_bytes(void *context, unsigned from, const uint8_t *data, size_t size,
                                const packet_t *packet)
{
    datagrams_t *state = context;
    company_t company = COMPANY_NONE;
    ma_bytes_t inside;

    if (size == 0)
        return 0;
    if (state->dtls != NULL) {
        if (unwrap(data, size, &inside, &company))
            dtls_datagram(state->dtls, from, inside.data, inside.size, packet);
        return 0;
    }
    if (state->quic != NULL) {
        quic_datagram(state->quic, from, data, size, packet);
        return 0;
    }
    if (state->openvpn != NULL) {
        openvpn_datagram(state->openvpn, from, data, size, packet);
        return 0;
    }
    if (state->looked_at >= MAX_DATAGRAMS)
        return FLOW_SKIP_REST;
    if (!begin(state, from, data, size, packet) && !is_stun(data, size))
        state->looked_at++;
    return 0;
}

/* Of a datagram nothing is missing that counts: it was handed on as far as it goes. */
static uint64_t datagrams_gap(void *context, unsigned from, uint64_t size, const packet_t *packet)
{
    (void)context;
    (void)from;
    (void)size;
    (void)packet;
    return 0;
}

static void datagrams_end(void *context, flow_end_t why)
{
    datagrams_t *state = context;

    (void)why;
    if (state->dtls != NULL)
        dtls_end(state->dtls);
    if (state->quic != NULL)
        quic_end(state->quic);
    if (state->dtls == NULL && state->quic == NULL && state->openvpn == NULL)
        state->find->flows_without++;
    dtls_free(state->dtls);
    quic_free(state->quic);
    openvpn_end(state->openvpn);
    free(state);
}

static size_t datagrams_memory(const void *context)
{
    const datagrams_t *state = context;

    return sizeof(*state) + dtls_memory(state->dtls) + quic_memory(state->quic) +
           openvpn_memory(state->openvpn);
}

flow_consumer_t find_udp(find_t *find)
{
    return (flow_consumer_t){datagrams_open, datagrams_bytes, datagrams_gap,   NULL,
                             datagrams_end,  find,            datagrams_memory};
}
