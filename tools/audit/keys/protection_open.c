/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection_open.c - see protection.h: records opened, each kind of cipher in its way.
 *
 * The keys are read from a log on the same machine as the records: nobody measures how long this
 * takes, and so MACs and padding are compared as is simplest.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/keys/protection_state.h"

#define NONCE_SIZE 12u
#define PSEUDO_HEADER 13u

static void put64(uint8_t *out, uint64_t value)
{
    unsigned i;

    for (i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

/* What TLS 1.2 authenticates besides the content: sequence, type, version, length. */
static void pseudo_header(const record_t *record, size_t size, uint8_t out[PSEUDO_HEADER])
{
    put64(out, record->sequence);
    out[8] = record->type;
    out[9] = (uint8_t)(record->version >> 8);
    out[10] = (uint8_t)record->version;
    out[11] = (uint8_t)(size >> 8);
    out[12] = (uint8_t)size;
}

/* The nonce of TLS 1.3 and of ChaCha20 before it: the IV and the sequence number, exclusive-ored.
 */
static void mixed_nonce(const protection_t *protection, uint64_t sequence,
                        uint8_t nonce[NONCE_SIZE])
{
    uint8_t number[8];
    unsigned i;

    put64(number, sequence);
    memcpy(nonce, protection->iv, NONCE_SIZE);
    for (i = 0; i < 8; i++)
        nonce[NONCE_SIZE - 8 + i] ^= number[i];
}

/* Where the content ends and the type is, behind which are zeros as padding (RFC 8446 5.2). */
static int unwrap(const uint8_t *plain, size_t size, uint8_t *type)
{
    while (size > 0 && plain[size - 1] == 0)
        size--;
    if (size == 0)
        return MTLSAUTH_E_MALFORMED;
    *type = plain[size - 1];
    return (int)(size - 1);
}

static int open_tls13(const protection_t *protection, const record_t *record, uint8_t *out,
                      uint8_t *type)
{
    uint8_t nonce[NONCE_SIZE];
    size_t tag = protection->cipher->tag_size, size = record->size;

    if (record->size <= tag)
        return MTLSAUTH_E_MALFORMED;
    mixed_nonce(protection, record->sequence, nonce);
    if (gnutls_aead_cipher_decrypt(protection->aead, nonce, sizeof(nonce), record->header,
                                   record->header_size, tag, record->payload, record->size, out,
                                   &size) != 0)
        return MTLSAUTH_E_MALFORMED;
    return unwrap(out, size, type);
}

static int open_aead(const protection_t *protection, const record_t *record, uint8_t *out)
{
    const cipher_t *cipher = protection->cipher;
    uint8_t nonce[NONCE_SIZE], header[PSEUDO_HEADER];
    size_t before = cipher->explicit_size, tag = cipher->tag_size, size = record->size;

    if (record->size < before + tag)
        return MTLSAUTH_E_MALFORMED;
    if (before == 0) {
        mixed_nonce(protection, record->sequence, nonce);
    } else {
        memcpy(nonce, protection->iv, NONCE_SIZE - before);
        memcpy(nonce + NONCE_SIZE - before, record->payload, before);
    }
    pseudo_header(record, record->size - before - tag, header);
    if (gnutls_aead_cipher_decrypt(protection->aead, nonce, sizeof(nonce), header, sizeof(header),
                                   tag, record->payload + before, record->size - before, out,
                                   &size) != 0)
        return MTLSAUTH_E_MALFORMED;
    return (int)size;
}

/* SSLv3's MAC (RFC 6101 5.2.3.1): as HMAC, but with padding beside the key, and no version. */
static int ssl3_mac(const protection_t *protection, const record_t *record, const uint8_t *content,
                    size_t size, uint8_t *out)
{
    bool md5 = protection->suite->mac == GNUTLS_MAC_MD5;
    gnutls_digest_algorithm_t digest = md5 ? GNUTLS_DIG_MD5 : GNUTLS_DIG_SHA1;
    size_t pad_size = md5 ? 48 : 40, mac_size = protection->mac_size;
    uint8_t header[PSEUDO_HEADER], pad[48];
    gnutls_hash_hd_t hash;
    int failed;

    pseudo_header(record, size, header);
    if (gnutls_hash_init(&hash, digest) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    memset(pad, 0x36, sizeof(pad));
    failed = gnutls_hash(hash, protection->mac_key, mac_size) | gnutls_hash(hash, pad, pad_size) |
             gnutls_hash(hash, header, 9) | gnutls_hash(hash, header + 11, 2);
    if (size > 0)
        failed |= gnutls_hash(hash, content, size);
    gnutls_hash_deinit(hash, out);
    if (failed != 0 || gnutls_hash_init(&hash, digest) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    memset(pad, 0x5c, sizeof(pad));
    failed = gnutls_hash(hash, protection->mac_key, mac_size) | gnutls_hash(hash, pad, pad_size) |
             gnutls_hash(hash, out, mac_size);
    gnutls_hash_deinit(hash, out);
    return failed == 0 ? 0 : MTLSAUTH_E_NO_MEMORY;
}

/* Is this the MAC of that content? 0 if so. */
static int check_mac(const protection_t *protection, const record_t *record, const uint8_t *content,
                     size_t size, const uint8_t *mac)
{
    uint8_t header[PSEUDO_HEADER], real[64];
    int failed;

    if (protection->version == 0x0300) {
        failed = ssl3_mac(protection, record, content, size, real);
    } else {
        pseudo_header(record, size, header);
        failed = gnutls_hmac(protection->hmac, header, sizeof(header));
        if (size > 0)
            failed |= gnutls_hmac(protection->hmac, content, size);
        gnutls_hmac_output(protection->hmac, real);
    }
    if (failed != 0 || memcmp(real, mac, protection->mac_size) != 0)
        return MTLSAUTH_E_MALFORMED;
    return 0;
}

/* Content and MAC in clear: what is left when a NULL or a stream cipher is taken off. */
static int open_plain(const protection_t *protection, const record_t *record, const uint8_t *plain)
{
    size_t size;

    if (record->size < protection->mac_size)
        return MTLSAUTH_E_MALFORMED;
    size = record->size - protection->mac_size;
    if (check_mac(protection, record, plain, size, plain + size) != 0)
        return MTLSAUTH_E_MALFORMED;
    return (int)size;
}

/* Makes sure that there are `size` octets of key stream. */
static int fill_stream(protection_t *protection, size_t size)
{
    uint8_t *more;
    size_t missing;

    if (protection->stream == NULL) {
        protection->stream = malloc(PROTECTION_MAX_RECORD);
        if (protection->stream == NULL)
            return MTLSAUTH_E_NO_MEMORY;
    }
    if (size <= protection->stream_size)
        return 0;
    more = protection->stream + protection->stream_size;
    missing = size - protection->stream_size;
    memset(more, 0, missing);
    if (gnutls_cipher_encrypt2(protection->handle, more, missing, more, missing) != 0)
        return MTLSAUTH_E_MALFORMED;
    protection->stream_size = size;
    return 0;
}

static void use_stream(protection_t *protection, size_t size)
{
    protection->stream_size -= size;
    memmove(protection->stream, protection->stream + size, protection->stream_size);
}

static int open_stream(protection_t *protection, const record_t *record, uint8_t *out)
{
    size_t i;
    int status = fill_stream(protection, record->size);

    if (status != 0)
        return status;
    for (i = 0; i < record->size; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): fill_stream() */
        out[i] = record->payload[i] ^ protection->stream[i];
    status = open_plain(protection, record, out);
    if (status >= 0)
        use_stream(protection, record->size);
    return status;
}

/* The padding at the end of whole blocks, its length octet counted in; 0: there is none. */
static size_t padding(const protection_t *protection, const uint8_t *plain, size_t size)
{
    size_t length = (size_t)plain[size - 1] + 1, i;

    if (length > size)
        return 0;
    if (protection->version == 0x0300) /* of any content, and shorter than a block */
        return length <= protection->cipher->iv_size ? length : 0;
    for (i = 0; i < length; i++) {
        if (plain[size - 1 - i] != plain[size - 1])
            return 0;
    }
    return length;
}

static int open_block(protection_t *protection, const record_t *record, uint8_t *out)
{
    size_t block = protection->cipher->iv_size, mac = protection->mac_size, size = record->size,
           pad;
    const uint8_t *from = record->payload;
    uint8_t iv[PROTECTION_MAX_IV];

    if (protection->encrypt_then_mac) {
        if (size < mac || check_mac(protection, record, from, size - mac, from + (size - mac)) != 0)
            return MTLSAUTH_E_MALFORMED;
        size -= mac;
    }
    memcpy(iv, protection->iv, block);
    if (!protection_chains(protection)) {
        if (size < block)
            return MTLSAUTH_E_MALFORMED;
        memcpy(iv, from, block);
        from += block;
        size -= block;
    }
    if (size == 0 || size % block != 0)
        return MTLSAUTH_E_MALFORMED;
    gnutls_cipher_set_iv(protection->handle, iv, block);
    if (gnutls_cipher_decrypt2(protection->handle, from, size, out, size) != 0)
        return MTLSAUTH_E_MALFORMED;
    pad = padding(protection, out, size);
    if (pad == 0)
        return MTLSAUTH_E_MALFORMED;
    if (!protection->encrypt_then_mac) {
        if (size < pad + mac ||
            check_mac(protection, record, out, size - pad - mac, out + (size - pad - mac)) != 0)
            return MTLSAUTH_E_MALFORMED;
    }
    if (protection_chains(protection))
        memcpy(protection->iv, from + (size - block), block);
    return (int)(size - pad - (protection->encrypt_then_mac ? 0 : mac));
}

int protection_open(protection_t *protection, const record_t *record, uint8_t *out, uint8_t *type)
{
    uint8_t real = record->type;
    int status;

    if (record->size > PROTECTION_MAX_RECORD)
        return MTLSAUTH_E_LIMIT;
    switch (protection->cipher->kind) {
    case CIPHER_KIND_AEAD:
        status = protection->version == 0x0304 ? open_tls13(protection, record, out, &real)
                                               : open_aead(protection, record, out);
        break;
    case CIPHER_KIND_BLOCK:
        status = open_block(protection, record, out);
        break;
    case CIPHER_KIND_STREAM:
        status = open_stream(protection, record, out);
        break;
    case CIPHER_KIND_PLAIN:
        status = open_plain(protection, record, record->payload);
        if (status > 0)
            memcpy(out, record->payload, (size_t)status);
        break;
    case CIPHER_KIND_NONE:
    default:
        return MTLSAUTH_E_ARGUMENT;
    }
    if (status >= 0)
        *type = real;
    return status;
}

void protection_pass(protection_t *protection, const uint8_t *tail, size_t tail_size, size_t size)
{
    size_t block = protection->cipher->iv_size, n;
    size_t mac = protection->encrypt_then_mac ? protection->mac_size : 0;

    if (protection->cipher->kind == CIPHER_KIND_STREAM) {
        for (; size > 0; size -= n) {
            n = size < PROTECTION_MAX_RECORD ? size : PROTECTION_MAX_RECORD;
            if (fill_stream(protection, n) != 0)
                return;
            use_stream(protection, n);
        }
    } else if (protection_chains(protection) && tail != NULL && tail_size >= block + mac) {
        memcpy(protection->iv, tail + (tail_size - block - mac), block);
    }
}
