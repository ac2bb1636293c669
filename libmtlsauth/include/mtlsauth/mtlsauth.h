/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtlsauth.h - ask one policy whether a TLS client may come in. For servers.
 *
 *     engine    the policies of one file or directory; opened once, shared by all threads
 *     snapshot  everything one load of them needs; made by prepare, put in force by commit
 *     request   one question: the certificate at hand and what is known of the connection
 *     decision  the answer: verdict, reason, message and a trace of the stack
 *
 * The order of calls:
 *
 *     mtlsauth_engine_open()                                     once, before privileges drop
 *     mtlsauth_request_new()                                     once a worker or connection
 *       mtlsauth_request_leaf(), _chain(), _string() ...         for every question
 *       if (mtlsauth_authorize(request) == 1) ...                1 is allow; all else is deny
 *       mtlsauth_decision(request)                               why
 *       mtlsauth_request_reset(request)
 *
 * Ownership: a `T **out` parameter gives the caller an object, to be freed with the matching
 * _free(); a returned pointer is borrowed. An out-parameter is written only on success. _free()
 * takes NULL.
 *
 * Threads: an engine may be used by any number of threads. A request belongs to one thread at a
 * time; a server that interleaves requests has one object each. mtlsauth_authorize() takes no lock.
 * Fork: open before fork and use in the children, as pre-forking servers do. A process that has
 * several threads must not fork while one of them is inside a function of this library other than
 * mtlsauth_authorize().
 *
 * The library has no global state, starts no threads, installs no signal handlers, does not read
 * the environment and writes only to the log callback. Linked or loaded, it can be used in a
 * process that uses another TLS library.
 *
 * What it does not do: it does not check that the client holds the private key (the TLS handshake
 * does), and it does not look at the server's own certificate.
 */
#ifndef MTLSAUTH_MTLSAUTH_H
#define MTLSAUTH_MTLSAUTH_H

#include <mtlsauth/types.h>
#include <mtlsauth/version.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mtlsauth_engine mtlsauth_engine_t;
typedef struct mtlsauth_snapshot mtlsauth_snapshot_t;
typedef struct mtlsauth_request mtlsauth_request_t;
typedef struct mtlsauth_error mtlsauth_error_t;
struct mtlsauth_plugin;

/* ---- opening ------------------------------------------------------------------------------ */

/**
 * Receives log lines. `line` is one line of printable UTF-8 without its end, borrowed for the
 * call. It may be called from any thread that is inside the library, also from several at once.
 */
typedef void mtlsauth_log_fn(void *context, int level, const char *line);

/** For tools: fields that no caller supplies are unknown, not errors; a set time is the past. */
#define MTLSAUTH_OPEN_OFFLINE 0x1u
/** For development: accept files that others may write. Never in production. */
#define MTLSAUTH_OPEN_INSECURE_FILES 0x2u
/** For tools: also accept files of the user who owns the file or directory `policy`. */
#define MTLSAUTH_OPEN_TRUST_OWNER 0x4u
/** Explain successes too, in the messages of the trace. Costs time on every request. */
#define MTLSAUTH_OPEN_EXPLAIN 0x8u

/** How to open an engine. Set struct_size with MTLSAUTH_OPEN_INIT; absent members are 0. */
typedef struct mtlsauth_open {
    uint32_t struct_size; /**< sizeof(mtlsauth_open_t) */
    uint32_t version;     /**< MTLSAUTH_API_VERSION */
    uint32_t flags;       /**< MTLSAUTH_OPEN_* */
    int32_t log_level;    /**< least urgent level wanted; 0 means MTLSAUTH_LOG_NOTICE */
    const char *policy;   /**< a policy file, or a directory of them; NULL: the built-in directory */
    const char *plugin_dir; /**< where plugins are; NULL: the built-in directory */
    const char *server;     /**< name of the server in decisions, such as "nginx"; may be NULL */
    /**
     * The attributes that this caller will supply, by field name ("http.host", "ip.src", ...).
     * Setters take an index into this list. A policy that reads a field which is not listed does
     * not load. The fields: tls.version tls.cipher tls.sni tls.alpn tls.resumed http.host
     * http.request.method http.request.uri.path http.request.headers ip.src ip.dst tcp.srcport
     * tcp.dstport app.user app.resource app.action
     */
    const char *const *attributes;
    size_t n_attributes;
    mtlsauth_log_fn *log; /**< may be NULL */
    void *log_context;
    /** Plugins that the caller links in; looked for before the directory. May be NULL. */
    const struct mtlsauth_plugin *const *plugins;
    size_t n_plugins;
} mtlsauth_open_t;

