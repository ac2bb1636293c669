/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic.c - connections of QUIC from packets that the test seals itself: in disorder, coalesced,
 * after a Retry, in two versions, with a key update, without keys, and hostile ones.
 *
 * Keys are derived as quic/ does it: quic-packets.c shows that this is as the RFCs have it.
 */
#include "audit/quic/quic.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/keys/expand.h"
#include "audit/quic/header.h"
#include "audit/quic_double.h"
#include "tap.h"

enum { V1 = 1, V2 = 0x6b3343cf };

/* One direction's keys, as a sender has them. */
typedef struct sealer {
    bool second;
    uint8_t secret[32], key[16], iv[12], hp[16];
} sealer_t;

typedef struct scene {
    flow_t flow;
    handshake_sink_t sink;
    packet_t packet;
    keylog_t *keys;
    quic_t *quic;
    uint8_t random[32];
} scene_t;

static const ma_bytes_t first_id = {(const uint8_t *)"firstid!", 8};
static const ma_bytes_t retry_id = {(const uint8_t *)"afterretry", 10};
static const ma_bytes_t client_id = {(const uint8_t *)"cl", 2};
static const ma_bytes_t server_id = {(const uint8_t *)"srv", 3};

static void make_sealer(sealer_t *sealer, const uint8_t *secret)
{
    ma_bytes_t bytes = {sealer->secret, 32};
    int status;

    memmove(sealer->secret, secret, 32);
    status = expand_label(GNUTLS_MAC_SHA256, bytes, sealer->second ? "quicv2 key" : "quic key",
                          sealer->key, 16) |
             expand_label(GNUTLS_MAC_SHA256, bytes, sealer->second ? "quicv2 iv" : "quic iv",
                          sealer->iv, 12) |
             expand_label(GNUTLS_MAC_SHA256, bytes, sealer->second ? "quicv2 hp" : "quic hp",
                          sealer->hp, 16);
    CU_ASSERT_FATAL(status == 0);
}

static sealer_t initial_sealer(uint32_t version, ma_bytes_t id, bool of_client)
{
    const quic_version_t *known = quic_version_find(version);
    gnutls_datum_t salt = {(unsigned char *)(uintptr_t)known->salt, 20};
    gnutls_datum_t key = {(unsigned char *)(uintptr_t)id.data, (unsigned)id.size};
    sealer_t sealer = {.second = version == V2};
    uint8_t initial[32], secret[32];

    CU_ASSERT_FATAL(gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &salt, initial) == 0);
    CU_ASSERT_FATAL(expand_label(GNUTLS_MAC_SHA256, (ma_bytes_t){initial, 32},
                                 of_client ? "client in" : "server in", secret, 32) == 0);
    make_sealer(&sealer, secret);
    return sealer;
}

/* The traffic secret of a level: one octet, over and over, as the key log has it. */
static sealer_t logged_sealer(uint32_t version, uint8_t octet)
{
    sealer_t sealer = {.second = version == V2};
    uint8_t secret[32];

    memset(secret, octet, 32);
    make_sealer(&sealer, secret);
    return sealer;
}

static void next_key(sealer_t *sealer)
{
    uint8_t next[32], hp[16];

    memcpy(hp, sealer->hp, 16);
    CU_ASSERT_FATAL(expand_label(GNUTLS_MAC_SHA256, (ma_bytes_t){sealer->secret, 32},
                                 sealer->second ? "quicv2 ku" : "quic ku", next, 32) == 0);
    make_sealer(sealer, next);
    memcpy(sealer->hp, hp, 16);
}

/* Seals behind a header that ends with a packet number of two octets. */
static size_t seal(const sealer_t *sealer, uint8_t *packet, size_t head, const uint8_t *frames,
                   size_t size)
{
    gnutls_datum_t key = {(unsigned char *)(uintptr_t)sealer->key, 16};
    gnutls_datum_t hp = {(unsigned char *)(uintptr_t)sealer->hp, 16};
    uint8_t nonce[12], zero[16] = {0}, mask[16];
    gnutls_datum_t iv = {zero, 16};
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t block;
    size_t length = size + 16;

    memcpy(nonce, sealer->iv, 12);
    nonce[10] ^= packet[head - 2];
    nonce[11] ^= packet[head - 1];
    gnutls_aead_cipher_init(&aead, GNUTLS_CIPHER_AES_128_GCM, &key);
    gnutls_aead_cipher_encrypt(aead, nonce, 12, packet, head, 16, frames, size, packet + head,
                               &length);
    gnutls_aead_cipher_deinit(aead);
    gnutls_cipher_init(&block, GNUTLS_CIPHER_AES_128_CBC, &hp, &iv);
    gnutls_cipher_encrypt2(block, packet + head + 2, 16, mask, 16);
    gnutls_cipher_deinit(block);
    packet[0] ^= mask[0] & ((packet[0] & 0x80) != 0 ? 0x0f : 0x1f);
    packet[head - 2] ^= mask[1];
    packet[head - 1] ^= mask[2];
    return head + length;
}

