/* SPDX-License-Identifier: BSD-2-Clause */
/* talk_quic.h - a client and a server of QUIC (ngtcp2), where that is there. See talk.h. */
#ifndef TESTS_CAPTURES_TALK_QUIC_H
#define TESTS_CAPTURES_TALK_QUIC_H

#include "captures/talk.h"

/** `retry`: the server sends a Retry; `memory`: with tickets. */
void talk_quic(const talk_t *how, const people_t *people, transcript_t *out);

#endif
