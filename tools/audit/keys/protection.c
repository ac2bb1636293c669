/* SPDX-License-Identifier: BSD-2-Clause */
/* protection.c - see protection.h: keys from secrets, and what is kept of them. */
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "audit/keys/expand.h"
#include "audit/keys/protection_state.h"

#define RANDOM_SIZE 32u
#define MASTER_SIZE 48u
#define MAX_KEY 32u

static gnutls_datum_t datum(const uint8_t *data, size_t size)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)data, (unsigned)size};
}

/* DTLS's versions as those of TLS that they are like; 0x0100 is Cisco's DTLS before it was 1.0. */
static uint16_t tls_version(uint16_t version)
{
    switch (version) {
    case 0x0100:
    case 0xfeff:
        return 0x0302;
    case 0xfefd:
        return 0x0303;
    default:
        return version;
    }
}

bool protection_knows(uint16_t version, uint16_t cipher_suite)
{
    const suite_t *suite = suite_find(cipher_suite);
    uint16_t tls = tls_version(version);

    if (suite == NULL || suite->cipher->kind == CIPHER_KIND_NONE || tls < 0x0300 || tls > 0x0304)
        return false;
    if (suite_is_tls13(suite) || tls == 0x0304)
        return suite_is_tls13(suite) && tls == 0x0304;
    if (tls == 0x0303)
        return true;
    return suite->cipher->kind != CIPHER_KIND_AEAD &&
           (suite->mac == GNUTLS_MAC_MD5 || suite->mac == GNUTLS_MAC_SHA1);
}

static protection_t *new_protection(uint16_t version, uint16_t cipher_suite)
{
    protection_t *protection = calloc(1, sizeof(*protection));

    if (protection == NULL)
        return NULL;
    protection->suite = suite_find(cipher_suite);
    protection->cipher = protection->suite->cipher;
    protection->version = tls_version(version);
    return protection;
}

void protection_free(protection_t *protection)
{
    if (protection == NULL)
        return;
    if (protection->aead != NULL)
        gnutls_aead_cipher_deinit(protection->aead);
    if (protection->handle != NULL)
        gnutls_cipher_deinit(protection->handle);
    if (protection->hmac != NULL)
        gnutls_hmac_deinit(protection->hmac, NULL);
    if (protection->stream != NULL)
        gnutls_memset(protection->stream, 0, PROTECTION_MAX_RECORD);
    free(protection->stream);
    gnutls_memset(protection, 0, sizeof(*protection));
    free(protection);
}

/* The key and IV of a traffic secret (RFC 8446 7.3). */
static int take_secret(protection_t *protection, ma_bytes_t secret)
{
    const suite_t *suite = protection->suite;
    gnutls_aead_cipher_hd_t aead;
    uint8_t key[MAX_KEY];
    gnutls_datum_t key_datum = datum(key, protection->cipher->key_size);
    int status;

    status = expand_label(suite->prf, secret, "key", key, protection->cipher->key_size);
    if (status == 0)
        status = expand_label(suite->prf, secret, "iv", protection->iv, 12);
    if (status == 0 &&
        gnutls_aead_cipher_init(&aead, protection->cipher->algorithm, &key_datum) != 0)
        status = MTLSAUTH_E_ARGUMENT;
    gnutls_memset(key, 0, sizeof(key));
    if (status != 0)
        return status;
    if (protection->aead != NULL)
        gnutls_aead_cipher_deinit(protection->aead);
    protection->aead = aead;
    memmove(protection->secret, secret.data, secret.size);
    protection->secret_size = secret.size;
    return 0;
}

