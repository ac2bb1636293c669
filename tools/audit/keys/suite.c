/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.c - see suite.h. */
#include "audit/keys/suite.h"

enum {
    CIPHER_OTHER = 0,
    CIPHER_NULL,
    CIPHER_RC4_128,
    CIPHER_3DES_CBC,
    CIPHER_AES_128_CBC,
    CIPHER_AES_256_CBC,
    CIPHER_CAMELLIA_128_CBC,
    CIPHER_CAMELLIA_256_CBC,
    CIPHER_AES_128_GCM,
    CIPHER_AES_256_GCM,
    CIPHER_CAMELLIA_128_GCM,
    CIPHER_CAMELLIA_256_GCM,
    CIPHER_AES_128_CCM,
    CIPHER_AES_256_CCM,
    CIPHER_AES_128_CCM_8,
    CIPHER_AES_256_CCM_8,
    CIPHER_CHACHA20
};

static const cipher_t ciphers[] = {
    [CIPHER_OTHER] = {CIPHER_KIND_NONE, GNUTLS_CIPHER_UNKNOWN, 0, 0, 0, 0},
    [CIPHER_NULL] = {CIPHER_KIND_PLAIN, GNUTLS_CIPHER_NULL, 0, 0, 0, 0},
    [CIPHER_RC4_128] = {CIPHER_KIND_STREAM, GNUTLS_CIPHER_ARCFOUR_128, 16, 0, 0, 0},
    [CIPHER_3DES_CBC] = {CIPHER_KIND_BLOCK, GNUTLS_CIPHER_3DES_CBC, 24, 8, 0, 0},
    [CIPHER_AES_128_CBC] = {CIPHER_KIND_BLOCK, GNUTLS_CIPHER_AES_128_CBC, 16, 16, 0, 0},
    [CIPHER_AES_256_CBC] = {CIPHER_KIND_BLOCK, GNUTLS_CIPHER_AES_256_CBC, 32, 16, 0, 0},
    [CIPHER_CAMELLIA_128_CBC] = {CIPHER_KIND_BLOCK, GNUTLS_CIPHER_CAMELLIA_128_CBC, 16, 16, 0, 0},
    [CIPHER_CAMELLIA_256_CBC] = {CIPHER_KIND_BLOCK, GNUTLS_CIPHER_CAMELLIA_256_CBC, 32, 16, 0, 0},
    [CIPHER_AES_128_GCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_128_GCM, 16, 4, 8, 16},
    [CIPHER_AES_256_GCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_256_GCM, 32, 4, 8, 16},
    [CIPHER_CAMELLIA_128_GCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_CAMELLIA_128_GCM, 16, 4, 8, 16},
    [CIPHER_CAMELLIA_256_GCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_CAMELLIA_256_GCM, 32, 4, 8, 16},
    [CIPHER_AES_128_CCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_128_CCM, 16, 4, 8, 16},
    [CIPHER_AES_256_CCM] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_256_CCM, 32, 4, 8, 16},
    [CIPHER_AES_128_CCM_8] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_128_CCM_8, 16, 4, 8, 8},
    [CIPHER_AES_256_CCM_8] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_AES_256_CCM_8, 32, 4, 8, 8},
    [CIPHER_CHACHA20] = {CIPHER_KIND_AEAD, GNUTLS_CIPHER_CHACHA20_POLY1305, 32, 12, 0, 16},
};

#define GNUTLS_MAC_NONE GNUTLS_MAC_UNKNOWN
#define SUITE(number, name, openssl, cipher, mac, prf)                                             \
    {number, name, openssl, &ciphers[cipher], GNUTLS_MAC_##mac, GNUTLS_MAC_##prf},

static const suite_t suites[] = {
#include "audit/keys/suite_table.h"
};

const suite_t *suite_find(uint16_t number)
{
    size_t low = 0, high = sizeof(suites) / sizeof(suites[0]);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (suites[middle].number == number)
            return &suites[middle];
        if (suites[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool suite_is_tls13(const suite_t *suite)
{
    return suite->number >> 8 == 0x13;
}

const char *suite_name(uint16_t number)
{
    const suite_t *suite = suite_find(number);

    if (suite == NULL)
        return NULL;
    return suite->openssl[0] != '\0' ? suite->openssl : suite->name;
}

const suite_t *suite_all(size_t *count)
{
    *count = sizeof(suites) / sizeof(suites[0]);
    return suites;
}
