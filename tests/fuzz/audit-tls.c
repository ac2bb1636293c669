/* SPDX-License-Identifier: BSD-2-Clause */
/* audit-tls.c - fuzz target: two streams of bytes are read as a conversation in TLS. */
#include "audit/tls/conversation.h"

#include "audit-tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const flow_t flow = { 0 };
    unsigned next = 0;
    const handshake_sink_t sink = { check_handshake, check_ticket, &next };
    uint64_t skip[2] = { 0, 0 };
    conversation_t *conversation = NULL;
    packet_t packet = { 0 };
    pieces_t pieces;
    piece_t piece;

    pieces_open(&pieces, data, size);
    FUZZ_CHECK(conversation_new(&flow, "", pieces.keys, &sink, &conversation) == 0);
    while (pieces_next(&pieces, &piece)) {
        uint64_t *left = &skip[piece.from];
        uint64_t over = *left < piece.size ? *left : piece.size;
        if (packet.number++ == 0)
            (void)conversation_begins(piece.data, piece.size);
        if (*left != FLOW_SKIP_REST)
            *left -= over;
        if (piece.size > over && piece.missing)
            *left = conversation_gap(conversation, piece.from, piece.size - over, &packet);
        else if (piece.size > over)
            *left = conversation_bytes(conversation, piece.from, piece.data + over,
                                       (size_t)(piece.size - over), &packet);
        free(piece.data);
    }
    conversation_end(conversation);
    conversation_free(conversation);
    keylog_free(pieces.keys);
    return 0;
}
