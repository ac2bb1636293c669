/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.h - the whole plugin interface. A plugin is one C file that includes this and nothing
 * else of the project, and defines one descriptor:
 *
 *     static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
 *     {
 *         return self->core->now(request) % 2 ? MTLSAUTH_SUCCESS : MTLSAUTH_RULE;
 *     }
 *
 *     MTLSAUTH_PLUGIN(odd) = {
 *         MTLSAUTH_PLUGIN_HEAD,
 *         .name = "odd",
 *         .summary = "holds in odd seconds",
 *         .check = check,
 *     };
 *
 * built with `cc -shared -fPIC -o odd.so odd.c` and put into the plugin directory as odd.so.
 *
 * An entry of a stack that names the plugin is an instance of it. Instances belong to one snapshot
 * of the policies and do not change after load(); check() may run in several threads at once on
 * the same instance. State lives in the instance, never in static variables.
 *
 * A plugin needs no symbol of the library: everything it may ask for is in mtlsauth_services_t.
 */
#ifndef MTLSAUTH_PLUGIN_H
#define MTLSAUTH_PLUGIN_H

#include <mtlsauth/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Major must be equal; minor counts what was appended to the structs below. */
#define MTLSAUTH_PLUGIN_ABI_MAJOR 1u
#define MTLSAUTH_PLUGIN_ABI_MINOR 0u

typedef struct mtlsauth_services mtlsauth_services_t;
typedef struct mtlsauth_check mtlsauth_check_t;       /**< the request as a plugin sees it */
typedef struct mtlsauth_cert mtlsauth_cert_t;         /**< a parsed certificate */
typedef struct mtlsauth_verifier mtlsauth_verifier_t; /**< path validation with fixed parameters */
typedef struct mtlsauth_revocation mtlsauth_revocation_t; /**< loaded CRLs */

/* ---- options ------------------------------------------------------------------------------ */

typedef enum mtlsauth_option_kind {
    MTLSAUTH_OPTION_BOOL = 1,
    MTLSAUTH_OPTION_INT = 2,      /**< min to max */
    MTLSAUTH_OPTION_DURATION = 3, /**< "90s" "15m" "24h" "14d"; read as seconds, min to max */
    MTLSAUTH_OPTION_STRING = 4,
    MTLSAUTH_OPTION_STRINGS = 5,   /**< a list; NAME_file adds the lines of a file */
    MTLSAUTH_OPTION_PATH = 6,      /**< relative to the file that the entry stands in */
    MTLSAUTH_OPTION_PATHS = 7,     /**< a list of them; NAME_file too */
    MTLSAUTH_OPTION_EXPRESSION = 8, /**< a condition; without a preset; see evaluate() */
    MTLSAUTH_OPTION_ENUM = 9       /**< one of `choices`; read as its index */
} mtlsauth_option_kind_t;

#define MTLSAUTH_OPTION_REQUIRED 0x1u /**< the entry does not load without it */
#define MTLSAUTH_OPTION_ALLOW 0x2u    /**< a list that lets in; an entry without it is a gate */
#define MTLSAUTH_OPTION_DENY 0x4u     /**< a list that keeps out; alone it makes the entry a gate */

/** One option. The core checks it, reports file and line, and lists it in `mtlsauth plugins`. */
typedef struct mtlsauth_option {
    const char *name;
    uint32_t kind;
    uint32_t flags;
    int64_t min;
    int64_t max;             /**< with min: for INT and DURATION; both 0 means no bounds */
    const char *preset;      /**< default as a policy would write it, or NULL for "not set" */
    const char *const *choices; /**< for ENUM, ended by NULL */
    const char *help;        /**< one line */
} mtlsauth_option_t;

/** A fact that check() may set for later entries. */
typedef struct mtlsauth_fact {
    const char *name; /**< "acme.score"; names without a dot, and tls. http. ip. tcp. app. are taken */
    uint32_t type;    /**< MTLSAUTH_TYPE_BOOL, _INT or _STRING */
    uint32_t reserved;
    const char *help;
} mtlsauth_fact_t;

/* ---- the descriptor ----------------------------------------------------------------------- */

/** Its success can let a client in. Without this flag the plugin is a gate: it can only refuse. */
#define MTLSAUTH_PLUGIN_GRANT 0x1u
/** It always refuses: it never says success or ignore. */
#define MTLSAUTH_PLUGIN_REFUSES 0x2u
/** It always says success: entries behind it may be out of reach, which lint then says. */
#define MTLSAUTH_PLUGIN_HOLDS 0x4u

