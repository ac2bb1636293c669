/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certs.h - certificates and CRLs made in memory by GnuTLS, with a fixed clock.
 *
 * Keys are Ed25519 unless asked otherwise, so that a test makes as many as it likes. Functions end
 * the program with a "Bail out!" when GnuTLS fails them.
 */
#ifndef TESTS_CERTS_H
#define TESTS_CERTS_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdint.h>

/** The time that tests judge at: 2026-01-01T00:00:00Z. */
#define CERTS_NOW INT64_C(1767225600)
#define CERTS_DAY INT64_C(86400)

/** An alternative name, octet by octet. */
typedef struct cert_san {
    unsigned char tag;     /**< of GeneralName (RFC 5280 4.2.1.6); CERT_SAN_UPN: its UTF8String */
    const char *octets;
    size_t size;
} cert_san_t;

enum {
    CERT_SAN_UPN = 0xa0,
    CERT_SAN_EMAIL = 0x81,
    CERT_SAN_DNS = 0x82,
    CERT_SAN_URI = 0x86,
    CERT_SAN_IP = 0x87
};

/** What to issue. Zero members take the everyday value given. */
typedef struct cert_spec {
    const char *dn;        /**< RFC 4514 for gnutls_x509_crt_set_dn; NULL: "CN=<cn>" */
    const char *cn;        /**< used when dn is NULL; set as raw bytes of cn_size if that is not 0 */
    size_t cn_size;
    int64_t not_before;    /**< 0: CERTS_NOW - 30 days */
    int64_t not_after;     /**< 0: CERTS_NOW + 335 days */
    unsigned version;      /**< 0: 3 */
    bool ca;
    int path_len;          /**< with ca; 0: none, n: path length n - 1 */
    unsigned key_usage;    /**< GNUTLS_KEY_*; 0: none for a leaf, keyCertSign|cRLSign for a CA */
    const char *eku;       /**< OID; NULL: no extended key usage */
    const char *dns;       /**< one dNSName; NULL: none */
    const char *uri;
    const char *email;
    const cert_san_t *sans; /**< instead of these: any, in this order, just so */
    size_t n_sans;
    const char *serial;    /**< hex; NULL: a number that counts up */
    gnutls_pk_algorithm_t pk; /**< 0: Ed25519 */
    unsigned bits;            /**< with pk */
    gnutls_digest_algorithm_t digest; /**< 0: what the key wants */
} cert_spec_t;

typedef struct issued {
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
    gnutls_datum_t der;
    gnutls_datum_t pem;
} issued_t;

/** Issues a certificate; `issuer` NULL: self-signed. */
void cert_issue(issued_t *out, const cert_spec_t *spec, const issued_t *issuer);
/** The same for a key that exists: cross-signs, renewals. */
void cert_issue_for(issued_t *out, const cert_spec_t *spec, const issued_t *issuer,
                    gnutls_x509_privkey_t key);
void cert_free(issued_t *issued);

/** What a CRL says. */
typedef struct crl_spec {
    int64_t this_update;   /**< 0: CERTS_NOW - 1 day */
    int64_t next_update;   /**< 0: CERTS_NOW + 7 days; -1: none */
    const issued_t *const *revoked;
    size_t n_revoked;
    int64_t revoked_at;    /**< 0: CERTS_NOW - 2 days */
    unsigned number;       /**< 0: 1 */
} crl_spec_t;

/** A CRL in DER, to be freed with gnutls_free(data). */
gnutls_datum_t crl_issue(const crl_spec_t *spec, const issued_t *issuer);
/** The same in PEM. */
gnutls_datum_t crl_issue_pem(const crl_spec_t *spec, const issued_t *issuer);

#endif
