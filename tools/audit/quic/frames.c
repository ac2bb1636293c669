/* SPDX-License-Identifier: BSD-2-Clause */
/* frames.c - see frames.h. */
#include "audit/quic/frames.h"

/*
 * What frames are made of, a letter a field: `i` a variable-length integer, `d` one and as many
 * octets, `b` one octet and as many, `8` and `t` as many octets (8, 16), `r` the rest of the
 * packet.
 */
static const char *fields_of(uint64_t type)
{
    switch (type) {
    case 0x01: /* PING */
    case 0x1e: /* HANDSHAKE_DONE */
        return "";
    case 0x04: /* RESET_STREAM */
        return "iii";
    case 0x05: /* STOP_SENDING */
    case 0x11: /* MAX_STREAM_DATA */
    case 0x15: /* STREAM_DATA_BLOCKED */
        return "ii";
    case 0x07: /* NEW_TOKEN */
    case 0x31: /* DATAGRAM with its length */
        return "d";
    case 0x08: /* STREAM: 4 has an offset, 2 a length, 1 is its end */
    case 0x09:
        return "ir";
    case 0x0a:
    case 0x0b:
        return "id";
    case 0x0c:
    case 0x0d:
        return "iir";
    case 0x0e:
    case 0x0f:
        return "iid";
    case 0x10: /* MAX_DATA */
    case 0x12: /* MAX_STREAMS */
    case 0x13:
    case 0x14: /* DATA_BLOCKED */
    case 0x16: /* STREAMS_BLOCKED */
    case 0x17:
    case 0x19: /* RETIRE_CONNECTION_ID */
        return "i";
    case 0x18: /* NEW_CONNECTION_ID */
        return "iibt";
    case 0x1a: /* PATH_CHALLENGE, PATH_RESPONSE */
    case 0x1b:
        return "8";
    case 0x1d: /* CONNECTION_CLOSE of the application */
        return "id";
    case 0x30: /* DATAGRAM */
        return "r";
    default:
        return NULL;
    }
}

static bool step_over(ma_bytes_t *frames, const char *fields)
{
    ma_bytes_t skipped;
    uint64_t size;

    for (; *fields != '\0'; fields++) {
        bool there = true;

        switch (*fields) {
        case 'i':
            there = quic_varint(frames, &size);
            break;
        case 'd':
            there = quic_varint(frames, &size) && quic_take(frames, size, &skipped);
            break;
        case 'b':
            there = quic_take(frames, 1, &skipped) && quic_take(frames, skipped.data[0], &skipped);
            break;
        case '8':
            there = quic_take(frames, 8, &skipped);
            break;
        case 't':
            there = quic_take(frames, 16, &skipped);
            break;
        default:
            there = quic_take(frames, frames->size, &skipped);
            break;
        }
        if (!there)
            return false;
    }
    return true;
}

/* ACK: largest, delay, how many ranges, the first; a gap and a length each; with ECN three counts.
 */
static bool step_over_ack(ma_bytes_t *frames, bool ecn)
{
    uint64_t ranges, i;

    if (!step_over(frames, "ii") || !quic_varint(frames, &ranges) || !step_over(frames, "i"))
        return false;
    for (i = 0; i < ranges; i++) {
        if (!step_over(frames, "ii"))
            return false;
    }
    return !ecn || step_over(frames, "iii");
}

quic_frame_kind_t quic_frame_next(ma_bytes_t *frames, quic_frame_t *out)
{
    uint64_t type, size;
    const char *fields;

    while (quic_varint(frames, &type)) {
        switch (type) {
        case 0x00: /* PADDING, often many */
            while (frames->size > 0 && frames->data[0] == 0) {
                frames->data++;
                frames->size--;
            }
            continue;
        case 0x02:
        case 0x03:
            if (!step_over_ack(frames, type == 0x03))
                return QUIC_FRAME_NONE;
            continue;
        case 0x06:
            if (!quic_varint(frames, &out->offset) || !quic_varint(frames, &size) ||
                !quic_take(frames, size, &out->data))
                return QUIC_FRAME_NONE;
            return QUIC_FRAME_CRYPTO;
        case 0x1c:
            if (!quic_varint(frames, &out->code) || !step_over(frames, "id"))
                return QUIC_FRAME_NONE;
            return QUIC_FRAME_CLOSE;
        default:
            fields = fields_of(type);
            if (fields == NULL || !step_over(frames, fields))
                return QUIC_FRAME_NONE;
        }
    }
    return QUIC_FRAME_NONE;
}