int protection_tls13(uint16_t cipher_suite, ma_bytes_t secret, protection_t **out)
{
    protection_t *protection;
    int status;

    if (!protection_knows(0x0304, cipher_suite) ||
        secret.size != gnutls_hmac_get_len(suite_find(cipher_suite)->prf))
        return MTLSAUTH_E_ARGUMENT;
    protection = new_protection(0x0304, cipher_suite);
    if (protection == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    status = take_secret(protection, secret);
    if (status != 0) {
        protection_free(protection);
        return status;
    }
    *out = protection;
    return 0;
}

int protection_update(protection_t *protection)
{
    uint8_t next[sizeof(protection->secret)];
    ma_bytes_t secret = {protection->secret, protection->secret_size};
    int status;

    if (secret.size == 0)
        return MTLSAUTH_E_ARGUMENT;
    status = expand_label(protection->suite->prf, secret, "traffic upd", next, secret.size);
    if (status == 0)
        status = take_secret(protection, (ma_bytes_t){next, secret.size});
    gnutls_memset(next, 0, sizeof(next));
    return status;
}

/* The key block (RFC 5246 6.3): for the client and for the server a MAC key, a key and an IV. */
static int key_block(const protection_t *protection, const tls12_keys_t *keys, uint8_t *out,
                     size_t size)
{
    uint8_t seed[2 * RANDOM_SIZE];
    ma_bytes_t whole = {seed, sizeof(seed)};
    gnutls_mac_algorithm_t hash =
        protection->version == 0x0303 ? protection->suite->prf : GNUTLS_MAC_UNKNOWN;

    memcpy(seed, keys->server_random, RANDOM_SIZE);
    memcpy(seed + RANDOM_SIZE, keys->client_random, RANDOM_SIZE);
    if (protection->version == 0x0300)
        return expand_ssl3(keys->master, whole, out, size);
    return expand_prf(hash, keys->master, "key expansion", whole, out, size);
}

/* Takes this direction's parts of the key block. */
static int take_block(protection_t *protection, const uint8_t *block, bool of_client)
{
    const cipher_t *cipher = protection->cipher;
    size_t mac_size = protection->mac_size, other = of_client ? 0 : 1;
    const uint8_t *mac = block + other * mac_size;
    const uint8_t *key = block + 2 * mac_size + other * cipher->key_size;
    const uint8_t *iv = block + 2 * (mac_size + cipher->key_size) + other * cipher->iv_size;
    gnutls_datum_t key_datum = datum(key, cipher->key_size);
    gnutls_datum_t iv_datum = datum(iv, cipher->iv_size);
    int failed = 0;

    memcpy(protection->iv, iv, cipher->iv_size);
    memcpy(protection->mac_key, mac, mac_size);
    if (cipher->kind == CIPHER_KIND_AEAD)
        failed = gnutls_aead_cipher_init(&protection->aead, cipher->algorithm, &key_datum);
    else if (cipher->kind != CIPHER_KIND_PLAIN)
        failed = gnutls_cipher_init(&protection->handle, cipher->algorithm, &key_datum,
                                    cipher->iv_size > 0 ? &iv_datum : NULL);
    if (failed == 0 && mac_size > 0 && protection->version > 0x0300)
        failed = gnutls_hmac_init(&protection->hmac, protection->suite->mac, mac, mac_size);
    return failed == 0 ? 0 : MTLSAUTH_E_ARGUMENT;
}

int protection_tls12(const tls12_keys_t *keys, protection_t **out)
{
    uint8_t block[2 * (PROTECTION_MAX_MAC + MAX_KEY + PROTECTION_MAX_IV)];
    protection_t *protection;
    size_t size;
    int status;

    if (!protection_knows(keys->version, keys->cipher_suite) ||
        tls_version(keys->version) == 0x0304 || keys->master.size != MASTER_SIZE)
        return MTLSAUTH_E_ARGUMENT;
    protection = new_protection(keys->version, keys->cipher_suite);
    if (protection == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (protection->suite->mac != GNUTLS_MAC_UNKNOWN)
        protection->mac_size = gnutls_hmac_get_len(protection->suite->mac);
    protection->encrypt_then_mac =
        keys->encrypt_then_mac && protection->cipher->kind == CIPHER_KIND_BLOCK;
    size = 2 * (protection->mac_size + protection->cipher->key_size + protection->cipher->iv_size);
    status = key_block(protection, keys, block, size);
    if (status == 0)
        status = take_block(protection, block, keys->of_client);
    gnutls_memset(block, 0, sizeof(block));
    if (status != 0) {
        protection_free(protection);
        return status;
    }
    *out = protection;
    return 0;
}