/* A long packet; `type` as v1 has it. */
static size_t long_packet(const sealer_t *sealer, uint32_t version, unsigned type, ma_bytes_t to,
                          ma_bytes_t from, uint16_t number, const uint8_t *frames, size_t size,
                          uint8_t *packet)
{
    size_t n = 0, length = 2 + size + 16;

    packet[n++] = (uint8_t)(0xc1 | (version == V2 ? (type + 1) & 3 : type) << 4);
    packet[n++] = (uint8_t)(version >> 24);
    packet[n++] = (uint8_t)(version >> 16);
    packet[n++] = (uint8_t)(version >> 8);
    packet[n++] = (uint8_t)version;
    packet[n++] = (uint8_t)to.size;
    memcpy(packet + n, to.data, to.size);
    n += to.size;
    packet[n++] = (uint8_t)from.size;
    memcpy(packet + n, from.data, from.size);
    n += from.size;
    if (type == 0)
        packet[n++] = 0; /* no token */
    packet[n++] = (uint8_t)(0x40 | length >> 8);
    packet[n++] = (uint8_t)length;
    packet[n++] = (uint8_t)(number >> 8);
    packet[n++] = (uint8_t)number;
    return seal(sealer, packet, n, frames, size);
}

static size_t short_packet(const sealer_t *sealer, ma_bytes_t to, bool phase, uint16_t number,
                           const uint8_t *frames, size_t size, uint8_t *packet)
{
    packet[0] = (uint8_t)(0x41 | (phase ? 4 : 0));
    memcpy(packet + 1, to.data, to.size);
    packet[1 + to.size] = (uint8_t)(number >> 8);
    packet[2 + to.size] = (uint8_t)number;
    return seal(sealer, packet, 3 + to.size, frames, size);
}

/* A handshake message of `size` octets in all. */
static void message(uint8_t type, const uint8_t random[32], size_t size, uint8_t *out)
{
    memset(out, 0, size);
    out[0] = type;
    out[2] = (uint8_t)((size - 4) >> 8);
    out[3] = (uint8_t)(size - 4);
    if (random != NULL)
        memcpy(out + 6, random, 32);
    if (type == 2) { /* no session id; the suite */
        out[39] = 0x13;
        out[40] = 0x01;
    }
}

/* A CRYPTO frame over a part of a message. */
static size_t crypto(const uint8_t *data, size_t from, size_t to, uint8_t *out)
{
    out[0] = 0x06;
    out[1] = (uint8_t)(0x40 | from >> 8);
    out[2] = (uint8_t)from;
    out[3] = (uint8_t)(0x40 | (to - from) >> 8);
    out[4] = (uint8_t)(to - from);
    memcpy(out + 5, data + from, to - from);
    return 5 + to - from;
}

static void open_scene(scene_t *scene, bool with_keys)
{
    static const struct {
        const char *label;
        unsigned octet;
    } secrets[] = {{"CLIENT_HANDSHAKE_TRAFFIC_SECRET", 0xc1},
                   {"SERVER_HANDSHAKE_TRAFFIC_SECRET", 0x51},
                   {"SERVER_TRAFFIC_SECRET_0", 0x5a}};
    char line[256];
    size_t i, j, n;

    memset(scene, 0, sizeof(*scene));
    memset(scene->random, 0x11, 32);
    CU_ASSERT_FATAL(keylog_new(&scene->keys) == 0);
    for (i = 0; with_keys && i < 3; i++) {
        n = (size_t)snprintf(line, sizeof(line), "%s ", secrets[i].label);
        for (j = 0; j < 32; j++)
            n += (size_t)snprintf(line + n, sizeof(line) - n, "11");
        n += (size_t)snprintf(line + n, sizeof(line) - n, " ");
        for (j = 0; j < 32; j++)
            n += (size_t)snprintf(line + n, sizeof(line) - n, "%02x", secrets[i].octet);
        CU_ASSERT_FATAL(keylog_add(scene->keys, (const uint8_t *)line, n) == 0);
    }
    quic_double_story[0] = '\0';
    CU_ASSERT_FATAL(quic_new(&scene->flow, scene->keys, &scene->sink, &scene->quic) == 0);
}

static void close_scene(scene_t *scene)
{
    quic_end(scene->quic);
    quic_free(scene->quic);
    keylog_free(scene->keys);
}

static void datagram(scene_t *scene, unsigned from, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1); /* so that a reader beyond its end is seen */

    CU_ASSERT_FATAL(copy != NULL);
    memcpy(copy, data, size);
    quic_datagram(scene->quic, from, copy, size, &scene->packet);
    free(copy);
}

