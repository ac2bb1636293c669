/* SPDX-License-Identifier: BSD-2-Clause */
/* expand.c - see expand.h. */
#include "audit/keys/expand.h"

#include <gnutls/crypto.h>
#include <string.h>

#define MAX_HASH 64u

static gnutls_datum_t datum(ma_bytes_t bytes)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.size};
}

int expand_label(gnutls_mac_algorithm_t hash, ma_bytes_t secret, const char *label, uint8_t *out,
                 size_t size)
{
    static const char prefix[] = "tls13 ";
    size_t label_size = strlen(label), n = 0;
    uint8_t info[64];
    gnutls_datum_t key = datum(secret), data;

    if (label_size > sizeof(info) - sizeof(prefix) - 3 || size > UINT16_MAX)
        return MTLSAUTH_E_ARGUMENT;
    info[n++] = (uint8_t)(size >> 8);
    info[n++] = (uint8_t)size;
    info[n++] = (uint8_t)(sizeof(prefix) - 1 + label_size);
    memcpy(info + n, prefix, sizeof(prefix) - 1);
    n += sizeof(prefix) - 1;
    memcpy(info + n, label, label_size);
    n += label_size;
    info[n++] = 0; /* the context is empty */
    data = datum((ma_bytes_t){info, n});
    return gnutls_hkdf_expand(hash, &key, &data, out, size) == 0 ? 0 : MTLSAUTH_E_ARGUMENT;
}

/* HMAC over up to three pieces, through a handle that is as new afterwards. */
static int hmac(gnutls_hmac_hd_t handle, ma_bytes_t a, const char *label, ma_bytes_t seed,
                uint8_t *out)
{
    if ((a.size > 0 && gnutls_hmac(handle, a.data, a.size) != 0) ||
        (label != NULL && gnutls_hmac(handle, label, strlen(label)) != 0) ||
        (seed.size > 0 && gnutls_hmac(handle, seed.data, seed.size) != 0))
        return MTLSAUTH_E_NO_MEMORY;
    gnutls_hmac_output(handle, out);
    return 0;
}

/* P_hash (RFC 5246 5), exclusive-ored onto what is there: that of 1.0 is made of two. */
static int p_hash(gnutls_mac_algorithm_t hash, ma_bytes_t secret, const char *label,
                  ma_bytes_t seed, uint8_t *out, size_t size)
{
    const ma_bytes_t none = {NULL, 0};
    size_t length = gnutls_hmac_get_len(hash), at, i;
    uint8_t a[MAX_HASH], block[MAX_HASH];
    gnutls_hmac_hd_t handle;
    int status;

    if (length == 0 || length > MAX_HASH)
        return MTLSAUTH_E_ARGUMENT;
    if (gnutls_hmac_init(&handle, hash, secret.data, secret.size) != 0)
        return MTLSAUTH_E_ARGUMENT;
    status = hmac(handle, none, label, seed, a);
    for (at = 0; at < size && status == 0; at += length) {
        status = hmac(handle, (ma_bytes_t){a, length}, label, seed, block);
        for (i = 0; i < length && at + i < size && status == 0; i++)
            out[at + i] ^= block[i];
        if (status == 0)
            status = hmac(handle, (ma_bytes_t){a, length}, NULL, none, a);
    }
    gnutls_hmac_deinit(handle, NULL);
    gnutls_memset(a, 0, sizeof(a));
    gnutls_memset(block, 0, sizeof(block));
    return status;
}

int expand_prf(gnutls_mac_algorithm_t hash, ma_bytes_t secret, const char *label, ma_bytes_t seed,
               uint8_t *out, size_t size)
{
    ma_bytes_t half = {secret.data, (secret.size + 1) / 2};
    int status;

    memset(out, 0, size);
    if (hash != GNUTLS_MAC_UNKNOWN)
        return p_hash(hash, secret, label, seed, out, size);
    /* The halves share the octet in the middle if the size is odd. */
    status = p_hash(GNUTLS_MAC_MD5, half, label, seed, out, size);
    if (status != 0)
        return status;
    half.data = secret.data + (secret.size - half.size);
    return p_hash(GNUTLS_MAC_SHA1, half, label, seed, out, size);
}

/* MD5(secret + SHA1(letters + secret + seed)) */
static int ssl3_block(ma_bytes_t secret, ma_bytes_t seed, size_t round, uint8_t out[16])
{
    uint8_t letters[26], inner[20];
    gnutls_hash_hd_t hash;
    int status = MTLSAUTH_E_ARGUMENT;

    memset(letters, 'A' + (int)round, round + 1);
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA1) != 0)
        return status;
    if (gnutls_hash(hash, letters, round + 1) == 0 &&
        gnutls_hash(hash, secret.data, secret.size) == 0 &&
        gnutls_hash(hash, seed.data, seed.size) == 0)
        status = 0;
    gnutls_hash_deinit(hash, inner);
    if (status != 0 || gnutls_hash_init(&hash, GNUTLS_DIG_MD5) != 0)
        return MTLSAUTH_E_ARGUMENT;
    if (gnutls_hash(hash, secret.data, secret.size) != 0 ||
        gnutls_hash(hash, inner, sizeof(inner)) != 0)
        status = MTLSAUTH_E_ARGUMENT;
    gnutls_hash_deinit(hash, out);
    gnutls_memset(inner, 0, sizeof(inner));
    return status;
}

int expand_ssl3(ma_bytes_t secret, ma_bytes_t seed, uint8_t *out, size_t size)
{
    uint8_t block[16];
    size_t at, n;
    int status = 0;

    if (size > 26 * sizeof(block))
        return MTLSAUTH_E_ARGUMENT;
    for (at = 0; at < size && status == 0; at += n) {
        n = size - at < sizeof(block) ? size - at : sizeof(block);
        status = ssl3_block(secret, seed, at / sizeof(block), block);
        if (status == 0)
            memcpy(out + at, block, n);
    }
    gnutls_memset(block, 0, sizeof(block));
    return status;
}
