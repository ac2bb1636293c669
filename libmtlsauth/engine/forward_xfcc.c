/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward_xfcc.c - Envoy's x-forwarded-client-cert: KEY=VALUE with `;` between. A comma would begin
 * the element of another proxy, so there is none outside of quotes.
 *
 * Readers of it differ in one thing: whether \\ in quotes is one backslash or two, and so, whether
 * a quote behind it ends the value. Nothing written here depends on that.
 */
#include <string.h>

#include "base/encode.h"
#include "engine/forward_value.h"

/* ---- certificates: PEM, with the bytes that Envoy escapes as %HH --------------------------- */

static void put_pem(const mtlsauth_cert_t *cert, ma_buf_t *out)
{
    size_t at, size, i;

    ma_buf_text(out, "-----BEGIN%20CERTIFICATE-----%0A");
    for (at = 0; at < cert->der.size; at += size) { /* 48 octets are a line of 64 characters */
        char room[65];
        ma_buf_t line;
        size = cert->der.size - at < 48 ? cert->der.size - at : 48;
        ma_buf_fixed(&line, room, sizeof(room));
        ma_encode_base64(&line, cert->der.data + at, size);
        for (i = 0; i < line.size; i++) {
            if (room[i] == '+')
                ma_buf_text(out, "%2B");
            else if (room[i] == '/')
                ma_buf_text(out, "%2F");
            else if (room[i] == '=')
                ma_buf_text(out, "%3D");
            else
                ma_buf_byte(out, room[i]);
        }
        ma_buf_text(out, "%0A");
    }
    ma_buf_text(out, "-----END%20CERTIFICATE-----%0A");
}

static void put_pems(const mtlsauth_cert_t *const *certs, size_t count, ma_buf_t *out)
{
    size_t i;

    for (i = 0; i < count; i++)
        put_pem(certs[i], out);
}

/* An element that would be too long is left out; the others stay. */
static void put_certificates(const char *key, const mtlsauth_cert_t *const *certs, size_t count,
                             size_t limit, ma_buf_t *out)
{
    ma_buf_t length;

    ma_buf_fixed(&length, NULL, 0);
    put_pems(certs, count, &length);
    if (count == 0 || length.size + strlen(key) + 4 > limit)
        return;
    ma_buf_printf(out, ";%s=\"", key);
    put_pems(certs, count, out);
    ma_buf_byte(out, '"');
}

/* ---- names --------------------------------------------------------------------------------- */

/*
 * RFC 2253 puts a backslash before every quote, as Envoy's quoting does, so that it stands in
 * quotes as it is; only a backslash of the name's own becomes \5C, which means the same (RFC 4514
 * 2.4).
 */
static void put_subject(const mtlsauth_cert_t *leaf, ma_buf_t *out)
{
    const void *bytes = "";
    const char *text;
    size_t size = 0, i, begin = 0;

    if (!ma_cert_bytes(leaf, MTLSAUTH_CERT_SUBJECT_TEXT, 0, &bytes, &size))
        out->failed = true;
    text = bytes;
    ma_buf_text(out, ";Subject=\"");
    for (i = 0; i < size; i++) {
        if (text[i] != '\\' || ++i == size || text[i] != '\\')
            continue;
        ma_encode_header(out, text + begin, i - begin - 1);
        ma_buf_text(out, "\\5C");
        begin = i + 1;
    }
    ma_encode_header(out, text + begin, size - begin);
    ma_buf_byte(out, '"');
}

/* No URI (RFC 3986 2) and no DNS name has other bytes; what has them is no name of either kind. */
static bool is_plain(ma_bytes_t name)
{
    size_t i;

    for (i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '\\')
            return false;
    }
    return name.size > 0;
}

static void put_name(const char *key, ma_bytes_t name, ma_buf_t *out)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < name.size; i++)
        quoted = quoted || strchr(",;=", name.data[i]) != NULL;
    ma_buf_printf(out, quoted ? ";%s=\"" : ";%s=", key);
    ma_buf_add(out, name.data, name.size);
    if (quoted)
        ma_buf_byte(out, '"');
}

/* All names of a kind (RFC 5280 4.2.1.6); an empty element if `always` and there are none. */
static void put_names(const mtlsauth_cert_t *leaf, const char *key, unsigned tag, bool always,
                      ma_buf_t *out)
{
    ma_der_t names = ma_der(leaf->san);

    while (ma_der_more(&names)) {
        ma_element_t name = ma_der_any(&names);
        if (name.tag != tag || !is_plain(name.value))
            continue;
        put_name(key, name.value, out);
        always = false;
    }
    if (always)
        ma_buf_printf(out, ";%s=", key);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void put_who(const mtlsauth_cert_t *leaf, ma_buf_t *out)
{
    put_subject(leaf, out);
    put_names(leaf, "URI", MA_DER_CONTEXT(6), true, out);
    put_names(leaf, "DNS", MA_DER_CONTEXT(2), false, out);
}

void ma_forward_xfcc(const ma_forwarded_t *client, ma_buf_t *out)
{
    const mtlsauth_cert_t *leaf = client->leaf;
    const void *digest;
    size_t size;
    ma_buf_t who;

    if (leaf == NULL)
        return;
    ma_buf_fixed(&who, NULL, 0);
    put_who(leaf, &who);
    if (who.failed || !ma_cert_bytes(leaf, MTLSAUTH_CERT_SHA256, 0, &digest, &size)) {
        out->failed = true;
        return;
    }
    if (strlen("Hash=") + 2 * size + who.size > MA_XFCC_MAX_TEXT)
        return; /* half of the names would be those of another client */
    ma_buf_text(out, "Hash=");
    ma_encode_hex(out, digest, size, true);
    put_certificates("Cert", &leaf, 1, MA_XFCC_MAX_CERT, out);
    if (client->path != NULL && client->path->length > 1) /* with the leaf, without the anchor */
        put_certificates("Chain", client->path->certs, client->path->length - 1, MA_XFCC_MAX_CHAIN,
                         out);
    put_who(leaf, out);
}
