/* SPDX-License-Identifier: BSD-2-Clause */
/* audit-dtls.c - fuzz target: datagrams of two ends are read as DTLS. */
#include "audit/tls/dtls.h"

#include "audit-tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const flow_t flow = { 0 };
    unsigned next = 0;
    const handshake_sink_t sink = { check_handshake, check_ticket, &next };
    packet_t packet = { 0 };
    dtls_t *dtls = NULL;
    pieces_t pieces;
    piece_t piece;

    pieces_open(&pieces, data, size);
    FUZZ_CHECK(dtls_new(&flow, "", pieces.keys, &sink, &dtls) == 0);
    while (pieces_next(&pieces, &piece)) {
        packet.number++;
        (void)dtls_is(piece.data, piece.size);
        if (!piece.missing)
            dtls_datagram(dtls, piece.from, piece.data, piece.size, &packet);
        free(piece.data);
    }
    dtls_end(dtls);
    dtls_free(dtls);
    keylog_free(pieces.keys);
    return 0;
}
