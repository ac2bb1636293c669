/* SPDX-License-Identifier: BSD-2-Clause */
/* web_attributes.h - what servers of HTTP know of a request, for policies to read. */
#ifndef ADAPTERS_WEB_ATTRIBUTES_H
#define ADAPTERS_WEB_ATTRIBUTES_H

/** Indices for the setters. */
enum web_attribute {
    HTTP_HOST,
    HTTP_METHOD,
    HTTP_PATH,
    HTTP_HEADERS,
    IP_SRC,
    IP_DST,
    TCP_SRCPORT,
    TCP_DSTPORT,
    TLS_VERSION,
    TLS_CIPHER,
    TLS_SNI,
    TLS_ALPN,
    TLS_RESUMED,
    WEB_ATTRIBUTES
};

/** The names that policies use; for mtlsauth_open_t. */
extern const char *const web_attributes[WEB_ATTRIBUTES];

#endif
