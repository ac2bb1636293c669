/* SPDX-License-Identifier: BSD-2-Clause */
/* packet_keys.c - see packet_keys.h. */
#include "audit/quic/packet_keys.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "audit/keys/expand.h"
#include "audit/keys/suite.h"

#define SAMPLE_SIZE 16u
#define NONCE_SIZE 12u
#define MAX_SECRET 48u
#define INITIAL_SUITE 0x1301u

struct quic_keys {
    const quic_version_t *version;
    const suite_t *suite;
    uint8_t secret[MAX_SECRET];
    size_t secret_size;
    uint8_t iv[NONCE_SIZE];
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t mask; /* of header protection, which does not change with the key phase */
    bool phase;
};

static ma_bytes_t secret_of(const quic_keys_t *keys)
{
    return (ma_bytes_t){keys->secret, keys->secret_size};
}

/* A label of this version: those of v2 say so. */
static const char *label_of(const quic_version_t *version, const char *first, const char *second)
{
    return version->second ? second : first;
}

/* The AEAD's key and IV (RFC 9001 5.1). On failure all is as it was. */
static int take_secret(quic_keys_t *keys, ma_bytes_t secret)
{
    const cipher_t *cipher = keys->suite->cipher;
    uint8_t key[32], iv[NONCE_SIZE];
    gnutls_datum_t key_datum = {key, cipher->key_size};
    gnutls_aead_cipher_hd_t aead;
    int status;

    status = expand_label(keys->suite->prf, secret,
                          label_of(keys->version, "quic key", "quicv2 key"), key, cipher->key_size);
    if (status == 0)
        status = expand_label(keys->suite->prf, secret,
                              label_of(keys->version, "quic iv", "quicv2 iv"), iv, sizeof(iv));
    if (status == 0 && gnutls_aead_cipher_init(&aead, cipher->algorithm, &key_datum) != 0)
        status = MTLSAUTH_E_ARGUMENT;
    gnutls_memset(key, 0, sizeof(key));
    if (status != 0)
        return status;
    if (keys->aead != NULL)
        gnutls_aead_cipher_deinit(keys->aead);
    keys->aead = aead;
    memcpy(keys->iv, iv, sizeof(iv));
    memmove(keys->secret, secret.data, secret.size);
    keys->secret_size = secret.size;
    return 0;
}

/* Masks come from a block of AES, which CBC from zero gives as well as ECB, or from ChaCha20. */
static int take_mask_key(quic_keys_t *keys)
{
    const cipher_t *cipher = keys->suite->cipher;
    uint8_t key[32], iv[SAMPLE_SIZE] = {0};
    gnutls_datum_t key_datum = {key, cipher->key_size}, iv_datum = {iv, sizeof(iv)};
    gnutls_cipher_algorithm_t algorithm = GNUTLS_CIPHER_AES_128_CBC;
    int status;

    if (cipher->algorithm == GNUTLS_CIPHER_CHACHA20_POLY1305)
        algorithm = GNUTLS_CIPHER_CHACHA20_32;
    else if (cipher->key_size == 32)
        algorithm = GNUTLS_CIPHER_AES_256_CBC;
    status = expand_label(keys->suite->prf, secret_of(keys),
                          label_of(keys->version, "quic hp", "quicv2 hp"), key, cipher->key_size);
    if (status == 0 && gnutls_cipher_init(&keys->mask, algorithm, &key_datum, &iv_datum) != 0)
        status = MTLSAUTH_E_ARGUMENT;
    gnutls_memset(key, 0, sizeof(key));
    return status;
}

int quic_keys_secret(const quic_version_t *version, uint16_t cipher_suite, ma_bytes_t secret,
                     quic_keys_t **out)
{
    const suite_t *suite = suite_find(cipher_suite);
    quic_keys_t *keys;
    int status;

    /* CCM with a short tag is not for QUIC (RFC 9001 5.3) */
    if (suite == NULL || !suite_is_tls13(suite) || suite->cipher->tag_size != 16 ||
        secret.size != gnutls_hmac_get_len(suite->prf) || secret.size > MAX_SECRET)
        return MTLSAUTH_E_ARGUMENT;
    keys = calloc(1, sizeof(*keys));
    if (keys == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    keys->version = version;
    keys->suite = suite;
    status = take_secret(keys, secret);
    if (status == 0)
        status = take_mask_key(keys);
    if (status != 0) {
        quic_keys_free(keys);
        return status;
    }
    *out = keys;
    return 0;
}

int quic_keys_initial(const quic_version_t *version, ma_bytes_t id, bool of_client,
                      quic_keys_t **out)
{
    gnutls_datum_t salt = {(unsigned char *)(uintptr_t)version->salt, sizeof(version->salt)};
    gnutls_datum_t key = {(unsigned char *)(uintptr_t)id.data, (unsigned)id.size};
    uint8_t initial[32], secret[32];
    int status;

    if (gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &salt, initial) != 0)
        return MTLSAUTH_E_ARGUMENT;
    status = expand_label(GNUTLS_MAC_SHA256, (ma_bytes_t){initial, sizeof(initial)},
                          of_client ? "client in" : "server in", secret, sizeof(secret));
    if (status != 0)
        return status;
    return quic_keys_secret(version, INITIAL_SUITE, (ma_bytes_t){secret, sizeof(secret)}, out);
}

