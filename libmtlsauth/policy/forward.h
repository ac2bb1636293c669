/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.h - the formats in which a client's identity is handed to the application behind the
 * server: which headers each has, and what stands in them. What the values look like is the
 * engine's (engine/forward_value.h).
 */
#ifndef MA_POLICY_FORWARD_H
#define MA_POLICY_FORWARD_H

#include <stddef.h>

/** What a header says of the client. */
typedef enum ma_forward_value {
    MA_FORWARD_NOTHING, /**< it is never set; what the client sent under its name is removed */
    MA_FORWARD_PRESENTED,
    MA_FORWARD_VERIFIED,
    MA_FORWARD_REVOKED,
    MA_FORWARD_OUTCOME, /**< of verification, in words */
    MA_FORWARD_SUBJECT,
    MA_FORWARD_ISSUER,
    MA_FORWARD_SUBJECT_LEGACY,
    MA_FORWARD_ISSUER_LEGACY,
    MA_FORWARD_SERIAL,
    MA_FORWARD_ISSUER_SERIAL,
    MA_FORWARD_SHA256,
    MA_FORWARD_SHA1,
    MA_FORWARD_NOT_BEFORE,
    MA_FORWARD_NOT_AFTER,
    MA_FORWARD_SKI,
    MA_FORWARD_ISSUER_SKI,
    MA_FORWARD_DER,
    MA_FORWARD_RFC9440,
    MA_FORWARD_RFC9440_CHAIN,
    MA_FORWARD_XFCC,
    MA_N_FORWARD_VALUES
} ma_forward_value_t;

typedef struct ma_forward_header {
    const char *name;
    ma_forward_value_t value;
} ma_forward_header_t;

/** One format. No header stands in two of them. */
typedef struct ma_forward_format {
    const char *name; /**< as a policy writes it */
    const ma_forward_header_t *headers;
    size_t n_headers;
} ma_forward_format_t;

#define MA_N_FORWARD_FORMATS 5u

/** All formats. */
extern const ma_forward_format_t ma_forward_formats[MA_N_FORWARD_FORMATS];

#endif
