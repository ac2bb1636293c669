/* SPDX-License-Identifier: BSD-2-Clause */
/* big_crl.c - see big_crl.h. */
#include "bench/big_crl.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TAG_INTEGER = 0x02,
    TAG_BIT_STRING = 0x03,
    TAG_UTC_TIME = 0x17,
    TAG_SEQUENCE = 0x30,
    TAG_EXTENSIONS = 0xa0,
    TIME_SIZE = 13,      /* YYMMDDHHMMSSZ */
    ENTRY_SIZE = 53,     /* with its header; see put_entry() */
    HEADER_MAX = 6,      /* a tag and the length of anything below 4 GiB */
    SIGNATURE_MAX = 1024 /* an RSA key of 8192 bits */
};

/* cRLNumber 1 (RFC 5280 5.2.3), in its list of extensions */
static const uint8_t list_extensions[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
                                           0x1d, 0x14, 0x04, 0x03, 0x02, 0x01, 0x01 };
/* reasonCode (5.3.1) in its list of extensions; the reason itself follows */
static const uint8_t entry_extensions[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
                                            0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01 };
/* All but removeFromCRL, which only a delta may have, and the unused 7. */
static const uint8_t reasons[] = { 0, 1, 2, 3, 4, 5, 6, 9, 10 };

typedef struct algorithm {
    gnutls_pk_algorithm_t pk;
    gnutls_sign_algorithm_t sign;
    uint8_t size;
    uint8_t der[15];
} algorithm_t;

static const algorithm_t algorithms[] = {
    { GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA256, 15,
      { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05,
        0x00 } },
    { GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA256, 12,
      { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 } },
    { GNUTLS_PK_EDDSA_ED25519, GNUTLS_SIGN_EDDSA_ED25519, 7,
      { 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70 } },
};

static void bail(const char *what)
{
    printf("Bail out! big_crl: %s\n", what);
    exit(1);
}

/* ---- numbers that look random ---------------------------------------------------------------- */