#define MTLSAUTH_OPEN_INIT                                                                         \
    {                                                                                              \
        (uint32_t)sizeof(mtlsauth_open_t), MTLSAUTH_API_VERSION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0   \
    }

/**
 * Reads the policies with all that they need (anchors, CRLs, lists, plugins) and puts them in
 * force. After that the files are not needed until a reload. `how` and what it points to need not
 * outlive the call, save `log`, `log_context` and linked-in plugins.
 * Returns 0, or a negative mtlsauth_status_t with the reason in *err (`err` may be NULL).
 */
MTLSAUTH_EXPORT int mtlsauth_engine_open(mtlsauth_engine_t **out, const mtlsauth_open_t *how,
                                         mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * Reads everything anew without putting it in force. Any thread, as long as it takes; running
 * requests are not held up. On failure nothing changes, and the reason is logged at every attempt.
 */
MTLSAUTH_EXPORT int mtlsauth_engine_prepare(mtlsauth_engine_t *engine, mtlsauth_snapshot_t **out,
                                            mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * Puts a prepared snapshot in force for all requests that are authorized from now on. Instant,
 * cannot fail, consumes the snapshot. Decisions already made stay readable until their reset.
 * The snapshot must be of this engine.
 */
MTLSAUTH_EXPORT void mtlsauth_engine_commit(mtlsauth_engine_t *engine,
                                            mtlsauth_snapshot_t *snapshot);

/** Throws away a prepared snapshot that is not wanted. */
MTLSAUTH_EXPORT void mtlsauth_snapshot_free(mtlsauth_snapshot_t *snapshot);

/** prepare and commit. A new policy that is not good leaves the old one in force. */
MTLSAUTH_EXPORT int mtlsauth_engine_reload(mtlsauth_engine_t *engine,
                                           mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** 1 if a policy of exactly that service name is in force, else 0. For configuration checks. */
MTLSAUTH_EXPORT int mtlsauth_engine_has_service(const mtlsauth_engine_t *engine,
                                                const char *name);

/** Frees the engine. All its requests and prepared snapshots must have been freed before. */
MTLSAUTH_EXPORT void mtlsauth_engine_free(mtlsauth_engine_t *engine);

/* ---- errors of open and reload ------------------------------------------------------------ */

/** The file the error is in, or NULL. All strings here live as long as the error. */
MTLSAUTH_EXPORT const char *mtlsauth_error_file(const mtlsauth_error_t *err);
/** Line and column count from 1, columns in bytes; 0 where there is none. */
MTLSAUTH_EXPORT unsigned mtlsauth_error_line(const mtlsauth_error_t *err);
MTLSAUTH_EXPORT unsigned mtlsauth_error_column(const mtlsauth_error_t *err);
/** The mtlsauth_status_t that the function returned. */
MTLSAUTH_EXPORT int mtlsauth_error_code(const mtlsauth_error_t *err);
/** What is wrong. */
MTLSAUTH_EXPORT const char *mtlsauth_error_message(const mtlsauth_error_t *err);
/** How to mend it; "" where there is nothing to say. */
MTLSAUTH_EXPORT const char *mtlsauth_error_mend(const mtlsauth_error_t *err);
/** All of it as one printable line: `file:line:column: message; mend`. */
MTLSAUTH_EXPORT const char *mtlsauth_error_text(const mtlsauth_error_t *err);
MTLSAUTH_EXPORT void mtlsauth_error_free(mtlsauth_error_t *err);

/* ---- a request ---------------------------------------------------------------------------- */

/** Makes a request object. Reuse it: after a reset it needs no new memory for a like request. */
MTLSAUTH_EXPORT int mtlsauth_request_new(mtlsauth_engine_t *engine,
                                         mtlsauth_request_t **out) MTLSAUTH_MUST_CHECK;
/** Forgets everything that was set, and the decision. */
MTLSAUTH_EXPORT void mtlsauth_request_reset(mtlsauth_request_t *request);
MTLSAUTH_EXPORT void mtlsauth_request_free(mtlsauth_request_t *request);

/*
 * Setters return nothing: a failure (too long, out of memory, an attribute that was not declared
 * or has another type) sticks to the request, and authorize denies. Bytes are borrowed until reset
 * or free.
 */

/** Names the service; without a name the policy is chosen by host. NUL-terminated. */
MTLSAUTH_EXPORT void mtlsauth_request_service(mtlsauth_request_t *request, const char *name);
/** The client's certificate, one in DER or PEM. 0 bytes, or no call: the client presented none. */
MTLSAUTH_EXPORT void mtlsauth_request_leaf(mtlsauth_request_t *request, const void *bytes,
                                           size_t size);
/**
 * Appends to the certificates that the client sent **after** its own: concatenated DER or PEM, in
 * any order. Never pass the leaf here: servers differ in whether their "chain" begins with it.
 * At most 16 certificates and 64 KiB in all are looked at; more is denied with "limit".
 */
MTLSAUTH_EXPORT void mtlsauth_request_chain(mtlsauth_request_t *request, const void *bytes,
                                            size_t size);
/** The judged time, in seconds since 1970 UTC. Without it: now, read once by authorize. */
MTLSAUTH_EXPORT void mtlsauth_request_time(mtlsauth_request_t *request, int64_t seconds);

/** A string attribute. A host name is lower-cased and loses port and trailing dot here, once. */
MTLSAUTH_EXPORT void mtlsauth_request_string(mtlsauth_request_t *request, unsigned attribute,
                                             const char *bytes, size_t size);
MTLSAUTH_EXPORT void mtlsauth_request_bool(mtlsauth_request_t *request, unsigned attribute,
                                           int value);
MTLSAUTH_EXPORT void mtlsauth_request_int(mtlsauth_request_t *request, unsigned attribute,
                                          int64_t value);
/** 4 octets (IPv4) or 16 (IPv6), in network order. IPv4-mapped IPv6 is taken as IPv4. */
MTLSAUTH_EXPORT void mtlsauth_request_address(mtlsauth_request_t *request, unsigned attribute,
                                              const void *octets, size_t size);
/** Adds one header field to an attribute of headers. */
MTLSAUTH_EXPORT void mtlsauth_request_header(mtlsauth_request_t *request, unsigned attribute,
                                             const char *name, size_t name_size, const char *value,
                                             size_t value_size);

/**
 * Decides. Returns 1 (allow) or 0 (deny), nothing else; every error is 0, but where the policy that
 * was chosen is in monitor mode: it lets all in, also after an error, and `would` of the decision
 * is what enforcement says. The judged time is read once. May be called again after more was set;
 * each call is a decision of its own.
 */
MTLSAUTH_EXPORT int mtlsauth_authorize(mtlsauth_request_t *request) MTLSAUTH_MUST_CHECK;

/* ---- a decision --------------------------------------------------------------------------- */

/** One row of the trace: an entry of the stack that was reached. Members are only appended. */
typedef struct mtlsauth_trace {
    const char *entry;   /**< its number, "3"; "3.1" inside an included stack or substack */
    const char *plugin;  /**< plugin name, or "substack" */
    const char *control; /**< "required", "[success=ok default=bad]", ... */
    const char *when;    /**< the condition, or "" */
    const char *result;  /**< a result name, "skipped"; offline also "undetermined" */
    const char *action;  /**< "ok", "done", "bad", "die", "ignore" */
    const char *message; /**< printable, one line; may be "" */
    const char *file;    /**< where the entry stands */
    unsigned line;
} mtlsauth_trace_t;

/** A header field for the application behind the server. */
typedef struct mtlsauth_header {
    const char *name;
    const char *value;
} mtlsauth_header_t;

/** What the policy's candidate said of the same request. */
typedef struct mtlsauth_candidate {
    const char *policy;
    int verdict; /**< mtlsauth_verdict_t, as if enforced */
    const char *reason;
    const char *message;
} mtlsauth_candidate_t;

/** A decision. Borrowed from its request until reset, free or the next authorize. */
typedef struct mtlsauth_decision {
    uint32_t struct_size;      /**< of the library's struct; members are only appended */
    int verdict;               /**< mtlsauth_verdict_t */
    int would;                 /**< what enforcement says; differs from verdict in monitor mode */
    mtlsauth_result_t result;  /**< the reason as a number */
    const char *reason;        /**< the reason as a stable string, such as "revoked" */
    const char *message;       /**< for a person: one printable line */
    const char *id;            /**< 16 hex digits that name this decision in logs */
    int64_t time;              /**< the judged time */
    const char *server;        /**< of mtlsauth_open_t, or "" */
    const char *policy;        /**< service name of the policy, or "" */
    const char *policy_digest; /**< SHA-256 of its file and the stacks, lists and anchors it reads */
    const char *mode;          /**< "enforce" or "monitor" */
    const char *entry;         /**< number of the entry that decided, or "" */
    const mtlsauth_trace_t *const *trace;
    size_t n_trace;
    const mtlsauth_header_t *const *headers; /**< to set on the request to the application */
    size_t n_headers;
    const char *const *strip; /**< lower-case names to remove from what the client sent */
    size_t n_strip;
    const mtlsauth_candidate_t *candidate; /**< or NULL */
} mtlsauth_decision_t;

/** The decision of the last authorize; before it, a denial with reason "error". Never NULL. */
MTLSAUTH_EXPORT const mtlsauth_decision_t *mtlsauth_decision(const mtlsauth_request_t *request);

/**
 * 1 if a header of that name, sent by the client, must be removed before the application sees it,
 * whatever the verdict. Case does not matter, and `_` equals `-`.
 */
MTLSAUTH_EXPORT int mtlsauth_decision_strips(const mtlsauth_decision_t *decision, const char *name,
                                             size_t size);

/**
 * Writes the decision as one line of JSON, NUL-terminated, by the schema decision.schema.json.
 * *size is the buffer's size on entry, and the length without the NUL afterwards. When the buffer
 * is too small (or NULL): MTLSAUTH_E_SPACE, *size is the size needed.
 */
MTLSAUTH_EXPORT int mtlsauth_decision_json(const mtlsauth_decision_t *decision, char *buffer,
                                           size_t *size) MTLSAUTH_MUST_CHECK;

/** The stable string of a result, "error" for a number that is none. Static. */
MTLSAUTH_EXPORT const char *mtlsauth_result_name(int result);

/** The version of the library in use, such as "0.1.0". Static. */
MTLSAUTH_EXPORT const char *mtlsauth_version(void);

/* ---- for dlopen --------------------------------------------------------------------------- */

/** All functions above. struct_size is the library's; members are only appended. */
typedef struct mtlsauth_api {
    uint32_t struct_size;
    uint32_t version;
    int (*engine_open)(mtlsauth_engine_t **, const mtlsauth_open_t *, mtlsauth_error_t **);
    int (*engine_prepare)(mtlsauth_engine_t *, mtlsauth_snapshot_t **, mtlsauth_error_t **);
    void (*engine_commit)(mtlsauth_engine_t *, mtlsauth_snapshot_t *);
    void (*snapshot_free)(mtlsauth_snapshot_t *);
    int (*engine_reload)(mtlsauth_engine_t *, mtlsauth_error_t **);
    int (*engine_has_service)(const mtlsauth_engine_t *, const char *);
    void (*engine_free)(mtlsauth_engine_t *);
    const char *(*error_file)(const mtlsauth_error_t *);
    unsigned (*error_line)(const mtlsauth_error_t *);
    unsigned (*error_column)(const mtlsauth_error_t *);
    int (*error_code)(const mtlsauth_error_t *);
    const char *(*error_message)(const mtlsauth_error_t *);
    const char *(*error_mend)(const mtlsauth_error_t *);
    const char *(*error_text)(const mtlsauth_error_t *);
    void (*error_free)(mtlsauth_error_t *);
    int (*request_new)(mtlsauth_engine_t *, mtlsauth_request_t **);
    void (*request_reset)(mtlsauth_request_t *);
    void (*request_free)(mtlsauth_request_t *);
    void (*request_service)(mtlsauth_request_t *, const char *);
    void (*request_leaf)(mtlsauth_request_t *, const void *, size_t);
    void (*request_chain)(mtlsauth_request_t *, const void *, size_t);
    void (*request_time)(mtlsauth_request_t *, int64_t);
    void (*request_string)(mtlsauth_request_t *, unsigned, const char *, size_t);
    void (*request_bool)(mtlsauth_request_t *, unsigned, int);
    void (*request_int)(mtlsauth_request_t *, unsigned, int64_t);
    void (*request_address)(mtlsauth_request_t *, unsigned, const void *, size_t);
    void (*request_header)(mtlsauth_request_t *, unsigned, const char *, size_t, const char *,
                           size_t);
    int (*authorize)(mtlsauth_request_t *);
    const mtlsauth_decision_t *(*decision)(const mtlsauth_request_t *);
    int (*decision_strips)(const mtlsauth_decision_t *, const char *, size_t);
    int (*decision_json)(const mtlsauth_decision_t *, char *, size_t *);
    const char *(*result_name)(int);
    const char *(*version_text)(void);
} mtlsauth_api_t;

/**
 * The table for an interface version (MTLSAUTH_API_VERSION), or NULL if this library does not
 * speak it. Static, constant. With dlsym() it is the only symbol a server needs.
 */
MTLSAUTH_EXPORT const void *mtlsauth_get_api(uint32_t version);

#ifdef __cplusplus
}
#endif
#endif
