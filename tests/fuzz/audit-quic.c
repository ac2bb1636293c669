/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-quic.c - fuzz target: QUIC's datagrams, frames and CRYPTO streams.
 *
 * The first octet says what the rest is: frames as they are in a packet, pieces of a stream (offset
 * (2), size (1), octets), or datagrams (end (1), size (2), octets). As no datagram of chance is
 * authentic, one that begins with an S is the frames of a packet that is sealed here, for the
 * client or the server. Messages go to the tests' double: what is made of them has targets of its
 * own.
 */
#include "audit/quic/quic.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "audit/keys/expand.h"
#include "audit/quic/crypto_stream.h"
#include "audit/quic/frames.h"
#include "audit/quic/packet_keys.h"

#include "fuzz.h"

#define MAX_PACKET 16384u

static void read_frames(ma_bytes_t frames)
{
    const uint8_t *end = frames.data + frames.size;
    quic_frame_kind_t kind;
    quic_frame_t frame;

    while ((kind = quic_frame_next(&frames, &frame)) != QUIC_FRAME_NONE) {
        FUZZ_CHECK(frames.data <= end && frames.data + frames.size == end);
        if (kind == QUIC_FRAME_CRYPTO)
            FUZZ_CHECK(frame.data.data + frame.data.size == frames.data);
    }
}

static void read_pieces(ma_bytes_t in)
{
    crypto_stream_t stream = {0};
    ma_bytes_t message;

    while (in.size >= 3) {
        uint64_t offset = (uint64_t)in.data[0] << 8 | in.data[1];
        size_t size = in.data[2] < in.size - 3 ? in.data[2] : in.size - 3;

        if (!crypto_stream_add(&stream, offset, (ma_bytes_t){in.data + 3, size}))
            break;
        while (crypto_stream_next(&stream, &message))
            FUZZ_CHECK(message.size >= 4);
        FUZZ_CHECK(stream.n_pieces <= CRYPTO_MAX_PIECES);
        in.data += 3 + size;
        in.size -= 3 + size;
    }
    crypto_stream_clear(&stream);
}

/* An Initial of the client or the server, with these frames. */
static size_t seal(bool of_client, ma_bytes_t frames, uint8_t *packet)
{
    static const uint8_t head[] = {0xc0, 0,   0,   0,   1,   8,   'f', 'i',
                                   'r',  's', 't', 'i', 'd', '!', 0,   0};
    const quic_version_t *version = quic_version_find(1);
    gnutls_datum_t salt = {(unsigned char *)(uintptr_t)version->salt, 20};
    gnutls_datum_t id = {(unsigned char *)(uintptr_t)head + 6, 8};
    uint8_t initial[32], secret[32], key[16], iv[16] = {0}, hp[16], mask[16], zero[16] = {0};
    gnutls_datum_t key_datum = {key, 16}, hp_datum = {hp, 16}, iv_datum = {zero, 16};
    ma_bytes_t bytes = {secret, 32};
    size_t n = sizeof(head), length = frames.size + 16;
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t block;

    FUZZ_CHECK(gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &id, &salt, initial) == 0);
    FUZZ_CHECK(expand_label(GNUTLS_MAC_SHA256, (ma_bytes_t){initial, 32},
                            of_client ? "client in" : "server in", secret, 32) == 0);
    FUZZ_CHECK(expand_label(GNUTLS_MAC_SHA256, bytes, "quic key", key, 16) == 0 &&
               expand_label(GNUTLS_MAC_SHA256, bytes, "quic iv", iv, 12) == 0 &&
               expand_label(GNUTLS_MAC_SHA256, bytes, "quic hp", hp, 16) == 0);
    memcpy(packet, head, n);
    packet[n++] = (uint8_t)(0x40 | (length + 1) >> 8);
    packet[n++] = (uint8_t)(length + 1);
    packet[n++] = 0; /* its number, which changes no bit of the nonce */
    FUZZ_CHECK(gnutls_aead_cipher_init(&aead, GNUTLS_CIPHER_AES_128_GCM, &key_datum) == 0);
    FUZZ_CHECK(gnutls_aead_cipher_encrypt(aead, iv, 12, packet, n, 16, frames.data, frames.size,
                                          packet + n, &length) == 0);
    gnutls_aead_cipher_deinit(aead);
    FUZZ_CHECK(gnutls_cipher_init(&block, GNUTLS_CIPHER_AES_128_CBC, &hp_datum, &iv_datum) == 0);
    FUZZ_CHECK(gnutls_cipher_encrypt2(block, packet + n + 3, 16, mask, 16) == 0);
    gnutls_cipher_deinit(block);
    packet[0] ^= mask[0] & 0x0f;
    packet[n - 1] ^= mask[1];
    return n + length;
}

static void one_datagram(quic_t *quic, unsigned from, ma_bytes_t in)
{
    static const packet_t place;
    uint8_t *packet = malloc(MAX_PACKET);
    size_t size = in.size;

    FUZZ_CHECK(packet != NULL);
    if (size > 20 && size < 8192 && in.data[0] == 'S')
        size = seal(from == 0, (ma_bytes_t){in.data + 1, size - 1}, packet);
    else if (size <= MAX_PACKET)
        memcpy(packet, in.data, size);
    else
        size = 0;
    packet = realloc(packet, size + 1);
    FUZZ_CHECK(packet != NULL);
    (void)quic_is(packet, size);
    quic_datagram(quic, from, packet, size, &place);
    free(packet);
}

static void read_datagrams(ma_bytes_t in)
{
    static const flow_t flow = {.transport = TRANSPORT_UDP};
    static const handshake_sink_t sink;
    keylog_t *keys = NULL;
    quic_t *quic = NULL;

    FUZZ_CHECK(keylog_new(&keys) == 0 && quic_new(&flow, keys, &sink, &quic) == 0);
    while (in.size >= 3) {
        unsigned from = in.data[0] & 1;
        size_t size = (size_t)in.data[1] << 8 | in.data[2];

        if (size > in.size - 3)
            size = in.size - 3;
        one_datagram(quic, from, (ma_bytes_t){in.data + 3, size});
        in.data += 3 + size;
        in.size -= 3 + size;
    }
    quic_end(quic);
    quic_free(quic);
    keylog_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_bytes_t rest = {data + 1, size - 1};

    if (size == 0)
        return 0;
    if (data[0] % 3 == 0)
        read_frames(rest);
    else if (data[0] % 3 == 1)
        read_pieces(rest);
    else
        read_datagrams(rest);
    return 0;
}
