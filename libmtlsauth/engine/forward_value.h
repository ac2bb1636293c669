/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward_value.h - what stands in a header that tells of a client.
 *
 * A value is printable ASCII, whatever the certificate holds. Names are written as OpenSSL prints
 * them, which escapes what is not ASCII, and pass the encoder for headers; everything else is made
 * of digits, base64 and words of our own.
 */
#ifndef MA_ENGINE_FORWARD_VALUE_H
#define MA_ENGINE_FORWARD_VALUE_H

#include "base/buf.h"
#include "path/path.h"
#include "policy/forward.h"

/** The client, as far as headers tell of it. */
typedef struct ma_forwarded {
    const mtlsauth_cert_t *leaf; /**< NULL: it presented no certificate */
    const ma_path_t *path;       /**< verified; NULL: none */
    bool verified;
    bool revoked;
    ma_bytes_t failure; /**< why it did not verify: a reason code; empty: nobody asked */
} ma_forwarded_t;

/** Appends a value, or nothing if there is nothing to say. Out of memory: out->failed. */
void ma_forward_value(const ma_forwarded_t *client, ma_forward_value_t which, ma_buf_t *out);
/** The longest value that is set. */
size_t ma_forward_value_limit(ma_forward_value_t which);

/** Envoy's x-forwarded-client-cert. */
void ma_forward_xfcc(const ma_forwarded_t *client, ma_buf_t *out);
/** The longest one: what is not certificates in it, and those. */
#define MA_XFCC_MAX_TEXT ((size_t)8 * 1024)
#define MA_XFCC_MAX_CERT ((size_t)10 * 1024)
#define MA_XFCC_MAX_CHAIN ((size_t)16 * 1024)
#define MA_XFCC_MAX (MA_XFCC_MAX_TEXT + MA_XFCC_MAX_CERT + MA_XFCC_MAX_CHAIN)

#endif
