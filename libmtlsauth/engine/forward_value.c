/* SPDX-License-Identifier: BSD-2-Clause */
/* forward_value.c - see forward_value.h: a table of who writes which value, and the writers. */
#include "engine/forward_value.h"

#include "base/encode.h"
#include "cred/certificate_text.h"

/* The longest value, but for certificates. Servers take about as much for all headers. */
#define MAX_VALUE ((size_t)8 * 1024)

/* ---- what is said of every client ----------------------------------------------------------- */

static void put_bool(ma_buf_t *out, bool value)
{
    ma_buf_text(out, value ? "true" : "false");
}

static void presented(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_bool(out, client->leaf != NULL);
}

static void verified(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_bool(out, client->verified);
}

static void revoked(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_bool(out, client->revoked);
}

static void outcome(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->leaf == NULL) {
        ma_buf_text(out, "NONE");
    } else if (client->verified) {
        ma_buf_text(out, "SUCCESS");
    } else {
        ma_buf_text(out, "FAILED:");
        if (client->failure.size > 0)
            ma_buf_add(out, client->failure.data, client->failure.size);
        else
            ma_buf_text(out, "unverified"); /* no entry looked */
    }
}

/* ---- what a certificate holds --------------------------------------------------------------- */

/* The issuer's certificate, on the path that verified; an anchor that signed itself has itself. */
static const mtlsauth_cert_t *issuer_of(const ma_forwarded_t *client)
{
    const ma_path_t *path = client->path;

    if (path == NULL || path->length == 0)
        return NULL;
    if (path->length > 1)
        return path->certs[1];
    return ma_cert_self_issued(path->certs[0]) ? path->certs[0] : NULL;
}

/* A field that every certificate has: if it cannot be read, memory ran out. */
static ma_bytes_t field(const mtlsauth_cert_t *cert, mtlsauth_cert_field_t which, ma_buf_t *out)
{
    const void *bytes = "";
    size_t size = 0;

    if (cert != NULL && !ma_cert_bytes(cert, (uint32_t)which, 0, &bytes, &size))
        out->failed = true;
    return (ma_bytes_t) { bytes, size };
}

static void put_name(const ma_forwarded_t *client, mtlsauth_cert_field_t which, ma_buf_t *out)
{
    ma_bytes_t name = field(client->leaf, which, out);

    ma_encode_header(out, (const char *)name.data, name.size);
}

static void subject(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_name(client, MTLSAUTH_CERT_SUBJECT_TEXT, out);
}

static void issuer(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_name(client, MTLSAUTH_CERT_ISSUER_TEXT, out);
}

static void subject_legacy(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_name(client, MTLSAUTH_CERT_SUBJECT_LEGACY, out);
}

static void issuer_legacy(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_name(client, MTLSAUTH_CERT_ISSUER_LEGACY, out);
}

static void put_serial(const mtlsauth_cert_t *cert, ma_buf_t *out)
{
    if (cert != NULL && cert->serial.size <= MA_CERT_MAX_SERIAL)
        ma_cert_serial_text(cert, out);
}

static void serial(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_serial(client->leaf, out);
}

static void issuer_serial(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_serial(issuer_of(client), out);
}

static void put_digest(const ma_forwarded_t *client, mtlsauth_cert_field_t which, ma_buf_t *out)
{
    ma_bytes_t digest = field(client->leaf, which, out);

    ma_encode_hex(out, digest.data, digest.size, true);
}

static void sha256(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_digest(client, MTLSAUTH_CERT_SHA256, out);
}

static void sha1(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_digest(client, MTLSAUTH_CERT_SHA1, out);
}

static void not_before(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->leaf != NULL)
        ma_openssl_time_text(client->leaf->not_before, out);
}

static void not_after(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->leaf != NULL)
        ma_openssl_time_text(client->leaf->not_after, out);
}

static void put_ski(const mtlsauth_cert_t *cert, ma_buf_t *out)
{
    if (cert != NULL)
        ma_encode_hex(out, cert->ski.data, cert->ski.size, false);
}

static void ski(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_ski(client->leaf, out);
}

static void issuer_ski(const ma_forwarded_t *client, ma_buf_t *out)
{
    put_ski(issuer_of(client), out);
}

/* ---- certificates themselves ---------------------------------------------------------------- */

static void der(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->leaf != NULL)
        ma_encode_base64(out, client->leaf->der.data, client->leaf->der.size);
}

static void rfc9440(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->leaf != NULL)
        ma_rfc9440_text(client->leaf, out);
}

/*
 * The path that verified, without the leaf and the anchor, which the application has or does not
 * trust. Never without Client-Cert (RFC 9440 2.3).
 */
static void rfc9440_chain(const ma_forwarded_t *client, ma_buf_t *out)
{
    if (client->path != NULL && client->path->length > 2
        && ma_rfc9440_size(client->leaf) <= MA_RFC9440_MAX_CERT)
        ma_rfc9440_chain_text(&client->path->certs[1], client->path->length - 2, out);
}

/* ---- the table ------------------------------------------------------------------------------ */

static const struct {
    void (*put)(const ma_forwarded_t *client, ma_buf_t *out);
    size_t limit;
} values[MA_N_FORWARD_VALUES] = {
    [MA_FORWARD_PRESENTED] = { presented, MAX_VALUE },
    [MA_FORWARD_VERIFIED] = { verified, MAX_VALUE },
    [MA_FORWARD_REVOKED] = { revoked, MAX_VALUE },
    [MA_FORWARD_OUTCOME] = { outcome, MAX_VALUE },
    [MA_FORWARD_SUBJECT] = { subject, MAX_VALUE },
    [MA_FORWARD_ISSUER] = { issuer, MAX_VALUE },
    [MA_FORWARD_SUBJECT_LEGACY] = { subject_legacy, MAX_VALUE },
    [MA_FORWARD_ISSUER_LEGACY] = { issuer_legacy, MAX_VALUE },
    [MA_FORWARD_SERIAL] = { serial, MAX_VALUE },
    [MA_FORWARD_ISSUER_SERIAL] = { issuer_serial, MAX_VALUE },
    [MA_FORWARD_SHA256] = { sha256, MAX_VALUE },
    [MA_FORWARD_SHA1] = { sha1, MAX_VALUE },
    [MA_FORWARD_NOT_BEFORE] = { not_before, MAX_VALUE },
    [MA_FORWARD_NOT_AFTER] = { not_after, MAX_VALUE },
    [MA_FORWARD_SKI] = { ski, MAX_VALUE },
    [MA_FORWARD_ISSUER_SKI] = { issuer_ski, MAX_VALUE },
    [MA_FORWARD_DER] = { der, MA_RFC9440_MAX_CERT },
    [MA_FORWARD_RFC9440] = { rfc9440, MA_RFC9440_MAX_CERT },
    [MA_FORWARD_RFC9440_CHAIN] = { rfc9440_chain, MA_RFC9440_MAX_CHAIN },
    [MA_FORWARD_XFCC] = { ma_forward_xfcc, MA_XFCC_MAX },
};

void ma_forward_value(const ma_forwarded_t *client, ma_forward_value_t which, ma_buf_t *out)
{
    if (values[which].put != NULL)
        values[which].put(client, out);
}

size_t ma_forward_value_limit(ma_forward_value_t which)
{
    return values[which].limit;
}