/* The client's first flight, of one ClientHello. */
static size_t hello(const scene_t *scene, uint32_t version, ma_bytes_t id, uint16_t number,
                    uint8_t *packet)
{
    sealer_t sealer = initial_sealer(version, id, true);
    uint8_t frames[1170] = {0}, data[400];

    message(1, scene->random, sizeof(data), data);
    crypto(data, 0, sizeof(data), frames);
    return long_packet(&sealer, version, 0, id, client_id, number, frames, sizeof(frames), packet);
}

/* The server's first: its ServerHello. */
static size_t answer(const scene_t *scene, uint32_t version, ma_bytes_t id, uint8_t *packet)
{
    sealer_t sealer = initial_sealer(version, id, false);
    uint8_t frames[200] = {0x02, 0, 0, 0, 0}, data[80];
    size_t n;

    message(2, scene->random, sizeof(data), data);
    n = 5 + crypto(data, 0, sizeof(data), frames + 5);
    return long_packet(&sealer, version, 0, client_id, server_id, 0, frames, n, packet);
}

/* Handshake messages of an end in one packet each. */
static size_t flight(uint32_t version, unsigned from, uint16_t number, uint8_t type, size_t offset,
                     uint8_t *packet)
{
    sealer_t sealer = logged_sealer(version, from == 0 ? 0xc1 : 0x51);
    uint8_t frames[200], data[1024];
    size_t n;

    message(type, NULL, 100, data + offset);
    n = crypto(data, offset, offset + 100, frames);
    return long_packet(&sealer, version, 2, from == 0 ? server_id : client_id,
                       from == 0 ? client_id : server_id, number, frames, n, packet);
}

/* The server's flight in one datagram: what is coalesced is read. */
static void whole_handshake(scene_t *scene, uint32_t version, ma_bytes_t id)
{
    uint8_t packet[4096];
    size_t n;

    n = answer(scene, version, id, packet);
    n += flight(version, 1, 0, 8, 0, packet + n);
    n += flight(version, 1, 1, 13, 100, packet + n);
    datagram(scene, 1, packet, n);
    datagram(scene, 1, packet, flight(version, 1, 2, 20, 200, packet));
    n = flight(version, 0, 0, 11, 0, packet);
    n += flight(version, 0, 1, 20, 100, packet + n);
    datagram(scene, 0, packet, n);
}

static void plain(void)
{
    static const uint32_t versions[] = {V1, V2, 0xff00001d};
    uint8_t packet[4096];
    scene_t scene;
    size_t i;

    for (i = 0; i < 3; i++) {
        tap_row("version %x", versions[i]);
        open_scene(&scene, true);
        datagram(&scene, 0, packet, hello(&scene, versions[i], first_id, 0, packet));
        whole_handshake(&scene, versions[i], first_id);
        TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20");
        close_scene(&scene);
        open_scene(&scene, false);
        datagram(&scene, 0, packet, hello(&scene, versions[i], first_id, 0, packet));
        whole_handshake(&scene, versions[i], first_id);
        packet[0] = 0x40;
        datagram(&scene, 0, packet, 60);
        datagram(&scene, 0, packet, 60);
        TAP_STR(quic_double_story, "c1 s2 sX cX cA");
        close_scene(&scene);
    }
}

/* A Retry gives new keys, and the same ClientHello again. */
static void retry(void)
{
    uint8_t packet[4096] = {0xf0, 0,   0,   0,   1,   2,   'c', 'l', 10,  'a', 'f', 't',
                            'e',  'r', 'r', 'e', 't', 'r', 'y', 't', 'o', 'k', 'e', 'n'};
    uint8_t first[2048];
    scene_t scene;

    open_scene(&scene, true);
    datagram(&scene, 0, first, hello(&scene, V1, first_id, 0, first));
    datagram(&scene, 1, packet, 60);
    datagram(&scene, 0, packet, hello(&scene, V1, retry_id, 1, packet));
    whole_handshake(&scene, V1, retry_id);
    TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20");
    close_scene(&scene);
}

/* The server goes on in version 2 (RFC 9368): its keys come from the same connection id. */
static void other_version(void)
{
    uint8_t packet[4096];
    scene_t scene;

    open_scene(&scene, true);
    datagram(&scene, 0, packet, hello(&scene, V1, first_id, 0, packet));
    whole_handshake(&scene, V2, first_id);
    TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20");
    close_scene(&scene);
}

/* Another connection of the same ends. */
static void again(void)
{
    uint8_t packet[4096];
    scene_t scene;

    open_scene(&scene, true);
    datagram(&scene, 0, packet, hello(&scene, V1, first_id, 0, packet));
    whole_handshake(&scene, V1, first_id);
    scene.random[31] ^= 1; /* of which the log has nothing */
    datagram(&scene, 0, packet, hello(&scene, V1, retry_id, 0, packet));
    whole_handshake(&scene, V1, retry_id);
    TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20. c1 s2 sX cX");
    close_scene(&scene);
}

