/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-capture.c - fuzz target: bytes as a capture file of any format, packed or not. However they
 * arrive, the same packets come of them, and a filter only leaves some out.
 */
#include "audit/capture/capture.h"

#include <string.h>

#include "audit/capture/unpack.h"
#include "fuzz.h"

/* Few octets can unpack to many packets. */
#define PACKETS 20000u

typedef struct seen {
    bool opened;
    uint64_t packets, octets, secrets, hash;
    capture_state_t state;
} seen_t;

static void mix(uint64_t *hash, uint64_t value)
{
    *hash = (*hash ^ value) * UINT64_C(1099511628211);
}

static void take_secrets(void *context, const uint8_t *text, size_t size)
{
    seen_t *seen = context;

    FUZZ_CHECK(text != NULL && size > 0);
    seen->secrets += size;
    mix(&seen->hash, text[0]);
    mix(&seen->hash, text[size - 1]);
}

static void use_packet(const packet_t *packet, uint64_t *number, seen_t *seen)
{
    uint32_t i;

    FUZZ_CHECK(packet->number > *number);
    FUZZ_CHECK(packet->captured <= 262144 && packet->length >= packet->captured);
    FUZZ_CHECK(packet->file == 7);
    *number = packet->number;
    for (i = 0; i < packet->captured; i++)
        mix(&seen->hash, packet->data[i]);
    mix(&seen->hash, (uint64_t)packet->time);
    mix(&seen->hash, packet->link_type);
    mix(&seen->hash, packet->length);
    seen->packets++;
    seen->octets += packet->captured;
}

static seen_t read_all(ma_bytes_t bytes, size_t piece, const char *filter)
{
    seen_t seen = { .hash = 1 };
    const capture_how_t how = { filter, take_secrets, &seen };
    capture_t *capture = NULL;
    uint64_t number = 0;
    packet_t packet;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    seen.opened = capture_open_memory(bytes, piece, 7, &how, &capture, &why) == 0;
    FUZZ_CHECK(seen.opened == (capture != NULL) && seen.opened == (why.size == 0));
    while (seen.opened && seen.packets < PACKETS) {
        seen.state = capture_next(capture, &packet);
        if (seen.state != CAPTURE_PACKET)
            break;
        use_packet(&packet, &number, &seen);
    }
    if (seen.opened) {
        FUZZ_CHECK(seen.packets == PACKETS || capture_next(capture, &packet) == seen.state);
        FUZZ_CHECK(capture_problem(capture)[0] != '\0'
                   || (seen.state != CAPTURE_CUT && seen.state != CAPTURE_DAMAGED));
        FUZZ_CHECK(capture_position(capture) <= capture_size(capture));
    }
    capture_free(capture);
    ma_buf_free(&why);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_bytes_t bytes = { data, size };
    size_t piece = size > 0 ? 1 + data[size - 1] % 97 : 1;
    seen_t whole = read_all(bytes, SIZE_MAX / 4, NULL), pieces = read_all(bytes, piece, NULL);
    seen_t some;

    /* How much comes out before what is broken depends on how a decoder is fed. */
    if (capture_packing_of(data, size) == NULL
        || (whole.opened && whole.state == CAPTURE_END)) {
        FUZZ_CHECK(whole.opened == pieces.opened && whole.packets == pieces.packets);
        FUZZ_CHECK(whole.octets == pieces.octets && whole.secrets == pieces.secrets);
        FUZZ_CHECK(whole.state == pieces.state && whole.hash == pieces.hash);
    }
    if (whole.packets == 0 || whole.packets > 100)
        return 0;
    some = read_all(bytes, piece, "ip or len < 100");
    FUZZ_CHECK(some.packets <= whole.packets && some.octets <= whole.octets);
    return 0;
}
