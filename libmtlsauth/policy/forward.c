/* SPDX-License-Identifier: BSD-2-Clause */
/* forward.c - see forward.h. A new format is a row here; a new kind of value, one in the engine. */
#include "policy/forward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FORMAT(name, headers) { (name), (headers), COUNT(headers) }

/* RFC 9440. */
static const ma_forward_header_t rfc9440[] = {
    { "Client-Cert", MA_FORWARD_RFC9440 },
    { "Client-Cert-Chain", MA_FORWARD_RFC9440_CHAIN },
};

/* Envoy's. */
static const ma_forward_header_t xfcc[] = {
    { "x-forwarded-client-cert", MA_FORWARD_XFCC },
};

/* Cloudflare's client_certificate_forwarding. */
static const ma_forward_header_t cloudflare[] = {
    { "Cf-Client-Cert-Der-Base64", MA_FORWARD_DER },
    { "Cf-Client-Cert-Sha256", MA_FORWARD_SHA256 },
};

/*
 * Cloudflare's managed transform "Add TLS client auth headers". Its documentation has named the
 * fingerprints in two ways. The shorter names are not set, but an application may read them, so
 * that a client must not set them either.
 */
static const ma_forward_header_t cf_cert[] = {
    { "cf-cert-revoked", MA_FORWARD_REVOKED },
    { "cf-cert-verified", MA_FORWARD_VERIFIED },
    { "cf-cert-presented", MA_FORWARD_PRESENTED },
    { "cf-cert-issuer-dn", MA_FORWARD_ISSUER },
    { "cf-cert-subject-dn", MA_FORWARD_SUBJECT },
    { "cf-cert-issuer-dn-rfc2253", MA_FORWARD_ISSUER },
    { "cf-cert-subject-dn-rfc2253", MA_FORWARD_SUBJECT },
    { "cf-cert-issuer-dn-legacy", MA_FORWARD_ISSUER_LEGACY },
    { "cf-cert-subject-dn-legacy", MA_FORWARD_SUBJECT_LEGACY },
    { "cf-cert-serial", MA_FORWARD_SERIAL },
    { "cf-cert-issuer-serial", MA_FORWARD_ISSUER_SERIAL },
    { "cf-cert-fingerprint-sha256", MA_FORWARD_SHA256 },
    { "cf-cert-fingerprint-sha1", MA_FORWARD_SHA1 },
    { "cf-cert-not-before", MA_FORWARD_NOT_BEFORE },
    { "cf-cert-not-after", MA_FORWARD_NOT_AFTER },
    { "cf-cert-ski", MA_FORWARD_SKI },
    { "cf-cert-issuer-ski", MA_FORWARD_ISSUER_SKI },
    { "cf-cert-sha256", MA_FORWARD_NOTHING },
    { "cf-cert-sha1", MA_FORWARD_NOTHING },
};

/* The names that scripts at Cloudflare's edge use. */
static const ma_forward_header_t x_cert[] = {
    { "X-CERT-ISSUER-DN", MA_FORWARD_ISSUER },
    { "X-CERT-SUBJECT-DN", MA_FORWARD_SUBJECT },
    { "X-CERT-ISSUER-DN-L", MA_FORWARD_ISSUER_LEGACY },
    { "X-CERT-SUBJECT-DN-L", MA_FORWARD_SUBJECT_LEGACY },
    { "X-CERT-SERIAL", MA_FORWARD_SERIAL },
    { "X-CERT-FINGER", MA_FORWARD_SHA1 },
    { "X-CERT-VERIFY", MA_FORWARD_OUTCOME },
    { "X-CERT-NOTBE", MA_FORWARD_NOT_BEFORE },
    { "X-CERT-NOTAF", MA_FORWARD_NOT_AFTER },
};

const ma_forward_format_t ma_forward_formats[MA_N_FORWARD_FORMATS] = {
    FORMAT("rfc9440", rfc9440),       FORMAT("xfcc", xfcc),
    FORMAT("cloudflare", cloudflare), FORMAT("cf-cert", cf_cert),
    FORMAT("x-cert", x_cert),
};