/* Handshake packets before the ServerHello, CRYPTO frames backwards, packets twice. */
static void disorder(void)
{
    sealer_t sealer = initial_sealer(V1, first_id, true);
    uint8_t packet[4096], frames[1150], data[600];
    scene_t scene;
    size_t i, n;

    open_scene(&scene, true);
    message(1, scene.random, sizeof(data), data);
    for (i = 3; i-- > 0;) {
        memset(frames, 0, sizeof(frames));
        crypto(data, 200 * i, 200 * (i + 1), frames + 20); /* behind padding */
        n = long_packet(&sealer, V1, 0, first_id, client_id, (uint16_t)(2 - i), frames,
                        sizeof(frames), packet);
        datagram(&scene, 0, packet, n);
        datagram(&scene, 0, packet, n);
    }
    datagram(&scene, 1, packet, flight(V1, 1, 1, 20, 100, packet));
    datagram(&scene, 1, packet, flight(V1, 1, 0, 8, 0, packet));
    TAP_STR(quic_double_story, "c1");
    datagram(&scene, 1, packet, answer(&scene, V1, first_id, packet));
    datagram(&scene, 1, packet, flight(V1, 1, 0, 8, 0, packet));
    TAP_STR(quic_double_story, "c1 s2 S8 S20");
    close_scene(&scene);
}

/* Tickets of the server, before and after a key update; a late refusal. */
static void behind(void)
{
    sealer_t sealer = logged_sealer(V1, 0x5a);
    uint8_t packet[4096], frames[200] = {0}, data[300];
    scene_t scene;
    size_t n;

    open_scene(&scene, true);
    datagram(&scene, 0, packet, hello(&scene, V1, first_id, 0, packet));
    whole_handshake(&scene, V1, first_id);
    message(4, NULL, 100, data);
    message(4, NULL, 100, data + 100);
    n = crypto(data, 0, 100, frames);
    datagram(&scene, 1, packet, short_packet(&sealer, client_id, false, 0, frames, n, packet));
    next_key(&sealer);
    datagram(&scene, 1, packet, short_packet(&sealer, client_id, false, 1, frames, n, packet));
    n = crypto(data, 100, 200, frames);
    datagram(&scene, 1, packet, short_packet(&sealer, client_id, true, 2, frames, n, packet));
    memcpy(frames, "\x1c\x41\x2a\x06\x00", 5); /* bad certificate */
    datagram(&scene, 1, packet, short_packet(&sealer, client_id, true, 3, frames, 5, packet));
    TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20 S4 S4 s!42");
    close_scene(&scene);
}

/* What is not authentic begins nothing, and changes nothing. */
static void forged(void)
{
    uint8_t packet[4096];
    scene_t scene;
    size_t n, i;

    open_scene(&scene, true);
    for (i = 0; i < 100; i++) {
        n = hello(&scene, V1, first_id, 0, packet);
        packet[n - 1 - i] ^= 1;
        TAP_TRUE(quic_is(packet, n));
        datagram(&scene, 0, packet, n);
    }
    TAP_STR(quic_double_story, "");
    close_scene(&scene);
    open_scene(&scene, true);
    datagram(&scene, 0, packet, hello(&scene, V1, first_id, 0, packet));
    n = answer(&scene, V1, first_id, packet);
    packet[n - 1] ^= 1;
    datagram(&scene, 1, packet, n);
    datagram(&scene, 1, packet, answer(&scene, V1, retry_id, packet)); /* another connection's */
    whole_handshake(&scene, V1, first_id);
    TAP_STR(quic_double_story, "c1 s2 S8 S13 S20 C11 C20");
    close_scene(&scene);
}

/* More of a message than is kept. */
static void too_much(void)
{
    sealer_t sealer = initial_sealer(V1, first_id, true);
    uint8_t packet[4096], frames[1150] = {0x06, 0x80, 0x04, 0x00, 0x00, 0x41, 0x00};
    scene_t scene;

    open_scene(&scene, true);
    datagram(&scene, 0, packet,
             long_packet(&sealer, V1, 0, first_id, client_id, 0, frames, sizeof(frames), packet));
    datagram(&scene, 0, packet, hello(&scene, V1, first_id, 1, packet));
    TAP_STR(quic_double_story, "c?");
    close_scene(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"handshakes with and without keys", plain},
        {"after a Retry", retry},
        {"the server changes the version", other_version},
        {"another connection", again},
        {"in disorder", disorder},
        {"behind the handshake", behind},
        {"forged packets", forged},
        {"too much", too_much},
    };

    return tap_main("quic", tests, sizeof(tests) / sizeof(tests[0]));
}
