/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation.h - is a path revoked, as far as the lists of one crl entry tell?
 *
 * The set is read at load and constant after; threads share it.
 */
#ifndef MA_CRL_REVOCATION_H
#define MA_CRL_REVOCATION_H

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "crl/crl.h"
#include "crl/register.h"

/** How a set judges. */
typedef struct ma_revocation_how {
    mtlsauth_freshness_t freshness;
    mtlsauth_scope_t scope;
    size_t remembered; /**< known paths for which there is to be room; 0: nothing is remembered */
} ma_revocation_how_t;

/** Certificates, one after another. */
typedef struct ma_cert_pool {
    const mtlsauth_cert_t *const *items;
    size_t count;
} ma_cert_pool_t;

/** Certificates on the path of who signed a list, at most. */
#define MA_SIGNER_PATH_MAX 18u
/** How often one question asks `trusted`, at most. */
#define MA_SIGNER_BUDGET 8u

/** Who may have signed lists beside the certificates of the path (RFC 5280 6.3.3 (f)). */
typedef struct ma_signers {
    const ma_cert_pool_t *pools; /**< where they are looked for, in this order */
    size_t n_pools;
    /**
     * Is there a path, good at the judged time, from a certificate to that very anchor? Fills
     * `path` (leaf first) and returns its length, or 0. Costly.
     */
    size_t (*trusted)(void *context, const mtlsauth_cert_t *signer, const mtlsauth_cert_t *anchor,
                      const mtlsauth_cert_t *path[MA_SIGNER_PATH_MAX]);
    void *context;
} ma_signers_t;

/** One question. */
typedef struct ma_revocation_query {
    const mtlsauth_cert_t *const *path; /**< leaf first, anchor last */
    size_t path_length;
    const ma_signers_t *signers;   /**< NULL: nobody beside the path */
    const ma_strength_t *strength; /**< what signatures of lists must have */
    /**
     * Stands for a path that is known: the same for the same certificates, signers and strength,
     * for as long as the set lives; NULL: it is not known. What is found out for it is remembered.
     */
    const void *known;
    int64_t now;   /**< the judged time */
    bool replay;   /**< `now` is a chosen time of the past: judge by revocation dates */
    bool explain;  /**< say why also when the answer is "not revoked" */
} ma_revocation_query_t;

int ma_revocation_new(const ma_revocation_how_t *how, mtlsauth_revocation_t **out)
    MTLSAUTH_MUST_CHECK;
/** Enters the paths and lists that are added from here on into a register, which outlives that. */
void ma_revocation_register(mtlsauth_revocation_t *set, ma_crl_register_t *lists);
/**
 * Adds the lists of a file, or of all files of a directory (dot files and subdirectories left
 * out). A file without a list, or with one that does not parse, is an error.
 */
int ma_revocation_add(mtlsauth_revocation_t *set, const char *path, const ma_safety_t *safety,
                      const ma_pos_t *pos, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/**
 * When all were added: checks the signatures of lists with the keys of certificates that bear their
 * issuers' names, and remembers the answers. A list that none of them signed is told to the log.
 */
void ma_revocation_learn(mtlsauth_revocation_t *set, const ma_cert_pool_t *pools, size_t n_pools,
                         const ma_log_t *log);
void ma_revocation_free(mtlsauth_revocation_t *set);

/**
 * Judges a path: MTLSAUTH_SUCCESS (not revoked, as far as `freshness` demands to know),
 * MTLSAUTH_REVOKED, MTLSAUTH_REVOCATION_UNKNOWN, or MTLSAUTH_ERROR. `why` gets one sentence: the
 * certificate, the list (issuer, entries, dates) and, for "not revoked", that the serial is not
 * among its entries. Allocates nothing else.
 */
mtlsauth_result_t ma_revocation_check(const mtlsauth_revocation_t *set,
                                      const ma_revocation_query_t *query,
                                      ma_buf_t *why) MTLSAUTH_MUST_CHECK;

#endif
