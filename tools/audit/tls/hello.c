/* SPDX-License-Identifier: BSD-2-Clause */
/* hello.c - see hello.h. */
#include "audit/tls/hello.h"

#include <string.h>

#include "audit/tls/wire.h"

enum {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_CLIENT_CERTIFICATE_TYPE = 19,
    EXTENSION_ENCRYPT_THEN_MAC = 22,
    EXTENSION_SESSION_TICKET = 35,
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_EARLY_DATA = 42,
    EXTENSION_SUPPORTED_VERSIONS = 43
};

/* The SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
static const uint8_t retry_random[32] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c
};

bool version_is_13(uint16_t version)
{
    return version == 0x0304 || version == 0xfefc;
}

/* Drafts of TLS 1.3 had numbers of their own: 0x7fNN, and 0xfbNN of one implementer. */
static uint16_t settled(uint32_t version)
{
    return (version & 0xff00) == 0x7f00 || (version & 0xff00) == 0xfb00 ? 0x0304
                                                                         : (uint16_t)version;
}

static ma_bytes_t server_name(ma_bytes_t value)
{
    wire_t all = wire(value), names = wire(wire_vector(&all, 2));

    while (wire_more(&names)) {
        uint32_t type = wire_number(&names, 1);
        ma_bytes_t name = wire_vector(&names, 2);
        if (type == 0 && !names.failed)
            return name;
    }
    return (ma_bytes_t) { NULL, 0 };
}

static ma_bytes_t first_protocol(ma_bytes_t value)
{
    wire_t all = wire(value), names = wire(wire_vector(&all, 2));

    return wire_vector(&names, 1);
}

static void client_extension(client_hello_t *hello, uint32_t type, ma_bytes_t value)
{
    wire_t in = wire(value);

    switch (type) {
    case EXTENSION_SERVER_NAME:
        hello->sni = server_name(value);
        break;
    case EXTENSION_SESSION_TICKET:
        hello->ticket = value;
        break;
    case EXTENSION_PRE_SHARED_KEY:
        hello->identities = wire_vector(&in, 2);
        break;
    case EXTENSION_EARLY_DATA:
        hello->early_data = true;
        break;
    default:
        break;
    }
}

bool client_hello_read(ma_bytes_t body, bool datagrams, client_hello_t *out)
{
    client_hello_t hello = { 0 };
    wire_t in = wire(body);

    (void)wire_number(&in, 2);
    hello.random = wire_bytes(&in, 32).data;
    hello.session_id = wire_vector(&in, 1);
    if (datagrams)
        (void)wire_vector(&in, 1); /* the cookie */
    (void)wire_vector(&in, 2);
    (void)wire_vector(&in, 1);
    if (in.failed || hello.session_id.size > 32)
        return false;
    if (wire_more(&in)) {
        wire_t extensions = wire(wire_vector(&in, 2));
        if (in.failed)
            return false;
        while (wire_more(&extensions)) {
            uint32_t type = wire_number(&extensions, 2);
            ma_bytes_t value = wire_vector(&extensions, 2);
            if (!extensions.failed)
                client_extension(&hello, type, value);
        }
    }
    *out = hello;
    return true;
}

static void server_extension(server_hello_t *hello, uint32_t type, ma_bytes_t value)
{
    wire_t in = wire(value);

    switch (type) {
    case EXTENSION_ALPN:
        hello->alpn = first_protocol(value);
        break;
    case EXTENSION_CLIENT_CERTIFICATE_TYPE:
        hello->client_certificate_type = (uint8_t)wire_number(&in, 1);
        break;
    case EXTENSION_ENCRYPT_THEN_MAC:
        hello->encrypt_then_mac = true;
        break;
    case EXTENSION_PRE_SHARED_KEY:
        hello->identity = (uint16_t)wire_number(&in, 2);
        hello->psk = !in.failed;
        break;
    case EXTENSION_SUPPORTED_VERSIONS:
        if (value.size == 2)
            hello->version = settled(wire_number(&in, 2));
        break;
    default:
        break;
    }
}

static bool server_extensions(wire_t *in, server_hello_t *hello)
{
    wire_t extensions = wire(wire_vector(in, 2));

    while (wire_more(&extensions)) {
        uint32_t type = wire_number(&extensions, 2);
        ma_bytes_t value = wire_vector(&extensions, 2);
        if (!extensions.failed)
            server_extension(hello, type, value);
    }
    return !in->failed;
}

bool server_hello_read(ma_bytes_t body, server_hello_t *out)
{
    server_hello_t hello = { 0 };
    wire_t in = wire(body);
    uint32_t version = wire_number(&in, 2);
    /* Drafts before the 22nd had neither session id nor compression. */
    bool old_draft = (version & 0xff00) == 0x7f00;

    hello.version = settled(version);
    hello.random = wire_bytes(&in, 32).data;
    if (!old_draft)
        hello.session_id = wire_vector(&in, 1);
    hello.cipher_suite = (uint16_t)wire_number(&in, 2);
    if (!old_draft)
        (void)wire_number(&in, 1);
    if (in.failed || hello.session_id.size > 32)
        return false;
    if (wire_more(&in) && !server_extensions(&in, &hello))
        return false;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): NULL only where in.failed */
    hello.retry = memcmp(hello.random, retry_random, sizeof(retry_random)) == 0;
    *out = hello;
    return true;
}

bool encrypted_extensions_read(ma_bytes_t body, server_hello_t *out)
{
    server_hello_t hello = { 0 };
    wire_t in = wire(body);

    if (!server_extensions(&in, &hello))
        return false;
    out->alpn = hello.alpn;
    out->client_certificate_type = hello.client_certificate_type;
    return true;
}

ma_bytes_t psk_identity(ma_bytes_t identities, size_t index)
{
    wire_t in = wire(identities);

    while (wire_more(&in)) {
        ma_bytes_t identity = wire_vector(&in, 2);
        (void)wire_number(&in, 4);
        if (!in.failed && index-- == 0)
            return identity;
    }
    return (ma_bytes_t) { NULL, 0 };
}
