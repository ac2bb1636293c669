/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judgement.h - a handshake and what a policy says of it: what replay/ makes and report/ takes.
 */
#ifndef AUDIT_REPLAY_JUDGEMENT_H
#define AUDIT_REPLAY_JUDGEMENT_H

#include <mtlsauth/mtlsauth.h>

#include "audit/tls/handshake.h"

/** One side of a judgement: a policy's word. Strings are borrowed for the call. */
typedef struct verdict {
    bool judged;                  /**< a decision of the library; else `would` is UNDETERMINED */
    int would;                    /**< mtlsauth_verdict_t */
    const char *reason;           /**< a reason code; "unavailable" when not judged */
    const char *message;
    const mtlsauth_decision_t *decision; /**< NULL when not judged */
} verdict_t;

/** What the client's certificate says, in words; made once for each certificate. */
typedef struct client_text {
    const char *subject, *issuer, *serial; /**< UTF-8 of any content; "" if it cannot be read */
    char sha256[65];                       /**< of the leaf, in lower-case hex: always there */
    int64_t not_after;                     /**< INT64_MIN if it cannot be read */
    const char *json;                      /**< as a decision has it; NULL if it cannot be read */
    size_t json_size;
} client_text_t;

typedef struct judgement {
    const handshake_t *handshake;
    const client_text_t *client;  /**< of the certificate that the client sent; NULL: none seen */
    int64_t time;                 /**< judged at: seconds since 1970 */
    verdict_t verdict;            /**< of the policy */
    const verdict_t *baseline;    /**< of --baseline, or NULL */
    bool changed;                 /**< `would` or reason differ from the baseline's */
    const char *logged_id;        /**< id of the decision of the server's own log that joined it, or "" */
    const char *host, *path;      /**< of that decision; NULL: not known */
    const char *method, *user, *resource, *action;
    unsigned supplies;            /**< what the server hands over: a bit for each attribute_t */
    uint64_t row;                 /**< of keep-alive requests with --decisions: from 1; else 0 */
} judgement_t;

typedef void judgement_fn(void *context, const judgement_t *judgement);

#endif
