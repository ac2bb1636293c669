/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate.h - a certificate read from its DER (RFC 5280 4.1): fields, names, extensions.
 *
 * Reading is strict about framing and lazy about everything that costs: texts and digests are made
 * when first asked for. A certificate of a request belongs to one thread. One that is shared
 * (anchors, intermediates of a policy) is completed first (ma_cert_complete) and constant after.
 *
 * What it does not check: signatures, dates, trust; that is path/'s.
 */
#ifndef MA_CRED_CERTIFICATE_H
#define MA_CRED_CERTIFICATE_H

#include <gnutls/abstract.h>

#include <mtlsauth/plugin.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/der.h"
#include "base/error.h"

/** Names of one kind, as encoded (common names: as UTF-8). */
typedef struct ma_names {
    ma_bytes_t *items;
    size_t count;
} ma_names_t;

/** Bits of KeyUsage (RFC 5280 4.2.1.3), as in the encoding: bit 0 first. */
#define MA_KU_DIGITAL_SIGNATURE (1u << 0)
#define MA_KU_KEY_ENCIPHERMENT (1u << 2)
#define MA_KU_KEY_AGREEMENT (1u << 4)
#define MA_KU_CERT_SIGN (1u << 5)
#define MA_KU_CRL_SIGN (1u << 6)

/** Extensions, as bits of `present` and `critical`. */
#define MA_EXT_SKI (1u << 0)
#define MA_EXT_KEY_USAGE (1u << 1)
#define MA_EXT_SAN (1u << 2)
#define MA_EXT_BASIC_CONSTRAINTS (1u << 3)
#define MA_EXT_NAME_CONSTRAINTS (1u << 4)
#define MA_EXT_POLICIES (1u << 5)
#define MA_EXT_MAPPINGS (1u << 6)
#define MA_EXT_AKI (1u << 7)
#define MA_EXT_POLICY_CONSTRAINTS (1u << 8)
#define MA_EXT_EKU (1u << 9)
#define MA_EXT_INHIBIT_ANY (1u << 10)
#define MA_EXT_AIA (1u << 11)
#define MA_EXT_NOCHECK (1u << 12)
#define MA_EXT_CRL_POINTS (1u << 13)
#define MA_EXT_UNKNOWN (1u << 31) /**< any other */

struct mtlsauth_cert {
    ma_bytes_t der;
    ma_bytes_t tbs;       /**< TBSCertificate with its header: what is signed */
    ma_bytes_t serial;    /**< INTEGER contents */
    ma_bytes_t issuer;    /**< Name, with header */
    ma_bytes_t subject;   /**< Name, with header */
    ma_bytes_t spki;      /**< SubjectPublicKeyInfo, with header */
    ma_bytes_t algorithm; /**< signatureAlgorithm, with header */
    ma_bytes_t signature; /**< bits of the signature, whole octets */
    int64_t not_before;
    int64_t not_after;
    int version;

    /* extensions: RFC 5280 4.2.1 */
    unsigned present;     /**< MA_EXT_*: which are there */
    unsigned critical;    /**< MA_EXT_*: which are marked critical */
    bool is_ca;
    int64_t path_len;     /**< -1: none */
    unsigned key_usage;   /**< MA_KU_* */
    ma_bytes_t ski;       /**< subjectKeyIdentifier, or empty */
    ma_bytes_t aki;       /**< authorityKeyIdentifier's keyIdentifier, or empty */
    bool aki_names_issuer; /**< it has authorityCertIssuer or -SerialNumber, or both */
    ma_bytes_t san;       /**< the contents of subjectAltName's GeneralNames, or empty */
    ma_bytes_t eku;       /**< the contents of extKeyUsage's SEQUENCE OF OID */
    ma_bytes_t name_constraints; /**< NameConstraints, with header; its inside is path/'s */
    ma_bytes_t policies;  /**< the contents of certificatePolicies' SEQUENCE */
    ma_bytes_t mappings;  /**< the contents of policyMappings' SEQUENCE */
    ma_bytes_t crl_points; /**< cRLDistributionPoints, with header; its inside is crl/'s */
    int64_t require_explicit; /**< policyConstraints; -1: absent */
    int64_t inhibit_mapping;
    int64_t inhibit_any;  /**< inhibitAnyPolicy; -1: absent */

    /**
     * The key, ready to verify with; owned. NULL if it was not prepared, or GnuTLS does not take
     * it: then whoever verifies finds that out.
     */
    gnutls_pubkey_t key;
    bool complete; /**< nothing of it changes any more: it may be kept, and shared */

    struct ma_cert_made *made; /**< texts, digests and names: see certificate_fields.c */
};

/** The most names of one kind that are looked at; a certificate with more is malformed. */
#define MA_CERT_MAX_NAMES 1024u
/** The longest serial number that is printed; RFC 5280 4.1.2.2 has 20. */
#define MA_CERT_MAX_SERIAL 256u
/** The longest certificate that is looked at. */
#define MA_CERT_MAX_SIZE (64u * 1024u)

/**
 * Reads one certificate. The DER is borrowed and must live as long as the certificate; the struct
 * itself is in the arena, which must be freed after ma_cert_free(). Returns 0,
 * MTLSAUTH_E_MALFORMED, MTLSAUTH_E_LIMIT or MTLSAUTH_E_NO_MEMORY; for the first two *why, if not
 * NULL, is a static text.
 */
int ma_cert_parse(ma_bytes_t der, ma_arena_t *arena, mtlsauth_cert_t **out,
                  const char **why) MTLSAUTH_MUST_CHECK;
/**
 * A copy in the arena, with another SubjectPublicKeyInfo; all else is borrowed from what `cert`
 * borrows it from. For keys whose parameters stand elsewhere. NULL when out of memory.
 */
mtlsauth_cert_t *ma_cert_with_key(const mtlsauth_cert_t *cert, ma_bytes_t spki,
                                  ma_arena_t *arena) MTLSAUTH_MUST_CHECK;
/** Makes everything that is lazy, so that threads may share the certificate. */
int ma_cert_complete(mtlsauth_cert_t *cert) MTLSAUTH_MUST_CHECK;
/** Prepares the key of one that is to verify others; before it is shared. */
int ma_cert_prepare_key(mtlsauth_cert_t *cert) MTLSAUTH_MUST_CHECK;
/** Releases what is not in the arena. */
void ma_cert_free(mtlsauth_cert_t *cert);

/** The services of plugin.h. Out of memory reads as "no such field". */
int ma_cert_bytes(const mtlsauth_cert_t *cert, uint32_t field, size_t item, const void **bytes,
                  size_t *size);
int ma_cert_number(const mtlsauth_cert_t *cert, uint32_t number, int64_t *value);
/** The first item of a field, for own use: borrowed; empty (never NULL) when there is none. */
ma_bytes_t ma_cert_get(const mtlsauth_cert_t *cert, mtlsauth_cert_field_t field);

/**
 * The serial as OpenSSL prints it: upper-case hex, "-" in front of a negative one, no leading 00.
 */
void ma_cert_serial_text(const mtlsauth_cert_t *cert, ma_buf_t *out);
/** The same certificate, byte for byte. */
bool ma_cert_same(const mtlsauth_cert_t *a, const mtlsauth_cert_t *b);
/** Subject and issuer are the same name. Says nothing of the signature. */
bool ma_cert_self_issued(const mtlsauth_cert_t *cert);

#endif