void quic_keys_free(quic_keys_t *keys)
{
    if (keys == NULL)
        return;
    if (keys->aead != NULL)
        gnutls_aead_cipher_deinit(keys->aead);
    if (keys->mask != NULL)
        gnutls_cipher_deinit(keys->mask);
    gnutls_memset(keys, 0, sizeof(*keys));
    free(keys);
}

/* The mask that hides the packet number and bits of the first octet (RFC 9001 5.4). */
static bool mask_of(const quic_keys_t *keys, const uint8_t *sample, uint8_t mask[SAMPLE_SIZE])
{
    uint8_t iv[SAMPLE_SIZE] = {0};

    memset(mask, 0, SAMPLE_SIZE);
    if (keys->suite->cipher->algorithm == GNUTLS_CIPHER_CHACHA20_POLY1305) {
        memcpy(iv, sample, SAMPLE_SIZE); /* the counter, and behind it the nonce */
        gnutls_cipher_set_iv(keys->mask, iv, sizeof(iv));
        return gnutls_cipher_encrypt2(keys->mask, mask, SAMPLE_SIZE, mask, SAMPLE_SIZE) == 0;
    }
    gnutls_cipher_set_iv(keys->mask, iv, sizeof(iv));
    return gnutls_cipher_encrypt2(keys->mask, sample, SAMPLE_SIZE, mask, SAMPLE_SIZE) == 0;
}

uint64_t quic_number(uint64_t expected, uint32_t sent, unsigned size)
{
    uint64_t window = UINT64_C(1) << (8 * size), half = window / 2;
    uint64_t number = (expected & ~(window - 1)) | sent;

    if (expected >= half && number <= expected - half && number < (UINT64_C(1) << 62) - window)
        return number + window;
    if (number > expected + half && number >= window)
        return number - window;
    return number;
}

static bool decrypt(const quic_keys_t *keys, const uint8_t *head, size_t head_size, ma_bytes_t body,
                    uint64_t number, uint8_t *room, size_t *size)
{
    uint8_t nonce[NONCE_SIZE];
    unsigned i;

    memcpy(nonce, keys->iv, sizeof(nonce));
    for (i = 0; i < 8; i++)
        nonce[NONCE_SIZE - 1 - i] ^= (uint8_t)(number >> (8 * i));
    *size = body.size;
    return gnutls_aead_cipher_decrypt(keys->aead, nonce, sizeof(nonce), head, head_size,
                                      keys->suite->cipher->tag_size, body.data, body.size, room,
                                      size) == 0;
}

/* A key update (RFC 9001 6): believed if it opens the packet; else the old keys come back. */
static bool decrypt_next(quic_keys_t *keys, const uint8_t *head, size_t head_size, ma_bytes_t body,
                         uint64_t number, uint8_t *room, size_t *size)
{
    uint8_t old[MAX_SECRET], next[MAX_SECRET];
    ma_bytes_t old_secret = {old, keys->secret_size}, next_secret = {next, keys->secret_size};
    bool opened = false;

    memcpy(old, keys->secret, keys->secret_size);
    if (expand_label(keys->suite->prf, old_secret, label_of(keys->version, "quic ku", "quicv2 ku"),
                     next, next_secret.size) == 0 &&
        take_secret(keys, next_secret) == 0) {
        opened = decrypt(keys, head, head_size, body, number, room, size);
        if (opened)
            keys->phase = !keys->phase;
        else if (take_secret(keys, old_secret) != 0)
            keys->secret_size = 0; /* out of memory: these keys open nothing any more */
    }
    gnutls_memset(old, 0, sizeof(old));
    gnutls_memset(next, 0, sizeof(next));
    return opened;
}

bool quic_keys_open(quic_keys_t *keys, const quic_header_t *header, uint64_t expected,
                    uint8_t *room, quic_opened_t *out)
{
    uint8_t head[QUIC_MAX_HEADER], mask[SAMPLE_SIZE];
    size_t at = header->number_at, size, i;
    bool is_short = header->type == QUIC_SHORT;
    uint32_t sent = 0;
    ma_bytes_t body;

    if (at == 0 || at > QUIC_MAX_HEADER - 4 || header->packet.size > QUIC_MAX_PACKET ||
        header->packet.size < at + 4 + SAMPLE_SIZE ||
        !mask_of(keys, header->packet.data + at + 4, mask))
        return false;
    memcpy(head, header->packet.data, at + 4);
    head[0] ^= mask[0] & (is_short ? 0x1f : 0x0f);
    size = (head[0] & 3u) + 1;
    for (i = 0; i < size; i++) {
        head[at + i] ^= mask[1 + i];
        sent = sent << 8 | head[at + i];
    }
    body = (ma_bytes_t){header->packet.data + at + size, header->packet.size - at - size};
    out->number = quic_number(expected, sent, (unsigned)size);
    out->updated = is_short && ((head[0] & 0x04) != 0) != keys->phase;
    out->frames = (ma_bytes_t){room, 0};
    if (out->updated)
        return decrypt_next(keys, head, at + size, body, out->number, room, &out->frames.size);
    return decrypt(keys, head, at + size, body, out->number, room, &out->frames.size);
}
