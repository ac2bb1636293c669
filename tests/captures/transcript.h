/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transcript.h - what two peers sent each other, and what they know of it: the oracle for captures
 * that are made of it.
 */
#ifndef TESTS_CAPTURES_TRANSCRIPT_H
#define TESTS_CAPTURES_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { CLIENT = 0, SERVER = 1 };
#define TRANSCRIPT_MAX_HANDSHAKES 8u

/** Octets that one peer sent in one go; of DTLS one datagram. */
typedef struct turn {
    unsigned from;
    uint8_t *data;
    size_t size;
} turn_t;

/** What the peers say of one handshake. */
typedef struct outcome {
    const char *visibility; /**< with the keys at hand */
    const char *blind;      /**< without them */
    const char *version;    /**< "TLSv1.2" */
    char sha256[65];        /**< of the leaf; "" if the client has none */
    bool resumed;
} outcome_t;

typedef struct transcript {
    turn_t *turns;
    size_t n_turns, room;
    bool datagrams;
    ma_buf_t keylog;        /**< NSS key log */
    outcome_t outcomes[TRANSCRIPT_MAX_HANDSHAKES];
    size_t n_outcomes;
} transcript_t;

void transcript_init(transcript_t *transcript, bool datagrams);
/** Appends; octets of one peer that follow each other are one turn, datagrams never. */
void transcript_add(transcript_t *transcript, unsigned from, const void *data, size_t size);
outcome_t *transcript_outcome(transcript_t *transcript);
void transcript_free(transcript_t *transcript);

#endif
