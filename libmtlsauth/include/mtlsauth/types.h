/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * types.h - the words that servers and plugins share: results, verdicts, error codes.
 *
 * Numbers are part of the ABI and are only ever appended. The names printed beside them (in
 * traces, logs, JSON and bracket controls) are stable strings.
 *
 * Zero is always the answer that lets nobody in: a forgotten return value denies.
 */
#ifndef MTLSAUTH_TYPES_H
#define MTLSAUTH_TYPES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MTLSAUTH_EXPORT __attribute__((visibility("default")))
#define MTLSAUTH_MUST_CHECK __attribute__((warn_unused_result))
#define MTLSAUTH_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MTLSAUTH_EXPORT
#define MTLSAUTH_MUST_CHECK
#define MTLSAUTH_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What an entry of a stack came to, and the reason of a decision. */
typedef enum mtlsauth_result {
    MTLSAUTH_ERROR = 0,              /**< "error": something broke; never an allow */
    MTLSAUTH_SUCCESS = 1,            /**< "success": what the plugin asks for holds */
    MTLSAUTH_IGNORE = 2,             /**< "ignore": the plugin has no opinion */
    MTLSAUTH_NO_CERTIFICATE = 3,     /**< "no_certificate": the client presented none */
    MTLSAUTH_MALFORMED = 4,          /**< "malformed": bytes that are not what they claim */
    MTLSAUTH_UNTRUSTED = 5,          /**< "untrusted": no path to an anchor */
    MTLSAUTH_BAD_SIGNATURE = 6,      /**< "bad_signature": a signature on the path is wrong */
    MTLSAUTH_EXPIRED = 7,            /**< "expired": past notAfter at the judged time */
    MTLSAUTH_NOT_YET_VALID = 8,      /**< "not_yet_valid": before notBefore */
    MTLSAUTH_WRONG_PURPOSE = 9,      /**< "wrong_purpose": key usage or extended key usage */
    MTLSAUTH_CONSTRAINT = 10,        /**< "constraint": name, path length, policy, lifetime */
    MTLSAUTH_WEAK = 11,              /**< "weak": an algorithm or key size that is refused */
    MTLSAUTH_REVOKED = 12,           /**< "revoked" */
    MTLSAUTH_REVOCATION_UNKNOWN = 13, /**< "revocation_unknown": no CRL that may be relied on */
    MTLSAUTH_NO_MATCH = 14,          /**< "no_match": no item of an allow list matched */
    MTLSAUTH_RULE = 15,              /**< "rule": a rule of the policy refuses this client */
    MTLSAUTH_HOST_MISMATCH = 16,     /**< "host_mismatch": not a host of this policy, or SNI differs */
    MTLSAUTH_NO_POLICY = 17,         /**< "no_policy": no policy for the service or host */
    MTLSAUTH_NO_GRANT = 18,          /**< "no_grant": no entry said yes */
    MTLSAUTH_UNVERIFIED = 19,        /**< "unverified": an allow without a verified path */
    MTLSAUTH_LIMIT = 20,             /**< "limit": a budget was exhausted */
    MTLSAUTH_UNAVAILABLE = 21,       /**< "unavailable": something the plugin needs is not there */
    MTLSAUTH_RATE_LIMITED = 22       /**< "rate_limited": reserved */
} mtlsauth_result_t;

#define MTLSAUTH_N_RESULTS 23u

/** The end of a decision. Compare with MTLSAUTH_ALLOW; never test for "not zero". */
typedef enum mtlsauth_verdict {
    MTLSAUTH_DENY = 0,
    MTLSAUTH_ALLOW = 1,
    MTLSAUTH_UNDETERMINED = 2 /**< offline engines only: the answer hangs on a field nobody knows */
} mtlsauth_verdict_t;

/** What functions return when they fail. 0 is success; nothing here can be read as "allow". */
typedef enum mtlsauth_status {
    MTLSAUTH_OK = 0,
    MTLSAUTH_E_NO_MEMORY = -1,
    MTLSAUTH_E_ARGUMENT = -2, /**< the caller broke the contract of the function */
    MTLSAUTH_E_IO = -3,       /**< a file could not be read */
    MTLSAUTH_E_UNSAFE = -4,   /**< a file that others may change */
    MTLSAUTH_E_SYNTAX = -5,   /**< a file that does not parse */
    MTLSAUTH_E_POLICY = -6,   /**< a policy that parses and cannot be meant */
    MTLSAUTH_E_PLUGIN = -7,   /**< a plugin that cannot be loaded */
    MTLSAUTH_E_LIMIT = -8,    /**< longer, deeper or more than is looked at */
    MTLSAUTH_E_SPACE = -9,    /**< the caller's buffer is too small */
    MTLSAUTH_E_MALFORMED = -10 /**< a certificate, CRL or list item that does not parse */
} mtlsauth_status_t;

/** Levels of a log line, the most urgent first. */
typedef enum mtlsauth_log_level {
    MTLSAUTH_LOG_ERROR = 1,   /**< a load or reload failed */
    MTLSAUTH_LOG_WARNING = 2, /**< something in a policy that is probably not meant */
    MTLSAUTH_LOG_NOTICE = 3,  /**< reloads, denials that monitor mode let pass, candidates that differ */
    MTLSAUTH_LOG_INFO = 4,    /**< every decision */
    MTLSAUTH_LOG_DEBUG = 5
} mtlsauth_log_level_t;

/** The type of a fact: an attribute that a server supplies, or what a plugin sets. */
typedef enum mtlsauth_type {
    MTLSAUTH_TYPE_BOOL = 1,
    MTLSAUTH_TYPE_INT = 2,
    MTLSAUTH_TYPE_STRING = 3,
    MTLSAUTH_TYPE_ADDRESS = 4, /**< 4 or 16 octets, network order */
    MTLSAUTH_TYPE_HEADERS = 5  /**< names and values */
} mtlsauth_type_t;

#ifdef __cplusplus
}
#endif
#endif
