/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - what two real peers sent each other, opened with the keys that they logged.
 */
#ifndef TESTS_AUDIT_WIRE_H
#define TESTS_AUDIT_WIRE_H

#include "audit/keys/keylog.h"
#include "audit/keys/protection.h"

#define WIRE_ROOM 65536u

/** 0: from the client, 1: from the server. */
typedef struct wire {
    bool dtls;
    uint16_t version, suite;
    bool encrypt_then_mac;
    uint8_t random[2][32];
    uint8_t data[2][WIRE_ROOM]; /**< the records, one behind the other */
    size_t size[2];
    uint8_t sent[2][WIRE_ROOM]; /**< what the peers wrote */
    size_t n_sent[2];
    keylog_t *keys;
} wire_t;

void wire_open(wire_t *wire);
void wire_close(wire_t *wire);
void wire_add(wire_t *wire, unsigned from, const void *data, size_t size);
void wire_sent(wire_t *wire, unsigned from, const void *data, size_t size);
/**
 * Opens each protected record of both directions. NULL if all open, a flipped bit opens none, and
 * what is in them is what was sent; else what is wrong.
 */
const char *wire_check(const wire_t *wire);

#endif