/* A step of a generator whose every step can be undone: different numbers stay different. */
static uint64_t mixed(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void put_number(uint8_t *out, uint64_t number, size_t size)
{
    while (size > 0) {
        out[--size] = (uint8_t)number;
        number >>= 8;
    }
}

void big_crl_serial(size_t i, uint8_t out[BIG_CRL_SERIAL])
{
    uint64_t low = mixed(i), middle = mixed(low), high = mixed(middle);

    put_number(out, high, 4);
    put_number(out + 4, middle, 8);
    put_number(out + 12, low, 8);         /* whole, so that serials differ */
    out[0] = (uint8_t)((out[0] & 0x3f) + 1); /* positive, with nothing to leave out before it */
}

/* ---- DER ------------------------------------------------------------------------------------- */

static size_t header_size(size_t length)
{
    size_t size = 2;

    if (length >= 0x80)
        for (; length > 0; length >>= 8)
            size++;
    return size;
}

static size_t with_header(size_t length)
{
    return header_size(length) + length;
}

static uint8_t *put_header(uint8_t *at, uint8_t tag, size_t length)
{
    size_t size = header_size(length);

    *at++ = tag;
    if (size == 2) {
        *at++ = (uint8_t)length;
        return at;
    }
    *at++ = (uint8_t)(0x80 | (size - 2));
    put_number(at, length, size - 2);
    return at + size - 2;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_two_digits(uint8_t *at, unsigned number)
{
    at[0] = (uint8_t)('0' + number / 10 % 10);
    at[1] = (uint8_t)('0' + number % 10);
    return at + 2;
}

static uint8_t *put_time(uint8_t *at, int64_t when)
{
    time_t seconds = (time_t)when;
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL)
        bail("no such time");
    at = put_header(at, TAG_UTC_TIME, TIME_SIZE);
    at = put_two_digits(at, (unsigned)tm.tm_year % 100);
    at = put_two_digits(at, (unsigned)tm.tm_mon + 1);
    at = put_two_digits(at, (unsigned)tm.tm_mday);
    at = put_two_digits(at, (unsigned)tm.tm_hour);
    at = put_two_digits(at, (unsigned)tm.tm_min);
    at = put_two_digits(at, (unsigned)tm.tm_sec);
    *at++ = 'Z';
    return at;
}

/* Some second of 2025, which is over at CERTS_NOW. */
static uint8_t *put_some_time(uint8_t *at, uint64_t some)
{
    at = put_header(at, TAG_UTC_TIME, TIME_SIZE);
    at = put_two_digits(at, 25);
    at = put_two_digits(at, (unsigned)(1 + some % 12));
    at = put_two_digits(at, (unsigned)(1 + (some >> 8) % 28));
    at = put_two_digits(at, (unsigned)((some >> 16) % 24));
    at = put_two_digits(at, (unsigned)((some >> 24) % 60));
    at = put_two_digits(at, (unsigned)((some >> 32) % 60));
    *at++ = 'Z';
    return at;
}

static uint8_t *put_entry(uint8_t *at, size_t i)
{
    uint64_t some = mixed(~(uint64_t)i);

    at = put_header(at, TAG_SEQUENCE, ENTRY_SIZE - 2);
    at = put_header(at, TAG_INTEGER, BIG_CRL_SERIAL);
    big_crl_serial(i, at);
    at = put_some_time(at + BIG_CRL_SERIAL, some);
    at = put_bytes(at, entry_extensions, sizeof(entry_extensions));
    *at++ = reasons[(some >> 40) % sizeof(reasons)];
    return at;
}

/* ---- the list -------------------------------------------------------------------------------- */

static const algorithm_t *algorithm_of(const issued_t *issuer)
{
    int pk = gnutls_x509_privkey_get_pk_algorithm(issuer->key);
    size_t i;

    for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
        if ((int)algorithms[i].pk == pk)
            return &algorithms[i];
    bail("no way to sign with a key of that kind");
    return NULL;
}

static size_t tbs_length(const algorithm_t *algorithm, const gnutls_datum_t *name, size_t entries)
{
    return 3 + algorithm->size + name->size + 2 * with_header(TIME_SIZE)
        + (entries > 0 ? with_header(entries * ENTRY_SIZE) : 0)
        + with_header(sizeof(list_extensions));
}

static uint8_t *put_tbs(uint8_t *at, const algorithm_t *algorithm, const gnutls_datum_t *name,
                        size_t entries, int64_t now)
{
    static const uint8_t v2[] = { TAG_INTEGER, 1, 1 };
    size_t i;

    at = put_header(at, TAG_SEQUENCE, tbs_length(algorithm, name, entries));
    at = put_bytes(at, v2, sizeof(v2));
    at = put_bytes(at, algorithm->der, algorithm->size);
    at = put_bytes(at, name->data, name->size);
    at = put_time(at, now - CERTS_DAY);
    at = put_time(at, now + 7 * CERTS_DAY);
    if (entries > 0) /* an empty list of them is left out: RFC 5280 5.1.2.6 */
        at = put_header(at, TAG_SEQUENCE, entries * ENTRY_SIZE);
    for (i = 0; i < entries; i++)
        at = put_entry(at, i);
    at = put_header(at, TAG_EXTENSIONS, sizeof(list_extensions));
    return put_bytes(at, list_extensions, sizeof(list_extensions));
}

static uint8_t *put_signature(uint8_t *at, const algorithm_t *algorithm, const issued_t *issuer,
                              const gnutls_datum_t *tbs)
{
    gnutls_privkey_t key = NULL;
    gnutls_datum_t signature = { NULL, 0 };

    if (gnutls_privkey_init(&key) < 0 || gnutls_privkey_import_x509(key, issuer->key, 0) < 0
        || gnutls_privkey_sign_data2(key, algorithm->sign, 0, tbs, &signature) < 0
        || signature.size > SIGNATURE_MAX)
        bail("cannot sign");
    at = put_bytes(at, algorithm->der, algorithm->size);
    at = put_header(at, TAG_BIT_STRING, (size_t)signature.size + 1);
    *at++ = 0; /* no unused bits */
    at = put_bytes(at, signature.data, signature.size);
    gnutls_free(signature.data);
    gnutls_privkey_deinit(key);
    return at;
}

void big_crl_make(big_crl_t *out, const issued_t *issuer, size_t entries, int64_t now)
{
    const algorithm_t *algorithm = algorithm_of(issuer);
    gnutls_datum_t name, tbs;
    uint8_t *begin, *end;
    size_t length;

    if (entries > 10000000 || gnutls_x509_crt_get_raw_dn(issuer->crt, &name) < 0)
        bail("too many entries, or no name");
    tbs.size = (unsigned)with_header(tbs_length(algorithm, &name, entries));
    out->memory = malloc((size_t)tbs.size + algorithm->size + SIGNATURE_MAX + 2 * HEADER_MAX + 1);
    if (out->memory == NULL)
        bail("out of memory");
    /* The length before it depends on the signature, so room is left for the longest. */
    tbs.data = begin = out->memory + HEADER_MAX;
    end = put_tbs(begin, algorithm, &name, entries, now);
    if ((size_t)(end - begin) != tbs.size)
        bail("the size is not what was computed");
    end = put_signature(end, algorithm, issuer, &tbs);
    length = (size_t)(end - begin);
    begin -= header_size(length);
    put_header(begin, TAG_SEQUENCE, length);
    out->data = begin;
    out->size = (size_t)(end - begin);
    gnutls_free(name.data);
}

void big_crl_write(const big_crl_t *crl, const char *path)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(crl->data, 1, crl->size, file) != crl->size || fclose(file) != 0)
        bail("cannot write the file");
}

void big_crl_free(big_crl_t *crl)
{
    free(crl->memory);
    memset(crl, 0, sizeof(*crl));
}
