/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frames.h - the frames of a packet (RFC 9000 19): those that matter here; the rest are stepped
 * over.
 */
#ifndef AUDIT_QUIC_FRAMES_H
#define AUDIT_QUIC_FRAMES_H

#include "audit/quic/header.h"

typedef enum quic_frame_kind {
    QUIC_FRAME_NONE = 0, /**< no more, or nothing that can be read */
    QUIC_FRAME_CRYPTO,
    QUIC_FRAME_CLOSE /**< of the connection, by the transport */
} quic_frame_kind_t;

typedef struct quic_frame {
    uint64_t offset; /**< CRYPTO */
    ma_bytes_t data; /**< CRYPTO */
    uint64_t code;   /**< CLOSE */
} quic_frame_t;

/** The next frame that matters, taken off with those before it. */
quic_frame_kind_t quic_frame_next(ma_bytes_t *frames, quic_frame_t *out);

#endif
