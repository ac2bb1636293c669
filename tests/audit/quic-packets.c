/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic-packets.c - packets, headers, frames and CRYPTO streams of QUIC: the samples of RFC 9001 and
 * RFC 9369, appendix A, and what must not be read.
 */
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "audit/quic/crypto_stream.h"
#include "audit/quic/frames.h"
#include "audit/quic/packet_keys.h"
#include "audit/quic/quic.h"
#include "tap.h"

/* The CRYPTO frame of both RFCs' client Initial (A.2). */
#define HELLO                                                                                      \
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"                             \
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"                             \
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"                             \
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"                             \
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"                             \
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"                             \
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"                             \
    "75300901100f088394c8f03e51570806048000ffff"
/* The frames of the server's answer (A.3): ACK and CRYPTO. */
#define ANSWER                                                                                     \
    "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739"                             \
    "88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94"                             \
    "0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00"                             \
    "020304"
#define HELLO_FRAMES 1162u
#define ID "8394c8f03e515708"

static size_t hex(const char *text, uint8_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (; *text != '\0'; text += 2)
        out[n++] =
            (uint8_t)((strchr(digits, text[0]) - digits) << 4 | (strchr(digits, text[1]) - digits));
    return n;
}

/* Seals a packet with keys as the RFC prints them, by means of GnuTLS alone. */
static size_t seal(const char *key, const char *iv, const char *hp, const char *header,
                   const uint8_t *frames, size_t size, uint8_t *out)
{
    uint8_t k[32], n[12], h[32], zero[16] = {0}, mask[16];
    gnutls_datum_t key_datum = {k, (unsigned)hex(key, k)}, zero_datum = {zero, 16};
    gnutls_datum_t hp_datum = {h, (unsigned)hex(hp, h)};
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t block;
    size_t at = hex(header, out), length = size + 16, number = (out[0] & 3u) + 1, i;

    hex(iv, n);
    for (i = 0; i < number; i++)
        n[12 - number + i] ^= out[at - number + i];
    CU_ASSERT_FATAL(gnutls_aead_cipher_init(&aead, GNUTLS_CIPHER_AES_128_GCM, &key_datum) == 0);
    CU_ASSERT_FATAL(
        gnutls_aead_cipher_encrypt(aead, n, 12, out, at, 16, frames, size, out + at, &length) == 0);
    gnutls_aead_cipher_deinit(aead);
    CU_ASSERT_FATAL(gnutls_cipher_init(&block, GNUTLS_CIPHER_AES_128_CBC, &hp_datum, &zero_datum) ==
                    0);
    gnutls_cipher_encrypt2(block, out + at - number + 4, 16, mask, 16);
    gnutls_cipher_deinit(block);
    out[0] ^= mask[0] & ((out[0] & 0x80) != 0 ? 0x0f : 0x1f);
    for (i = 0; i < number; i++)
        out[at - number + i] ^= mask[1 + i];
    return at + length;
}

static const struct sample {
    uint32_t version;
    const char *key, *iv, *hp; /* of the client */
    const char *header;        /* of its Initial */
    const char *begins, *ends; /* what the RFC has it be */
    const char *answer;        /* the server's Initial */
    const char *short_packet;  /* ChaCha20 (A.5) */
} samples[] = {
    {0x00000001, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c",
     "9f50449e04a0e810283a1e9933adedd2", "c300000001088394c8f03e5157080000449e00000002",
     "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
     "e221af44860018ab0856972e194cd934",
     "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
     "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
     "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
     "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
     "2158407dd074ee",
     "4cfe4189655e5cd55c41f69080575d7999c25a5bfb"},
    {0x6b3343cf, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f",
     "45b95e15235d6f45a6b19cbcb0294ba9", "d36b3343cf088394c8f03e5157080000449e00000002",
     "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
     "a18b2faa745b6fe189cf772a9f84cbfc",
     "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698"
     "baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17"
     "f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2"
     "c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca8"
     "4bed8521e2e140",
     "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba"},
};

static size_t client_initial(const struct sample *sample, uint8_t *packet)
{
    uint8_t frames[HELLO_FRAMES] = {0};

    hex(HELLO, frames);
    return seal(sample->key, sample->iv, sample->hp, sample->header, frames, sizeof(frames),
                packet);
}

/* The header of a packet that must have one. */
static quic_header_t header_of(const uint8_t *packet, size_t size, size_t id_size)
{
    ma_bytes_t datagram = {packet, size};
    quic_header_t header;

    CU_ASSERT_FATAL(quic_header_parse(&datagram, id_size, &header));
    return header;
}