/** An entry of a stack. `core` and `state` may be used; what follows belongs to the core. */
typedef struct mtlsauth_instance {
    const mtlsauth_services_t *core;
    void *state; /**< for the plugin: set by load(), released by unload() */
} mtlsauth_instance_t;

typedef struct mtlsauth_plugin {
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t struct_size;
    uint32_t option_size; /**< sizeof(mtlsauth_option_t) */
    uint32_t fact_size;   /**< sizeof(mtlsauth_fact_t) */
    const char *name;     /**< must equal the file name without .so */
    uint32_t flags;       /**< MTLSAUTH_PLUGIN_* */
    uint32_t n_options;
    const char *summary; /**< one line: when it holds */
    const mtlsauth_option_t *options;
    const mtlsauth_fact_t *writes; /**< facts that check() sets */
    const char *const *reads;      /**< facts that check() reads, by name */
    uint32_t n_writes;
    uint32_t n_reads;
    /**
     * Called once an entry, after its options were checked. Returns 0, or a negative
     * mtlsauth_status_t after self->core->fail() said why. May be NULL. When it fails, unload() is
     * called nevertheless, to release what `state` already holds.
     */
    int (*load)(mtlsauth_instance_t *self);
    /** Returns a mtlsauth_result_t. Anything out of range is "error". */
    int (*check)(const mtlsauth_instance_t *self, mtlsauth_check_t *request);
    /** Releases `state`. May be NULL. */
    void (*unload)(mtlsauth_instance_t *self);
} mtlsauth_plugin_t;

#ifdef MTLSAUTH_PLUGIN_BUILTIN
#define MTLSAUTH_PLUGIN(id)                                                                        \
    extern const mtlsauth_plugin_t mtlsauth_plugin_##id;                                           \
    const mtlsauth_plugin_t mtlsauth_plugin_##id
#else
#define MTLSAUTH_PLUGIN(id)                                                                        \
    extern MTLSAUTH_EXPORT const mtlsauth_plugin_t mtlsauth_plugin;                                \
    const mtlsauth_plugin_t mtlsauth_plugin
#endif

#define MTLSAUTH_PLUGIN_HEAD                                                                       \
    .abi_major = MTLSAUTH_PLUGIN_ABI_MAJOR, .abi_minor = MTLSAUTH_PLUGIN_ABI_MINOR,                \
    .struct_size = (uint32_t)sizeof(mtlsauth_plugin_t),                                            \
    .option_size = (uint32_t)sizeof(mtlsauth_option_t),                                            \
    .fact_size = (uint32_t)sizeof(mtlsauth_fact_t)

#define MTLSAUTH_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* ---- services ----------------------------------------------------------------------------- */

/** Fields of a certificate for cert_bytes(). Fields that repeat take an item number. */
typedef enum mtlsauth_cert_field {
    MTLSAUTH_CERT_DER = 1,
    MTLSAUTH_CERT_SERIAL = 2,      /**< the INTEGER's content octets as encoded (RFC 5280 4.1.2.2) */
    MTLSAUTH_CERT_SUBJECT = 3,     /**< DER of the Name */
    MTLSAUTH_CERT_ISSUER = 4,      /**< DER of the Name */
    MTLSAUTH_CERT_SUBJECT_TEXT = 5, /**< RFC 2253 as OpenSSL prints it; "" for an empty Name */
    MTLSAUTH_CERT_ISSUER_TEXT = 6,
    MTLSAUTH_CERT_SUBJECT_LEGACY = 7, /**< "/C=US/CN=..." as OpenSSL prints it */
    MTLSAUTH_CERT_ISSUER_LEGACY = 8,
    MTLSAUTH_CERT_SHA256 = 9,      /**< of the DER; 32 octets */
    MTLSAUTH_CERT_SHA1 = 10,       /**< of the DER; 20 octets */
    MTLSAUTH_CERT_SPKI = 11,       /**< DER of the SubjectPublicKeyInfo */
    MTLSAUTH_CERT_SPKI_SHA256 = 12,
    MTLSAUTH_CERT_SPKI_SHA1 = 13,
    MTLSAUTH_CERT_COMMON_NAME = 14, /**< repeats; UTF-8, may hold any byte, NUL included */
    MTLSAUTH_CERT_SAN_DNS = 15,     /**< repeats; as encoded */
    MTLSAUTH_CERT_SAN_EMAIL = 16,
    MTLSAUTH_CERT_SAN_URI = 17,
    MTLSAUTH_CERT_SAN_IP = 18,      /**< 4 or 16 octets; other lengths as encoded */
    MTLSAUTH_CERT_SAN_UPN = 19      /**< user principal names: UTF8String; as encoded */
} mtlsauth_cert_field_t;

