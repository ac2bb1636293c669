/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl.h - one certificate revocation list (RFC 5280 5): read in one pass into an index.
 *
 * The index maps serial numbers to revocation dates in flat memory; it owns its keys. Of the list
 * itself only the head is kept, and the digest that its signature is over: a list is read through a
 * window, however long it is. Ed25519 and Ed448 sign the list itself; such a one is kept until a
 * key that is known at load is found to have signed it (ma_crl_learned), or for good.
 *
 * A list is constant after loading and shared by threads.
 *
 * A list that cannot be judged by (a critical extension of the list or of an entry that is not
 * known, or one that contradicts what the list is) is read, and says so in `unusable`: for its
 * issuer the answer is then "unknown", never "not revoked".
 */
#ifndef MA_CRL_CRL_H
#define MA_CRL_CRL_H

#include "base/error.h"
#include "base/window.h"
#include "cred/signature.h"
#include "crl/distribution_point.h"
#include "crl/serial_index.h"

typedef struct ma_crl ma_crl_t;

/** The longest list that is read. */
#define MA_CRL_MAX_SIZE (1u << 30)

/** What is read from the head of the list. Borrowed bytes live as long as the list. */
typedef struct ma_crl_info {
    ma_bytes_t issuer; /**< Name, with header */
    int64_t this_update;
    int64_t next_update; /**< INT64_MAX: none */
    bool has_next_update;
    ma_bytes_t number;    /**< contents of cRLNumber, or empty */
    size_t entries;
    bool is_delta;          /**< entries change a base list; see `base_number` */
    ma_bytes_t base_number; /**< BaseCRLNumber: that base, or any later one */
    ma_bytes_t scope; /**< contents of issuingDistributionPoint; empty: there is none */
    ma_issuing_point_t point; /**< the same, read; for what is usable */
    const char *unusable; /**< why it cannot be judged by, static; NULL: it can */
} ma_crl_info_t;

/**
 * Reads one list from its DER, which is borrowed during the call only: what is needed later
 * is copied. Returns 0, MTLSAUTH_E_MALFORMED, MTLSAUTH_E_LIMIT or MTLSAUTH_E_NO_MEMORY (*why: a
 * static text).
 */
int ma_crl_parse(ma_bytes_t der, ma_crl_t **out, const char **why) MTLSAUTH_MUST_CHECK;
/** Reads the next list that is seen through a window, and leaves the window behind it. */
int ma_crl_read(ma_window_t *in, ma_crl_t **out, const char **why) MTLSAUTH_MUST_CHECK;
void ma_crl_free(ma_crl_t *crl);
const ma_crl_info_t *ma_crl_info(const ma_crl_t *crl);

/** What a list says of a certificate. */
typedef struct ma_crl_entry {
    int64_t revoked_at;
    bool removed; /**< of a delta: no longer revoked */
} ma_crl_entry_t;

/** Looks a certificate up by its issuer, which counts in an indirect list alone, and serial. */
bool ma_crl_find_entry(const ma_crl_t *crl, const mtlsauth_cert_t *cert, ma_crl_entry_t *entry);

/** A certificate made ready to be looked up in one list again and again. Borrows from it. */
typedef struct ma_crl_key {
    const mtlsauth_cert_t *cert;
    ma_serial_key_t serial;
} ma_crl_key_t;

ma_crl_key_t ma_crl_key(const ma_crl_t *crl, const mtlsauth_cert_t *cert);
/** True if ma_crl_find_entry() would find an entry. */
bool ma_crl_has(const ma_crl_t *crl, const ma_crl_key_t *key);

/**
 * Looks a serial of the list's own issuer up (INTEGER contents; octets that only repeat the sign do
 * not matter). True and the revocation date, or false.
 */
bool ma_crl_find(const ma_crl_t *crl, ma_bytes_t serial, int64_t *revoked_at);

/**
 * Checks the list's signature with the key of `signer`, which must have the issuer's name (else
 * MTLSAUTH_BAD_SIGNATURE) and, if it has a key usage, cRLSign (else MTLSAUTH_WRONG_PURPOSE); else
 * see ma_signature_check(). The answer for a key is remembered in the list without a lock.
 */
mtlsauth_result_t ma_crl_signed_by(const ma_crl_t *crl, const mtlsauth_cert_t *signer,
                                   const ma_strength_t *strength) MTLSAUTH_MUST_CHECK;

/**
 * At load, before threads share the list: finds out whether the key of a certificate signed it, so
 * that no request needs to. The certificate must bear the issuer's name.
 */
bool ma_crl_learn(ma_crl_t *crl, const mtlsauth_cert_t *signer);
/** All keys that are known at load have been asked: what only they needed is dropped. */
void ma_crl_learned(ma_crl_t *crl);

#endif
