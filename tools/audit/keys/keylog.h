/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keylog.h - secrets of sessions, from key logs in NSS's format (SSLKEYLOGFILE; RFC 9850).
 *
 * Secrets are wiped when freed. Lines that are not understood are counted, and no error: logs are
 * written by many programs at once. A file that grows while it is read is read as far as it goes.
 */
#ifndef AUDIT_KEYS_KEYLOG_H
#define AUDIT_KEYS_KEYLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/der.h"

typedef enum secret_label {
    SECRET_MASTER,           /**< CLIENT_RANDOM, or RSA Session-ID:... Master-Key:... */
    SECRET_CLIENT_EARLY,     /**< CLIENT_EARLY_TRAFFIC_SECRET */
    SECRET_CLIENT_HANDSHAKE, /**< CLIENT_HANDSHAKE_TRAFFIC_SECRET */
    SECRET_SERVER_HANDSHAKE,
    SECRET_CLIENT_TRAFFIC, /**< CLIENT_TRAFFIC_SECRET_0 */
    SECRET_SERVER_TRAFFIC,
    SECRET_LABELS
} secret_label_t;

#define SECRET_MAX_SIZE 64u

typedef struct keylog keylog_t;

typedef struct keylog_counts {
    uint64_t lines, secrets, not_understood;
} keylog_counts_t;

int keylog_new(keylog_t **out) MTLSAUTH_MUST_CHECK;
/**
 * Adds the lines of a text that a capture brought. Returns 0, or -1 when there is no memory or there
 * are too many: 65,536 of all captures.
 */
int keylog_add(keylog_t *log, const uint8_t *text, size_t size) MTLSAUTH_MUST_CHECK;
/** Reads a file; "-" is not allowed. Returns 0, or -1 with the reason in `why`. */
int keylog_read(keylog_t *log, const char *path, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** The secret of a client random. Size 0: not known. Borrowed from the log. */
ma_bytes_t keylog_find(const keylog_t *log, secret_label_t label, const uint8_t client_random[32]);
/** The master secret of a TLS 1.2 session id, for logs that have no client random. */
ma_bytes_t keylog_find_session(const keylog_t *log, ma_bytes_t session_id);
const keylog_counts_t *keylog_counts(const keylog_t *log);
void keylog_free(keylog_t *log);

#endif
