/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * distribution_point.h - which certificates a list is about (RFC 5280 6.3.3 (b), (d)).
 *
 * A list may say so by its issuing distribution point (5.2.5), a certificate by its
 * distribution points (4.2.1.13). All bytes are borrowed from the DER of whoever has the extension.
 * Nothing is fetched: an address is only a name here, and two are the same if their bytes are.
 */
#ifndef MA_CRL_DISTRIBUTION_POINT_H
#define MA_CRL_DISTRIBUTION_POINT_H

#include "cred/certificate.h"

/** Distribution points of one certificate, and names of one distribution point. */
#define MA_POINTS_MAX 16u
#define MA_POINT_NAMES_MAX 16u

/** Reasons for revocation as a set: bit i is bit i of ReasonFlags. Bit 0 is not used. */
#define MA_REASONS_ALL 0x1feu

/** DistributionPointName. Both empty: absent. */
typedef struct ma_point_name {
    ma_bytes_t full;     /**< the contents of GeneralNames */
    ma_bytes_t relative; /**< the contents of an RDN, behind the name of the CRL's issuer */
} ma_point_name_t;

/** IssuingDistributionPoint */
typedef struct ma_issuing_point {
    ma_point_name_t name;
    bool only_user;
    bool only_ca;
    bool only_attribute;
    bool indirect;
    unsigned reasons; /**< MA_REASONS_ALL if they are not given */
} ma_issuing_point_t;

/** DistributionPoint */
typedef struct ma_point {
    ma_point_name_t name;
    unsigned reasons;
    ma_bytes_t crl_issuer; /**< the contents of GeneralNames, or empty */
} ma_point_t;

typedef struct ma_points {
    ma_point_t items[MA_POINTS_MAX];
    size_t count;
} ma_points_t;

/** GeneralNames, at most MA_POINT_NAMES_MAX: false if it is none; else its contents. */
bool ma_general_names_read(ma_bytes_t value, ma_bytes_t *contents);
/** The first directoryName among the contents of GeneralNames. */
bool ma_general_names_directory(ma_bytes_t contents, ma_bytes_t *name);

/** Reads a list's extension. NULL, or why the list cannot be judged by (static). */
const char *ma_issuing_point_read(ma_bytes_t value, ma_issuing_point_t *out);
/** Reads a certificate's extension; false if it is malformed or has more than is looked at. */
bool ma_points_read(ma_bytes_t value, ma_points_t *out);

/**
 * For which reasons a list speaks about a certificate with those distribution points; 0: not at
 * all. `point` is the list's, or NULL if it has none.
 */
unsigned ma_points_cover(const ma_points_t *points, const mtlsauth_cert_t *cert,
                         ma_bytes_t list_issuer, const ma_issuing_point_t *point);

#endif