typedef enum mtlsauth_cert_number {
    MTLSAUTH_CERT_NOT_BEFORE = 1, /**< seconds since 1970 UTC */
    MTLSAUTH_CERT_NOT_AFTER = 2,
    MTLSAUTH_CERT_VERSION = 3,    /**< 1, 2 or 3 */
    MTLSAUTH_CERT_CA = 4,         /**< 1 if basicConstraints says so (RFC 5280 4.2.1.9), else 0 */
    MTLSAUTH_CERT_KEY_USAGE = 5   /**< bit n is 1 << n (RFC 5280 4.2.1.3); 0: no such extension */
} mtlsauth_cert_number_t;

typedef enum mtlsauth_purpose {
    MTLSAUTH_PURPOSE_CLIENT = 0, /**< id-kp-clientAuth */
    MTLSAUTH_PURPOSE_SERVER = 1, /**< id-kp-serverAuth */
    MTLSAUTH_PURPOSE_ANY = 2     /**< extended key usage is not looked at */
} mtlsauth_purpose_t;

/** Parameters of path validation. */
typedef struct mtlsauth_verify {
    uint32_t struct_size;
    uint32_t purpose;      /**< mtlsauth_purpose_t */
    uint32_t max_depth;    /**< intermediates between leaf and anchor, at most */
    uint32_t reserved;
    int64_t clock_skew;    /**< seconds that dates may be off */
    int64_t min_remaining; /**< seconds that the leaf must still be valid */
    int64_t max_lifetime;  /**< of the leaf, in seconds; 0: any */
    uint32_t min_key_bits; /**< of RSA and DSA keys */
    uint32_t max_key_bits; /**< larger ones are not used */
    /** Names of signature algorithms that are accepted, "default" and "legacy" among them. */
    const char *const *algorithms;
    size_t n_algorithms;
    /** Dotted OIDs of acceptable certificate policies (RFC 5280 6.1.1 (c)); none: any. */
    const char *const *policies;
    size_t n_policies;
    uint32_t policy_flags; /**< MTLSAUTH_POLICY_* */
    uint32_t cache_size;   /**< verified paths that are remembered, at most; 0: none */
} mtlsauth_verify_t;

/** Inputs (e), (f), (g) of RFC 5280 6.1.1. */
#define MTLSAUTH_POLICY_EXPLICIT 0x1u
#define MTLSAUTH_POLICY_INHIBIT_MAPPING 0x2u
#define MTLSAUTH_POLICY_INHIBIT_ANY 0x4u

typedef enum mtlsauth_freshness {
    MTLSAUTH_FRESHNESS_STRICT = 0,
    MTLSAUTH_FRESHNESS_IF_PRESENT = 1,
    MTLSAUTH_FRESHNESS_RELAXED = 2
} mtlsauth_freshness_t;

typedef enum mtlsauth_scope {
    MTLSAUTH_SCOPE_CHAIN = 0, /**< every certificate of the path below the anchor */
    MTLSAUTH_SCOPE_LEAF = 1
} mtlsauth_scope_t;

#define MTLSAUTH_GLOB_FOLD 0x1u  /**< ASCII case does not matter */
#define MTLSAUTH_GLOB_SLASH 0x2u /**< `*` stops at '/' instead of '.'; `**` crosses it */

/** No option in particular, for fail() and warn(). */
#define MTLSAUTH_NO_OPTION (~0u)
/** No item in particular. */
#define MTLSAUTH_NO_ITEM ((size_t)-1)

/**
 * What the core does for plugins. `option` is an index into the descriptor's table. Functions of
 * the first group are for load() (the getters for check() as well), the others for check().
 * Pointers they return live as long as the instance, or until check() returns. Members are only
 * appended: test struct_size before using one that came with a later minor version.
 */
struct mtlsauth_services {
    uint32_t struct_size;

