/* SPDX-License-Identifier: BSD-2-Clause */
/* profile.c - see profile.h: tables of rules, each with its section. */
#include "path/profile.h"

#include "cred/name.h"

typedef struct rule {
    bool (*broken)(const mtlsauth_cert_t *cert);
    mtlsauth_result_t result;
    const char *text;
} rule_t;

static bool has(const mtlsauth_cert_t *cert, unsigned extension)
{
    return (cert->present & extension) != 0;
}

static bool is_critical(const mtlsauth_cert_t *cert, unsigned extension)
{
    return (cert->critical & extension) != 0;
}

/* ---- of every certificate ------------------------------------------------------------------ */

static bool unknown_critical(const mtlsauth_cert_t *cert)
{
    return is_critical(cert, MA_EXT_UNKNOWN);
}

static bool serial_not_positive(const mtlsauth_cert_t *cert)
{
    return (cert->serial.data[0] & 0x80) != 0;
}

static bool serial_too_long(const mtlsauth_cert_t *cert)
{
    return cert->serial.size > 21 || (cert->serial.size == 21 && cert->serial.data[0] != 0);
}

static bool no_issuer(const mtlsauth_cert_t *cert)
{
    return ma_name_empty(cert->issuer);
}

static bool critical_aki(const mtlsauth_cert_t *cert)
{
    return is_critical(cert, MA_EXT_AKI);
}

static bool critical_ski(const mtlsauth_cert_t *cert)
{
    return is_critical(cert, MA_EXT_SKI);
}

static bool critical_aia(const mtlsauth_cert_t *cert)
{
    return is_critical(cert, MA_EXT_AIA);
}

static const rule_t any_rules[] = {
    { unknown_critical, MTLSAUTH_CONSTRAINT,
      "has a critical extension that is not known (RFC 5280 4.2)" },
    { serial_not_positive, MTLSAUTH_CONSTRAINT,
      "has a negative serial number (RFC 5280 4.1.2.2)" },
    { serial_too_long, MTLSAUTH_CONSTRAINT,
      "has a serial number of more than 20 octets (RFC 5280 4.1.2.2)" },
    { no_issuer, MTLSAUTH_CONSTRAINT, "names no issuer (RFC 5280 4.1.2.4)" },
    { critical_aki, MTLSAUTH_CONSTRAINT,
      "has a critical authorityKeyIdentifier (RFC 5280 4.2.1.1)" },
    { critical_ski, MTLSAUTH_CONSTRAINT,
      "has a critical subjectKeyIdentifier (RFC 5280 4.2.1.2)" },
    { critical_aia, MTLSAUTH_CONSTRAINT,
      "has a critical authorityInfoAccess (RFC 5280 4.2.2.1)" },
};

/* ---- of CAs ------------------------------------------------------------------------------- */

static bool not_version_3(const mtlsauth_cert_t *ca)
{
    return ca->version != 3;
}

static bool no_ca(const mtlsauth_cert_t *ca)
{
    return !has(ca, MA_EXT_BASIC_CONSTRAINTS) || !ca->is_ca;
}

static bool may_not_sign(const mtlsauth_cert_t *ca)
{
    return has(ca, MA_EXT_KEY_USAGE) && (ca->key_usage & MA_KU_CERT_SIGN) == 0;
}

static bool no_subject(const mtlsauth_cert_t *ca)
{
    return ma_name_empty(ca->subject);
}

static bool name_constraints_not_critical(const mtlsauth_cert_t *ca)
{
    return has(ca, MA_EXT_NAME_CONSTRAINTS) && !is_critical(ca, MA_EXT_NAME_CONSTRAINTS);
}

static const rule_t ca_rules[] = {
    { not_version_3, MTLSAUTH_CONSTRAINT,
      "issued a certificate and is not version 3 (RFC 5280 6.1.4 (k))" },
    { no_ca, MTLSAUTH_CONSTRAINT, "issued a certificate and is no CA (RFC 5280 6.1.4 (k))" },
    { may_not_sign, MTLSAUTH_CONSTRAINT,
      "has a key usage without keyCertSign (RFC 5280 6.1.4 (n))" },
    { no_subject, MTLSAUTH_CONSTRAINT, "is a CA without a name (RFC 5280 4.1.2.6)" },
    { name_constraints_not_critical, MTLSAUTH_CONSTRAINT,
      "has name constraints that are not critical (RFC 5280 4.2.1.10)" },
};

/* ---- of clients --------------------------------------------------------------------------- */

static bool leaf_may_sign(const mtlsauth_cert_t *leaf)
{
    return !leaf->is_ca && has(leaf, MA_EXT_KEY_USAGE)
        && (leaf->key_usage & MA_KU_CERT_SIGN) != 0;
}

static bool leaf_constrains(const mtlsauth_cert_t *leaf)
{
    return !leaf->is_ca && has(leaf, MA_EXT_NAME_CONSTRAINTS);
}

static bool leaf_without_name(const mtlsauth_cert_t *leaf)
{
    return ma_name_empty(leaf->subject) && !is_critical(leaf, MA_EXT_SAN);
}

static const rule_t leaf_rules[] = {
    { leaf_may_sign, MTLSAUTH_WRONG_PURPOSE,
      "has keyCertSign and is no CA (RFC 5280 4.2.1.3)" },
    { leaf_constrains, MTLSAUTH_CONSTRAINT,
      "has name constraints and is no CA (RFC 5280 4.2.1.10)" },
    { leaf_without_name, MTLSAUTH_CONSTRAINT,
      "has no subject, and no critical alternative name either (RFC 5280 4.1.2.6)" },
};

static bool hold(const rule_t *rules, size_t count, const mtlsauth_cert_t *cert,
                 ma_failure_t *failure)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (rules[i].broken(cert))
            return ma_failure(failure, rules[i].result, cert, rules[i].text);
    return true;
}

#define HOLD(rules, cert) hold(rules, sizeof(rules) / sizeof((rules)[0]), cert, failure)

bool ma_profile_any(const mtlsauth_cert_t *cert, ma_failure_t *failure)
{
    return HOLD(any_rules, cert);
}

bool ma_profile_ca(const mtlsauth_cert_t *ca, ma_failure_t *failure)
{
    return HOLD(ca_rules, ca);
}

bool ma_profile_leaf(const mtlsauth_cert_t *leaf, ma_failure_t *failure)
{
    return HOLD(leaf_rules, leaf);
}
