/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openssl-crl.h - for tests of plugins: lists that GnuTLS does not write, made by `openssl ca`.
 *
 * Dates are fixed: lists are of 31 December 2025 until 8 January 2026. Header only.
 */
#ifndef TESTS_PLUGINS_OPENSSL_CRL_H
#define TESTS_PLUGINS_OPENSSL_CRL_H

#include "judge.h"

/** Writes DIR/ca.cnf, DIR/ca-cert.pem and DIR/ca-key.pem; NULL where there is no openssl. */
static inline const char *openssl_ca(const fixture_t *fixture, const issued_t *ca)
{
    PUT_PEM(fixture, "ca-cert.pem", ca);
    put_key(fixture, "ca-key.pem", ca);
    fixture_write(fixture, "ca.cnf",
                  "[ca]\ndefault_ca=d\n[d]\ndatabase=db.txt\ndefault_md=default\n"
                  "[number]\n2.5.29.20=DER:020107\n"
                  "[delta]\n2.5.29.27=critical,DER:020101\n"
                  "[user]\nissuingDistributionPoint=critical,@u\n[u]\nonlyuser=TRUE\n"
                  "[ca_only]\nissuingDistributionPoint=critical,@c\n[c]\nonlyCA=TRUE\n"
                  "[reasons]\nissuingDistributionPoint=critical,@r\n"
                  "[r]\nonlysomereasons=keyCompromise\n"
                  "[indirect]\nissuingDistributionPoint=critical,@i\n[i]\nindirectCRL=TRUE\n"
                  "[unknown]\n1.2.3.4=critical,DER:0500\n");
    return openssl(fixture);
}

/** A line of the database of openssl: a revoked serial in hex, and why ("" or ",reason"). */
static inline size_t openssl_line(char *text, size_t room, const char *serial, const char *reason)
{
    return format_text(text, room, "R\t491231235959Z\t251230000000Z%s\t%s\tunknown\t/CN=x\n",
                       reason, serial);
}

/** DIR/name, in PEM, of the entries in DIR/db.txt. `section` is one of ca.cnf, or NULL. */
static inline void openssl_crl(const fixture_t *fixture, const char *command, const char *name,
                               const char *section)
{
    int status = fixture_run(fixture,
                             "%s ca -config ca.cnf -gencrl -cert ca-cert.pem -keyfile ca-key.pem"
                             " -crl_lastupdate 20251231000000Z -crl_nextupdate 20260108000000Z"
                             " %s %s -out %s",
                             command, section != NULL ? "-crlexts" : "",
                             section != NULL ? section : "", name);

    if (status != 0)
        printf("# %s\n", get_text(fixture, "out"));
    judge_must(status == 0, "openssl ca makes no CRL");
}

#endif