    /** 1 if the policy sets the option or it has a preset. */
    int (*option_is_set)(const mtlsauth_instance_t *self, unsigned option);
    /** The value of a BOOL (0 or 1), INT, DURATION (seconds) or ENUM (index); 0 if not set. */
    int64_t (*option_number)(const mtlsauth_instance_t *self, unsigned option);
    /** The value of a STRING or PATH, NUL-terminated; NULL if not set. */
    const char *(*option_string)(const mtlsauth_instance_t *self, unsigned option, size_t *size);
    /** The items of STRINGS or PATHS. */
    size_t (*option_count)(const mtlsauth_instance_t *self, unsigned option);
    const char *(*option_item)(const mtlsauth_instance_t *self, unsigned option, size_t item,
                               size_t *size);
    /** Says why load() fails, at the option's place in the policy; the first call counts. */
    void (*fail)(mtlsauth_instance_t *self, unsigned option, size_t item, const char *mend,
                 const char *format, ...) MTLSAUTH_PRINTF(5, 6);
    /** A warning at the option's place. */
    void (*warn)(mtlsauth_instance_t *self, unsigned option, size_t item, const char *format, ...)
        MTLSAUTH_PRINTF(4, 5);
    /** Reads a file as policy files are read: regular, at most `max` bytes, safe from others. The
        bytes live as long as the instance. Fails with a message of its own. */
    int (*read_file)(mtlsauth_instance_t *self, const char *path, size_t max, const void **bytes,
                     size_t *size);
    /** Path validation with the anchors of the policy. Lives until verifier_free(). */
    int (*verifier_new)(mtlsauth_instance_t *self, const mtlsauth_verify_t *parameters,
                        mtlsauth_verifier_t **out);
    void (*verifier_free)(mtlsauth_verifier_t *verifier);
    /** Loads the CRLs of a PATHS option: files, or directories of them; PEM, DER or base64. */
    int (*revocation_new)(mtlsauth_instance_t *self, unsigned option, uint32_t freshness,
                          uint32_t scope, mtlsauth_revocation_t **out);
    void (*revocation_free)(mtlsauth_revocation_t *revocation);

    /** The judged time in seconds since 1970 UTC: the same for every entry of one request. */
    int64_t (*now)(const mtlsauth_check_t *request);
    /** The client's certificate, or NULL if it presented none. */
    const mtlsauth_cert_t *(*leaf)(const mtlsauth_check_t *request);
    /** The certificates sent after it, or NULL past the last. */
    const mtlsauth_cert_t *(*chain)(const mtlsauth_check_t *request, size_t index);
    /** The path that verified, leaf first, anchor last; NULL past the end or if none did. */
    const mtlsauth_cert_t *(*path)(const mtlsauth_check_t *request, size_t index);
    /** A field of a certificate: 1, or 0 if there is none or no such item. */
    int (*cert_bytes)(const mtlsauth_cert_t *cert, uint32_t field, size_t item, const void **bytes,
                      size_t *size);
    int (*cert_number)(const mtlsauth_cert_t *cert, uint32_t number, int64_t *value);
    /** Verifies a path (RFC 5280 6.1); sets cert_verified, cert_failure and the message. */
    int (*verify)(mtlsauth_check_t *request, mtlsauth_verifier_t *verifier);
    /** Asks whether the path found by verify() is revoked; sets cert_revoked and the message. */
    int (*revoked)(mtlsauth_check_t *request, mtlsauth_revocation_t *revocation);
    /** Facts: `fact` is an index into `writes`, or into `reads`; get returns 1 if it is set. */
    void (*set_number)(mtlsauth_check_t *request, unsigned fact, int64_t value);
    void (*set_string)(mtlsauth_check_t *request, unsigned fact, const char *bytes, size_t size);
    int (*get_number)(const mtlsauth_check_t *request, unsigned fact, int64_t *value);
    int (*get_string)(const mtlsauth_check_t *request, unsigned fact, const char **bytes,
                      size_t *size);
    /** The message of this entry in the trace. It is made printable; the last call counts. */
    void (*say)(mtlsauth_check_t *request, const char *format, ...) MTLSAUTH_PRINTF(2, 3);
    /** 1 if successes should be explained too. */
    int (*explains)(const mtlsauth_check_t *request);

    /** Any time. Globs: `*` is a run of characters other than '.', `\` quotes the next. */
    int (*glob)(const char *pattern, size_t pattern_size, const char *text, size_t text_size,
                unsigned flags);
    /**
     * Reads hex as people paste it: either case, colons or blanks between octets, 0x, and the
     * prefixes of `openssl x509 -fingerprint` and `-serial`. Returns the number of octets, or -1
     * if it is no hex or needs more than `size`.
     */
    int (*hex)(const char *text, size_t text_size, uint8_t *octets, size_t size);
    /**
     * Evaluates an EXPRESSION option for the request: 1 or 0, or -1 if that could not be told (not
     * set, a limit, out of memory, a field that is not known): a reason to refuse. For check().
     */
    int (*evaluate)(const mtlsauth_instance_t *self, mtlsauth_check_t *request, unsigned option);
};

#ifdef __cplusplus
}
#endif
#endif
