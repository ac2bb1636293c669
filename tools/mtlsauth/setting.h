/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.h - the attributes of a request that --set gives: "tls.sni=api.example.com".
 *
 * Values are checked by type here, so that a slip is reported and not judged. What they mean is
 * the library's. An empty one says that the request has none, which is not the same as not saying.
 */
#ifndef MTLSAUTH_TOOL_SETTING_H
#define MTLSAUTH_TOOL_SETTING_H

#include <mtlsauth/mtlsauth.h>

#include "base/buf.h"

/** One --set. Strings are borrowed from the command line. */
typedef struct setting {
    unsigned attribute; /**< index into ma_attribute_names() */
    const char *name;   /**< of the attribute; static */
    mtlsauth_type_t type;
    const char *string; /**< the value as given */
    const char *header; /**< of HEADERS: the name */
    size_t header_size;
    int64_t number; /**< of BOOL and INT */
    unsigned char octets[16];
    size_t n_octets; /**< of ADDRESS */
} setting_t;

/** How many attributes there are; their names are ma_attribute_names() of plugin/fact.h. */
size_t setting_count(void);

/**
 * Reads FIELD=VALUE, or FIELD= for what the request lacks. Returns 0, or -1 with the reason, and
 * the mend, in `why`.
 */
int setting_parse(const char *text, setting_t *out, ma_buf_t *why) MTLSAUTH_MUST_CHECK;

/** True if both set the same thing; a header field may be set again. */
bool setting_same(const setting_t *a, const setting_t *b);

/** Sets it; the setting must live until the request is reset or freed. */
void setting_apply(const setting_t *setting, mtlsauth_request_t *request);

#endif