static void client(void)
{
    uint8_t packet[2048], expected[64], room[2048], id[8], frames[HELLO_FRAMES] = {0};
    size_t i, at;

    hex(ID, id);
    hex(HELLO, frames);
    for (i = 0; i < 2; i++) {
        const quic_version_t *version = quic_version_find(samples[i].version);
        size_t size = client_initial(&samples[i], packet), n;
        quic_keys_t *keys = NULL, *other = NULL;
        quic_header_t header;
        quic_opened_t opened;

        tap_row("version %x", samples[i].version);
        TAP_INT(size, 1200);
        n = hex(samples[i].begins, expected);
        TAP_INT(memcmp(packet, expected, n), 0);
        n = hex(samples[i].ends, expected);
        TAP_INT(memcmp(packet + size - n, expected, n), 0);
        TAP_TRUE(quic_is(packet, size));
        header = header_of(packet, size, 0);
        TAP_INT(header.type, QUIC_INITIAL);
        TAP_INT(header.destination.size, 8);
        CU_ASSERT_FATAL(quic_keys_initial(version, (ma_bytes_t){id, 8}, true, &keys) == 0);
        CU_ASSERT_FATAL(quic_keys_initial(version, (ma_bytes_t){id, 8}, false, &other) == 0);
        TAP_TRUE(quic_keys_open(keys, &header, 0, room, &opened));
        TAP_INT(opened.number, 2);
        TAP_INT(opened.frames.size, HELLO_FRAMES);
        TAP_INT(memcmp(opened.frames.data, frames, HELLO_FRAMES), 0);
        TAP_TRUE(!quic_keys_open(other, &header, 0, room, &opened));
        for (at = 0; at < size; at += 1 + at / 20) {
            if (at == 1)
                at = 5; /* another version is another packet */
            packet[at] ^= 0x04;
            if (at != 5 && at != 14 && at != 15) /* nor is it one with other lengths */
                TAP_TRUE(!quic_keys_open(keys, &header, 0, room, &opened));
            packet[at] ^= 0x04;
        }
        quic_keys_free(keys);
        quic_keys_free(other);
    }
}

static void server(void)
{
    uint8_t packet[256], frames[256], room[256], id[8];
    size_t i, size, n;

    hex(ID, id);
    n = hex(ANSWER, frames);
    for (i = 0; i < 2; i++) {
        const quic_version_t *version = quic_version_find(samples[i].version);
        quic_keys_t *keys = NULL;
        quic_header_t header;
        quic_opened_t opened;

        tap_row("version %x", samples[i].version);
        size = hex(samples[i].answer, packet);
        header = header_of(packet, size, 0);
        TAP_TRUE(!quic_is(packet, size)); /* it begins nothing */
        CU_ASSERT_FATAL(quic_keys_initial(version, (ma_bytes_t){id, 8}, false, &keys) == 0);
        TAP_TRUE(quic_keys_open(keys, &header, 0, room, &opened));
        TAP_INT(opened.number, 1);
        TAP_INT(opened.frames.size, n);
        TAP_INT(memcmp(opened.frames.data, frames, n), 0);
        quic_keys_free(keys);
    }
}

static void chacha20(void)
{
    uint8_t packet[64], secret[32], room[64];
    size_t i, size;

    hex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b", secret);
    for (i = 0; i < 2; i++) {
        quic_keys_t *keys = NULL;
        quic_header_t header;
        quic_opened_t opened;

        tap_row("version %x", samples[i].version);
        CU_ASSERT_FATAL(quic_keys_secret(quic_version_find(samples[i].version), 0x1303,
                                         (ma_bytes_t){secret, 32}, &keys) == 0);
        size = hex(samples[i].short_packet, packet);
        header = header_of(packet, size, 0);
        TAP_INT(header.type, QUIC_SHORT);
        TAP_TRUE(quic_keys_open(keys, &header, 654360560, room, &opened));
        TAP_INT(opened.number, 654360564);
        TAP_INT(opened.frames.size, 1);
        TAP_INT(opened.frames.data[0], 1);
        TAP_TRUE(!quic_keys_open(keys, &header, 0, room, &opened)); /* another number */
        quic_keys_free(keys);
    }
}

