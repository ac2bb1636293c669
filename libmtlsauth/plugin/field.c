/* SPDX-License-Identifier: BSD-2-Clause */
/* field.c - see field.h. */
#include "plugin/field_make.h"

/* The names of that language's own fields, and those that are only ours. */
#define CF(name) "cf.tls_client_auth." name, "tls_client_auth." name
#define OWN(name) "tls_client_auth." name, NULL

#define CLIENT(function, which)                                                                    \
    .source = MA_FROM_CLIENT, .make = (function), .item = (uint32_t)(which)
#define PATH(function)                                                                             \
    .source = MA_FROM_PATH, .fact = MA_FACT_CERT_VERIFIED, .make = (function)
#define FACT(which) .source = MA_FROM_FACT, .fact = (which)
#define OCTETS(n) .hex = MA_HEX_OCTETS, .octets = (n)
#define NUMBER .hex = MA_HEX_NUMBER
#define ATTRIBUTE .source = MA_FROM_ATTRIBUTE

#define N_CHANGING 6u

static const ma_field_row_t rows[] = {
    { CF("cert_presented"), MA_TYPE_BOOL, "the client sent a certificate",
      CLIENT(ma_field_presented, 0) },
    { CF("cert_subject_dn"), MA_TYPE_STRING, "the subject as RFC 2253 has it: CN=Jo,O=Example,C=US",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_SUBJECT_TEXT) },
    { CF("cert_subject_dn_rfc2253"), MA_TYPE_STRING, "the same as cert_subject_dn",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_SUBJECT_TEXT) },
    { CF("cert_subject_dn_legacy"), MA_TYPE_STRING,
      "the subject as OpenSSL once wrote it: /C=US/O=Example/CN=Jo",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_SUBJECT_LEGACY) },
    { CF("cert_issuer_dn"), MA_TYPE_STRING, "the issuer as RFC 2253 has it",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_ISSUER_TEXT) },
    { CF("cert_issuer_dn_rfc2253"), MA_TYPE_STRING, "the same as cert_issuer_dn",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_ISSUER_TEXT) },
    { CF("cert_issuer_dn_legacy"), MA_TYPE_STRING, "the issuer as OpenSSL once wrote it",
      CLIENT(ma_field_plain, MTLSAUTH_CERT_ISSUER_LEGACY) },
    { CF("cert_serial"), MA_TYPE_STRING, "the serial number: upper-case hex without leading 00",
      CLIENT(ma_field_serial, 0), NUMBER },
    { CF("cert_fingerprint_sha256"), MA_TYPE_STRING,
      "SHA-256 of the certificate: lower-case hex",
      CLIENT(ma_field_digest, MTLSAUTH_CERT_SHA256), OCTETS(32) },
    { CF("cert_fingerprint_sha1"), MA_TYPE_STRING, "SHA-1 of the certificate: lower-case hex",
      CLIENT(ma_field_digest, MTLSAUTH_CERT_SHA1), OCTETS(20) },
    { CF("cert_not_before"), MA_TYPE_STRING, "when it begins to hold: Mar  1 13:35:00 2026 GMT",
      CLIENT(ma_field_date, MTLSAUTH_CERT_NOT_BEFORE) },
    { CF("cert_not_after"), MA_TYPE_STRING, "when it ends",
      CLIENT(ma_field_date, MTLSAUTH_CERT_NOT_AFTER) },
    { CF("cert_ski"), MA_TYPE_STRING, "the subject key identifier: upper-case hex",
      CLIENT(ma_field_ski, 0), OCTETS(0) },
    { CF("cert_rfc9440"), MA_TYPE_STRING,
      "the certificate as Client-Cert has it; \"\" past 10 KiB", CLIENT(ma_field_rfc9440, 0) },
    { CF("cert_rfc9440_too_large"), MA_TYPE_BOOL, "it is past 10 KiB in that form",
      CLIENT(ma_field_rfc9440_too_large, 0) },
    { CF("cert_chain_rfc9440"), MA_TYPE_STRING,
      "what the client sent beside it, as sent, as Client-Cert-Chain has it; \"\" past 16 KiB",
      CLIENT(ma_field_chain_rfc9440, 0) },
    { CF("cert_chain_rfc9440_too_large"), MA_TYPE_BOOL, "that is past 16 KiB",
      CLIENT(ma_field_chain_rfc9440_too_large, 0) },

    { OWN("cert_common_name"), MA_TYPE_STRING,
      "the common name of the subject; of several the last, which is the most specific",
      CLIENT(ma_field_common_name, 0) },
    { OWN("cert_san_dns"), MA_TYPE_STRINGS, "alternative names: DNS",
      CLIENT(ma_field_names, MTLSAUTH_CERT_SAN_DNS) },
    { OWN("cert_san_uri"), MA_TYPE_STRINGS, "alternative names: URI",
      CLIENT(ma_field_names, MTLSAUTH_CERT_SAN_URI) },
    { OWN("cert_san_email"), MA_TYPE_STRINGS, "alternative names: e-mail",
      CLIENT(ma_field_names, MTLSAUTH_CERT_SAN_EMAIL) },
    { OWN("cert_san_ip"), MA_TYPE_STRINGS,
      "alternative names: addresses as text: 192.0.2.1, 2001:db8::1",
      CLIENT(ma_field_addresses, 0) },
    { OWN("cert_spki_sha256"), MA_TYPE_STRING, "SHA-256 of the public key: lower-case hex",
      CLIENT(ma_field_digest, MTLSAUTH_CERT_SPKI_SHA256), OCTETS(32) },
    { OWN("cert_not_before_ts"), MA_TYPE_INT, "when it begins to hold, in seconds since 1970",
      CLIENT(ma_field_timestamp, MTLSAUTH_CERT_NOT_BEFORE) },
    { OWN("cert_not_after_ts"), MA_TYPE_INT, "when it ends, in seconds since 1970",
      CLIENT(ma_field_timestamp, MTLSAUTH_CERT_NOT_AFTER) },
    { OWN("cert_days_left"), MA_TYPE_INT,
      "whole days until it ends, rounded down; negative once it is over",
      CLIENT(ma_field_days_left, 0) },
    { OWN("cert_current"), MA_TYPE_BOOL,
      "the judged time is within its own dates, ends included; false without a certificate",
      CLIENT(ma_field_current, 0) },
    { OWN("cert_eku"), MA_TYPE_STRINGS,
      "extended key usage: OpenSSL's short names (clientAuth), others as dotted OIDs",
      CLIENT(ma_field_purposes, 0) },
    { OWN("cert_key_type"), MA_TYPE_STRING,
      "RSA, RSA-PSS, DSA, EC, Ed25519, Ed448, else a dotted OID", CLIENT(ma_field_key_type, 0) },
    { OWN("cert_key_bits"), MA_TYPE_INT, "the size of the key in bits; 0: not known",
      CLIENT(ma_field_key_bits, 0) },
    { OWN("cert_signature_algorithm"), MA_TYPE_STRING,
      "what it is signed with, as validity's \"algorithms\" has it (rsa-sha256), else a dotted OID",
      CLIENT(ma_field_signature_algorithm, 0) },

    { "tls.version", "cf.tls_version", MA_TYPE_STRING, "TLSv1.2, TLSv1.3", ATTRIBUTE },
    { "tls.cipher", "cf.tls_cipher", MA_TYPE_STRING, "the cipher suite, as the server names it",
      ATTRIBUTE },
    { "tls.sni", NULL, MA_TYPE_STRING, "the host that the client asked for in TLS", ATTRIBUTE },
    { "tls.alpn", NULL, MA_TYPE_STRING, "the protocol that was agreed on in TLS", ATTRIBUTE },
    { "tls.resumed", NULL, MA_TYPE_BOOL, "the TLS session was resumed", ATTRIBUTE },
    { "http.host", NULL, MA_TYPE_STRING, "the host of the request, lower-case, without port",
      ATTRIBUTE },
    { "http.request.method", NULL, MA_TYPE_STRING, "GET, POST, ...", ATTRIBUTE },
    { "http.request.uri.path", NULL, MA_TYPE_STRING, "the path that the server routes on",
      ATTRIBUTE },
    { "http.request.headers", NULL, MA_TYPE_MAP,
      "header fields: http.request.headers[\"name\"] is an array of values", ATTRIBUTE },
    { "ip.src", NULL, MA_TYPE_ADDRESS, "the address of the client", ATTRIBUTE },
    { "ip.dst", NULL, MA_TYPE_ADDRESS, "the address of the server", ATTRIBUTE },
    { "tcp.srcport", NULL, MA_TYPE_INT, "the port of the client", ATTRIBUTE },
    { "tcp.dstport", NULL, MA_TYPE_INT, "the port of the server", ATTRIBUTE },
    { "app.user", NULL, MA_TYPE_STRING, "who the client wants to be: a role, a user name",
      ATTRIBUTE },
    { "app.resource", NULL, MA_TYPE_STRING, "what it wants to use: a database, a topic",
      ATTRIBUTE },
    { "app.action", NULL, MA_TYPE_STRING, "what it wants to do: connect, read, write, subscribe",
      ATTRIBUTE },

    /* N_CHANGING rows that change as entries run */
    { CF("cert_verified"), MA_TYPE_BOOL, "a path to an anchor holds",
      FACT(MA_FACT_CERT_VERIFIED) },
    { OWN("cert_failure"), MA_TYPE_STRING,
      "why none does: a reason such as expired, or no_certificate; \"\" if one does",
      FACT(MA_FACT_CERT_FAILURE) },
    { CF("cert_revoked"), MA_TYPE_BOOL, "a certificate of the path is revoked",
      FACT(MA_FACT_CERT_REVOKED) },
    { CF("cert_issuer_serial"), MA_TYPE_STRING,
      "the serial number of the issuing certificate on the path", PATH(ma_field_issuer_serial),
      NUMBER },
    { CF("cert_issuer_ski"), MA_TYPE_STRING, "the subject key identifier of the same",
      PATH(ma_field_issuer_ski), OCTETS(0) },
    { OWN("cert_chain_length"), MA_TYPE_INT,
      "certificates on the path, the client's and the anchor among them; 0: no path",
      PATH(ma_field_chain_length) },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const ma_field_row_t *ma_field_rows(size_t *count, size_t *n_lasting)
{
    *count = N_ROWS;
    *n_lasting = N_ROWS - N_CHANGING;
    return rows;
}

const char *ma_field_setter(ma_core_fact_t fact)
{
    return fact == MA_FACT_CERT_REVOKED ? "crl" : "validity";
}

ma_type_t ma_field_type(mtlsauth_type_t type)
{
    switch (type) {
    case MTLSAUTH_TYPE_BOOL:
        return MA_TYPE_BOOL;
    case MTLSAUTH_TYPE_INT:
        return MA_TYPE_INT;
    case MTLSAUTH_TYPE_STRING:
        return MA_TYPE_STRING;
    case MTLSAUTH_TYPE_ADDRESS:
        return MA_TYPE_ADDRESS;
    case MTLSAUTH_TYPE_HEADERS:
        return MA_TYPE_MAP;
    default:
        return MA_TYPE_NONE;
    }
}
