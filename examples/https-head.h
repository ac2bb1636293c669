/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-head.h - the head of an HTTP/1 request, read strictly.
 *
 * What has two readings is refused, so that the path and host that a policy judges are the ones
 * that are served. All texts point into the bytes that were parsed.
 *
 * What it does not do: bodies. A request that has one is the connection's last.
 */
#ifndef EXAMPLES_HTTPS_HEAD_H
#define EXAMPLES_HTTPS_HEAD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct http_text {
    const char *at;
    size_t size;
} http_text_t;

typedef struct http_head {
    http_text_t method;
    http_text_t path; /**< without the query; begins with '/' and means itself, see above */
    http_text_t host; /**< as the client wrote it, with the port; at NULL in HTTP/1.0 without one */
    bool keep_alive;  /**< another request may follow on the connection */
} http_head_t;

/** The number of bytes up to and with the empty line that ends a head, or 0 if it is not there. */
size_t http_head_size(const char *bytes, size_t size);

/** Parses a whole head of that many bytes. False if it is malformed or has two readings. */
bool http_head_parse(const char *bytes, size_t size, http_head_t *out);

/** True if the text is that word, whatever the case. */
bool http_text_is(http_text_t text, const char *word);

#endif