/* What is not the beginning of a connection. */
static void begins(void)
{
    static const struct {
        const char *what;
        size_t at;
        uint8_t octet;
        size_t size;
    } rows[] = {
        {"as it is", 0, 0xc0, 1200},
        {"too small a datagram", 0, 0xc0, 1199},
        {"no fixed bit", 0, 0x80, 1200},
        {"a short header", 0, 0x40, 1200},
        {"0-RTT", 0, 0xd0, 1200},
        {"Handshake", 0, 0xe0, 1200},
        {"Retry", 0, 0xf0, 1200},
        {"a version nobody knows", 4, 2, 1200},
        {"version negotiation", 4, 0, 1200},
        {"an id that is too long", 5, 21, 1200},
        {"an id that is too short", 5, 7, 1200},
        {"a token beyond the end", 15, 0x7f, 1200},
        {"a length beyond the end", 17, 0xff, 1200},
        {"a length that is too small", 16, 0x01, 1200},
    };
    uint8_t packet[2048];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        client_initial(&samples[0], packet);
        tap_row("%s", rows[i].what);
        packet[rows[i].at] = rows[i].octet;
        TAP_INT(quic_is(packet, rows[i].size), i == 0);
    }
    TAP_TRUE(!quic_is(packet, 0));
}

/* RFC 9000 A.3 and the ends of the window. */
static void numbers(void)
{
    static const struct {
        uint64_t expected;
        uint32_t sent;
        unsigned size;
        uint64_t number;
    } rows[] = {
        {0xa82f30ea + 1, 0x9b32, 2, 0xa82f9b32},
        {0, 0, 1, 0},
        {0, 255, 1, 255},
        {256, 0xff, 1, 255},
        {256, 0x01, 1, 257},
        {300, 0xff, 1, 255},
        {400, 0x00, 1, 512},
        {0x100000000, 0xffffffff, 4, 0xffffffff},
        {0xfffffff0, 0, 4, 0x100000000},
        {(UINT64_C(1) << 62) - 1, 0, 1, (UINT64_C(1) << 62) - 256},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%zu", i);
        TAP_INT(quic_number(rows[i].expected, rows[i].sent, rows[i].size), rows[i].number);
    }
}

/* Frames: how many that matter, and of what kind the first is. */
static void frames(void)
{
    static const struct {
        const char *octets;
        int n;
        quic_frame_kind_t first;
    } rows[] = {
        {"", 0, QUIC_FRAME_NONE},
        {"0000000000", 0, QUIC_FRAME_NONE},
        {"000601024142", 1, QUIC_FRAME_CRYPTO},
        {"0600024142060202434400", 2, QUIC_FRAME_CRYPTO},
        {"0600034142", 0, QUIC_FRAME_NONE}, /* cut off */
        {"06c0000000000000000141", 1, QUIC_FRAME_CRYPTO},
        {"0205010000060000", 1, QUIC_FRAME_CRYPTO},           /* ACK */
        {"020501010000000600", 0, QUIC_FRAME_NONE},           /* a range more, and CRYPTO cut off */
        {"03050100000102030600014100", 1, QUIC_FRAME_CRYPTO}, /* ACK with ECN */
        {"02ffffffffffffffff00ffffffffffffffff00", 0, QUIC_FRAME_NONE},
        {"0103010000010203", 0, QUIC_FRAME_NONE},
        {"040102030501020702aabb060000", 1, QUIC_FRAME_CRYPTO},
        {"0a0401aa0e040501bb060000", 1, QUIC_FRAME_CRYPTO}, /* STREAM */
        {"0804060000", 0, QUIC_FRAME_NONE},                 /* to the end */
        {"1001110102120113011401150102160117011901060000", 1, QUIC_FRAME_CRYPTO},
        {"180100020102000102030405060708090a0b0c0d0e0f060000", 1, QUIC_FRAME_CRYPTO},
        {"1a00000000000000001b00000000000000001e060000", 1, QUIC_FRAME_CRYPTO},
        {"3102aabb060000", 1, QUIC_FRAME_CRYPTO},
        {"1c412a0600", 1, QUIC_FRAME_CLOSE},
        {"1c412a0605", 0, QUIC_FRAME_NONE},
        {"1d0000", 0, QUIC_FRAME_NONE},
        {"4040060000", 0, QUIC_FRAME_NONE}, /* a type that nobody knows */
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t octets[128];
        ma_bytes_t left = {octets, hex(rows[i].octets, octets)};
        quic_frame_kind_t kind, first = QUIC_FRAME_NONE;
        quic_frame_t frame;
        int n = 0;

        tap_row("%s", rows[i].octets);
        while ((kind = quic_frame_next(&left, &frame)) != QUIC_FRAME_NONE) {
            first = n++ == 0 ? kind : first;
            if (kind == QUIC_FRAME_CLOSE)
                TAP_INT(frame.code, 0x12a);
        }
        TAP_INT(n, rows[i].n);
        TAP_INT(first, rows[i].first);
    }
}

