/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate_text.c - see certificate_text.h. */
#include "cred/certificate_text.h"

#include <string.h>

#include "base/clock.h"
#include "cred/name_parts.h"

void ma_openssl_time_text(int64_t seconds, ma_buf_t *out)
{
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    ma_date_t date;

    if (!ma_date_of(seconds, &date))
        return;
    ma_buf_printf(out, "%s %2d %02d:%02d:%02d %d GMT", months[date.month - 1], date.day,
                  date.hour, date.minute, date.second, date.year);
}

int64_t ma_days_left(int64_t not_after, int64_t now)
{
    int64_t left;

    if (now < 0 && not_after > INT64_MAX + now)
        left = INT64_MAX;
    else if (now > 0 && not_after < INT64_MIN + now)
        left = INT64_MIN;
    else
        left = not_after - now;
    return left / 86400 - (left % 86400 < 0 ? 1 : 0);
}

/* ---- purposes ------------------------------------------------------------------------------ */

#define OID(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define PKIX "\x2b\x06\x01\x05\x05\x07\x03"
#define MICROSOFT "\x2b\x06\x01\x04\x01\x82\x37"

static const struct {
    ma_bytes_t oid;
    const char *name;
} purposes[] = {
    { OID("\x55\x1d\x25\x00"), "anyExtendedKeyUsage" },
    { OID(PKIX "\x01"), "serverAuth" },
    { OID(PKIX "\x02"), "clientAuth" },
    { OID(PKIX "\x03"), "codeSigning" },
    { OID(PKIX "\x04"), "emailProtection" },
    { OID(PKIX "\x05"), "ipsecEndSystem" },
    { OID(PKIX "\x06"), "ipsecTunnel" },
    { OID(PKIX "\x07"), "ipsecUser" },
    { OID(PKIX "\x08"), "timeStamping" },
    { OID(PKIX "\x09"), "OCSPSigning" },
    { OID(PKIX "\x11"), "ipsecIKE" },
    { OID(MICROSOFT "\x14\x02\x02"), "msSmartcardLogin" },
    { OID(MICROSOFT "\x0a\x03\x04"), "msEFS" },
    { OID("\x2b\x06\x01\x05\x02\x03\x04"), "pkInitClientAuth" },
};

void ma_purpose_text(ma_bytes_t oid, ma_buf_t *out)
{
    size_t i;

    for (i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        if (ma_bytes_equal(oid, purposes[i].oid)) {
            ma_buf_text(out, purposes[i].name);
            return;
        }
    }
    ma_oid_text(oid, out);
}

/* ---- addresses ----------------------------------------------------------------------------- */

static unsigned group(const uint8_t *octets, unsigned i)
{
    return (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
}

/* The first of the longest runs of two or more groups of zeros (RFC 5952 4.2); its length, or 0. */
static unsigned longest_zeros(const uint8_t *octets, unsigned *start)
{
    unsigned i, run = 0, longest = 1;

    *start = 0;
    for (i = 0; i < 8; i++) {
        run = group(octets, i) == 0 ? run + 1 : 0;
        if (run > longest) {
            longest = run;
            *start = i + 1 - run;
        }
    }
    return longest > 1 ? longest : 0;
}

static void add_ipv6(const uint8_t *octets, ma_buf_t *out)
{
    unsigned i, start, zeros = longest_zeros(octets, &start);

    for (i = 0; i < 8; i++) {
        if (zeros > 0 && i == start) {
            ma_buf_text(out, "::");
            i += zeros - 1;
            continue;
        }
        if (i > 0 && !(zeros > 0 && i == start + zeros))
            ma_buf_byte(out, ':');
        ma_buf_printf(out, "%x", group(octets, i));
    }
}

void ma_address_text(ma_bytes_t octets, ma_buf_t *out)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    const uint8_t *at = octets.data;
    size_t size = octets.size;

    if (size == 16 && memcmp(at, mapped, sizeof(mapped)) == 0) {
        at += sizeof(mapped);
        size = 4;
    }
    if (size == 4)
        ma_buf_printf(out, "%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
    else if (size == 16)
        add_ipv6(at, out);
}

/* ---- RFC 9440 ------------------------------------------------------------------------------ */

static void add_base64(ma_bytes_t bytes, ma_buf_t *out)
{
    static const char digit[]
        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i;

    for (i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        uint32_t bits = (uint32_t)bytes.data[i] << 16;
        char four[4] = { 0, 0, '=', '=' };

        if (left > 1)
            bits |= (uint32_t)bytes.data[i + 1] << 8;
        if (left > 2)
            bits |= bytes.data[i + 2];
        four[0] = digit[bits >> 18];
        four[1] = digit[bits >> 12 & 63];
        if (left > 1)
            four[2] = digit[bits >> 6 & 63];
        if (left > 2)
            four[3] = digit[bits & 63];
        ma_buf_add(out, four, sizeof(four));
    }
}

/* Neither overflows: a certificate has at most MA_CERT_MAX_SIZE octets, a chain few of them. */
size_t ma_rfc9440_size(const mtlsauth_cert_t *cert)
{
    return (cert->der.size + 2) / 3 * 4 + 2;
}

size_t ma_rfc9440_chain_size(const mtlsauth_cert_t *const *chain, size_t count)
{
    size_t i, size = 0;

    for (i = 0; i < count; i++)
        size += ma_rfc9440_size(chain[i]) + (i > 0 ? 2 : 0);
    return size;
}

void ma_rfc9440_text(const mtlsauth_cert_t *cert, ma_buf_t *out)
{
    ma_buf_byte(out, ':');
    add_base64(cert->der, out);
    ma_buf_byte(out, ':');
}

void ma_rfc9440_chain_text(const mtlsauth_cert_t *const *chain, size_t count, ma_buf_t *out)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (i > 0)
            ma_buf_text(out, ", ");
        ma_rfc9440_text(chain[i], out);
    }
}
