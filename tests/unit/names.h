/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - for tests: Names as DER from tables, and what the openssl command says of them.
 *
 * A Name is put into an unsigned certificate, as its subject, for `openssl x509` to read. Header
 * only.
 */
#ifndef TESTS_UNIT_NAMES_H
#define TESTS_UNIT_NAMES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/der.h"
#include "tap.h"

#define BYTES(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
    UTF8 = MA_DER_UTF8_STRING,
    NUMERIC = MA_DER_NUMERIC_STRING,
    PRINTABLE = MA_DER_PRINTABLE_STRING,
    T61 = MA_DER_TELETEX_STRING,
    IA5 = MA_DER_IA5_STRING,
    UNIVERSAL = MA_DER_UNIVERSAL_STRING,
    BMP = MA_DER_BMP_STRING
};

#define CN BYTES("\x55\x04\x03")
#define C BYTES("\x55\x04\x06")
#define O BYTES("\x55\x04\x0a")
#define OU BYTES("\x55\x04\x0b")
#define POSTAL_ADDRESS BYTES("\x55\x04\x10")
#define UNIQUE_ID BYTES("\x55\x04\x2d")
#define DC BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19")
#define EMAIL BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")
#define UNKNOWN BYTES("\x2a\x03\x04") /* 1.2.3.4 */

/* One attribute; `joined` ones belong to the RDN of the one before. The last has no type. */
typedef struct piece {
    ma_bytes_t type;
    unsigned tag;
    ma_bytes_t value;
    bool joined;
} piece_t;

#define MAX_PIECES 6

/* A name of one common name. */
#define VALUE(tag, literal) { { CN, tag, BYTES(literal), false } }

/* ---- writing DER --------------------------------------------------------------------------- */

static inline void put(ma_buf_t *out, unsigned tag, ma_bytes_t value)
{
    ma_buf_byte(out, (char)tag);
    if (value.size >= 0x100)
        ma_buf_printf(out, "\x82%c", (int)(value.size >> 8));
    else if (value.size >= 0x80)
        ma_buf_byte(out, (char)0x81);
    ma_buf_byte(out, (char)(value.size & 0xff));
    ma_buf_add(out, value.data, value.size);
}

static inline ma_bytes_t bytes_of(const ma_buf_t *buf)
{
    return (ma_bytes_t) { (const uint8_t *)buf->data, buf->size };
}

/* Puts what lies in `inner` under a tag, and empties it. */
static inline void put_around(ma_buf_t *out, unsigned tag, ma_buf_t *inner)
{
    put(out, tag, bytes_of(inner));
    ma_buf_clear(inner);
}

static inline void put_name(ma_buf_t *out, const piece_t *pieces)
{
    ma_buf_t rdns, rdn, pair;

    ma_buf_init(&rdns, 0);
    ma_buf_init(&rdn, 0);
    ma_buf_init(&pair, 0);
    for (; pieces->type.data != NULL; pieces++) {
        put(&pair, MA_DER_OID, pieces->type);
        put(&pair, pieces->tag, pieces->value);
        put_around(&rdn, MA_DER_SEQUENCE, &pair);
        if (!pieces[1].joined)
            put_around(&rdns, MA_DER_SET, &rdn);
    }
    put_around(out, MA_DER_SEQUENCE, &rdns);
    TAP_TRUE(ma_buf_ok(out) && out->size < 0x10000);
    ma_buf_free(&pair);
    ma_buf_free(&rdn);
    ma_buf_free(&rdns);
}

/* An unsigned certificate with that subject. */
static inline void put_certificate(ma_buf_t *out, ma_bytes_t subject)
{
    static const ma_bytes_t serial = BYTES("\x01");
    static const ma_bytes_t algorithm = BYTES("\x06\x03\x2b\x65\x70"); /* Ed25519 */
    static const ma_bytes_t issuer = BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x");
    static const ma_bytes_t validity = BYTES("\x17\x0d" "220101000000Z\x17\x0d" "320101000000Z");
    static const uint8_t zeros[65];
    ma_buf_t spki, tbs, whole;

    ma_buf_init(&spki, 0);
    ma_buf_init(&tbs, 0);
    ma_buf_init(&whole, 0);
    put(&spki, MA_DER_SEQUENCE, algorithm);
    put(&spki, MA_DER_BIT_STRING, (ma_bytes_t) { zeros, 33 });
    put(&tbs, MA_DER_INTEGER, serial);
    put(&tbs, MA_DER_SEQUENCE, algorithm);
    put(&tbs, MA_DER_SEQUENCE, issuer);
    put(&tbs, MA_DER_SEQUENCE, validity);
    ma_buf_add(&tbs, subject.data, subject.size);
    put_around(&tbs, MA_DER_SEQUENCE, &spki);
    put_around(&whole, MA_DER_SEQUENCE, &tbs);
    put(&whole, MA_DER_SEQUENCE, algorithm);
    put(&whole, MA_DER_BIT_STRING, (ma_bytes_t) { zeros, 65 });
    put_around(out, MA_DER_SEQUENCE, &whole);
    ma_buf_free(&whole);
    ma_buf_free(&tbs);
    ma_buf_free(&spki);
}

/* ---- the oracle ---------------------------------------------------------------------------- */

static inline bool have_openssl(void)
{
    if (system("openssl version >/dev/null 2>&1") == 0)
        return true;
    tap_skip("no openssl command");
    return false;
}

/* Appends what a command prints. False if it fails. */
static inline bool run(const char *command, ma_buf_t *out)
{
    char chunk[4096];
    size_t got;
    FILE *pipe = popen(command, "r");

    if (pipe == NULL)
        return false;
    while ((got = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
        ma_buf_add(out, chunk, got);
    return pclose(pipe) == 0 && ma_buf_ok(out);
}

/* What `openssl x509` says of a certificate when it is asked with `options`: its only line. */
static inline bool ask_openssl(ma_bytes_t certificate, const char *options, ma_buf_t *out)
{
    char path[] = "/tmp/mtlsauth-name-XXXXXX";
    char command[256];
    int fd = mkstemp(path);
    bool ok;

    if (fd < 0)
        return false;
    ok = write(fd, certificate.data, certificate.size) == (ssize_t)certificate.size;
    (void)close(fd);
    (void)snprintf(command, sizeof(command),
                   "openssl x509 -inform DER -in %s -noout %s 2>/dev/null", path, options);
    ok = ok && run(command, out) && out->size > 0 && out->data[out->size - 1] == '\n';
    (void)unlink(path);
    if (ok)
        out->data[--out->size] = '\0';
    return ok;
}

static inline bool ask_about_name(ma_bytes_t name, const char *options, ma_buf_t *out)
{
    ma_buf_t certificate;
    bool ok;

    ma_buf_init(&certificate, 0);
    put_certificate(&certificate, name);
    ok = ask_openssl(bytes_of(&certificate), options, out);
    ma_buf_free(&certificate);
    return ok;
}

#endif