/* A message of 300 octets, in pieces that come in any order, some twice, some overlapping. */
static void pieces(void)
{
    static const struct {
        const char *what;
        struct {
            unsigned from, to;
        } pieces[6];
    } rows[] = {
        {"whole", {{0, 300}}},
        {"in order", {{0, 100}, {100, 200}, {200, 300}}},
        {"backwards", {{200, 300}, {100, 200}, {0, 100}}},
        {"twice", {{0, 100}, {0, 100}, {100, 300}}},
        {"overlapping", {{50, 150}, {100, 250}, {0, 120}, {240, 300}}},
        {"over a hole", {{100, 120}, {140, 160}, {90, 200}, {0, 100}, {150, 300}}},
        {"the header in two", {{2, 300}, {0, 2}}},
    };
    uint8_t message[300], wrong[300];
    size_t i, j;

    for (i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)(i * 31);
    hex("0100012c", message);
    message[3] = 300 - 4 - 256;
    message[2] = 1;
    memset(wrong, 0xee, sizeof(wrong));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        crypto_stream_t stream = {0};
        ma_bytes_t got = {NULL, 0};
        bool there = false;

        tap_row("%s", rows[i].what);
        for (j = 0; j < 6 && rows[i].pieces[j].to > 0; j++) {
            unsigned from = rows[i].pieces[j].from, to = rows[i].pieces[j].to;

            TAP_TRUE(!there);
            TAP_TRUE(crypto_stream_add(&stream, from, (ma_bytes_t){message + from, to - from}));
            there = crypto_stream_next(&stream, &got);
        }
        TAP_TRUE(there);
        TAP_INT(got.size, 300);
        if (there)
            TAP_INT(memcmp(got.data, message, 300), 0);
        /* what comes again is old, whatever it says now */
        TAP_TRUE(crypto_stream_add(&stream, 0, (ma_bytes_t){wrong, 300}));
        TAP_TRUE(!crypto_stream_next(&stream, &got));
        crypto_stream_clear(&stream);
    }
}

static void bounds(void)
{
    uint8_t octets[64] = {1, 0, 0, 4}, big[4096] = {0};
    crypto_stream_t stream = {0};
    ma_bytes_t got;
    uint64_t at = 0;
    unsigned i, n = 0;

    TAP_TRUE(!crypto_stream_add(&stream, CRYPTO_MAX_WAITING, (ma_bytes_t){octets, 1}));
    TAP_TRUE(!crypto_stream_add(&stream, UINT64_MAX, (ma_bytes_t){octets, 8}));
    TAP_TRUE(crypto_stream_add(&stream, CRYPTO_MAX_WAITING - 1, (ma_bytes_t){octets, 1}));
    TAP_TRUE(crypto_stream_add(&stream, 0, (ma_bytes_t){octets, 0}));
    crypto_stream_clear(&stream);
    for (i = 0; i < CRYPTO_MAX_PIECES; i++)
        TAP_TRUE(crypto_stream_add(&stream, 10 + 2 * i, (ma_bytes_t){octets, 1}));
    TAP_TRUE(!crypto_stream_add(&stream, 1000, (ma_bytes_t){octets, 1}));
    crypto_stream_clear(&stream);
    /* many messages go through with little room */
    big[0] = 4;
    big[2] = (sizeof(big) - 4) >> 8;
    big[3] = (uint8_t)(sizeof(big) - 4);
    for (i = 0; i < 1000; i++, at += sizeof(big)) {
        TAP_TRUE(crypto_stream_add(&stream, at + 2048, (ma_bytes_t){big + 2048, 2048}));
        TAP_TRUE(crypto_stream_add(&stream, at, (ma_bytes_t){big, 2048}));
        n += crypto_stream_next(&stream, &got);
    }
    TAP_INT(n, 1000);
    TAP_TRUE(stream.room <= 16384);
    crypto_stream_clear(&stream);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"the client's Initial (A.2)", client},
        {"the server's Initial (A.3)", server},
        {"ChaCha20 (A.5)", chacha20},
        {"what begins a connection", begins},
        {"packet numbers", numbers},
        {"frames", frames},
        {"CRYPTO in pieces", pieces},
        {"CRYPTO has bounds", bounds},
    };

    return tap_main("quic-packets", tests, sizeof(tests) / sizeof(tests[0]));
}
