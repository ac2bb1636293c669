/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_pki.h - for tests of revocation: certification authorities and their lists, made by openssl,
 * with fixed dates. Header only.
 */
#ifndef TESTS_UNIT_CRL_PKI_H
#define TESTS_UNIT_CRL_PKI_H

#include "cred/certificate.h"

#include "der_put.h"
#include "scratch.h"

/* Seconds of midnight UTC. */
#define T_2025_06 INT64_C(1748736000) /* 1 June 2025 */
#define T_2025_12 INT64_C(1764547200) /* 1 December 2025 */
#define T_2026_01 INT64_C(1767225600) /* 1 January 2026: thisUpdate of lists */
#define T_2026_01_15 INT64_C(1768435200)
#define T_2026_02 INT64_C(1769904000) /* 1 February 2026: nextUpdate */
#define T_2026_03 INT64_C(1772323200)
#define T_2026_06 INT64_C(1780272000)

#define P256 "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"

/* Configuration of `openssl ca` for lists: the database is $DB, extensions are sections. */
static const char crl_cnf[] = "[ca]\ndefault_ca=d\n"
                              "[d]\ndir=.\ndatabase=$ENV::DB\ndefault_md=sha256\n"
                              "[none]\n"
                              "[aki]\nauthorityKeyIdentifier=keyid\n"
                              "[delta]\n2.5.29.27=critical,DER:020101\n"
                              "[idp]\nissuingDistributionPoint=critical,@i\n[i]\nonlyuser=TRUE\n"
                              "[unknown]\n1.2.3.4=critical,DER:0500\n"
                              "[req]\ndistinguished_name=dn\n[dn]\n"
                              "[ca_ext]\nbasicConstraints=critical,CA:TRUE\n"
                              "keyUsage=critical,keyCertSign,cRLSign\n"
                              "subjectKeyIdentifier=hash\n"
                              "[no_crl_ext]\nbasicConstraints=critical,CA:TRUE\n"
                              "keyUsage=critical,keyCertSign\n"
                              "[no_ku_ext]\nbasicConstraints=critical,CA:TRUE\n";

/* NAME.pem, NAME.der and NAME.key: a certificate signed by itself. */
static inline bool make_root(scratch_t *scratch, const char *name, const char *genpkey,
                             const char *subject, const char *extensions)
{
    return scratch_run(scratch,
                       "export DB=none; openssl genpkey %s -out %s.key &&"
                       "openssl req -config crl.cnf -x509 -new -key %s.key -subj '%s' -days 9"
                       " -extensions %s -out %s.pem &&"
                       "openssl x509 -in %s.pem -outform DER -out %s.der",
                       genpkey, name, name, subject, extensions, name, name, name);
}

/* A certificate with that serial, signed by the one named `issuer`. `extensions` may be "none". */
static inline bool make_cert(scratch_t *scratch, const char *name, const char *issuer,
                             const char *subject, const char *serial, const char *extensions)
{
    return scratch_run(scratch,
                       "export DB=none; openssl genpkey " P256 " -out %s.key &&"
                       "openssl req -config crl.cnf -new -key %s.key -subj '%s' |"
                       "openssl x509 -req -CA %s.pem -CAkey %s.key -set_serial %s -days 9"
                       " -extfile crl.cnf -extensions %s -out %s.pem &&"
                       "openssl x509 -in %s.pem -outform DER -out %s.der",
                       name, name, subject, issuer, issuer, serial, extensions, name, name, name);
}

/*
 * NAME.crl (PEM) and NAME.crl.der: a list of the CA `issuer`. `entries` are lines of openssl's
 * database, in short: "YYMMDDHHMMSSZ[,reason] SERIAL", separated by ';'.
 */
static inline bool make_crl(scratch_t *scratch, const char *name, const char *issuer,
                            const char *from, const char *to, const char *entries,
                            const char *more)
{
    return scratch_run(scratch,
                       "echo '%s' | tr ';' '\\n' | while read -r date serial; do"
                       " [ -n \"$date\" ] &&"
                       " printf 'R\\t491231235959Z\\t%%s\\t%%s\\tunknown\\t/CN=x\\n' \"$date\""
                       " \"$serial\"; done >%s.txt;"
                       "DB=%s.txt openssl ca -config crl.cnf -gencrl -cert %s.pem -keyfile %s.key"
                       " -crl_lastupdate %s -crl_nextupdate %s %s -out %s.crl &&"
                       "openssl crl -in %s.crl -outform DER -out %s.crl.der",
                       entries, name, name, issuer, issuer, from, to, more, name, name, name);
}

/* Reads NAME.der; NULL if that fails. */
static inline mtlsauth_cert_t *load_cert(scratch_t *scratch, const char *name)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = "no file";
    char file[64];

    snprintf(file, sizeof(file), "%s.der", name);
    if (ma_cert_parse(scratch_read(scratch, file), &scratch->arena, &cert, &why) != 0)
        printf("# %s: %s\n", name, why);
    return cert;
}

#endif
